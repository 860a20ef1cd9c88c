"""A file of tests runs in a process of its own, which nothing that it does can take with it."""

from __future__ import annotations

import io
import os

import numpy as np
import pytest

from grader.model import Outcome, Raised, Request
from grader.own_tests.session import Talk, run_tests
from tests.own_tests.running import run

pytestmark = pytest.mark.kernel


MARKED = """
import pytest
import models

def test_passes():
    assert models.answer == 42

def test_fails():
    assert models.answer == 43

@pytest.mark.points(2)
@pytest.mark.hint("Look.")
@pytest.mark.hidden
class TestMarked:
    @pytest.mark.points(3)
    def test_one(self):
        pass

@pytest.fixture
def broken():
    raise RuntimeError("in a fixture")

def test_with_a_broken_fixture(broken):
    pass

def test_skipped():
    pytest.skip("not now")

@pytest.mark.xfail
def test_expected_to_fail():
    assert False

@pytest.mark.xfail(strict=True)
def test_expected_to_fail_but_passes():
    pass
"""


def test_each_test_is_reported_with_its_decorators() -> None:
    value, _ = run(MARKED, Outcome("ok", {"result": 42}))
    assert {test["name"]: test["result"] for test in value["tests"]} == {
        "test_passes": "passed",
        "test_fails": "failed",
        "TestMarked::test_one": "passed",
        "test_with_a_broken_fixture": "unsupported",
        "test_skipped": "skipped",
        "test_expected_to_fail": "passed",
        "test_expected_to_fail_but_passes": "failed",
    }
    marked = value["tests"][2]
    assert (marked["points"], marked["hint"], marked["hidden"]) == ("3", "Look.", True)
    assert value["tests"][1]["line"] == 9
    assert "assert 42 == 43" in value["tests"][1]["message"]
    assert not value["ended"]


def test_a_file_that_ends_its_process_leaves_the_other_tests_undecided() -> None:
    value, _ = run("import os\ndef test_a(): pass\ndef test_b(): os._exit(0)\ndef test_c(): pass\n", Outcome("ok", {}))
    assert [test["result"] for test in value["tests"]] == ["passed", "not run", "not run"]
    assert value["ended"]


def test_a_file_that_cannot_be_imported_says_why() -> None:
    value, _ = run("import nothing_of_this_name\n", Outcome("ok", {}))
    assert "nothing_of_this_name" in value["error"]
    assert value["tests"] == []


def test_the_process_knows_nothing_of_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GRADER_OF_A_TEST", "1")
    value, _ = run("import os\ndef test_a(): assert 'GRADER_OF_A_TEST' not in os.environ\n", Outcome("ok", {}))
    assert [test["result"] for test in value["tests"]] == ["passed"]


def test_a_process_that_ends_is_replaced_and_the_names_are_got_again() -> None:
    text = "from models import f\ndef test_a(): f()\ndef test_b(): f()\n"
    handle = Outcome("ok", {"result": {"object": "c1", "type": "function", "library": "builtins:object"}})
    value, asked = run(text, handle, Outcome("cpu_time"), handle, Outcome("ok", {"result": 1}))
    assert [(test["result"], test["restarted"]) for test in value["tests"]] == [("ended", False), ("passed", True)]
    numbers = [(one.arguments["session"], one.arguments["number"], one.arguments["do"]) for one in asked]
    assert numbers == [("1", 0, "get"), ("1", 1, "call"), ("2", 0, "get"), ("2", 1, "call")]


def test_replies_without_a_value_are_kept_by_number() -> None:
    outcomes = [
        Outcome("ok", {"gone": True}),
        Outcome("missing", message="f"),
        Outcome("ok", {}, raised=Raised("ValueError")),
    ]
    talk = Talk(Request("tests", {}), lambda request, seconds: (outcomes.pop(0), 0.0), 5)
    replies = [talk._answer({"arguments": {}, "number": number, "budget": ""}, {})[0] for number in (1, 2, 3)]
    assert [reply["status"] for reply in replies] == ["ended_before", "missing", "ok"]
    assert {number: outcome.status for number, outcome in talk.outcomes.items()} == {
        1: "ended_before",
        2: "missing",
        3: "raised",
    }
    assert replies[2]["raised"] == {"type": "ValueError", "bases": [], "message": ""}


ELSEWHERE = """
import time
from pathlib import Path
import torch
import models

def test_reads_a_file():
    assert models.answer == 42
    Path(__file__).with_name("data.csv").read_text()

def test_is_fast():
    begin = time.perf_counter()
    assert models.answer == 42
    assert time.perf_counter() - begin < 0

def test_looks_at_a_clock_and_passes():
    time.time()

def test_in_another_precision():
    with torch.autocast("cpu"):
        models.answer

def test_a_bug_of_its_own():
    undefined_name
"""


def test_what_has_other_reasons_than_a_wrong_value_fails_nobody() -> None:
    value, _ = run(ELSEWHERE, Outcome("ok", {"result": 42}))
    assert {test["name"]: test["result"] for test in value["tests"]} == {
        "test_reads_a_file": "unsupported",
        "test_is_fast": "unsupported",
        "test_looks_at_a_clock_and_passes": "passed",
        "test_in_another_precision": "unsupported",
        "test_a_bug_of_its_own": "unsupported",
    }


HELPED = {
    "conftest.py": "import pytest\nfrom models import answer\n\n@pytest.fixture\ndef found():\n    return answer\n",
    "test_it.py": """
import numpy as np
from pathlib import Path
from helpers.words import name_of
import models

def test_fixture(found):
    assert found == 42

def test_helper():
    assert name_of(models.f) == "f"

def test_late_helper():
    from late import name_of as of
    assert of(models.f) == "f"

def test_data():
    assert np.load(Path(__file__).parent / "data.npy").tolist() == [1, 2]
""",
    "helpers/__init__.py": "",
    "helpers/words.py": "def name_of(x):\n    return type(x).__name__\n",
    "late.py": "def name_of(x):\n    return type(x).__name__\n",
}


def test_files_beside_the_tests_are_found_and_what_they_do_is_watched() -> None:
    buffer = io.BytesIO()
    np.save(buffer, np.array([1, 2]))
    files = {**HELPED, "data.npy": buffer.getvalue().decode("utf-8", "surrogateescape")}
    arguments = {"files": files, "name": "test_it.py", "modules": ["models"]}
    handle = Outcome("ok", {"result": {"object": "c1", "type": "function", "library": "builtins:object"}})
    missing = Outcome("missing", message="it")

    def named(request: Request) -> str:
        return str(request.arguments["operation"][0][1])

    got = {"answer": Outcome("ok", {"result": 42}), "f": handle}
    whole, _ = run_tests(Request("tests", arguments), lambda one, _: (got.get(named(one), missing), 0.0), 30)
    found = {test["name"]: (test["result"], test["file"]) for test in whole.value["tests"]}
    assert found == {
        "test_fixture": ("passed", ""),
        "test_helper": ("unsupported", "helpers/words.py"),
        "test_late_helper": ("unsupported", "late.py"),
        "test_data": ("passed", ""),
    }


def test_no_descriptor_stays_open() -> None:
    run("def test_a(): pass\n", Outcome("ok", {}))
    before = len(os.listdir("/proc/self/fd"))
    run("def test_a(): pass\n", Outcome("ok", {}))
    assert len(os.listdir("/proc/self/fd")) == before
