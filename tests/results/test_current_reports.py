"""Reports with what counts now: points that people gave since, for this submission and for no other."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from grader.errors import GraderError
from grader.grading.assemble import make_report
from grader.model import Evidence, Finding, GroupDecision, Override, Report, Status, Submission
from grader.model.summary import summary_of
from grader.results.current_reports import current_report, put_current_rows, refresh_rows
from grader.results.output_folder import page_of, write_report
from grader.results.results_database import ResultsDatabase
from grader.rubric.load import parse_rubric
from tests.helpers import grade_of
from tests.results.rows import empty_tables, override

RUBRIC = parse_rubric(
    """\
rubric: 1
title: Words
points: 2
questions:
  - {id: q, title: Q, points: 2, checks: [{kind: manual, id: c, points: 2, guide: g}]}
""",
    "r.yaml",
)


def report(team: str = "Team", digest: str = "d", group: str = "", given: Sequence[Override] = ()) -> Report:
    """Return a report with one check that needs review, unless an override was `given`."""
    finding = Finding("c", "manual", "q", "C", Status.needs_review, "m", group=group)
    grade = grade_of(RUBRIC, [finding], given)
    return make_report(Submission(team, f"{team}.zip", digest), Evidence(), RUBRIC, grade)


@pytest.mark.parametrize(
    ("given", "total"),
    [
        (override("Team", points="1.5"), Decimal("1.5")),
        (override("Team", points="0"), Decimal(0)),
        (override("Team", digest="another submission"), None),
        (override("Other"), None),
        (replace(override("Team"), withdrawn=True), None),
    ],
    ids=["counts", "zero points", "another submission", "another team", "withdrawn"],
)
def test_an_override_counts_for_its_submission_only(given: Override, total: Decimal | None) -> None:
    with empty_tables() as tables:
        tables.submissions.put(summary_of(report()), 1)
        tables.overrides.add([given], {})
        assert current_report(report(), tables).grade.total == total


def test_an_override_that_counts_no_longer_is_taken_out_of_a_report() -> None:
    written = report(given=[override("Team", points="2")])
    assert written.grade.total == 2
    with empty_tables() as tables:
        tables.submissions.put(summary_of(written), 1)
        assert current_report(written, tables).grade.total is None


def test_a_report_that_the_database_does_not_know_keeps_its_own_overrides() -> None:
    with empty_tables() as tables:
        tables.overrides.add([override("Team", points="0")], {})
        assert current_report(report(given=[override("Team", points="2")]), tables).grade.total == 2


def test_points_that_came_from_a_group_decision_are_not_kept_as_the_teams_own() -> None:
    of_group = Override("", "c", Decimal(2), "Tutor", "why")
    with empty_tables() as tables:
        assert current_report(report(group="words 1", given=[of_group]), tables).grade.total is None


def test_a_group_decision_counts_and_the_teams_own_override_counts_more() -> None:
    grouped = report(group="words 1")
    with empty_tables() as tables:
        tables.submissions.put(summary_of(grouped), 1)
        tables.group_decisions.add(GroupDecision("c", "words 1", Decimal(1), "Tutor", "why", max_effect="2"))
        assert current_report(grouped, tables).grade.total == 1
        assert current_report(report(group="words 2"), tables).grade.total is None
        tables.overrides.add([override("Team", points="2")], {})
        assert current_report(grouped, tables).grade.total == 2


def graded(folder: Path, *reports: Report) -> tuple[ResultsDatabase, int]:
    results = ResultsDatabase(folder)
    batch = results.begin("Words", {})
    for one in reports:
        write_report(one, folder)
        results.put(summary_of(one), batch)
    return results, batch


def test_a_row_that_no_longer_follows_from_its_report_is_made_again(tmp_path: Path) -> None:
    results, batch = graded(tmp_path, report("A"), report("B"))
    with results.writing() as tables:
        tables.overrides.add([override("A", points="2")], {})
    [name] = refresh_rows(results, tmp_path, batch)
    row = results.row(name)
    assert row is not None
    assert (row.team, row.total) == ("A", Decimal(2))
    assert [entry.why for entry in results.history(name)] == ["graded", "made again from report and overrides"]
    assert refresh_rows(results, tmp_path, batch) == []


def test_a_row_whose_report_cannot_be_read_stays_and_is_logged(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    results, batch = graded(tmp_path, report("A"), report("B"))
    with results.writing() as tables:
        tables.overrides.add([override("A", points="2"), override("B", points="2")], {})
    damaged = next(row for row in results.rows() if row.team == "A")
    page_of(damaged, tmp_path).with_suffix(".json").write_text("{")
    with caplog.at_level(logging.WARNING):
        [name] = refresh_rows(results, tmp_path, batch)
    assert name.startswith("B-")
    assert results.row(damaged.name) == damaged
    assert ["not a report of this version" in record.getMessage() for record in caplog.records] == [True]


def test_writing_a_row_needs_its_report(tmp_path: Path) -> None:
    results, _ = graded(tmp_path, report("A"))
    with pytest.raises(GraderError, match="gone"), results.writing() as tables:
        put_current_rows(tables, tmp_path, ["gone"], "why")
