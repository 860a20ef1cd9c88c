"""`grader submissions`: who submitted what, without grading, in words and as JSON."""

from __future__ import annotations

import json
from pathlib import Path

from tests.command_line import run


def download(folder: Path) -> Path:
    course = folder / "course"
    for name in ("Ida Kron_5201_assignsubmission_file", "Ole Brand_5202_assignsubmission_file"):
        (course / name).mkdir(parents=True)
        (course / name / "Kron_2400017.md").write_text("x")
        (course / name / "net.py").write_text("x = 1")
    return course


def test_the_reading_is_shown_without_grading(tmp_path: Path) -> None:
    shown = run("submissions", download(tmp_path))
    assert shown.returncode == 0
    assert shown.stderr == "Moodle download: 2 submissions\n"
    assert shown.stdout.splitlines()[0] == "Ida Kron: Ida Kron moodle:5201; 2 files: Kron_2400017.md, net.py"


def test_what_belongs_to_nobody_is_named_and_has_an_exit_code(tmp_path: Path) -> None:
    course = download(tmp_path)
    (course / "notes.txt").write_text("x")
    shown = run("submissions", course, "--json")
    assert shown.returncode == 1
    data = json.loads(shown.stdout)
    assert (data["layouts"], data["not_read"]) == (["moodle"], ["notes.txt"])
    assert [one["members"][0]["platform_id"] for one in data["submissions"]] == ["moodle:5201", "moodle:5202"]


def test_a_layout_that_a_tutor_names(tmp_path: Path) -> None:
    course = download(tmp_path)
    assert run("submissions", course, "--layout", "one").stdout.count("\n") == 1
    refused = run("submissions", course, "--layout", "canvas")
    assert refused.returncode == 2
    assert "nothing is in the form of a Canvas download" in refused.stderr
