"""Before a batch and after each of its results: which overrides count, and what is written."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from contextlib import closing
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from grader.batch.executor import GradedReport, grade_submission
from grader.batch.writer import Writer, prepare
from grader.cache.evidence_cache import FolderCache
from grader.errors import GraderError
from grader.grading.options import GradingOptions
from grader.ingest.discover import Source
from grader.ingest.unpacked import Unpacked
from grader.model import GroupDecision, Override
from grader.results.output_folder import page_of, report_of
from grader.results.results_database import ResultsDatabase
from grader.rubric.load import parse_rubric
from tests.batch.test_grade_batch import RUBRIC
from tests.results.rows import override
from tests.sandbox.stub_sandbox import StubSandbox

WORDS = parse_rubric(RUBRIC, "r.yaml")
SOURCES = [
    Source(f"{team}.zip", content=Unpacked({"answers.md": b"# Exercise 1\nTwo words\n"})) for team in ("Team", "Other")
]


@pytest.fixture
def results(tmp_path: Path) -> ResultsDatabase:
    return ResultsDatabase(tmp_path / "out")


def given(*overrides: Override) -> GradingOptions:
    return GradingOptions(sandbox=StubSandbox(), overrides=overrides)


def prepared(results: ResultsDatabase, *overrides: Override) -> list[tuple[str, str, str]]:
    options = prepare(results, WORDS, given(*overrides), SOURCES)
    return [(one.team, one.check, str(one.points)) for one in options.overrides]


def new(team: str, check: str = "sense", points: str = "1") -> Override:
    """Return an override as a table of this run has it: for whatever the team submits."""
    return override(team, check, points, digest="")


def test_overrides_of_this_run_are_saved_and_count(results: ResultsDatabase) -> None:
    assert prepared(results, new("Team")) == [("Team", "sense", "1")]
    [saved] = results.overrides()
    assert saved == replace(new("Team"), question_key=WORDS.question_keys()["sense"])


def test_overrides_of_earlier_runs_count_and_this_run_replaces_them(results: ResultsDatabase) -> None:
    prepared(results, new("Team", points="0"), new("Other"))
    assert prepared(results) == [("Team", "sense", "0"), ("Other", "sense", "1")]
    assert prepared(results, new("Team", points="0.5")) == [("Other", "sense", "1"), ("Team", "sense", "0.5")]


def test_an_override_that_is_taken_back_counts_no_longer(results: ResultsDatabase) -> None:
    prepared(results, new("Team"))
    assert prepared(results, replace(new("Team"), withdrawn=True)) == []
    assert prepared(results) == []


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (new("Nobody"), "Nobody: 0 submissions have this team name"),
        (new("Team", "nothing"), "the rubric has no check nothing"),
        (new("Team", points="1.5"), "1.5 points for sense"),
        (new("Team", points="-1"), "-1 points for sense"),
    ],
    ids=["no such team", "no such check", "too many points", "points below zero"],
)
def test_an_override_that_does_not_fit_is_refused_and_none_is_saved(
    results: ResultsDatabase, wrong: Override, message: str
) -> None:
    with pytest.raises(GraderError, match=message):
        prepared(results, new("Other"), wrong)
    assert results.overrides() == []


def test_decisions_and_trainings_of_the_folder_are_used(results: ResultsDatabase) -> None:
    decision = GroupDecision("sense", "words 1", Decimal(1), "Tutor", "why", time="t")
    with results.writing() as tables:
        tables.group_decisions.add(decision)
        for seed in (1, 2, 3):
            tables.trainings.put("hidden 40", seed, 30.0 + seed, "a test")
        tables.trainings.put("hidden 80", 1, 40.0, "a test")
    options = prepare(results, WORDS, given(), SOURCES)
    assert options.decisions == {("sense", "words 1"): decision}
    assert options.distributions == {"hidden 40": (31.0, 32.0, 33.0)}


def test_half_a_character_in_a_reason_is_replaced_before_it_counts(results: ResultsDatabase) -> None:
    [one] = prepare(results, WORDS, given(replace(new("Team"), by="T\ud800", reason="r\ud800")), SOURCES).overrides
    assert (one.by, one.reason) == ("T?", "r?")


def graded(options: GradingOptions, evidence: Mapping[str, bytes] | None = None) -> GradedReport:
    return replace(grade_submission(SOURCES[0], WORDS, options), evidence=evidence or {})


def test_page_data_and_row_are_written(results: ResultsDatabase, tmp_path: Path) -> None:
    batch = results.begin("Words", WORDS.question_keys())
    one = graded(given())
    Writer(tmp_path / "out", results, batch, given(), "again").write(one)
    assert page_of(one.rendered.row, tmp_path / "out").read_text() == one.rendered.page
    assert report_of(tmp_path / "out", one.rendered.row.name).team == "Team"
    [row] = results.rows()
    assert (row.team, row.certain) == ("Team", Decimal(1))
    assert [entry.why for entry in results.history(row.name)] == ["again"]


def test_an_override_of_this_run_is_for_the_submission_that_was_graded(
    results: ResultsDatabase, tmp_path: Path
) -> None:
    options = prepare(results, WORDS, given(new("Team"), new("Other")), SOURCES)
    one = graded(options)
    Writer(tmp_path / "out", results, results.begin("Words", {}), options).write(one)
    assert {o.team: o.digest for o in results.overrides()} == {"Team": one.rendered.row.digest, "Other": ""}
    with closing(sqlite3.connect(results.path)) as connection:
        assert connection.execute("SELECT count(*) FROM overrides").fetchone() == (2,)


def test_an_override_for_an_earlier_submission_stays_with_it(results: ResultsDatabase, tmp_path: Path) -> None:
    with results.writing() as tables:
        tables.overrides.add([override("Team", "sense", digest="earlier")], {})
    options = prepare(results, WORDS, given(), SOURCES)
    one = graded(options)
    Writer(tmp_path / "out", results, results.begin("Words", {}), options).write(one)
    assert [o.digest for o in results.overrides()] == ["earlier"]
    assert one.rendered.row.total is None


@pytest.mark.parametrize(("fresh", "kept"), [(False, b"old"), (True, None)])
def test_evidence_of_another_machine_is_kept_and_forgotten_only_in_a_fresh_run(
    results: ResultsDatabase, tmp_path: Path, fresh: bool, kept: bytes | None
) -> None:
    cache = FolderCache(tmp_path / "out")
    cache.put("ab-old", b"old")
    options = replace(given(), fresh=fresh)
    evidence = {"ab-new": b"new", "ab-old": b""}
    Writer(tmp_path / "out", results, results.begin("Words", {}), options).write(graded(options, evidence))
    assert (cache.get("ab-new"), cache.get("ab-old")) == (b"new", kept)
