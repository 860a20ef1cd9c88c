"""Lists that a tutor gives: when submissions came, as platforms write it, and who has more time."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from pathlib import Path

import pytest

from grader.errors import GraderError
from grader.ingest.discover import Source
from grader.ingest.open_submission import names_in_lists, open_submission
from grader.lists.course_lists import read_extensions, read_intake, read_roster
from grader.lists.submission_times import time_of
from grader.lists.times import UnreadTime
from grader.model import Extension
from grader.results.results_database import ResultsDatabase
from tests.command_line import run
from tests.exports.conftest import RUBRIC

HEAD = (
    "Identifier,Full name,Email address,Status,Group,Grade,Maximum Grade,Last modified (submission),Feedback comments"
)
GERMAN = "ID;Vollständiger Name;Gruppe;Bewertung;Bestwertung;Zuletzt geändert (Abgabe)"


def worksheet(tmp_path: Path, *rows: str, head: str = HEAD) -> Path:
    path = tmp_path / "worksheet.csv"
    path.write_text("\n".join([head, *rows, ""]), encoding="utf-8-sig")
    return path


def line(name: str, time: str, group: str = "") -> str:
    return f'Participant 1,{name},x@stud.example.org,Submitted,{group},,4,"{time}",'


@pytest.mark.parametrize(
    ("written", "moment"),
    [
        ("Wednesday, 29 January 2025, 11:58 PM", "2025-01-29T23:58:00+01:00"),
        ("Wednesday, 29 January 2025, 12:05 AM", "2025-01-29T00:05:00+01:00"),
        ("Sunday, 29 June 2025, 12:00 PM", "2025-06-29T12:00:00+02:00"),
        ("Mittwoch, 29. Januar 2025, 23:58", "2025-01-29T23:58:00+01:00"),
        ("Samstag, 1. März 2025, 08:03:09", "2025-03-01T08:03:09+01:00"),
    ],
    ids=["evening", "midnight", "summer noon", "german", "with seconds"],
)
def test_times_as_moodle_writes_them(tmp_path: Path, written: str, moment: str) -> None:
    times = read_intake(worksheet(tmp_path, line("Anna Muster", written)), "Europe/Berlin")
    assert times.by_key == dict.fromkeys(("anna muster", "moodle:1"), datetime.fromisoformat(moment))


def test_a_group_has_the_time_of_its_last_member(tmp_path: Path) -> None:
    rows = [
        line("Anna Muster", "Wednesday, 29 January 2025, 10:00 AM", "Gruppe Blau"),
        line("Ben Beispiel", "Wednesday, 29 January 2025, 10:30 AM", "Gruppe Blau"),
        line("Niemand Nirgends", "-"),
    ]
    times = read_intake(worksheet(tmp_path, *rows), "Europe/Berlin").by_key
    group, ben, anna = times["gruppe blau"], times["ben beispiel"], times["anna muster"]
    assert isinstance(group, datetime)
    assert isinstance(anna, datetime)
    assert group == ben
    assert group > anna
    assert "niemand nirgends" not in times


def test_a_german_worksheet_is_known_by_its_headings(tmp_path: Path) -> None:
    row = "Teilnehmer/in1;Änne Größe-Probe;;;4,00;Mittwoch, 29. Januar 2025, 23:58"
    times = read_intake(worksheet(tmp_path, row, head=GERMAN), "Europe/Berlin").by_key
    assert times.keys() == {"änne größe-probe".casefold(), "moodle:1"}


@pytest.mark.parametrize(
    ("zone", "problem"), [("", "have no time zone"), ("Berlin", "unknown time zone 'Berlin'")], ids=["none", "unknown"]
)
def test_a_worksheet_needs_a_time_zone(tmp_path: Path, zone: str, problem: str) -> None:
    with pytest.raises(GraderError, match=problem):
        read_intake(worksheet(tmp_path, line("Anna", "Wednesday, 29 January 2025, 11:58 PM")), zone)


@pytest.mark.parametrize(
    ("written", "why"),
    [
        ("gestern", "not a time: 'gestern'"),
        ("Sunday, 30 March 2025, 2:30 AM", "does not exist"),
        ("Friday, 31 February 2025, 2:30 AM", "no such day"),
        ("03/04/2025 10:00", "could be exchanged"),
    ],
    ids=["no time", "never", "no day", "exchanged"],
)
def test_a_time_that_cannot_be_read_is_that_of_one_submission(tmp_path: Path, written: str, why: str) -> None:
    rows = [line("Anna Muster", written), line("Ben Beispiel", "29.01.2025 10:00").replace("Participant 1", "P 2")]
    times = read_intake(worksheet(tmp_path, *rows), "Europe/Berlin").by_key
    anna = times["anna muster"]
    assert isinstance(anna, UnreadTime)
    assert why in anna.why
    assert anna.place.endswith("worksheet.csv:2")
    assert times["ben beispiel"] == datetime.fromisoformat("2025-01-29T10:00+01:00")
    path = tmp_path / "Anna Muster.md"
    path.write_text("x")
    submission = open_submission(Source(path.name, path), intake=times)
    assert submission.received is None
    assert why in str(next(n.message for n in submission.notices if n.code == "no-time"))


def test_two_of_one_name_with_two_times_are_known_by_number_only(tmp_path: Path) -> None:
    rows = [line("Anna Muster", f"Wednesday, 29 January 2025, {hour}:00 AM") for hour in (9, 10)]
    rows[1] = rows[1].replace("Participant 1", "Participant 2")
    times = read_intake(worksheet(tmp_path, *rows), "Europe/Berlin").by_key
    assert isinstance(times["anna muster"], UnreadTime)
    assert [times[f"moodle:{n}"] for n in (1, 2)] == [
        datetime.fromisoformat(f"2025-01-29T{hour}:00+01:00") for hour in ("09", "10")
    ]


def test_headings_in_another_language_can_be_named(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_text('Wer,Wann,Punktzahl\n"Teilnehmer/in 7","15/01/2025 23:40",\n')
    columns = {"identifier": "Wer", "submitted": "Wann"}
    assert read_intake(path, "Europe/Berlin", columns).by_key == {
        "moodle:7": datetime.fromisoformat("2025-01-15T23:40+01:00")
    }
    with pytest.raises(GraderError, match="no column 'Wo'"):
        read_intake(path, "Europe/Berlin", {"identifier": "Wo"})


def test_lines_that_match_no_submission_are_listed(tmp_path: Path) -> None:
    path = tmp_path / "times.csv"
    path.write_text("file,received\nKron_2400017,2025-01-15T10:00Z\nBrandt_2400018.zip,2025-01-15T10:00Z\n")
    times = read_intake(path)
    (tmp_path / "Kron_2400017.zip").write_bytes(b"")
    source = Source("Kron_2400017.zip", tmp_path / "Kron_2400017.zip")
    assert time_of(names_in_lists(source), times.by_key) == datetime.fromisoformat("2025-01-15T10:00Z")
    assert times.unmatched(names_in_lists(source)) == [f"{path}:3: Brandt_2400018.zip"]


def extensions(tmp_path: Path, *rows: str) -> Path:
    path = tmp_path / "extensions.csv"
    path.write_text("\n".join(["team,until,hours,reason,by", *rows, ""]))
    return path


def test_more_time_by_team_or_student_id(tmp_path: Path) -> None:
    found = read_extensions(
        extensions(tmp_path, "Gruppe Blau,2025-01-31T12:00:00+01:00,,ill,A. Tutor", '1000101,,"1,5",ill,A. Tutor')
    )
    assert found == {
        "Gruppe Blau": Extension(datetime.fromisoformat("2025-01-31T12:00:00+01:00"), None, "A. Tutor", "ill"),
        "1000101": Extension(None, Decimal("1.5"), "A. Tutor", "ill"),
    }


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        ("Blau,,,ill,A. Tutor", "either 'until'"),
        ("Blau,2025-01-31T12:00:00+01:00,3,ill,A. Tutor", "either 'until'"),
        ("Blau,2025-01-31T12:00:00,,ill,A. Tutor", "has no time zone"),
        ("Blau,tomorrow,,ill,A. Tutor", "not a time"),
        ("Blau,,-3,ill,A. Tutor", "not a number of hours"),
        ("Blau,,nan,ill,A. Tutor", "not a number of hours"),
        ("Blau,,3,,A. Tutor", "no reason"),
        (",,3,ill,A. Tutor", "no team"),
        ("Blau,,3,ill,A. Tutor\nBlau,,4,ill,A. Tutor", ":3: Blau is listed twice"),
    ],
    ids=["neither", "both", "no zone", "no time", "below 0", "nan", "reason", "team", "twice"],
)
def test_an_unusable_extension_is_reported_with_its_line(tmp_path: Path, row: str, problem: str) -> None:
    with pytest.raises(GraderError, match=problem):
        read_extensions(extensions(tmp_path, row))


@pytest.mark.parametrize(
    ("given", "hours"),
    [
        ({"1000101": 3}, Decimal(3)),
        ({"1000101": 3, "1000102": 3}, Decimal(3)),
        ({"1000101": 3, "1000102": 4}, None),
        ({"Muster_1000101_Beispiel_1000102": 5, "1000101": 3}, Decimal(5)),
        ({"1000199": 3}, "none"),
    ],
    ids=["one member", "both alike", "they differ", "the team's own goes first", "somebody else's"],
)
def test_whose_extension_counts(tmp_path: Path, given: dict[str, int], hours: Decimal | str | None) -> None:
    path = tmp_path / "Muster_1000101_Beispiel_1000102.md"
    path.write_text("# Exercise 1\nYes.\n")
    listed = {key: Extension(None, Decimal(value), "A. Tutor", "ill") for key, value in given.items()}
    found = open_submission(Source(path.name, path), extensions=listed).extension
    assert (found.hours if found else "none") == hours


def test_a_student_without_an_id_is_an_error_and_empty_lines_are_none(tmp_path: Path) -> None:
    path = tmp_path / "roster.csv"
    path.write_text("name,id,email\nAnna Muster,0000101,\n,,\n,,\n")
    assert list(read_roster(path)) == ["0000101"]
    path.write_text("name,id,email\nAnna Muster,,anna@stud.example.org\n")
    with pytest.raises(GraderError, match="2: no id for Anna Muster"):
        read_roster(path)


def test_an_extension_that_matches_no_submission_is_reported_and_a_later_one_counts(tmp_path: Path) -> None:
    (tmp_path / "words.yaml").write_text(RUBRIC)
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "Muster_1000101.md").write_text("# Exercise 1\nWhy.\n\n# Exercise 2\nSo.\n\n# Exercise 3\nOh.\n")
    (tmp_path / "times.csv").write_text("file,received\nMuster_1000101.md,2025-01-30T12:00:00+01:00\n")
    command = ("grade", tmp_path / "in", "-r", tmp_path / "words.yaml", "-o", tmp_path / "out")
    points = []
    for number in ("1000110", "1000101"):
        given = extensions(tmp_path, f"{number},,48,ill,A. Tutor")
        done = run(*command, "--intake", tmp_path / "times.csv", "--extensions", given)
        assert ("the extension for 1000110 matches no submission" in done.stderr) == (number == "1000110")
        points += [row.certain for row in ResultsDatabase(tmp_path / "out").rows()]
    assert points == [Decimal("2.7"), Decimal(3)]


SUBMITTED = "2025-01-15T23:40+01:00"


@pytest.mark.parametrize(
    ("head", "row", "keys"),
    [
        (
            "Identifiant,Nom complet,Statut,Note,Dernière modification (remise)",
            'Participant 5201,Ida Kron,Remis,,"mercredi 15 janvier 2025, 23:40"', ("ida kron", "moodle:5201"),
        ),
        (
            "Identificador,Nombre completo,Calificación,Última modificación (entrega)",
            'Participante 5201,Ida Kron,,"miércoles, 15 de enero de 2025, 23:40"', ("ida kron", "moodle:5201"),
        ),
        (
            "Identificatie,Volledige naam,Cijfer,Laatst gewijzigd (inzending)",
            'Deelnemer 5201,Ida Kron,,"woensdag, 15 januari 2025, 23:40"', ("ida kron", "moodle:5201"),
        ),
        (
            "Identifier,Status,Grade,Last modified (submission)",
            'Participant 5201,Submitted,,"Wednesday, 15 January 2025, 11:40 PM"', ("moodle:5201",),
        ),
    ],
    ids=["fr", "es", "nl", "anonymous"],
)  # fmt: skip
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_worksheets_of_other_languages_and_encodings(
    tmp_path: Path, head: str, row: str, keys: tuple[str, ...], encoding: str
) -> None:
    path = tmp_path / "worksheet.csv"
    path.write_bytes(f"{head}\r\n{row}\r\n".encode(encoding))
    times = read_intake(path, "Europe/Berlin").by_key
    assert times == dict.fromkeys(keys, datetime.fromisoformat(SUBMITTED))
