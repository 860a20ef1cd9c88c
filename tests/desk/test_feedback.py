"""Comments at lines: only at lines that are there, shown at the desk and in the report, escaped."""

from __future__ import annotations

from dataclasses import replace

import pytest

from grader.desk.feedback import add_line_comment, line_comments_of, remove_line_comment
from grader.desk.manual_grading import GradingDesk
from grader.desk.new_overrides import SubmissionAtQuestion
from grader.errors import GraderError
from grader.model import CellRun
from grader.report.pages import report_page
from grader.results.output_folder import report_of, write_report

SOURCE = "import torch\n\nloss.backward()\noptimizer.step()\n"


@pytest.fixture
def item(desk: GradingDesk) -> SubmissionAtQuestion:
    """A submission with one cell of code."""
    name = desk.records.names(desk.batch)[0]
    write_report(replace(report_of(desk.folder, name), cells=(CellRun(3, "ok", source=SOURCE),)), desk.folder)
    return desk.item("why", name)


def test_a_comment_at_a_line_is_in_the_report_at_its_question(desk: GradingDesk, item: SubmissionAtQuestion) -> None:
    add_line_comment(desk, item, "3:3", "Set <b>gradients</b> to zero: $g = 0$.", "T")
    html = report_page(desk.report(item.name))
    part = html.partition("T about the code:")[2].partition("</section>")[0]
    assert "&lt;b&gt;gradients&lt;/b&gt;" in part
    assert "<math" in part
    assert 'class="row at" data-n="3"' in part
    assert "cell 3" in part
    remove_line_comment(desk, item, line_comments_of(desk, item)[0].id)
    assert "about the code" not in report_page(desk.report(item.name))


@pytest.mark.parametrize("place", ["3:0", "3:6", "2:1", "3", "", "a:b", "-3:1", "3:1:1", "9999999:1"])
def test_a_line_that_is_not_there_is_a_message(desk: GradingDesk, item: SubmissionAtQuestion, place: str) -> None:
    with pytest.raises(GraderError, match="line"):
        add_line_comment(desk, item, place, "words", "T")
    assert line_comments_of(desk, item) == []


@pytest.mark.parametrize("place", ["3:1", " 3 : 1 ", "3.1", "3,1", "3 1"])
def test_a_place_is_read_as_people_write_it(desk: GradingDesk, item: SubmissionAtQuestion, place: str) -> None:
    add_line_comment(desk, item, place, "words", "T")
    assert [(one.cell, one.line) for one in line_comments_of(desk, item)] == [(3, 1)]


def test_a_comment_without_words_is_refused(desk: GradingDesk, item: SubmissionAtQuestion) -> None:
    with pytest.raises(GraderError, match="no text"):
        add_line_comment(desk, item, "3:1", " ", "T")


def test_a_comment_is_for_one_question(desk: GradingDesk, item: SubmissionAtQuestion) -> None:
    add_line_comment(desk, item, "3:1", "words", "T")
    assert line_comments_of(desk, desk.item("how", item.name)) == []
