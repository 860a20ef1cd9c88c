"""The tree of a download: the same for a folder and for a zip, with what is not read."""

from __future__ import annotations

import os
import unicodedata
import zipfile
from pathlib import Path

import pytest

from grader.errors import GraderError
from grader.ingest import tree
from grader.ingest.tree import tree_of_folder, tree_of_zip


def test_names_are_normal_and_junk_is_left_out(tmp_path: Path) -> None:
    decomposed = unicodedata.normalize("NFD", "Zoë")
    for name in (f"{decomposed}/a.md", f"{decomposed}/.DS_Store", "__MACOSX/x", ".git/HEAD", "Leer/.DS_Store"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("x")
    found = tree_of_folder(tmp_path)
    assert [entry.path for entry in found.entries] == ["Zoë/a.md"]
    assert found.empty == ("Leer",)
    assert found.read(found.entries[0]) == b"x"


def test_links_at_the_top_are_not_followed(tmp_path: Path) -> None:
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "a.md").write_text("x")
    (tmp_path / "course").mkdir()
    (tmp_path / "course" / "link").symlink_to(tmp_path / "outside")
    (tmp_path / "course" / "b.md").symlink_to(tmp_path / "outside" / "a.md")
    found = tree_of_folder(tmp_path / "course")
    assert found.entries == ()
    assert sorted(found.unsafe) == ["b.md", "link"]


def test_a_zip_has_the_tree_of_its_folder_and_names_that_lead_out_of_it(tmp_path: Path) -> None:
    path = tmp_path / "all.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for name in ("A/a.md", "A\\b.md", "Leer/", "../out.md", "__MACOSX/x"):
            archive.writestr(name, "x")
    found = tree_of_zip(path)
    assert found is not None
    assert [entry.path for entry in found.entries] == ["A/a.md", "A/b.md"]
    assert (found.empty, found.unsafe) == (("Leer",), ("../out.md",))


def test_a_damaged_zip_has_no_tree(tmp_path: Path) -> None:
    (tmp_path / "all.zip").write_bytes(b"PK\x03\x04 and nothing more")
    assert tree_of_zip(tmp_path / "all.zip") is None


def test_too_many_files_are_a_message(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tree, "MAX_ENTRIES", 2)
    for name in "abc":
        (tmp_path / name).write_text("x")
    with pytest.raises(GraderError, match="more than 2 files"):
        tree_of_folder(tmp_path)


def test_a_pipe_is_no_file_of_a_download(tmp_path: Path) -> None:
    """Whoever opens it waits for ever."""
    os.mkfifo(tmp_path / "submission_metadata.yml")
    (tmp_path / "net.py").write_text("x = 1\n", encoding="ascii")
    assert [entry.path for entry in tree_of_folder(tmp_path).entries] == ["net.py"]
