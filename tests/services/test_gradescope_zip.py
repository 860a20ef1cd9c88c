"""What services run, run here: their variables and folders, and what would be installed is there already."""

from __future__ import annotations

import io
import json
import os
import re
import signal
import subprocess
import sys
import time
import xml.etree.ElementTree as ElementTree
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from grader.errors import GraderError
from grader.rubric.files_beside import files_beside
from grader.rubric.load import read_rubric
from grader.services.gradescope_zip import autograder
from tests.helpers import ROOT

GRADER = Path(sys.executable).with_name("grader")
RUBRIC = """
rubric: 1
title: Words
points: 3
submission:
  - {kind: received_by, id: received, due: 2025-01-29T23:59:59+01:00, late: [{hours: 24, percent: 10}]}
questions:
  - id: why
    title: Why?
    points: 3
    answer: {number: ["1"]}
    checks:
      - {kind: word_limit, id: length, points: 1, most: 12, visibility: public}
      - {kind: word_limit, id: short, points: 2, most: 3}
"""
AUTHOR = ["-c", "user.name=A", "-c", "user.email=a@example.org"]
HOSTILE = (
    "::set-output name=points::100\n::error::x\n::stop-commands::t\n\r::add-mask::y\n##[error]z\n\x1b[31m::warning::w"
)
ANSWER = f"Anna Muster (1000101)\n\n# 1)\nOne two three four.\n\n# 2)\n{HOSTILE}\n"


def shell(script: Path | str, folder: Path, **variables: str | Path) -> subprocess.CompletedProcess[str]:
    """Run a script as a service does: its variables, and no others of ours but the path."""
    command = ["bash", "-c", script] if isinstance(script, str) else ["bash", str(script)]
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    environment = kept | {"GRADER_SKIP_INSTALL": "1", "GRADER": str(GRADER)} | {k: str(v) for k, v in variables.items()}
    return subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, timeout=240, check=False
    )


WHEEL = "dl_grader-0.1.0-py3-none-any.whl"


def wheel(*folders: str) -> bytes:
    """Return a zip with these folders, as a wheel has them."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as file:
        for folder in folders or ("grader", "reference"):
            file.writestr(zipfile.ZipInfo(f"{folder}/__init__.py", (1980, 1, 1, 0, 0, 0)), b"")
    return buffer.getvalue()


# GitHub


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    folder = tmp_path / "repository"
    folder.mkdir()
    (folder / "answers.md").write_text(ANSWER)
    (folder / "::error::name.txt").write_text("x")
    (tmp_path / "rubric.yaml").write_text(RUBRIC)
    return folder


def github(folder: Path, **variables: str) -> tuple[subprocess.CompletedProcess[str], dict[str, str], str]:
    files = {name: folder.parent / name for name in ("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY")}
    for path in files.values():
        path.write_text("")
    done = shell(
        ROOT / "ci" / "github.sh", folder, GITHUB_ACTION_PATH=ROOT, GITHUB_ACTIONS="true", RUBRIC=folder.parent / "rubric.yaml",
        SUBMISSION=".", **files, **variables,
    )  # fmt: skip
    given = dict(line.split("=", 1) for line in files["GITHUB_OUTPUT"].read_text().splitlines())
    return done, given, files["GITHUB_STEP_SUMMARY"].read_text()


def obeyed(stdout: str) -> list[str]:
    """The commands that a runner would obey."""
    found: list[str] = []
    stopped = ""
    for line in re.split(r"[\r\n]", stdout):
        line = line.strip()
        if stopped:
            stopped = "" if line == f"::{stopped}::" else stopped
        elif begun := re.match(r"::stop-commands::(.+)$", line):
            stopped = begun[1]
        elif line.startswith("::") or "##[" in line:
            found.append(line)
    assert not stopped
    return found


def test_the_action_annotates_and_fails_where_a_check_failed(checkout: Path) -> None:
    done, given, summary = github(checkout, RECEIVED="2025-01-29T12:00:00+01:00")
    assert done.returncode == 1, done.stderr
    assert (given["points"], given["max_points"], given["open"], given["failed"]) == ("1", "3", "0", "1")
    [line] = obeyed(done.stdout)
    assert line.startswith("::error ")
    assert "The answer has 4 words; the limit is 3." in line
    assert "1 of 3 points" in summary
    assert not re.search(r"(?m)^::", summary)


def test_the_action_gives_classroom_its_notices(checkout: Path) -> None:
    done, given, _ = github(checkout, RECEIVED="2025-01-29T12:00:00+01:00", CLASSROOM="true")
    assert any("title=Autograding complete::Points 1/3" in line for line in obeyed(done.stdout))
    assert given["result"]


def test_without_a_time_the_check_needs_review_and_the_action_passes(checkout: Path) -> None:
    (checkout / "answers.md").write_text("# 1)\nOne two.\n")
    done, given, _ = github(checkout)
    assert done.returncode == 0, done.stdout
    assert given["open"] == "1"


def test_the_action_stops_where_it_is_set_up_wrongly(checkout: Path) -> None:
    (checkout.parent / "rubric.yaml").write_text("rubric: 2\n")
    done, given, _ = github(checkout)
    assert done.returncode == 2
    assert given == {}
    assert obeyed(done.stdout) == []


def test_the_action_refuses_a_student_pack(checkout: Path) -> None:
    rubric = checkout.parent / "rubric.yaml"
    rubric.write_text(RUBRIC.replace("title: Words", "title: Words\nstudent_pack: {}", 1))
    done, given, _ = github(checkout)
    assert (done.returncode, given) == (2, {})
    assert "a student pack lacks the hidden checks" in done.stderr


def test_the_action_passes_its_inputs_to_the_script() -> None:
    action = yaml.safe_load((ROOT / "action.yml").read_text())
    [step] = [one for one in action["runs"]["steps"] if "run" in one]
    used = set(re.findall(r"inputs\.([\w-]+)", json.dumps(action["runs"]["steps"])))
    assert used == set(action["inputs"])
    assert "${{" not in step["run"]  # an input in a script would be run
    script = (ROOT / "ci" / "github.sh").read_text()
    assert all(f"${name}" in script or f"${{{name}" in script for name in step["env"])
    for value in action["outputs"].values():
        assert re.fullmatch(r"\$\{\{ steps\.grade\.outputs\.\w+ \}\}", value["value"])


# GitLab


def gitlab(job: dict[str, Any], folder: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run a job as a runner does: its variables, of which some name the runner's own, and the lines of its scripts."""
    runner = {"CI": "true", "CI_PROJECT_DIR": str(folder), "CI_PIPELINE_CREATED_AT": "2025-01-29T12:00:00Z"}
    given = {**runner, **job["variables"], **variables}
    expanded = {name: re.sub(r"\$(\w+)", lambda found: runner.get(found[1], ""), text) for name, text in given.items()}
    return shell("\n".join(["set -eo pipefail", *job["before_script"], *job["script"]]), folder, **expanded)


@pytest.mark.parametrize(("answer", "code"), [("One two three four.", 1), ("One two.", 0)], ids=["failed", "passed"])
def test_the_gitlab_job_writes_junit_and_fails_where_a_check_failed(tmp_path: Path, answer: str, code: int) -> None:
    job = yaml.safe_load((ROOT / "ci" / "gitlab.yml").read_text())["grade"]
    (tmp_path / "work").mkdir()
    (tmp_path / "work" / "a.md").write_text(f"# 1)\n{answer}\n")
    (tmp_path / "rubric.yaml").write_text(RUBRIC)
    done = gitlab(job, tmp_path / "work", RUBRIC=str(tmp_path / "rubric.yaml"))
    assert done.returncode == code, done.stdout + done.stderr
    root = ElementTree.parse(tmp_path / "work" / job["artifacts"]["reports"]["junit"]).getroot()
    assert root.get("failures") == str(code)
    for path in job["artifacts"]["paths"]:
        assert (tmp_path / "work" / path).is_dir()


def test_the_gitlab_job_takes_the_rubric_from_the_courses_project_and_the_time_of_the_pipeline(tmp_path: Path) -> None:
    job = yaml.safe_load((ROOT / "ci" / "gitlab.yml").read_text())["grade"]
    course, work = tmp_path / "course" / "rubrics.git", tmp_path / "work"
    course.mkdir(parents=True)
    work.mkdir()
    (course / "words.yaml").write_text(RUBRIC)
    (work / "a.md").write_text("# 1)\nOne two.\n")
    for arguments in (["init", "-q"], ["add", "."], [*AUTHOR, "commit", "-qm", "x"]):
        subprocess.run(["git", *arguments], cwd=course, check=True)
    given = {"RUBRIC_PROJECT": "course/rubrics", "RUBRIC": "words.yaml", "RUBRIC_BASE_URL": f"file://{tmp_path}"}
    done = gitlab(job, work, **given)
    assert done.returncode == 0, done.stdout + done.stderr
    root = ElementTree.parse(work / job["artifacts"]["reports"]["junit"]).getroot()
    assert (root.get("tests"), root.get("skipped")) == ("3", "0")  # the time is known, so nothing is to review
    assert not (work / "words.yaml").exists()


# Installs


def stubs(folder: Path) -> dict[str, str]:
    """Programs that note how they are called and install nothing; a new environment has the grader of these tests."""
    programs = folder / "programs"
    programs.mkdir()
    log = folder / "calls.txt"
    note = f'#!/bin/bash\necho "$(basename "$0") $*" >> {log}\n'
    venv = (
        f"mkdir -p \"$3/bin\"\nprintf '%s\\n' '#!/bin/bash' 'echo \"pip $*\" >> {log}' > \"$3/bin/pip\"\n"
        f'chmod +x "$3/bin/pip"\nln -s {GRADER} "$3/bin/grader"\n'
    )
    python = f'{note}if [ "$1 $2" = "-m venv" ]; then\n{venv}else exec {sys.executable} "$@"; fi\n'
    for name, text in (("python3", python), ("apt-get", note), ("pip", note)):
        (programs / name).write_text(text)
        (programs / name).chmod(0o755)
    return {"PATH": f"{programs}:{os.environ['PATH']}", "GRADER_SKIP_INSTALL": "0"}


def installed(folder: Path) -> list[str]:
    calls = (folder / "calls.txt").read_text().splitlines()
    return [line.removeprefix("pip install --quiet ") for line in calls if line.startswith("pip ")]


def test_the_action_installs_into_an_environment_of_its_own_once(checkout: Path, tmp_path: Path) -> None:
    (checkout / "answers.md").write_text("# 1)\nOne two.\n")
    where = {"RUNNER_TEMP": str(tmp_path), "TORCH_INDEX": "https://index.example/cpu", **stubs(tmp_path)}
    for _ in range(2):  # the second run finds the environment in the cache
        done, given, _ = github(checkout, RECEIVED="2025-01-29T12:00:00+01:00", **where)
        assert done.returncode == 0, done.stdout + done.stderr
    pinned = f"-c {ROOT}/constraints.txt"
    assert installed(tmp_path) == [
        f"{pinned} --no-deps --index-url https://index.example/cpu torch", f"{pinned} {ROOT}[tests]"
    ]  # fmt: skip
    assert [path.suffix for path in sorted(Path(given["report"]).iterdir())] == [".html", ".json"]
    assert "Why? - Length of the answer" in (checkout.parent / "GITHUB_STEP_SUMMARY").read_text().replace("\\", "")


def test_the_gitlab_job_installs_the_small_torch_first(tmp_path: Path) -> None:
    job = yaml.safe_load((ROOT / "ci" / "gitlab.yml").read_text())["grade"]
    (tmp_path / "work").mkdir()
    (tmp_path / "work" / "a.md").write_text("# 1)\nOne two.\n")
    (tmp_path / "r.yaml").write_text(RUBRIC)
    done = gitlab(
        job, tmp_path / "work", RUBRIC="../r.yaml", GRADER_URL="https://x.example/grader.tar.gz", **stubs(tmp_path)
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert installed(tmp_path) == [
        "--no-deps --index-url https://download.pytorch.org/whl/cpu torch", "dl-grader[tests] @ https://x.example/grader.tar.gz"
    ]  # fmt: skip


def test_gradescope_installs_the_wheel_of_the_zip_in_the_versions_of_the_zip(tmp_path: Path) -> None:
    base = unpacked(tmp_path)
    done = shell(base / "source" / "setup.sh", tmp_path, AUTOGRADER=base, **stubs(tmp_path))
    assert done.returncode == 0, done.stderr
    source = base / "source"
    assert installed(tmp_path) == [
        f"-c {source}/versions.txt --no-deps --index-url https://download.pytorch.org/whl/cpu torch",
        f"-c {source}/versions.txt {source}/{WHEEL}[tests]",
    ]
    assert "bubblewrap" not in (tmp_path / "calls.txt").read_text()


def test_the_workflow_for_others_gives_the_action_what_it_takes() -> None:
    workflow = yaml.safe_load((ROOT / ".github" / "workflows" / "grade.yml").read_text())
    called = workflow[True]["workflow_call"]  # YAML reads a bare `on` as true
    [step] = [one for one in workflow["jobs"]["grade"]["steps"] if one["uses"] == "./grader"]
    action = yaml.safe_load((ROOT / "action.yml").read_text())
    assert {name for name, one in action["inputs"].items() if one.get("required")} <= set(step["with"])
    assert set(step["with"]) <= set(action["inputs"])
    used = set(re.findall(r"\$\{\{ inputs\.([\w-]+)", json.dumps(workflow["jobs"])))
    assert used == set(called["inputs"])
    assert workflow["permissions"] == {"contents": "read"}


# Gradescope


def unpacked(folder: Path, rubric: str = RUBRIC, beside: Mapping[str, bytes] = {}, **metadata: Any) -> Path:
    """Lay out a folder as Gradescope does: /autograder with source, submission, results and metadata."""
    base = folder / "autograder"
    (base / "submission").mkdir(parents=True)
    (base / "results").mkdir()
    (base / "source").mkdir()
    archive = folder / "autograder.zip"
    archive.write_bytes(autograder(rubric.encode(), WHEEL, wheel(), beside))
    with zipfile.ZipFile(archive) as file:
        for info in file.infolist():
            path = base / "source" / info.filename
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(file.read(info))
            path.chmod(info.external_attr >> 16 & 0o777)
    (base / "run_autograder").write_bytes((base / "source" / "run_autograder").read_bytes())
    metadata_file = {
        "id": 1,
        "created_at": "2025-01-30T09:00:00.000000+01:00",
        "assignment": {"total_points": "3.0"},
        **metadata,
    }
    (base / "submission_metadata.json").write_text(json.dumps(metadata_file))
    (base / "submission" / "answers.md").write_text(ANSWER)
    return base


def result(base: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((base / "results" / "results.json").read_text())
    return found


def test_the_zip_is_as_gradescope_wants_it() -> None:
    data = autograder(RUBRIC.replace("\n", "\r\n").encode(), WHEEL, wheel(), versions="numpy==2.0\n")
    assert data == autograder(RUBRIC.encode(), WHEEL, wheel(), versions="numpy==2.0\n")
    with zipfile.ZipFile(io.BytesIO(data)) as file:
        modes = {info.filename: info.external_attr >> 16 & 0o777 for info in file.infolist()}
        assert all(info.create_system == 3 for info in file.infolist())
        private = dict.fromkeys(("rubric.yaml", "versions.txt", WHEEL), 0o600)
        assert modes == {"setup.sh": 0o755, "run_autograder": 0o755, **private}
        assert file.read(WHEEL) == wheel()
        for name in set(modes) - {WHEEL}:
            assert b"\r" not in file.read(name)
        assert file.read("setup.sh").startswith(b"#!/usr/bin/env bash\n")


@pytest.mark.parametrize(
    ("name", "folders"),
    [(WHEEL, ("grader",)), ("grader-1.2-py3-none-any.whl", ("grader", "reference")), (WHEEL, ())],
    ids=["without reference", "another distribution", "no zip"],
)
def test_only_a_complete_wheel_of_the_grader_goes_into_the_zip(name: str, folders: tuple[str, ...]) -> None:
    data = wheel(*folders) if folders else b"no zip"
    with pytest.raises(GraderError, match="not a complete wheel of the grader"):
        autograder(RUBRIC.encode(), name, data)


def test_the_autograder_grades_by_the_time_that_gradescope_says(tmp_path: Path) -> None:
    base = unpacked(tmp_path)
    assert shell(base / "source" / "setup.sh", tmp_path, AUTOGRADER=base).returncode == 0
    done = shell(base / "run_autograder", tmp_path, AUTOGRADER=base)
    assert done.returncode == 0, done.stderr
    found = result(base)
    assert sum(test.get("max_score", 0) for test in found["tests"]) == 3
    assert sum(test.get("score", 0) for test in found["tests"]) == pytest.approx(0.9)  # one point, a tenth for a day
    assert {test["extra_data"]["id"]: test["visibility"] for test in found["tests"]} == {
        "received": "after_published", "length": "visible", "short": "after_published"
    }  # fmt: skip
    assert found["extra_data"]["final"] is True


@pytest.mark.kernel
def test_the_files_of_a_course_go_with_its_rubric(tmp_path: Path) -> None:
    course = tmp_path / "course"
    (course / "given").mkdir(parents=True)
    (course / "rubric.yaml").write_text(
        "rubric: 1\ntitle: t\npoints: 2\nexecute: {files: [given/]}\nquestions:\n  - id: q\n    title: q\n    points: 2\n"
        "    checks: [{kind: notebook_runs, points: 1}, {kind: outputs, points: 1, target: twice, reference: 'solution:twice', given: {x: [3]}}]\n"
    )
    (course / "given" / "factor.txt").write_text("2")
    (course / "solution.py").write_text("from parts import two\ndef twice(x):\n    return two() * x\n")
    (course / "parts.py").write_text("def two():\n    return 2\n")
    beside = files_beside(read_rubric(course / "rubric.yaml"), course / "rubric.yaml")
    base = unpacked(tmp_path, (course / "rubric.yaml").read_text(), beside, assignment={"total_points": "2"})
    (base / "submission" / "team.py").write_text(
        "print(open('factor.txt').read())\n\n\ndef twice(x):\n    return x * 2\n"
    )
    assert shell(base / "source" / "setup.sh", tmp_path, AUTOGRADER=base).returncode == 0
    modes = {path.name: path.stat().st_mode & 0o777 for path in (base / "source").rglob("*") if path.is_file()}
    assert modes == {**dict.fromkeys(modes, 0o600), "setup.sh": 0o755, "run_autograder": 0o755}
    assert {"solution.py", "parts.py", "factor.txt"} <= modes.keys()
    done = shell(base / "run_autograder", tmp_path, AUTOGRADER=base)
    assert done.returncode == 0, done.stderr
    assert [test["score"] for test in result(base)["tests"]] == [1, 1], result(base)


def test_a_file_with_the_name_of_a_script_is_refused() -> None:
    with pytest.raises(GraderError, match=r"setup\.sh: the autograder has a file of this name"):
        autograder(RUBRIC.encode(), WHEEL, wheel(), {"setup.sh": b""})


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"rubric": "rubric: 2\n"}, "rubric.yaml"),
        ({"assignment": {"total_points": "20.0"}}, "the assignment has 20 points, the rubric 3"),
        ({"created_at": "yesterday"}, "not a time"),
        ({"rubric": RUBRIC.replace("title: Words", "title: Words\nstudent_pack: {}", 1)}, "student pack"),
    ],
    ids=["rubric", "points", "time", "student pack"],
)
def test_a_wrong_set_up_gives_no_grade(tmp_path: Path, change: dict[str, Any], words: str) -> None:
    base = unpacked(tmp_path, **change)
    assert shell(base / "run_autograder", tmp_path, AUTOGRADER=base).returncode == 2
    found = result(base)
    assert (found["score"], found["visibility"]) == (0.0, "hidden")
    assert words in found["output"]
    assert "tests" not in found


@pytest.mark.parametrize("program", ["/nonexistent", "/bin/false"], ids=["not installed", "broken"])
def test_a_result_is_there_where_the_grader_cannot_start(tmp_path: Path, program: str) -> None:
    base = unpacked(tmp_path)
    assert shell(base / "run_autograder", tmp_path, AUTOGRADER=base, GRADER=program).returncode != 0
    assert "This is not a grade" in result(base)["output"]


def test_a_result_is_there_when_the_grader_is_killed(tmp_path: Path) -> None:
    base = unpacked(tmp_path)
    begun = tmp_path / "begun"
    stuck = tmp_path / "stuck"
    stuck.write_text(f"#!/bin/sh\necho > {begun}\nexec sleep 1000\n")
    stuck.chmod(0o755)
    environment = {**os.environ, "AUTOGRADER": str(base), "GRADER": str(stuck)}
    with subprocess.Popen(["bash", str(base / "run_autograder")], env=environment, start_new_session=True) as process:
        ends = time.monotonic() + 60
        while not begun.exists() and time.monotonic() < ends:
            os.sched_yield()
        os.killpg(process.pid, signal.SIGKILL)
    assert process.returncode == -signal.SIGKILL
    assert "This is not a grade" in result(base)["output"]


@pytest.mark.kernel
def test_a_submission_cannot_read_the_rubric_while_it_runs(tmp_path: Path) -> None:
    rubric = "rubric: 1\ntitle: t\npoints: 0\nsubmission: [{kind: notebook_runs, id: runs, visibility: public}]\n"
    base = unpacked(tmp_path, rubric, assignment={"total_points": "0"})
    source = f"print(open({str(base / 'source' / 'rubric.yaml')!r}).read())"
    notebook = {"cells": [{"cell_type": "code", "source": source, "metadata": {}, "outputs": [], "execution_count": 1}]}
    (base / "submission" / "n.ipynb").write_text(
        json.dumps({**notebook, "metadata": {}, "nbformat": 4, "nbformat_minor": 4})
    )
    (base / "submission" / "link.md").symlink_to(base / "source" / "rubric.yaml")
    done = shell(base / "run_autograder", tmp_path, AUTOGRADER=base)
    assert done.returncode == 0, done.stderr
    [test] = [test for test in result(base)["tests"] if test["extra_data"]["id"] == "runs"]
    assert "status" not in test  # it needs review, as the file could be one of the course
    assert re.search(r"FileNotFoundError|PermissionError", test["output"])
    assert "notebook_runs, id" not in json.dumps(result(base))


# Docker


def test_the_image_is_built_from_existing_files_and_runs_without_root() -> None:
    text = re.sub(r"\\\n", " ", (ROOT / "Dockerfile").read_text())
    steps = [line.split(maxsplit=1) for line in text.splitlines() if line.strip() and not line.startswith("#")]
    names = [step[0] for step in steps]
    assert names[0] == "FROM"
    assert set(names) <= {"FROM", "RUN", "WORKDIR", "ARG", "COPY", "USER", "ENTRYPOINT", "CMD"}
    for name, rest in steps:
        if name == "COPY":
            assert all((ROOT / part).exists() for part in rest.split()[:-1])
        if name == "RUN":
            assert subprocess.run(["bash", "-n", "-c", rest], check=False).returncode == 0
    users = [rest for name, rest in steps if name == "USER"]
    assert users == ["grader"]
    assert names.index("USER") < names.index("ENTRYPOINT")
    assert dict(steps)["ENTRYPOINT"] == '["grader"]'


@pytest.mark.parametrize("script", ["ci/github.sh", "grader/services/setup.sh", "grader/services/run_autograder"])
def test_scripts_can_be_read_by_bash_and_have_unix_line_ends(script: str) -> None:
    data = (ROOT / script).read_bytes()
    assert b"\r" not in data
    assert subprocess.run(["bash", "-n", ROOT / script], check=False).returncode == 0
