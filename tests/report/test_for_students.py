"""What is for tutors is taken out of a report before it is shown or exported."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from grader.model import Finding, Notice, NoticeCode, Override, Report, Status
from grader.report.for_students import for_students
from grader.report.pages import report_page
from grader.report.serialize import to_json
from grader.scoring.score import apply_overrides, score
from tests.report.test_pages import RUBRIC, report_with

SECRET = "only for tutors"


def report(show_guide: bool = False) -> Report:
    noting = Finding("one", "mentions", "q", SECRET, Status.passed, SECRET, reading=SECRET, note_only=True)
    graded = Finding(
        "two", "manual", "q", "Sense", Status.needs_review, "m", reading=SECRET, group=SECRET, guide=SECRET,
        note=SECRET, why=SECRET,
    )  # fmt: skip
    notice = Notice(NoticeCode.no_time, "The time is not known.", SECRET)
    made = replace(report_with("words"), notices=(notice,), proof=SECRET, show_guide=show_guide)
    return replace(made, grade=score(RUBRIC, [noting, graded]))


def test_nothing_for_tutors_is_left() -> None:
    made = for_students(report())
    assert SECRET not in to_json(made)
    assert [scored.finding.check for scored in made.grade.questions[1].checks] == ["two"]
    assert SECRET not in report_page(report())
    assert "The time is not known." in report_page(report())


def test_a_guide_is_shown_once_its_item_is_graded_if_the_rubric_says_so() -> None:
    given = [Override("T", "two", Decimal(1), "Tutor", "fine")]
    for shown, overrides, wanted in ((True, given, 1), (True, [], 0), (False, given, 0)):
        made = report(show_guide=shown)
        made = replace(made, grade=apply_overrides(made.grade, overrides))
        assert report_page(made).count(SECRET) == wanted, (shown, overrides)
