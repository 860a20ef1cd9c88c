"""What is run of a submission, and that nothing that was not chosen counts as absent."""

from __future__ import annotations

from pathlib import Path

import pytest

from grader.ingest.discover import Source, discover
from grader.ingest.open_submission import open_submission
from grader.model import NoticeCode, Submission
from tests.ingest.test_archives import zipped_names
from tests.ingest.test_open_submission import notebook

NET = "class Net:\n    pass\n"


def of(
    tmp_path: Path, files: dict[str, str], pattern: str = "*.ipynb", targets: tuple[str, ...] = ("Net",)
) -> Submission:
    path = tmp_path / "Muster_1000101.zip"
    path.write_bytes(zipped_names(dict(files)))
    return open_submission(Source(path.name, path), pattern, targets)


def run(submission: Submission) -> list[str]:
    return [cell.origin for cell in submission.cells]


def test_a_notebook_that_a_browser_renamed_is_found_in_a_folder(tmp_path: Path) -> None:
    (tmp_path / "Muster_1000101.ipynb.json").write_text(notebook(NET))
    (tmp_path / "Beispiel_1000102.ipynb").write_text(notebook(NET))
    assert [run(open_submission(source, targets=["Net"])) != [] for source in discover([tmp_path])] == [True, True]


def test_a_notebook_that_does_not_match_the_pattern_is_a_doubt(tmp_path: Path) -> None:
    submission = of(tmp_path, {"work.ipynb": notebook(NET)}, "net*.ipynb")
    assert not submission.cells
    assert [n.code for n in submission.notices if n.serious] == [NoticeCode.ambiguous_notebook]
    assert "work.ipynb" in str(submission.unread)


@pytest.mark.parametrize(
    ("other", "serious"),
    [(notebook("class Cell: pass"), True), (notebook("class Cell: pass\nprint 'x'"), True), (notebook("x = 1"), False)],
    ids=["has a part", "has a part and a mistake", "has none"],
)
def test_a_part_in_a_notebook_that_was_not_run_is_a_doubt(tmp_path: Path, other: str, serious: bool) -> None:
    files = {"a.ipynb": notebook(NET + "class Loss: pass"), "b.ipynb": other}
    submission = of(tmp_path, files, targets=("Net", "Loss", "Cell"))
    assert run(submission) == ["a.ipynb, cell 1"]
    assert bool(submission.unread) is serious


def test_a_broken_notebook_with_the_target_is_not_passed_over_for_an_older_one(tmp_path: Path) -> None:
    files = {"new.ipynb": notebook(NET + "print 'x'"), "old.ipynb": notebook(NET)}
    submission = of(tmp_path, files)
    assert [n.code for n in submission.notices if n.serious] == [NoticeCode.ambiguous_notebook]


def test_a_module_that_the_notebook_writes_defines_its_classes(tmp_path: Path) -> None:
    files = {"a.ipynb": notebook(f"%%writefile net.py\n{NET}", "from net import Net"), "b.ipynb": notebook("x = 1")}
    assert run(of(tmp_path, files)) == ["a.ipynb, cell 1", "a.ipynb, cell 2"]


def test_ordinary_python_decides_which_notebook_is_run(tmp_path: Path) -> None:
    right = "y = (5\n  % 3)\n" + NET
    files = {"new.ipynb": notebook(right), "scratch.ipynb": notebook("x = 1")}
    submission = of(tmp_path, files)
    assert run(submission) == ["new.ipynb, cell 1"]
    assert not submission.cells[0].mistake


def test_another_definition_that_nothing_imports_is_passed_over_and_said(tmp_path: Path) -> None:
    files = {
        "a.ipynb": notebook("from net import Net"),
        "net.py": NET + "    size = 1",
        "old/net.py": NET + "    size = 2",
    }
    submission = of(tmp_path, files)
    assert run(submission) == ["net.py", "a.ipynb, cell 1"]
    assert submission.passed_over == ("old/net.py",)
    assert [cell.origin for cell in submission.other_modules] == ["old/net.py"]
    assert [str(n.message) for n in submission.notices] == [
        "old/net.py defines again what net.py, a.ipynb defines; it was passed over."
    ]


def test_a_notebook_that_was_not_run_is_shown_with_its_cells(tmp_path: Path) -> None:
    files = {"a.ipynb": notebook(NET), "plots.ipynb": notebook("x = 1", "y = 2")}
    submission = of(tmp_path, files)
    assert [(cell.number, str(cell.place.in_words())) for cell in submission.other_modules] == [
        (0, "plots.ipynb, cell 1"), (0, "plots.ipynb, cell 2"),
    ]  # fmt: skip


def test_without_targets_two_notebooks_with_code_of_their_own_are_a_doubt(tmp_path: Path) -> None:
    for other, doubt in (("y = 1", True), ("x = 1", False), ("%run a.ipynb", False)):
        submission = of(tmp_path, {"a.ipynb": notebook("x = 1"), "bb.ipynb": notebook(other)}, targets=())
        assert run(submission) == ["a.ipynb, cell 1"]
        assert bool(submission.unread_code) is doubt
