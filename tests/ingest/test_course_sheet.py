"""The lines of a course's sheet and template are in no answer."""

from __future__ import annotations

from pathlib import Path

import pytest

from grader.errors import GraderError
from grader.ingest.course_sheet import sheet_lines
from grader.ingest.find_answers import find_answers
from grader.model import Document, Submission
from grader.rubric.load import parse_rubric, read_rubric
from tests.ingest.test_answer_labels import RUBRIC, A, B
from tests.ingest.test_open_submission import notebook

QA, QB = "Name a remedy for a gradient that explodes.", "Which gate decides what is forgotten?"
TABLE = "| hidden size | noise removed |\n| 40 | 50 % |"
SHEET = f"# Sheet 4\n\n### Task 4.1 {QA}\n\nGive a source for the clip.\n\n{TABLE}\n\n### Task 4.2\n\n{QB}\n"
SHEETS = RUBRIC.model_copy(update={"sheet_files": {"sheet.md": SHEET.encode()}})


def found(text: str) -> dict[str, tuple[str, str]]:
    documents = (Document("w.md", "markdown", text),)
    answers = find_answers(Submission("t", "t", "d", documents=documents), SHEETS)
    return {name: (one.text, str(one.doubt)) for name, one in answers.items()}


def test_answers_written_into_the_sheet_are_found_without_it() -> None:
    filled = SHEET.replace("the clip.", f"the clip.\n\n{A}").replace(QB, f"{QB}\n\n{B}\n")
    assert found(filled) == {"q41": (A, ""), "q42": (B, "")}
    assert found(f"**4.1** {QA}\n{A}\n\n**4.2** {QB}\n{B}") == {"q41": (A, ""), "q42": (B, "")}


def test_a_sheet_without_answers_has_none() -> None:
    assert found(SHEET) == {}
    assert set(found(SHEET.replace(QB, f"{QB}\n\n{B}"))) == {"q42"}


def test_short_lines_are_anybodys_and_notebooks_are_read() -> None:
    lines = sheet_lines({"t.ipynb": notebook(f"### 4.1 {QA}\n\nThe gate.", kind="markdown").encode(), "x.bin": b"\0"})
    assert lines == {f"4.1 {QA}".casefold(), QA.casefold()}
    assert sheet_lines({}) == frozenset()


def test_the_rubric_names_the_files_of_the_sheet(tmp_path: Path) -> None:
    (tmp_path / "sheet.md").write_text(SHEET)
    (tmp_path / "rubric.yaml").write_text("rubric: 1\ntitle: t\npoints: 0\nsheet: [sheet.md]\nquestions: []\n")
    assert read_rubric(tmp_path / "rubric.yaml").sheet_files == {"sheet.md": SHEET.encode()}
    with pytest.raises(GraderError, match=r"r\.yaml:4: sheet\[1\]: 'none\.md' cannot be read: No such file"):
        parse_rubric("rubric: 1\ntitle: t\npoints: 0\nsheet: [none.md]\nquestions: []\n", "r.yaml")
