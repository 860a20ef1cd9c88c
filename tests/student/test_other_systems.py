"""macOS and Windows: the paths of students and of rubrics use nothing that only Linux has, nor torch without need.

The grader's own modules see the other system (`other_system/sitecustomize.py`): what Python lacks there is taken away.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from grader.student.wheel import FOR_GRADING
from tests.helpers import ROOT
from tests.student.small_notebook import notebook

pytestmark = pytest.mark.kernel

FOLDER = ROOT / "tests" / "student" / "other_system"
RUBRIC = """\
rubric: 1
title: Means
points: 3
solution: solution.py
questions:
  - id: mean
    title: The mean
    points: 3
    checks:
      - {kind: notebook_runs, id: runs, visibility: public}
      - {kind: properties, id: shape, points: 1, visibility: public, target: mean_vector, as: numpy,
         given: {x: [n, m]}, sizes: [{n: 4, m: 3}], holds: [{shape: [m]}]}
      - {kind: properties, id: even, points: 1, visibility: public, target: spread, as: numpy,
         given: {x: [n, m]}, sizes: [{n: 4, m: 3}], holds: [{shape: [m]}]}
      - {kind: manual, id: why, points: 1, guide: One point for a reason.}
"""
CELLS = (
    "import numpy as np\n\ndef mean_vector(x):\n    return x.mean(axis=0)",
    "def spread(x):\n    return x.std()  # of all numbers, so the shape is wrong",
    "print('Σ')",
)
COMMANDS = {
    "check": ["check", "work.ipynb", "--rubric", "rubric.yaml"],
    "rubric": ["rubric", "check", "rubric.yaml"],
    "pack": ["pack", "--rubric", "rubric.yaml", "--into", "pack.student.yaml"],
    "doctor": ["doctor"],
    "grade": ["grade", "work.ipynb", "--rubric", "rubric.yaml"],
    "init": ["init", "sheet"],
}


@dataclass(frozen=True)
class Ran:
    """What the commands did on one system, and the folder they ran in."""

    folder: Path
    done: dict[str, dict[str, Any]]


@pytest.fixture(scope="module", params=["darwin", "win32"])
def ran(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Ran:
    folder = tmp_path_factory.mktemp(request.param)
    (folder / "rubric.yaml").write_text(RUBRIC, encoding="utf-8")
    (folder / "solution.py").write_text("\n\n\n".join(CELLS[:2]), encoding="utf-8")
    notebook(folder / "work.ipynb", *CELLS)
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join([str(FOLDER), str(ROOT)]),
        "GRADER_TEST_SYSTEM": request.param,
        "GRADER_TEST_LACKS": ",".join("PIL" if name == "pillow" else name for name in FOR_GRADING),
    }
    command = [sys.executable, str(FOLDER / "run_commands.py"), json.dumps(list(COMMANDS.values()))]
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return Ran(folder, dict(zip(COMMANDS, json.loads(done.stdout), strict=True)))


def test_a_students_own_code_runs_in_an_ordinary_kernel_and_the_checks_judge_it(ran: Ran) -> None:
    done = ran.done["check"]
    assert done["code"] == 1, done
    assert "All 3 cells ran without an error." in done["out"]
    assert "Properties of the result: All 1 properties" not in done["out"]
    assert "spread" in done["out"]
    assert "an ordinary kernel" in done["out"]


def test_rubrics_are_validated_and_packed(ran: Ran) -> None:
    assert (ran.done["rubric"]["code"], ran.done["pack"]["code"]) == (0, 0), ran.done
    assert "rubric.yaml: valid (1 question, 4 checks, 3 points)" in ran.done["rubric"]["out"]
    assert (ran.folder / "pack.student.yaml").is_file()


def test_doctor_says_what_works_here_and_what_is_missing(ran: Ran) -> None:
    done = ran.done["doctor"]
    assert done["code"] == 0, done
    assert "kernel     starts and runs a cell" in done["out"]
    assert "torch is not installed; run: pip install torch" in done["out"]
    assert "grading    the work of others is graded on Linux only" in done["out"]


def test_grading_the_work_of_others_is_one_sentence_with_what_to_do(ran: Ran) -> None:
    done = ran.done["grade"]
    assert done["code"] == 2
    [line] = done["err"].splitlines()
    assert "use a server, Docker or WSL2" in line


def test_a_course_is_begun(ran: Ran) -> None:
    assert ran.done["init"]["code"] == 0, ran.done["init"]
    assert (ran.folder / "sheet" / "rubric.yaml").is_file()
