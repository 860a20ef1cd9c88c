"""The sentence with which grading begins, and who is in several submissions."""

from __future__ import annotations

from datetime import UTC, datetime

from grader.ingest.layouts.layout import Found
from grader.ingest.layouts.moodle import MOODLE
from grader.ingest.source import Source
from grader.ingest.survey import Survey, joined
from grader.model import PLATFORM, Member


def source(team: str, number: str, name: str = "a.md", email: str = "") -> Source:
    person = Member(team, email=email, source=PLATFORM, platform_id=f"moodle:{number}")
    return Source(name, label=team, about=Found(number, team, name, (), people=(person,)))


def test_the_sentence_says_what_was_found() -> None:
    found = Survey((source("Ida Kron", "1"), source("Ole Brand", "2")), (MOODLE,), ("notes.md",), 1)
    assert found.sentence() == "Moodle download: 2 submissions, 1 earlier attempt left out (the last one counts)"
    assert found.unread() == "not read, as it belongs to no submission: notes.md"
    assert Survey((Source("a.zip"),)).sentence() == "Files as given: 1 submission"
    assert Survey(()).unread() == ""


def test_a_person_in_several_submissions_is_named_by_a_number_and_not_by_a_name() -> None:
    same_name = Survey((source("Ida Kron", "1"), source("Ida Kron", "2")))
    assert same_name.twice() == []
    twice = Survey((source("Ida Kron", "1"), source("Ida Kron", "1", "b.md")))
    assert "1 person in several submissions (moodle:1)" in twice.sentence()
    assert Survey((Source("Kron_2400017.zip"), Source("Kron_2400017 (1).zip"))).twice() == ["2400017"]


def test_teams_of_one_name_get_the_number_of_the_platform() -> None:
    parts = [Survey((source("Ida Kron", number, f"{number}.md"),), (MOODLE,)) for number in ("1", "2")]
    assert [one.team for one in joined(parts).sources] == ["Ida Kron (1)", "Ida Kron (2)"]
    assert joined(parts).layouts == (MOODLE,)


def test_many_strays_are_counted() -> None:
    assert Survey((), stray=tuple(map(str, range(9)))).unread().endswith("0, 1, 2, 3, 4 and 4 more")


def test_a_source_has_the_time_of_the_platform() -> None:
    moment = datetime(2025, 1, 15, tzinfo=UTC)
    about = Found("1", "Ida", "a.md", (), received=moment, late=True)
    assert " 1 late" in Survey((Source("a.md", about=about),)).sentence()
