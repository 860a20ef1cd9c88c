"""The command line as its users meet it: exit codes, messages, files; never a traceback for what they did."""

from __future__ import annotations

import errno
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from grader.batch import grade_batch
from grader.sandbox.host.isolation import choose
from tests.command_line import run, run_process
from tests.helpers import ROOT
from tests.rubric.test_load import GOOD

__all__ = ["run"]  # for other tests


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["grade", "nowhere", "--rubric", "rubrics/cnn-rnn.yaml"], "nowhere: not found"),
        (["grade", "submissions", "--rubric", "nowhere.yaml"], "nowhere.yaml: cannot be read"),
        (["grade", "rubrics", "--rubric", "rubrics/cnn-rnn.yaml", "--intake", "no.csv"], "no.csv: cannot be read"),
        (["rubric", "check", "README.md"], "README.md:"),
        (["report", "rubrics"], "no reports found"),
        (["grade"], "Missing argument"),
        (["nothing"], "No such command"),
        (["grade", "x", "--rubrik", "y"], "No such option"),
    ],
    ids=["path", "rubric", "intake", "not a rubric", "no reports", "no argument", "command", "option"],
)
def test_what_a_user_can_fix_is_a_message_and_exit_code_2(arguments: list[str], message: str) -> None:
    done = run(*arguments)
    assert done.returncode == 2
    assert message in done.stderr
    assert "Traceback" not in done.stderr


def test_a_rubric_among_the_files_of_a_submission_is_refused(tmp_path: Path) -> None:
    (tmp_path / "rubric.yaml").write_text(GOOD)
    (tmp_path / "answers.md").write_text("## 1) Question\nA word.\n")
    done = run("grade", ".", "--rubric", "rubric.yaml", "--out", tmp_path / ".out", "--jobs", "1", cwd=tmp_path)
    assert done.returncode == 2
    assert "rubric.yaml: is a file of the submission" in done.stderr


@pytest.mark.kernel
def test_grade_writes_everything_and_says_where(submissions: Path, tmp_path: Path) -> None:
    done = run_process(
        "grade", submissions / "cnn-rnn", "--rubric", "rubrics/cnn-rnn.yaml", "--intake", submissions / "cnn-rnn" / "intake.csv",
        "--out", tmp_path / "out", "--jobs", "2",
    )  # fmt: skip
    assert done.returncode == 1, done.stderr
    assert f"index: {tmp_path}/out/index.html" in done.stdout.replace("\n", "")
    assert len(list((tmp_path / "out" / "reports").glob("*.html"))) == 4
    assert (tmp_path / "out" / "results.csv").read_text().startswith("team,name,student_id,email,q1")
    index = (tmp_path / "out" / "index.html").read_bytes()
    (tmp_path / "out" / "index.html").unlink()
    again = run("report", tmp_path / "out")
    assert again.returncode == 0, again.stderr
    assert (tmp_path / "out" / "index.html").read_bytes() == index


def test_json_output_and_overrides_that_close_everything(tmp_path: Path) -> None:
    rubric, submission, overrides = tmp_path / "r.yaml", tmp_path / "team.md", tmp_path / "overrides.csv"
    rubric.write_text(GOOD)
    submission.write_text("## 1) Question\nA word of an answer.\n")
    done = run("grade", submission, "--rubric", rubric, "--out", tmp_path / "out", "--json", "--quiet")
    (row,) = json.loads(done.stdout)
    assert (done.returncode, row["total"], row["unresolved"]) == (1, None, ["marker"])
    overrides.write_text("team,check,points,by,reason\nteam,marker,1.5,tutor,good\n")
    done = run(
        "grade",
        submission,
        "--rubric",
        rubric,
        "--out",
        tmp_path / "out",
        "--json",
        "--quiet",
        "--overrides",
        overrides,
    )
    (row,) = json.loads(done.stdout)
    assert (done.returncode, row["total"], row["unresolved"]) == (0, "1.5", [])
    assert "Graded by tutor: 1.5 points. good" in Path(row["report"]).read_text()


def test_broken_submissions_do_not_stop_the_batch(tmp_path: Path) -> None:
    folder, rubric = tmp_path / "all", tmp_path / "r.yaml"
    folder.mkdir()
    rubric.write_text(GOOD)
    (folder / "A_1000101.zip").write_bytes(b"PK\x03\x04 cut off")
    (folder / "B_1000102.zip").write_bytes(b"")
    (folder / "C_1000103.ipynb").write_text("{")
    (folder / "D_1000104.pdf").write_bytes(b"%PDF-")
    (folder / "E_1000105.md").write_text("## 1)\nA word.\n")
    done = run("grade", folder, "--rubric", rubric, "--out", tmp_path / "out", "--json", "--quiet")
    assert done.returncode == 1, done.stderr
    assert [row["team"][0] for row in json.loads(done.stdout)] == ["A", "B", "C", "D", "E"]
    page = next((tmp_path / "out" / "reports").glob("A*.html")).read_text()
    assert "damaged or incomplete" in page


def test_a_folder_that_cannot_be_written_is_a_message(tmp_path: Path) -> None:
    rubric, submission = tmp_path / "r.yaml", tmp_path / "team.md"
    rubric.write_text(GOOD)
    submission.write_text("## 1)\nA word.\n")
    (tmp_path / "file").write_text("in the way")
    done = run("grade", submission, "--rubric", rubric, "--out", tmp_path / "file" / "out")
    assert done.returncode == 2
    assert "cannot be written" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("method", "message"),
    [
        ("write_bytes", "cannot be written: No space left on device; free some space"),
        ("write_text", "no space for temporary files: No space left on device; free some space"),
    ],
    ids=["results", "temporary files"],
)
def test_a_full_disk_is_a_message(
    method: str, message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> None:
    rubric, submission = tmp_path / "r.yaml", tmp_path / "team.md"
    rubric.write_text(GOOD)
    submission.write_text("## 1)\nA word.\n")

    def full(*_: object, **__: object) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    if method == "write_text":  # the self-test of the isolation writes text, once in a process
        choose.cache_clear()
        request.addfinalizer(choose.cache_clear)
    monkeypatch.setattr(Path, method, full)
    done = run("grade", submission, "--rubric", rubric, "--out", tmp_path / "o")
    assert done.returncode == 2
    assert message in done.stderr
    assert "Traceback" not in done.stderr


def test_our_own_bug_is_exit_code_3_with_a_log(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def bug(*_: object, **__: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(grade_batch, "grade_all", bug)
    (tmp_path / "answers.md").write_text("1. Words.", encoding="utf-8")
    done = run("grade", ".", "--rubric", ROOT / "rubrics" / "cnn-rnn.yaml", cwd=tmp_path)
    assert done.returncode == 3
    assert "internal error" in done.stderr
    assert "ZeroDivisionError" in (tmp_path / "grader-error.log").read_text()


def test_check_runs_public_checks_only(tmp_path: Path) -> None:
    submission = tmp_path / "Muster_1000101_Beispiel_1000102.md"
    submission.write_text("Anna Muster (1000101), Ben Beispiel (1000102)\n")
    done = run("check", submission, "--rubric", "rubrics/noise-removal.yaml", "--json")
    found = {row["check"] for row in json.loads(done.stdout)["findings"]}
    assert {"members", "runs", "cell-shapes"} <= found
    assert not found & {"name", "cell-output", "model-noise", "q4-table", "received"}
    assert done.returncode == 1


@pytest.mark.kernel
def test_rubric_commands_doctor_and_version() -> None:
    done = run("rubric", "check", "rubrics/noise-removal.yaml", "rubrics/cnn-rnn.yaml")
    assert done.returncode == 0
    assert done.stdout.count(": valid (") == 2
    assert json.loads(run("rubric", "schema").stdout)["title"] == "grader rubric"
    assert "same_output" in run("rubric", "kinds").stdout
    doctor = run("doctor")
    assert doctor.returncode == 0
    assert "starts and runs a cell" in doctor.stdout
    found = json.loads(run("doctor", "--json").stdout)
    assert found["kernel"] == ["starts and runs a cell"]
    assert [line for lines in found.values() for line in lines] == [line[11:] for line in doctor.stdout.splitlines()]
    assert run_process("--version").stdout.startswith("grader ")


@pytest.mark.kernel
def test_demo_grades_the_small_submission(tmp_path: Path) -> None:
    done = run("demo", "--out", tmp_path / "demo")
    assert done.returncode == 0, done.stderr
    page = next((tmp_path / "demo" / "reports").glob("*.html")).read_text()
    assert "The forget gate has no sigmoid." in page
    assert "counted twice" in page


@pytest.mark.parametrize("command", ["rubric check", "grade"])
def test_a_reference_that_does_not_load_stops_before_grading(command: str, tmp_path: Path) -> None:
    text = (ROOT / "rubrics" / "noise-removal.yaml").read_text(encoding="utf-8")
    text = text.replace("solution: solutions/noise-removal\n", "")
    rubric = tmp_path / "r.yaml"
    rubric.write_text(text.replace("reference.lstm:LSTMCell", "reference.lstmz:LSTMCell"), encoding="utf-8")
    before = [] if command == "rubric check" else [str(tmp_path), "--rubric"]
    after = [] if command == "rubric check" else ["--out", str(tmp_path / "out")]
    done = run(*command.split(), *before, rubric, *after)
    assert done.returncode == 2
    assert "No module named 'reference.lstmz'" in done.stderr


@pytest.mark.parametrize(("given", "threads"), [({}, "1"), ({"OMP_NUM_THREADS": "2"}, "2")])
def test_tensors_are_compared_by_one_thread_unless_the_user_says_otherwise(given: dict[str, str], threads: str) -> None:
    script = (
        "import sys; from grader.cli import main; sys.argv = ['grader', '--version']; assert 'torch' not in sys.modules\n"
        "try:\n    main()\nfinally:\n    import torch\n    print(torch.get_num_threads())"
    )
    inherited = {name: value for name, value in os.environ.items() if not name.endswith("NUM_THREADS")}
    done = subprocess.run(
        [sys.executable, "-c", script], env=inherited | given, capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines()[-1] == threads
