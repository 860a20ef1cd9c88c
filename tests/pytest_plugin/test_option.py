"""`pytest --submission PATH` runs a course's tests on one submission; without the option nothing is different."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tomllib
import xml.etree.ElementTree as ET
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.helpers import ROOT

PLUGIN = "grader.pytest_plugin.option"
TESTS = """
import numpy as np
import pytest
from models import Scale, softmax


@pytest.mark.points(2)
@pytest.mark.parametrize("size", [1, 5])
def test_sums_to_one(size):
    np.testing.assert_allclose(softmax(np.ones((3, size))).sum(axis=-1), np.ones(3))


@pytest.mark.hint("Subtract the largest number first.")
def test_large_numbers():
    assert softmax(np.array([1000.0, 0.0])).tolist() == [1.0, 0.0]


class TestScale:
    def test_type(self):
        assert type(Scale(3)) is Scale

    def test_size(self, size):
        assert size == 3
"""
WRONG = """import numpy as np


def softmax(x):
    e = np.exp(x)
    return e / e.sum(axis=-1, keepdims=True)


class Scale:
    def __init__(self, size):
        self.size = size
"""
CONFTEST = "import pytest\nfrom models import Scale\n\n\n@pytest.fixture\ndef size():\n    return Scale(3).size\n"
RIGHT = WRONG.replace("np.exp(x)", "np.exp(x - x.max())")


def run_pytest(folder: Path, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run pytest with the plugin in a process of its own."""
    known = {**os.environ, "PYTHONPATH": str(ROOT), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", **environment}
    command = [sys.executable, "-m", "pytest", "-p", PLUGIN, "-p", "no:cacheprovider", "-c", "/dev/null"]
    command += ["--rootdir", str(folder), *words]
    return subprocess.run(command, cwd=folder, env=known, capture_output=True, text=True, check=False)


def cases(file: Path) -> Mapping[str, tuple[str, str, Mapping[str, str]]]:
    """The result, message and properties of each test in a JUnit file."""
    found = {}
    for case in ET.parse(file).getroot().iter("testcase"):
        [*wrong] = [part for part in case if part.tag in ("failure", "error", "skipped")]
        properties = {one.attrib["name"]: one.attrib["value"] for one in case.iter("property")}
        words = (wrong[0].text or "") if wrong else ""
        name = f"{case.attrib['classname']}.{case.attrib['name']}"
        found[name] = (wrong[0].tag if wrong else "passed", words, properties)
    return found


@pytest.mark.kernel
def test_a_folder_gives_a_file_of_junit_with_points_and_hints(tmp_path: Path) -> None:
    (tmp_path / "test_models.py").write_text(TESTS)
    (tmp_path / "conftest.py").write_text(CONFTEST)
    (tmp_path / "team").mkdir()
    (tmp_path / "team" / "models.py").write_text(WRONG)
    done = run_pytest(tmp_path, "--submission", "team", "--junitxml", "out.xml")
    assert done.returncode == 1, done.stdout
    found = cases(tmp_path / "out.xml")
    assert {name: result for name, (result, _, _) in found.items()} == {
        "test_models.test_sums_to_one[1]": "passed",
        "test_models.test_sums_to_one[5]": "passed",
        "test_models.test_large_numbers": "failure",
        "test_models.TestScale.test_type": "error",
        "test_models.TestScale.test_size": "passed",
    }
    _, words, properties = found["test_models.test_large_numbers"]
    assert "assert [nan, 0.0] == [1.0, 0.0]" in words
    assert "Traceback" not in words
    assert properties == {"points": "0", "max_points": "1", "hint": "Subtract the largest number first."}
    assert found["test_models.test_sums_to_one[5]"][2] == {"points": "1", "max_points": "1"}
    _, words, properties = found["test_models.TestScale.test_type"]
    assert "is given to type" in words
    assert properties == {"points": "", "max_points": "1"}
    assert "test_models.py: Needs review: test_models.py, line 20" in done.stdout


@pytest.mark.kernel
def test_an_archive_passes_and_one_test_can_be_chosen(tmp_path: Path) -> None:
    (tmp_path / "test_models.py").write_text(TESTS)
    with zipfile.ZipFile(tmp_path / "team.zip", "w") as archive:
        archive.writestr("models.py", RIGHT)
    (tmp_path / "solution.py").write_text(RIGHT)
    for path in ("team.zip", "solution.py"):
        done = run_pytest(tmp_path, "--submission", path, "-v", "test_models.py::test_large_numbers")
        assert done.returncode == 0, done.stdout
        assert "test_models.py::test_large_numbers PASSED" in done.stdout
        assert "1 passed" in done.stdout


@pytest.mark.kernel
def test_a_notebook_by_itself_is_a_submission(tmp_path: Path) -> None:
    (tmp_path / "test_models.py").write_text(TESTS)
    (tmp_path / "conftest.py").write_text(CONFTEST)
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "models.py").write_text(RIGHT)  # is no part of it
    cells: list[dict[str, Any]] = [
        {"cell_type": "code", "source": source, "metadata": {}, "outputs": [], "execution_count": None}
        for source in WRONG.split("\n\n\n")
    ]
    made = {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 4}
    (tmp_path / "other" / "work.ipynb").write_text(json.dumps(made))
    done = run_pytest(tmp_path, "--submission", "other/work.ipynb", "--junitxml", "out.xml")
    assert done.returncode == 1, done.stdout
    results = {name.partition(".")[2]: result for name, (result, _, _) in cases(tmp_path / "out.xml").items()}
    assert results["test_sums_to_one[5]"] == "passed"
    assert results["test_large_numbers"] == "failure"
    assert results["TestScale.test_size"] == "passed"


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--submission", "nothing"), "not found; give a folder, an archive, a notebook or a Python file"),
        (("--submission", ".", "--rubric", "nothing.yaml"), "nothing.yaml: cannot be read"),
    ],
)
def test_a_wrong_path_is_a_mistake_of_the_user(tmp_path: Path, words: tuple[str, ...], message: str) -> None:
    done = run_pytest(tmp_path, *words)
    assert done.returncode == 4
    assert message in done.stderr


def test_without_the_option_nothing_is_loaded_and_nothing_is_different(tmp_path: Path) -> None:
    (tmp_path / "conftest.py").write_text("import pytest\n\n@pytest.fixture\ndef one():\n    return 1\n")
    text = """
import sys

def test_it(one, pytestconfig):
    ours = sorted(name for name in sys.modules if name.partition(".")[0] in ("grader", "torch", "numpy", "pydantic"))
    assert ours == ["grader", "grader.pytest_plugin", "grader.pytest_plugin.option"]
    assert not pytestconfig.getini("markers") or "hidden" not in str(pytestconfig.getini("markers"))
"""
    (tmp_path / "test_it.py").write_text(text)
    done = run_pytest(tmp_path)
    assert done.returncode == 0, done.stdout


def test_the_package_declares_the_plugin() -> None:
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["entry-points"]
    assert declared["pytest11"] == {"grader": PLUGIN}
