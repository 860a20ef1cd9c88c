"""Findings are cached with all of their inputs: only the checks that a change affects are judged again."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from grader.cache import findings_cache
from grader.checks import kinds
from grader.checks.base import Check, CheckContext
from grader.grading.options import GradingOptions
from grader.model import Answer, Evidence, Finding, Member, Notice, NoticeCode, Status, Submission
from grader.model.verdict import Verdict
from grader.rubric.load import parse_rubric
from grader.rubric.schema import Rubric
from tests.batch.test_grade_batch import RUBRIC, TEXTS, folder, rubric
from tests.batches import graded, written

__all__ = ["folder", "rubric"]  # fixtures

SUBMISSION = Submission("team", "team.zip", "d1", notices=(), members=(Member("A", "1"),))


def keys(
    rubric: Rubric,
    submission: Submission = SUBMISSION,
    evidence: Evidence | None = None,
    data: bytes = b"evidence",
    status: Status = Status.passed,
) -> list[str]:
    one = findings_cache.FindingsCache(submission, rubric, evidence or Evidence(), data, None)
    before: dict[str, Finding] = {}
    found = []
    for question, check in rubric.checks():
        found.append(one.key(question, check, before))
        before[check.id] = Finding(check.id, check.kind, question, check.title, status, "words")
    return found


def changed(old: str, new: str) -> Callable[[Rubric], list[str]]:
    return lambda _: keys(parse_rubric(RUBRIC.replace(old, new), "r.yaml"))


CHANGES: dict[str, Callable[[Rubric], list[str]]] = {
    "a threshold": changed("most: 5", "most: 6"),
    "wording": changed("id: length,", "id: length, title: Length,"),
    "a question's title": changed("title: Why", "title: What"),
    "the evidence": lambda r: keys(r, data=b"other"),
    "the submission": lambda r: keys(r, replace(SUBMISSION, digest="d2")),
    "the team": lambda r: keys(r, replace(SUBMISSION, team="other")),
    "its time": lambda r: keys(r, replace(SUBMISSION, received=datetime(2026, 1, 1, tzinfo=UTC))),
    "its members": lambda r: keys(r, replace(SUBMISSION, members=())),
    "a notice": lambda r: keys(r, replace(SUBMISSION, notices=(Notice(NoticeCode.link, "m"),))),
    "an answer": lambda r: keys(r, evidence=Evidence(answers={"why": Answer("x", "y")})),
    "a distribution": lambda r: keys(r, evidence=Evidence(distributions={"a": (1.0,)})),
    "the seed": changed("title: Words", "title: Words\nexecute: {seed: 8}"),
}


@pytest.mark.parametrize("what", CHANGES)
def test_everything_that_a_finding_follows_from_is_in_its_key(what: str, rubric: Rubric) -> None:
    assert keys(rubric)[0] == keys(rubric)[0]
    assert CHANGES[what](rubric)[0] != keys(rubric)[0]


def test_points_are_not_judged_and_the_findings_before_are() -> None:
    old = parse_rubric(RUBRIC, "r.yaml")
    more = RUBRIC.replace("points: 2", "points: 3").replace("length, points: 1", "length, points: 2")
    assert keys(parse_rubric(more, "r.yaml")) == keys(old)
    first, second = keys(old, status=Status.failed)
    assert (first == keys(old)[0], second == keys(old)[1]) == (True, False)


def test_the_code_of_the_grader_is_in_every_key(monkeypatch: pytest.MonkeyPatch, rubric: Rubric) -> None:
    before = keys(rubric)
    monkeypatch.setattr(findings_cache, "code_digest", lambda: "other")
    assert keys(rubric)[0] != before[0]


@pytest.fixture
def judgements(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The checks that are judged, in order."""
    done: list[str] = []
    for kind in {type(check) for _, check in parse_rubric(RUBRIC, "r.yaml").checks()}:
        judge = kind.judge

        def note(
            self: Check, context: CheckContext, judge: Callable[[Check, CheckContext], Verdict] = judge
        ) -> Verdict:
            done.append(self.id)
            return judge(self, context)

        monkeypatch.setattr(kind, "judge", note)
    return done


def test_only_what_changed_is_judged_again(folder: Path, rubric: Rubric, judgements: list[str]) -> None:
    def override(text: str) -> list[str]:
        judgements.clear()
        graded(
            [folder / "in"],
            parse_rubric(text, "r.yaml"),
            folder / "out",
            GradingOptions(level="A", keep=folder / "out"),
        )
        return list(judgements)

    assert override(RUBRIC) == ["length", "sense"] * len(TEXTS)
    assert override(RUBRIC) == []
    other = RUBRIC.replace("make sense", "convince")
    assert override(other) == ["sense"] * len(TEXTS)
    assert override(other.replace("points: 2", "points: 3").replace("sense, points: 1", "sense, points: 2")) == []
    tighter = other.replace("most: 5", "most: 2")
    assert override(tighter) == [
        "length",
        "length",
        "length",
        "sense",
    ]  # the third fails now, which the next check may see
    graded([folder / "in"], parse_rubric(tighter, "r.yaml"), folder / "fresh", GradingOptions(level="A"))
    assert written(folder / "out") == written(folder / "fresh")


def _of_another_kind(data: bytes) -> bytes:
    text = gzip.decompress(data).decode()
    return gzip.compress(text.replace('"credit":"1"', '"credit":"much"').replace('"passed"', '"fine"').encode())


@pytest.mark.parametrize(
    "damage", [_of_another_kind, lambda data: data[:-9], lambda data: b"{}", lambda data: data[:20] + bytes(30)]
)
def test_findings_that_cannot_be_read_are_made_again(
    folder: Path, rubric: Rubric, judgements: list[str], damage: Callable[[bytes], bytes]
) -> None:
    options = GradingOptions(level="A", keep=folder / "out")
    first = graded([folder / "in"], rubric, folder / "out", options)
    for path in (folder / "out" / "evidence").rglob("*-findings.json.gz"):
        path.write_bytes(damage(path.read_bytes()))
    judgements.clear()
    assert graded([folder / "in"], rubric, folder / "out", options) == first
    assert {"length", "sense"} <= set(judgements)
    assert first[0].grade.certain == Decimal(1)


def test_checks_with_a_courses_own_reference_are_always_judged_again() -> None:
    check = kinds()["jacobian"].model_validate(
        {"kind": "jacobian", "id": "j", "cell": "ours.rnn:Cell", "of": "h[k+1]", "wrt": "h[k]"}
    )
    one = findings_cache.FindingsCache(SUBMISSION, parse_rubric(RUBRIC, "r.yaml"), Evidence(), b"x", None)
    assert one.key("q", check, {}) == ""
    assert one.key("q", check.model_copy(update={"cell": "reference.rnn:VanillaRNN"}), {}) != ""
    assert one.key("q", check.model_copy(update={"cell": "own:Schedule.at"}), {}) == ""


def test_the_reference_and_its_measurements_are_in_every_key(monkeypatch: pytest.MonkeyPatch, rubric: Rubric) -> None:
    before = keys(rubric)
    monkeypatch.setattr(findings_cache, "reference", lambda: "other")
    assert keys(rubric)[0] != before[0]
