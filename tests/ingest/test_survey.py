"""The sentence with which grading begins, and who is in several submissions."""

from __future__ import annotations

import unicodedata
from datetime import UTC, datetime
from pathlib import Path

from grader.ingest.layouts.layout import Found
from grader.ingest.layouts.moodle import MOODLE
from grader.ingest.source import Source
from grader.ingest.survey import Survey, joined
from grader.model import PLATFORM, Member
from tests.command_line import run


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


def test_a_list_that_is_given_by_an_option_is_no_stray(tmp_path: Path) -> None:
    folder = tmp_path / "E7"
    folder.mkdir()
    given = folder / unicodedata.normalize("NFD", "Prüfung.csv")
    given.write_text("x")
    (tmp_path / "notes.md").write_text("x")
    found = Survey((), stray=(unicodedata.normalize("NFC", given.name), "notes.md", "a/notes.md"))
    assert found.without([folder], [given, None]).stray == ("notes.md", "a/notes.md")
    assert found.without([folder], [tmp_path / "notes.md"]).stray == found.stray, "of another folder"


def test_grading_calls_no_list_of_an_option_unread(tmp_path: Path) -> None:
    names = {"roster": "name,id", "submission-times": "file,received", "overrides": "team,check,points,by,reason"}
    names |= {"extensions": "team,hours,reason,by", "code": "team,file,by,reason"}
    for name, head in names.items():
        (tmp_path / f"{name}.csv").write_text(f"{head}\n")
    for name in ("Kron_2400017", "Brand_2400018"):
        (tmp_path / f"{name}.md").write_text("1) x\n")
    (tmp_path / "rubric.yaml").write_text("rubric: 1\ntitle: t\npoints: 0\nquestions: []\n")
    (tmp_path / "index.html").write_text("x")
    options = [part for name in names for part in (f"--{name}", tmp_path / f"{name}.csv")]
    done = run("grade", tmp_path, "-r", tmp_path / "rubric.yaml", "-o", tmp_path.parent / "out", *options)
    assert "not read, as it belongs to no submission: index.html\n" in done.stderr
    assert "2 submissions" in done.stderr
