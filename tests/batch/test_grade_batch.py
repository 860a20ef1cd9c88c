"""Many submissions: their order, the room they take, a process that vanishes, a folder that is in use."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
import zipfile
from decimal import Decimal
from pathlib import Path

import pytest

from grader.grading import pipeline
from grader.grading.options import GradingOptions
from grader.ingest.discover import discover
from grader.model import Override, say
from grader.results.effort import Effort
from grader.results.folder_lock import hold
from grader.results.results_database import ResultsDatabase
from grader.rubric.load import parse_rubric
from grader.rubric.schema import Rubric
from tests.batches import graded, written
from tests.command_line import run
from tests.helpers import ROOT

RUBRIC = """
rubric: 1
title: Words
points: 2
questions:
  - id: why
    title: Why
    points: 2
    answer: {number: ["1"]}
    checks:
      - {kind: word_limit, id: length, points: 1, most: 5}
      - {kind: manual, id: sense, points: 1, guide: "Does it make sense?"}
"""
TEXTS = {
    "Anton_1000001_Berta_1000002": "Two words",
    "Cesar_1000003_Dora_1000004": "Far more than just the five words",
    "Emil_1000005_Frieda_1000006": "Three words here",
}


@pytest.fixture
def rubric() -> Rubric:
    return parse_rubric(RUBRIC, "r.yaml")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "in").mkdir()
    (tmp_path / "rubric.yaml").write_text(RUBRIC)
    for name, words in TEXTS.items():
        with zipfile.ZipFile(tmp_path / "in" / f"{name}.zip", "w") as archive:
            archive.writestr(f"{name}/answers.md", f"# Exercise 1\n{words}\n")
    return tmp_path


def test_past_times_come_from_the_store_and_a_run_of_nothing_does_not_overwrite_them(
    folder: Path, rubric: Rubric
) -> None:
    records = ResultsDatabase(folder / "out")
    graded([folder / "in"], rubric, folder / "out", GradingOptions(level="A"))
    row = next(records.rows())
    records.put(row, None, effort(12.5))
    records.put(row, None, effort(0.0))
    assert records.past() == {row.source: (12.5, 77)}


def effort(seconds: float) -> Effort:
    return Effort(seconds, 77 if seconds else 0, {})


def test_jobs_change_nothing_and_keep_nothing_in_memory(folder: Path, rubric: Rubric) -> None:
    graded([folder / "in"], rubric, folder / "one", GradingOptions(level="A"), jobs=1)
    graded([folder / "in"], rubric, folder / "three", GradingOptions(level="A"), jobs=3)
    assert written(folder / "one") == written(folder / "three")
    assert len(written(folder / "one")) == 8


def test_a_folder_in_use_is_a_message_with_the_process(folder: Path) -> None:
    with hold(folder / "out", "grader grade"):
        done = run("grade", "in", "--rubric", "rubric.yaml", "--out", "out", cwd=folder)
    assert done.returncode == 2
    assert f"out is in use: grader grade, process {os.getpid()}" in done.stderr
    assert "choose another --out" in done.stderr
    after = run("grade", "in", "--rubric", "rubric.yaml", "--out", "out", cwd=folder)
    assert after.returncode == 1, after.stderr


@pytest.mark.kernel
def test_two_runs_in_one_folder_do_not_disturb_each_other(folder: Path) -> None:
    command = [sys.executable, "-m", "grader", "grade", "in", "--rubric", "rubric.yaml", "--out", "out"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    both = [
        subprocess.Popen(command, cwd=folder, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        for _ in range(2)
    ]
    said = [process.communicate()[1].decode() for process in both]
    codes = [process.returncode for process in both]
    assert 1 in codes  # done, a check needs review; the other run ended before or after it, or was refused
    assert all(code == 1 or (code == 2 and "in use" in words) for code, words in zip(codes, said, strict=True))
    definitions_only = run("grade", "in", "--rubric", "rubric.yaml", "--out", "alone", cwd=folder)
    assert definitions_only.returncode == 1
    assert written(folder / "out") == written(folder / "alone")


def test_the_results_database_can_be_read_by_sqlite(folder: Path, rubric: Rubric) -> None:
    graded([folder / "in"], rubric, folder / "out", GradingOptions(level="A"))
    code = (
        "import sqlite3; c = sqlite3.connect('out/grader.sqlite');"
        "print(c.execute('SELECT team, certain, total FROM submissions ORDER BY team').fetchall());"
        "print(c.execute(\"SELECT count(*) FROM findings WHERE status = 'failed'\").fetchone())"
    )
    done = subprocess.run([sys.executable, "-I", "-c", code], cwd=folder, capture_output=True, text=True, check=True)
    teams, failures = done.stdout.splitlines()
    assert teams == str([(name, points, None) for name, points in zip(TEXTS, "101", strict=True)])
    assert failures == "(1,)"


def test_every_total_has_its_history(folder: Path, rubric: Rubric) -> None:
    out = folder / "out"
    graded([folder / "in"], rubric, out, GradingOptions(level="A"))
    graded([folder / "in"], rubric, out, GradingOptions(level="A"))
    given = (Override(next(iter(TEXTS)), "sense", Decimal("0.5"), "Tutor T", "half"),)
    graded([folder / "in"], rubric, out, GradingOptions(level="A", overrides=given))
    records = ResultsDatabase(out)
    name = next(records.rows()).name
    history = [(str(one.certain), one.total, one.why) for one in records.history(name)]
    assert history == [("1", None, "graded"), ("1.5", Decimal("1.5"), "graded")]


def test_overrides_survive_and_are_flagged_if_the_question_changed(folder: Path, rubric: Rubric) -> None:
    out, team = folder / "out", next(iter(TEXTS))
    given = (Override(team, "sense", Decimal("0.5"), "Tutor T", "half"),)
    graded([folder / "in"], rubric, out, GradingOptions(level="A", overrides=given))
    [kept] = [one for one in graded([folder / "in"], rubric, out, GradingOptions(level="A")) if one.team == team]
    assert kept.grade.total == Decimal("1.5")
    assert ResultsDatabase(out).flagged() == []
    other = parse_rubric(RUBRIC.replace("make sense", "convince"), "r.yaml")
    [kept] = [one for one in graded([folder / "in"], other, out, GradingOptions(level="A")) if one.team == team]
    assert kept.grade.total == Decimal("1.5")
    [(flagged, why)] = ResultsDatabase(out).flagged()
    assert (flagged.team, flagged.check) == (team, "sense")
    assert why == say("The question or its maximum points have changed since.")
    assert "Manual grades to review" in (out / "index.html").read_text()
    less = RUBRIC.replace("points: 2", "points: 1.25").replace("id: sense, points: 1", "id: sense, points: 0.25")
    small = parse_rubric(less, "r.yaml")
    [kept] = [one for one in graded([folder / "in"], small, out, GradingOptions(level="A")) if one.team == team]
    assert kept.grade.total is None  # half a point for a check with a quarter: the tutor gives another
    assert kept.grade.unresolved == ("sense",)


def test_an_override_is_for_the_submission_that_was_reviewed(folder: Path, rubric: Rubric) -> None:
    out, team = folder / "out", next(iter(TEXTS))
    given = GradingOptions(level="A", overrides=(Override(team, "sense", Decimal("0.5"), "Tutor T", "half"),))
    graded([folder / "in"], rubric, out, given)
    with zipfile.ZipFile(folder / "in" / f"{team}.zip", "w") as archive:
        archive.writestr(f"{team}/answers.md", "# Exercise 1\nOther words\n")
    [later] = [one for one in graded([folder / "in"], rubric, out, GradingOptions(level="A")) if one.team == team]
    assert later.grade.unresolved == ("sense",)
    [(_, why)] = ResultsDatabase(out).flagged()
    assert why == say("The team has submitted again since; this manual grade is not used.")
    [again] = [one for one in graded([folder / "in"], rubric, out, given) if one.team == team]
    assert again.grade.total == Decimal("1.5")  # given once more, for the present submission


def test_an_override_can_be_withdrawn(folder: Path, rubric: Rubric) -> None:
    out, team = folder / "out", next(iter(TEXTS))
    for points, total in (("0.5", Decimal("1.5")), ("withdraw", None)):
        (folder / "overrides.csv").write_text(f"team,check,points,by,reason\n{team},sense,{points},T,why\n")
        done = run("grade", "in", "--rubric", "rubric.yaml", "--out", "out", "--overrides", "overrides.csv", cwd=folder)
        assert done.returncode == 1, done.stderr
        [row] = [row for row in ResultsDatabase(out).rows() if row.team == team]
        assert row.total == total


def test_an_unusable_override_is_reported_before_grading(folder: Path) -> None:
    (folder / "overrides.csv").write_text("team,check,points,by,reason\nNobody,sense,1,T,why\n")
    done = run("grade", "in", "--rubric", "rubric.yaml", "--out", "out", "--overrides", "overrides.csv", cwd=folder)
    assert done.returncode == 2
    assert "Nobody: 0 submissions have this team name" in done.stderr
    assert not (folder / "out" / "reports").exists()


def test_a_run_over_part_of_the_folder_shows_that_part_and_forgets_nothing(folder: Path, rubric: Rubric) -> None:
    out = folder / "out"
    graded([folder / "in"], rubric, out, GradingOptions(level="A"))
    first = next((folder / "in").glob("Anton*"))
    assert [report.team for report in graded([first], rubric, out, GradingOptions(level="A"))] == [next(iter(TEXTS))]
    assert len(list((out / "reports").glob("*.html"))) == 3
    assert len(ResultsDatabase(out).names(1)) == 2


def test_progress_as_lines_as_json_and_not_at_all(folder: Path) -> None:
    arguments = ["grade", "in", "--rubric", "rubric.yaml", "--jobs", "1"]
    plain = run(*arguments, "--out", "a", cwd=folder)
    assert plain.stderr.splitlines()[:2] == [
        "Folders and archives: 3 submissions",
        "The rubric is not proved: it names no solution.",
    ]
    assert plain.stderr.splitlines()[2] == "[1/3] Anton_1000001_Berta_1000002: 1 of 2 points, 1 to review"
    quiet = run(*arguments, "--out", "a", "--quiet", cwd=folder)
    assert quiet.stderr == ""
    machine = run(*arguments, "--out", "a", "--json", cwd=folder)
    layout, first, *lines = [json.loads(line) for line in machine.stderr.splitlines()]
    assert layout == {"layouts": ["folders"], "submissions": 3, "not_read": []}
    assert first == {"proof": "The rubric is not proved: it names no solution.", "noticed": 0, "mutants": 0}
    assert [(one["done"], one["count"], one["unresolved"]) for one in lines] == [(n, 3, ["sense"]) for n in (1, 2, 3)]
    assert [one["team"] for one in json.loads(machine.stdout)] == list(TEXTS)


def test_progress_on_a_terminal_has_rate_time_left_and_what_runs(folder: Path) -> None:
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "grader", "grade", "in", "--rubric", "rubric.yaml", "--jobs", "1"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "TERM": "xterm", "COLUMNS": "120"}
    process = subprocess.Popen(command, cwd=folder, env=environment, stdout=subprocess.DEVNULL, stderr=theirs)
    os.close(theirs)
    said = b""
    while True:
        try:
            part = os.read(ours, 4096)
        except OSError:
            break
        said += part
        if not part:
            break
    assert process.wait() == 1
    words = said.decode()
    assert "3/3" in words
    assert "/min" in words
    assert "left" in words
    assert "running: " in words
    assert "Cesar_1000003_Dora_1000004: 0 of 2 points, 1 to review, 1 failed" in words


def test_a_long_batch_ends_with_a_line_and_not_with_a_page_of_teams(folder: Path) -> None:
    for number in range(70):
        (folder / "in" / f"Team_{2000001 + number}.md").write_text("# Exercise 1\nTwo words\n")
    done = run("grade", "in", "--rubric", "rubric.yaml", "--quiet", cwd=folder)
    assert "73 submissions, 0 graded, 73 to review" in done.stdout
    assert len(done.stdout.splitlines()) < 5


def test_teams_whose_names_look_alike_in_file_names_keep_their_own_reports(tmp_path: Path, rubric: Rubric) -> None:
    for name in ("李华", "王芳", "Muller", "Müller"):
        (tmp_path / "in" / name).mkdir(parents=True)
        (tmp_path / "in" / name / "answers.md").write_text("# Exercise 1\nThe same words\n")
    reports = graded([tmp_path / "in"], rubric, tmp_path / "out", GradingOptions(level="A"))
    assert {report.team for report in reports} == {"李华", "王芳", "Muller", "Müller"}
    assert len((tmp_path / "out" / "results.csv").read_text().splitlines()) == 5


def test_two_lines_for_one_check_are_reported(folder: Path) -> None:
    line = f"{next(iter(TEXTS))},sense"
    (folder / "overrides.csv").write_text(f"team,check,points,by,reason\n{line},1,Ann,why\n{line},0,Bob,why\n")
    done = run("grade", "in", "--rubric", "rubric.yaml", "--overrides", "overrides.csv", cwd=folder)
    assert done.returncode == 2
    assert "several lines for sense; keep one" in done.stderr


def test_the_same_list_of_overrides_does_not_unflag_them(folder: Path, rubric: Rubric) -> None:
    given = GradingOptions(
        level="A", overrides=(Override(next(iter(TEXTS)), "sense", Decimal("0.5"), "Tutor T", "half"),)
    )
    graded([folder / "in"], rubric, folder / "out", given)
    other = parse_rubric(RUBRIC.replace("make sense", "convince"), "r.yaml")
    graded([folder / "in"], other, folder / "out", given)
    assert len(ResultsDatabase(folder / "out").flagged()) == 1


def test_a_submission_with_a_grader_error_is_resolved_by_an_override(
    folder: Path, rubric: Rubric, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(pipeline, "run_and_ask", fail)
    team = next(iter(TEXTS))
    overrides = tuple(Override(team, check, Decimal(1), "T", "read") for check in ("length", "sense"))
    reports = graded([folder / "in"], rubric, folder / "out", GradingOptions(level="A", overrides=overrides))
    assert {report.team: report.grade.total for report in reports} == dict.fromkeys(TEXTS) | {team: Decimal(2)}


@pytest.mark.kernel
def test_names_that_no_file_can_have_stop_no_batch(tmp_path: Path) -> None:
    text = RUBRIC.replace(
        "questions:", "submission:\n  - {kind: must_not_use, target: LSTM, names: [torch.nn.LSTM]}\nquestions:"
    )
    for name, code in {"Bad": "getattr(nn, '\\ud800.LSTM')", "Good": "nn.Linear(1, 1)"}.items():
        (tmp_path / "in" / name).mkdir(parents=True)
        source = f"from torch import nn\nclass LSTM:\n    def __init__(self): self.x = {code}\n"
        (tmp_path / "in" / name / "model.py").write_text(source)
    reports = graded([tmp_path / "in"], parse_rubric(text, "r.yaml"), tmp_path / "out", GradingOptions(level="A"))
    found = {report.team: report.grade.questions[0].checks[0].finding for report in reports}
    assert found["Good"].status == "passed"
    assert found["Bad"].status in ("failed", "needs_review")
    assert "?.LSTM" in str(found["Bad"].message)


def test_a_missing_report_is_reported_and_drops_no_submission(folder: Path) -> None:
    assert run("grade", "in", "--rubric", "rubric.yaml", "--out", "out", "-q", cwd=folder).returncode == 1
    before = (folder / "out" / "results.csv").read_text()
    [gone] = (folder / "out" / "reports").glob("Cesar*.json")
    gone.unlink()
    done = run("report", "out", cwd=folder)
    assert done.returncode == 2
    assert gone.name in done.stderr
    assert (folder / "out" / "results.csv").read_text() == before


def test_a_folder_of_another_program_is_not_changed(tmp_path: Path) -> None:
    for command in (["report", "."], ["decide", ".", "12345678", "--points", "1", "--by", "T", "--reason", "why"]):
        done = run(*command, cwd=tmp_path)
        assert done.returncode == 2
        assert "no reports found" in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_damaged_entry_of_a_bulk_download_is_noticed(tmp_path: Path) -> None:
    path = tmp_path / "all.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        for name in ("Ann_1", "Bob_2"):
            archive.writestr(f"{name}_assignsubmission_file/answers.md", f"# Exercise 1\nwords of {name}\n")
            archive.writestr(f"{name}_assignsubmission_file/more.md", "more")
    path.write_bytes(path.read_bytes().replace(b"words of Bob_2", b"wrong of Bob_2", 1))
    read = {source.label: source.read() for source in discover([path])}
    assert read["Ann"].notices == []
    [notice] = read["Bob"].notices
    assert notice.serious
    assert "answers.md is damaged" in str(notice.message)


def test_any_typed_text_is_saved(folder: Path, rubric: Rubric) -> None:
    overrides = (Override(next(iter(TEXTS)), "sense", Decimal(1), "A\udcff", "\ud800"),)
    graded([folder / "in"], rubric, folder / "out", GradingOptions(level="A", overrides=overrides))
    assert [(override.by, override.reason) for override in ResultsDatabase(folder / "out").overrides()] == [("A?", "?")]


def test_the_page_of_a_submission_that_was_replaced_is_removed_and_others_stay(folder: Path, rubric: Rubric) -> None:
    graded([folder / "in"], rubric, folder / "out", GradingOptions(level="A"))
    before = {path.name for path in (folder / "out" / "reports").iterdir()}
    name = "Anton_1000001_Berta_1000002"
    with zipfile.ZipFile(folder / "in" / f"{name}.zip", "w") as archive:
        archive.writestr(f"{name}/answers.md", "# Exercise 1\nOther words\n")
    (folder / "in" / "Cesar_1000003_Dora_1000004.zip").unlink()  # not handed over this time: its page stays
    graded([folder / "in"], rubric, folder / "out", GradingOptions(level="A"))
    after = {path.name for path in (folder / "out" / "reports").iterdir()}
    assert {path.partition("-")[0] for path in before ^ after} == {name}
    assert [path.partition("-")[0] for path in sorted(after) if path.endswith(".html")] == sorted(TEXTS)
