"""What all formats have in common: a dry run, and a failure of one student that is one line."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from grader.errors import GraderError
from grader.exports import export_formats
from grader.exports.export_format import Inputs, Options
from grader.results.results_database import ResultsDatabase
from tests.command_line import run
from tests.exports.conftest import LONE, OPEN

SINGLE = ("gradescope", "classroom")  # of one submission


def worksheet(path: Path) -> Path:
    path.write_text(
        f"Identifier,Full name,Grade,Maximum Grade\nParticipant 4003,{LONE},,4\nParticipant 4004,{OPEN},,4\n"
    )
    return path


def arguments(name: str, folder: Path, sheet: Path) -> list[str | Path]:
    more: list[str | Path] = ["--worksheet", sheet] if name.startswith("moodle") else []
    return ["export", folder, "--format", name, *more, *(("--assignment", "Ex 7") if name == "canvas" else ())]


@pytest.mark.parametrize("name", [name for name in export_formats() if name not in SINGLE])
def test_a_dry_run_names_the_files_and_writes_none(graded: Path, tmp_path: Path, name: str) -> None:
    into = tmp_path / "into"
    done = run(*arguments(name, graded, worksheet(tmp_path / "w.csv")), "--into", into, "--dry-run")
    made = export_formats()[name].make(Inputs(graded, Options(tmp_path / "w.csv", assignment="Ex 7")))
    assert done.returncode in (0, 1), done.stderr
    for file, data in made.files:
        assert f"would be written: {file} ({len(data)} bytes)" in done.stdout
    assert done.stdout.endswith("dry run: no file was written\n")
    assert not into.exists()


@pytest.mark.parametrize("name", [name for name in export_formats() if name not in SINGLE])
def test_a_report_that_is_gone_is_one_line_and_the_others_are_exported(graded: Path, tmp_path: Path, name: str) -> None:
    copy = tmp_path / "out"
    shutil.copytree(graded, copy)
    row = next(row for row in ResultsDatabase(copy).rows() if row.team == LONE)
    (copy / "reports" / f"{row.name}.json").unlink()
    made = export_formats()[name].make(Inputs(copy, Options(worksheet(tmp_path / "w.csv"), assignment="Ex 7")))
    assert made.files
    uses_reports = name in ("junit", "json", "github", "moodle-feedback")
    assert [line for line in made.doubts if f"{row.name}.json" in line and "\n" not in line] == list(
        made.doubts[:uses_reports]
    )
    if uses_reports:
        assert len(made.doubts) >= 1


def test_reports_of_which_none_can_be_used_are_an_error(graded: Path, tmp_path: Path) -> None:
    copy = tmp_path / "out"
    shutil.copytree(graded, copy)
    for path in (copy / "reports").glob("*.json"):
        path.write_text("{")
    with pytest.raises(GraderError, match=r"\.json"):
        export_formats()["json"].make(Inputs(copy))
