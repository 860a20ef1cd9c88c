"""Files that stand in for the real one, and notebooks that a tool has spoiled, are named."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.ingest.test_choose_code import of


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "a.ipynb is empty."),
        (
            "version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n",
            "a.ipynb is a pointer of Git LFS; the file itself was not pushed.",
        ),
        ('{"url": "https://notebooks.example.org/1", "title": "net"}', "a.ipynb is only a link to an online document."),
        (
            '{\n <<<<<<< HEAD\n "nbformat": 4\n=======\n "nbformat": 4\n>>>>>>> main\n}',
            "a.ipynb, line 2: a merge conflict is not resolved.",
        ),
        ("<!DOCTYPE html><html><body>Sign in</body></html>", "a.ipynb is an HTML page, such as a saved sign-in page."),
        ("{}", "a.ipynb is not a valid notebook (it has no cells)."),
    ],
    ids=["empty", "lfs", "link", "conflict", "html", "no cells"],
)
def test_damage_is_named(tmp_path: Path, text: str, words: str) -> None:
    submission = of(tmp_path, {"a.ipynb": text, "answers.md": "1) x"})
    assert str(submission.unread) == words


@pytest.mark.parametrize("name", ["answers.md", "answers.pdf", "net.py"])
def test_a_pointer_instead_of_another_file_is_named_too(tmp_path: Path, name: str) -> None:
    pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n"
    submission = of(tmp_path, {name: pointer})
    assert str(submission.unread) == f"{name} is a pointer of Git LFS; the file itself was not pushed."
    assert not submission.cells
