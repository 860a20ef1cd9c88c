"""The medians of a class: of graded teams only, and not of a few."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from grader.model.summary import SubmissionSummary, summary_of
from grader.report.class_medians import MIN_TEAMS, medians_of
from grader.report.pages import report_page
from tests.report.test_pages import report_with

REPORT = report_with("words")


def rows(totals: list[int]) -> list[SubmissionSummary]:
    row = summary_of(REPORT)
    return [
        replace(
            row, total=Decimal(total), questions=tuple(replace(q, earned=Decimal(total) / 2) for q in row.questions)
        )
        for total in totals
    ]


def test_the_median_is_that_of_graded_teams() -> None:
    found = medians_of([*rows([*range(MIN_TEAMS)]), summary_of(REPORT)])
    assert found is not None
    assert (found.teams, found.total, found.questions["q"]) == (MIN_TEAMS, Decimal("4.5"), Decimal("2.25"))
    assert medians_of(rows([1] * (MIN_TEAMS - 1))) is None


def test_a_report_has_it_only_if_the_rubric_says_so() -> None:
    medians = medians_of(rows([*range(MIN_TEAMS)]))
    page = report_page(replace(REPORT, class_statistics=True), medians)
    assert f"Median of {MIN_TEAMS} teams<strong>4.5</strong>" in page
    assert '<td class="number">2.25</td>' in page
    assert "Median" not in report_page(REPORT, medians)
    assert "Median" not in report_page(replace(REPORT, class_statistics=True))
