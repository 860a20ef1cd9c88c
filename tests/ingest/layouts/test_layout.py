"""The tree that layouts read."""

from __future__ import annotations

import pytest

from grader.ingest.layouts.layout import Entry, Tree, is_work, only_folder


def tree(*paths: str, empty: tuple[str, ...] = ()) -> Tree:
    return Tree("x", tuple(Entry(path, path) for path in paths), empty)


def test_folders_files_and_what_is_left() -> None:
    whole = tree("A/a.md", "A/b/c.md", "B/a.md", "d.md", empty=("C", "B/leer"))
    assert {name: [one.path for one in entries] for name, entries in whole.folders.items()} == {
        "A": ["a.md", "b/c.md"], "B": ["a.md"], "C": [],
    }  # fmt: skip
    assert whole.inside("B").empty == ("leer",)
    rest = whole.without([whole.files[0]], ["A", "C"])
    assert ([one.path for one in rest.entries], rest.empty) == (["B/a.md"], ("B/leer",))


@pytest.mark.parametrize(
    ("paths", "folder"),
    [(["A/a.md"], "A"), (["A/a.md", "x.png"], "A"), (["A/a.md", "x.md"], ""), (["A/a.md", "B/a.md"], ""), ([], "")],
)
def test_the_one_folder_that_holds_all_work(paths: list[str], folder: str) -> None:
    assert only_folder(tree(*paths)) == folder


@pytest.mark.parametrize(("name", "work"), [("a.ipynb.txt", True), ("a.TAR.GZ", True), ("a.png", False), ("a", False)])
def test_what_may_be_work_by_itself(name: str, work: bool) -> None:
    assert is_work(name) is work
