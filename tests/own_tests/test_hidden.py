"""Nothing of a hidden test is in anything that a student is given: pages, JSON, lists and exports of a real run."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.command_line import run

pytestmark = [pytest.mark.kernel, pytest.mark.slow]
WORDS = ("QUOKKA", "WOMBAT", "NUMBAT", "BILBY", "271828")
TESTS = """import numpy as np
import pytest
from models import raises, scaled, swallows


def test_shown():
    assert scaled(2) == 5, "DINGO"


@pytest.mark.hidden
@pytest.mark.hint("WOMBAT")
def test_quokka_QUOKKA():
    assert scaled(271828) == 3, "NUMBAT"


@pytest.mark.hidden
@pytest.mark.parametrize("x", [271828, "BILBY"])
def test_QUOKKA_cases(x):
    np.testing.assert_allclose(len(str(scaled(x))), 1)


@pytest.mark.shows("nothing")
def test_QUOKKA_raised():
    raises(271828)


@pytest.mark.hidden
class TestQUOKKA:
    def test_wombat_WOMBAT(self):
        assert scaled(lambda BILBY: 271828) == 3


@pytest.mark.hidden
@pytest.mark.inside
def test_QUOKKA_inside():
    raises(271828)
"""
MODELS = """def scaled(x):
    return 2 * x

def raises(x):
    raise ValueError(f"got {x!r}")

def swallows(x):
    return x
"""
RUBRIC = """rubric: 1
title: Models
points: 6
questions:
  - id: models
    title: Models
    points: 6
    checks: [{kind: tests, points: 6, file: test_it.py}]
"""


@pytest.fixture(scope="module")
def given(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("hidden")
    team = folder / "submissions" / "Muster_1000001"
    team.mkdir(parents=True)
    (team / "models.py").write_text(MODELS)
    (team / "main.py").write_text("from models import *\n")
    (folder / "test_it.py").write_text(TESTS)
    (folder / "rubric.yaml").write_text(RUBRIC)
    done = run("grade", "submissions", "--rubric", "rubric.yaml", "--out", "reports", cwd=folder)
    assert done.returncode == 1, done.stderr
    (folder / "reports" / "printed.txt").write_text(done.stdout + done.stderr)
    for name in ("junit", "gradescope", "classroom"):
        made = run("export", "reports", "--format", name, cwd=folder)
        assert made.returncode in (0, 1), made.stderr
        (folder / "reports" / f"printed-{name}.txt").write_text(made.stdout + made.stderr)
    return folder / "reports"


def test_no_file_names_it_or_its_values(given: Path) -> None:
    files = [path for path in given.rglob("*") if path.is_file() and "evidence" not in path.parts]  # our own cache
    found = {
        (path.relative_to(given).as_posix(), word)
        for path in files
        for word in WORDS
        if word.encode() in path.read_bytes()
    }
    assert not found
    assert {".html", ".csv"} <= {path.suffix for path in files}
    shown = {path.suffix for path in files if b"DINGO" in path.read_bytes()}
    assert {".html", ".json"} <= shown, "what is shown is found by the same search"
