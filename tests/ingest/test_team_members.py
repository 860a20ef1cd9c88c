"""Members of a team from all sources, with every disagreement said."""

from __future__ import annotations

from pathlib import Path

import pytest

from grader.ingest.layouts.layout import Found
from grader.ingest.open_submission import open_submission
from grader.ingest.source import Source
from grader.ingest.team_members import disagreements, with_roster
from grader.ingest.unpacked import Unpacked
from grader.lists.course_lists import Roster, read_roster
from grader.model import PLATFORM, Member, NoticeCode

ROSTER = Roster(
    {
        number: Member(name, number, f"{name.split()[0].lower()}@uni.example", "roster")
        for number, name in (("2400017", "Ida Kron"), ("2400018", "Ole Brand"), ("2400019", "Änne Größe"))
    },
    {"2400017": "Team Ahorn", "2400018": "Team Ahorn", "2400019": "Team Birke"},
)


def one(number: str, name: str = "", source: str = "a.md", email: str = "") -> Member:
    return Member(name, number, email, source)


IDA, OLE = one("2400017", "Ida Kron"), one("2400018", "Brand")
HERE = "The platform names {}"


@pytest.mark.parametrize(
    ("team", "members", "said"),
    [
        ("team ahorn", [IDA, OLE], []),
        ("Team_Ahorn", [IDA, OLE], []),
        ("Team Ahorn-Ida Kron", [IDA, OLE], []),
        ("Kron_2400017", [IDA, OLE], []),
        ("Team Ahorn", [IDA], ["The roster has other members in Team Ahorn: 2400018 only in the roster."]),
        (
            "Team Birke", [IDA, one("2400019")],
            ["The roster has other members in Team Birke: 2400017 only in the submission."],
        ),
        (
            "x", [IDA, one("2400019")],
            ["The roster has the members in different teams: 2400017 in Team Ahorn, 2400019 in Team Birke."],
        ),
        ("x", [one("2400019", "GROESSE, Aenne")], []),
        (
            "x", [one("2400017", "Eva Lund", "file name")],
            ["The student ID 2400017 is that of Ida Kron in the roster, and of Eva Lund in the submission."],
        ),
        ("x", [one("2400017", "", email="IDA@uni.example")], []),
        (
            "x", [one("2400017", "Ida", email="eva@uni.example")],
            ["The email address of 2400017 is ida@uni.example in the roster, and eva@uni.example in the submission."],
        ),
        (
            "x", [IDA, one("2400017", "Ida", "b.md"), one("2400018", "", "b.md")],
            ["a.md and b.md name different members: 2400018."],
        ),
        (
            "Ole Brand", [Member("Ole Brand", source=PLATFORM, platform_id="moodle:7"), IDA],
            ["The platform names Ole Brand (2400018), whom the submission does not name."],
        ),
        ("Ida Kron", [Member("Ida Kron", source=PLATFORM, platform_id="moodle:7"), IDA], []),
        ("Team Ahorn", [Member("Team Ahorn", source=PLATFORM, platform_id="moodle:7"), IDA, OLE], []),
    ],
    ids=[
        "agree", "underscore", "group in front", "no team of the roster", "one lacks", "one more", "two teams", "transcribed", "another name",
        "email in capitals", "another email", "documents", "platform", "the person herself", "a group",
    ],
)  # fmt: skip
def test_what_sources_disagree_about(team: str, members: list[Member], said: list[str]) -> None:
    found, _ = with_roster(members, ROSTER, team)
    notices = disagreements(found, ROSTER, team)
    assert [str(notice.message) for notice in notices] == said
    assert not any(notice.serious for notice in notices)
    assert {notice.code for notice in notices} <= {NoticeCode.members_differ}


def test_file_name_and_document_are_compared_without_a_roster() -> None:
    (notice,) = disagreements([one("2400017", "Kron", "file name"), one("2400018")], None, "x")
    assert "2400017 only in the file name, 2400018 only in the document" in str(notice.message)


def test_a_team_that_names_nobody_has_the_members_of_the_roster() -> None:
    found, notices = with_roster([Member("Team Ahorn", source=PLATFORM)], ROSTER, "Team Ahorn")
    assert [member.student_id for member in found] == ["", "2400017", "2400018"]
    assert not notices
    found, notices = with_roster([one("2400099")], ROSTER, "Team Ahorn")
    assert [str(notice.message) for notice in notices] == ["The student ID 2400099 is not in the roster."]


def test_a_group_folder_is_compared_with_the_roster_that_is_given(tmp_path: Path) -> None:
    path = tmp_path / "roster.csv"
    path.write_text("Vollständiger Name;Matrikelnummer;Gruppe\nIda Kron;2400017;Ahorn\nOle Brand;2400018;Ahorn\n")
    about = Found("77", "Ahorn", "a.md", (), people=(Member("Ahorn", source=PLATFORM, platform_id="moodle:77"),))
    source = Source("a.md", content=Unpacked({"a.md": b"Ida Kron 2400017\n"}), label="Ahorn", about=about)
    submission = open_submission(source, roster=read_roster(path))
    (notice,) = (one for one in submission.notices if one.code is NoticeCode.members_differ)
    assert str(notice.message) == "The roster has other members in Ahorn: 2400018 only in the roster."
