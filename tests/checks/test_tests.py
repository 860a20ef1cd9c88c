"""The kind `tests`: the file is read with the rubric, and its run is one request."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from grader.checks.tests import Tests
from grader.model import Outcome
from grader.model.evidence import request_key
from tests.helpers import context, make

FILE = "from models import Net, softmax\n\n\ndef test_it():\n    assert softmax(1) == 1\n"


def check_of(folder: Path, text: str = FILE, **keys: Any) -> Tests:
    (folder / "test_models.py").write_text(text)
    data = {"kind": "tests", "id": "t", "file": "test_models.py", **keys}
    return Tests.model_validate(data, context={"folder": str(folder)})


def test_the_names_that_the_file_imports_are_asked_for(tmp_path: Path) -> None:
    check = check_of(tmp_path)
    assert check.mistake_in_keys() == ""
    assert check.called_names == ("Net", "softmax")
    assert check.target_name == "Net"
    (request,) = check.ask(context())
    assert request.arguments["files"] == {"test_models.py": FILE}
    assert request.arguments["modules"] == ["models"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("def test(:\n", "cannot be parsed"),
        ("from models import *\n", "imports all names of models"),
        ("import numpy\n", "uses nothing of the submission"),
        ("#" * ((1 << 20) + 1), "more than 1 MiB"),
    ],
    ids=["syntax", "star", "nothing", "large"],
)
def test_a_file_that_cannot_be_used_is_a_mistake_in_the_rubric(tmp_path: Path, text: str, words: str) -> None:
    assert words in check_of(tmp_path, text).mistake_in_keys()


def test_a_file_that_is_not_there_is_a_mistake(tmp_path: Path) -> None:
    data = {"kind": "tests", "file": "no.py"}
    check = Tests.model_validate(data, context={"folder": str(tmp_path)})
    assert check.mistake_in_keys() == "no.py cannot be read: No such file or directory"
    assert make("tests", file="no.py").mistake_in_keys() == "", "without a rubric there is no folder"


def test_a_changed_file_is_another_question(tmp_path: Path) -> None:
    before = check_of(tmp_path)
    after = check_of(tmp_path, FILE + "\n")
    assert before.question_key() != after.question_key()
    assert request_key(before.request) != request_key(after.request)


def test_without_a_run_it_is_an_error_and_a_reply_without_value_is_blamed(tmp_path: Path) -> None:
    check = check_of(tmp_path)
    assert check.judge(context()).status == "error"
    late = context(outcomes={request_key(check.request): Outcome("out_of_time")})
    assert check.judge(late).status == "needs_review"
    none = {"tests": [], "error": "", "operations": [], "unsupported": "", "place": ["", 0]}
    empty = context(outcomes={request_key(check.request): Outcome("ok", none)})
    assert check.judge(empty).cause == "rubric_fault"
