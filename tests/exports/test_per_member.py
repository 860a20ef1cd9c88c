"""From teams to members: adjustments, students in two teams, and the table for other programs."""

from __future__ import annotations

import csv
import io
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from grader.errors import GraderError
from grader.exports import export_formats
from grader.exports.export_format import Export, Inputs, Options
from grader.exports.per_member import all_people, disputes, people_of
from grader.results.results_database import ResultsDatabase
from tests.command_line import run
from tests.exports.conftest import TEAM
from tests.helpers import ROOT


def table(graded: Path, adjustments: Path | None = None) -> tuple[Export, dict[str, dict[str, str]]]:
    export = export_formats()["csv"].make(Inputs(graded, Options(adjustments=adjustments)))
    rows = csv.DictReader(io.StringIO(export.files[0][1].decode()))
    return export, {row["student_id"]: row for row in rows}


def given(tmp_path: Path, *lines: str) -> Path:
    path = tmp_path / "overrides.csv"
    path.write_text("\n".join(["id,email,points,reason", *lines, ""]))
    return path


def test_every_member_has_a_line(graded: Path) -> None:
    export, rows = table(graded)
    assert list(rows) == ["1000101", "1000102", "1000104", "1000103"]
    assert rows["1000101"] == {
        "name": "Muster", "student_id": "1000101", "email": "anna.muster@stud.example.org", "team": TEAM, "why": "1.5",
        "how": "0", "more": "1", "late": "no", "late_points": "0", "total": "2.5", "maximum": "4", "state": "done",
        "reason": "",
    }  # fmt: skip
    assert (rows["1000103"]["late"], rows["1000103"]["late_points"], rows["1000103"]["total"]) == ("yes", "-0.4", "3.6")
    assert (rows["1000104"]["why"], rows["1000104"]["total"], rows["1000104"]["state"]) == ("", "", "open")
    assert "1 of 4 members without a total" in export.warnings[0]


@pytest.mark.parametrize(
    ("line", "key", "total"),
    [
        ("1000101,,+0.5,took the lead", "1000101", "3"),
        ("1000101,,-2.5,did nothing", "1000101", "0"),
        (",ben@stud.example.org,=1,did little", "1000102", "1"),
        ("1000102,,1.25,did some", "1000102", "1.25"),
        ("1000104,,=3,agreed", "1000104", "3"),
        ("1000104,,+3,agreed", "1000104", ""),
    ],
    ids=["more", "less", "by email", "exactly", "closes", "stays open"],
)
def test_points_of_single_members(graded: Path, tmp_path: Path, line: str, key: str, total: str) -> None:
    before, (export, after) = table(graded)[1], table(graded, given(tmp_path, line))
    assert after[key]["total"] == total
    assert after[key]["reason"] == line.rpartition(",")[2]
    assert {k: v for k, v in after.items() if k != key} == {k: v for k, v in before.items() if k != key}
    assert any(after[key]["reason"] in change for change in export.changes)


@pytest.mark.parametrize(
    ("lines", "problem"),
    [
        (["1000999,,+1,who"], "no member has the id or email 1000999"),
        (["1000101,,+1,"], "no reason"),
        ([",,+1,why"], "no id or email"),
        (["1000101,,-3,why"], "the minimum is 0"),
        (["1000101,,a lot,why"], "not points: 'a lot'"),
        (["1000101,,1,why", "1000101,,2,why"], "is listed twice"),
        (["1000101,,1,why", ",anna.muster@stud.example.org,2,why"], "is listed twice"),
    ],
    ids=["nobody", "no reason", "no key", "below nothing", "no number", "twice", "by both"],
)
def test_invalid_adjustments_are_reported_with_their_line(
    graded: Path, tmp_path: Path, lines: list[str], problem: str
) -> None:
    with pytest.raises(GraderError, match=problem):
        table(graded, given(tmp_path, *lines))


def test_a_student_in_two_teams_is_not_guessed_at(graded: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = list(ResultsDatabase(graded).rows())
    twin = replace(rows[1], people=rows[0].people)
    monkeypatch.setattr(Inputs, "rows", lambda _: iter([rows[0], twin]))
    disputed = {number for _, number, _ in rows[0].people}
    assert not disputed & {person.student_id for person in people_of(Inputs(graded))}
    assert [line.partition(" is in two")[0] for line in disputes(Inputs(graded)) if line[0].isdigit()] == sorted(
        disputed
    )


def test_a_submission_that_names_the_student_of_another_team_stops_no_export(
    graded: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = list(ResultsDatabase(graded).rows())
    victim = rows[0].people[0]
    forged = replace(rows[1], people=(*rows[1].people, victim))
    monkeypatch.setattr(Inputs, "rows", lambda _: iter([rows[0], forged, *rows[2:]]))
    everybody = {person.words for person in all_people(Inputs(graded))}
    exported = {person.words for person in people_of(Inputs(graded))}
    assert everybody - exported == {victim[0]}
    table_, *_ = export_formats()["csv"].make(Inputs(graded)).files
    assert victim[1].encode() not in table_[1]
    assert victim[1] in " ".join(export_formats()["csv"].make(Inputs(graded)).warnings)


@pytest.mark.parametrize("bad", ["=1+1", "+1", "-1", "@x", "\t=1"])
def test_words_never_become_formulas(graded: Path, monkeypatch: pytest.MonkeyPatch, bad: str) -> None:
    rows = [replace(row, team=bad, people=((bad, "", ""),)) for row in list(ResultsDatabase(graded).rows())[:1]]
    monkeypatch.setattr(Inputs, "rows", lambda _: iter(rows))
    for name, options in (("csv", Options()), ("canvas", Options(assignment=bad))):
        [(_, data)] = export_formats()[name].make(Inputs(graded, options)).files
        for line in csv.reader(io.StringIO(data.decode(), newline="")):
            assert not [cell for cell in line if cell == bad]


def test_the_command_shows_what_it_would_do_and_writes_nothing(graded: Path, tmp_path: Path) -> None:
    into = tmp_path / "there"
    done = run("export", graded, "--format", "csv", "--into", into, "--dry-run")
    assert (done.returncode, into.exists()) == (0, False)
    assert "- Muster: 2.5" in done.stdout
    assert "no file was written" in done.stdout
    done = run("export", graded, "--format", "csv", "--into", into)
    assert (done.returncode, [path.name for path in into.iterdir()]) == (0, ["points.csv"])


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--format", "exel"], "no format 'exel'; there are canvas"),
        (["--format", "moodle"], "moodle needs --worksheet"),
        (["--format", "moodle", "--worksheet", "nowhere.csv"], "nowhere.csv: cannot be read"),
        (["--format", "moodle", "--worksheet", "README.md"], "README.md"),
        (["--format", "csv", "--column", "punkte=x"], "expected FIELD=HEADING"),
        (["--format", "csv", "--maximum", "many"], "not a number of points"),
        (["--format", "csv", "--adjustments", "README.md"], "the first line must name"),
    ],
    ids=["format", "need", "missing", "no worksheet", "column", "maximum", "adjustments"],
)
def test_mistakes_of_the_user_are_reported(graded: Path, arguments: list[str], told: Any) -> None:
    done = run("export", graded, *arguments)
    assert done.returncode == 2
    assert told in done.stderr
    assert "Traceback" not in done.stderr


def test_formats_are_listed_and_a_folder_of_others_is_refused(tmp_path: Path) -> None:
    done = run("export")
    assert done.returncode == 0
    assert {line.split()[0] for line in done.stdout.splitlines()} == export_formats().keys()
    refused = run("export", tmp_path, "--format", "csv")
    assert refused.returncode == 2
    assert "no reports found" in refused.stderr


def test_files_are_written_if_the_output_is_not_read(graded: Path, tmp_path: Path) -> None:
    into = tmp_path / "there"
    command = f"{sys.executable} -m grader export {graded} --format csv --into {into} | true"
    done = subprocess.run(["bash", "-c", f"set -o pipefail; {command}"], cwd=ROOT, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "warning: 1 of 4 members without a total: checks need review\n")
    assert [path.name for path in into.iterdir()] == ["points.csv"]
