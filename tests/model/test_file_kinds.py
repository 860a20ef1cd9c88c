"""Which files were read, which are known to hold no answers, and that any other file was not read."""

from __future__ import annotations

import pytest

from grader.model.file_kinds import MIN_DATA_BYTES, holds_no_answers, holds_no_code, is_read


@pytest.mark.parametrize("path", ["a.ipynb", "lib/NET.PY", "Answers.MD", "a.pdf", "report.tex"])
def test_these_are_read(path: str) -> None:
    assert is_read(path)


@pytest.mark.parametrize(
    ("path", "size"),
    [
        ("net.pt", 5),
        ("lib/__pycache__/x.pyc", 5),
        (".gitkeep", 0),
        ("data/curves.csv", MIN_DATA_BYTES),
        ("pyproject.toml", 300),
        (".github/workflows/test.yml", 300),
        ("runs/events.out.tfevents.17", 300),
        (".gitignore", 3),
    ],
)
def test_these_hold_no_answers(path: str, size: int) -> None:
    assert holds_no_answers(path, size)
    assert not is_read(path)


@pytest.mark.parametrize(
    "path",
    ["answers.png", "p.webp", "p.tif", "p.svg", "answers.xlsx", "answers.pptx", "answers.gdoc", "answers.rst", "x.qmd",
     "answers.md.bak", "ANSWERS", "answers.csv", "work.rar", "a.zip", "answers.docx", "a.unheard-of"],
)  # fmt: skip
def test_these_may_hold_answers_and_are_not_read(path: str) -> None:
    assert not is_read(path)
    assert not holds_no_answers(path, MIN_DATA_BYTES - 1)
    assert not holds_no_answers(path, 0)  # an upload that failed


@pytest.mark.parametrize(("path", "none"), [("a.png", True), ("a.CSV", True), ("a.docx", False), ("net", False)])
def test_these_hold_no_code(path: str, none: bool) -> None:
    assert holds_no_code(path) is none
