"""Otter's files of tests in both formats, with points, hints and what is hidden."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

from grader.errors import GraderError
from grader.importers.assignment import CannotImport, Case
from grader.importers.otter_tests import is_otter_test, number, read_otter_folder, read_test_file, resolved
from tests.importers.tutorials import OTTER_FILES


@pytest.mark.parametrize("path", OTTER_FILES)
def test_a_file_is_known_by_its_text(path: str) -> None:
    assert is_otter_test(OTTER_FILES[path])
    assert not is_otter_test("def test_it():\n    test = {}\n")


def test_the_ok_format() -> None:
    question, notes = read_test_file(OTTER_FILES["tests/q1.py"], "q1.py")
    assert (question.id, question.points, notes) == ("q1", 3, [])  # type: ignore[comparison-overlap]  # a whole Fraction equals an int
    first, second = question.cases
    assert (first.code, first.points, first.hidden, first.hint) == (  # type: ignore[comparison-overlap]  # a whole Fraction equals an int
        "assert squares([1, 2, 3]) == [1, 4, 9]",
        1,
        False,
        "",
    )
    assert (second.points, second.hidden, second.hint) == (2, True, "Are numbers below zero squared?")  # type: ignore[comparison-overlap]  # a whole Fraction equals an int


def test_the_format_of_functions() -> None:
    question, notes = read_test_file(OTTER_FILES["tests/q2.py"], "q2.py")
    assert (question.id, question.points, notes) == ("q2", 1, [])  # type: ignore[comparison-overlap]  # a whole Fraction equals an int
    assert "def close" in question.common
    assert "otter" not in question.common
    assert [(one.name, one.code, one.points, one.hidden) for one in question.cases] == [
        ("test_rate", "assert rate == 0.5", Fraction(1, 2), False),
        ("test_rows", "assert close(mean_of_rows([[1, 2], [3, 6]]), [1.5, 4.5])", Fraction(1, 2), True),
    ]


@pytest.mark.parametrize(
    ("body", "mistake"),
    [
        ("assert env['f'](1) == 2", ""),
        ("assert env.get('f')", "env otherwise"),
        ("if f(1): return", "returns before"),
        ("def g(): return 1\n    assert f(1)", ""),
    ],
)
def test_the_environment_and_returns(body: str, mistake: str) -> None:
    text = f"name = 'q'\n@test_case(success_message='Good')\ndef test_it(f, env):\n    {body}\n"
    question, notes = read_test_file(text, "q.py")
    assert len(notes) == 1
    assert "success" in notes[0][0]
    found = question.cases[0].mistake
    assert (mistake in str(found)) if mistake else found is None


def test_what_a_suite_cannot_have_is_a_mistake_of_each_case() -> None:
    text = (
        "test = {'name': 'q', 'points': 2, 'extra': 1, 'suites': [{'setup': 'x = 1', 'cases': [{'code': '>>> f()'}]}]}"
    )
    question, notes = read_test_file(text, "q.py")
    assert question.points == 2
    assert question.cases[0].mistake is not None
    assert question.cases[0].hidden
    assert "extra" in notes[0][0]


@pytest.mark.parametrize(
    "text",
    [
        "x = 1",
        "test = {'suites': 1}",
        "test = {",
        "test = {'name': 'q', 'points': [1], 'suites': []}",
        "test = {'suites': [{'cases': [{'code': '', 'points': '1'}]}]}",
    ],
)
def test_a_file_that_is_not_read_is_refused(text: str) -> None:
    with pytest.raises(GraderError):
        read_test_file(text, "q.py")


def test_nothing_of_a_file_is_run(tmp_path: Path) -> None:
    text = f"open({str(tmp_path / 'run')!r}, 'w')\ntest = {{'name': 'q', 'suites': [{{'cases': []}}]}}"
    read_test_file(text, "q.py")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(("value", "expected"), [(None, None), (0.1, Fraction(1, 10)), (2, Fraction(2))])
def test_numbers(value: object, expected: Fraction | None) -> None:
    assert number(value) == expected


@pytest.mark.parametrize("value", ["1", True, -1, float("nan"), float("inf")])
def test_points_that_are_no_number(value: object) -> None:
    with pytest.raises(CannotImport):
        number(value)


def test_points_for_each_case() -> None:
    cases = [Case("", ""), Case("", "")]
    assert resolved(cases, {"each": 2})[1] == 4
    assert [case.points for case in resolved(cases, [1, 2])[0]] == [1, 2]


def test_a_folder_without_a_notebook(tmp_path: Path) -> None:
    (tmp_path / "q1.py").write_text(OTTER_FILES["tests/q1.py"])
    found = read_otter_folder(tmp_path, [tmp_path / "q1.py"])
    assert not found.solution
    assert "there is no notebook" in str(found.left_out[0])
