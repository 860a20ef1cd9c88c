"""The definitions that a rubric asks about: what the reader fails on is a doubt."""

from __future__ import annotations

from dataclasses import replace

import pytest

from grader.definitions.extract import Definitions
from grader.grading import read_definitions
from grader.grading.judge import judge_check
from grader.grading.read_definitions import definitions_of
from grader.model import Status
from tests.grading.asking_check import rubric_of
from tests.grading.test_judge import scripted
from tests.helpers import context


def test_code_that_the_reader_fails_on_is_a_doubt_of_its_target_only(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def extract(bindings: object, targets: list[str]) -> Definitions:
        if "Odd" in targets:
            raise TypeError("not iterable")
        return Definitions("class Model: pass", frozenset(targets))

    monkeypatch.setattr(read_definitions, "extract_definitions", extract)
    checks = [scripted("passed", "passed").model_copy(update={"id": name, "target": name}) for name in ("Odd", "Model")]
    found = definitions_of(context().submission, rubric_of(*checks))
    assert (set(found.targets), set(found.doubts)) == ({"Model"}, {"Odd"})
    finding = judge_check(checks[0], replace(context(), read_definitions=lambda: found))
    assert finding.status is Status.needs_review
    assert "Odd" in caplog.text


def test_code_that_cannot_be_read_at_all_is_a_doubt_of_every_target(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(submission: object) -> None:
        raise TypeError("not iterable")

    monkeypatch.setattr(read_definitions, "bindings_of", fail)
    found = definitions_of(context().submission, rubric_of(scripted("passed", "passed")))
    assert (found.source, set(found.doubts)) == ("", {"Model"})


def test_code_that_takes_too_long_to_read_is_a_doubt_of_every_target(monkeypatch: pytest.MonkeyPatch) -> None:
    def read(submission: object) -> None:
        while True:
            pass

    monkeypatch.setattr(read_definitions, "bindings_of", read)
    monkeypatch.setattr(read_definitions, "COMPUTING_SECONDS", 0.05)
    found = definitions_of(context().submission, rubric_of(scripted("passed", "passed")))
    assert (found.source, set(found.doubts)) == ("", {"Model"})
