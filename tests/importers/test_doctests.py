"""Doctests become statements that raise exactly where the doctest fails, by value where the result is a literal."""

from __future__ import annotations

import pytest

from grader.importers.assignment import CannotImport
from grader.importers.doctests import statements_of


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        (">>> f(3)\n9", "assert f(3) == 9"),
        (">>> f(3) == 9\nTrue", "assert f(3) == 9"),
        (">>> f(3) == 9\nFalse", "assert not (f(3) == 9)"),
        (">>> f(3)\nTrue", "assert repr(f(3)) == 'True'"),
        (">>> f(3)\n'a'", "assert f(3) == 'a'"),
        (">>> f(3)\n[1, 2]", "assert f(3) == [1, 2]"),
        (">>> f(3)\narray([1, 2])", "assert repr(f(3)) == 'array([1, 2])'"),
        (">>> np.allclose(f(3), 9)\nTrue", "assert np.allclose(f(3), 9)"),
        (">>> x = f(3)\n>>> x\n9", "x = f(3)\nassert x == 9"),
        (">>> x = f(3); x\n9", "x = f(3)\nassert x == 9"),
        (">>> f(3)", "assert (f(3)) is None"),
        (">>> a if b else c\n1", "assert (a if b else c) == 1"),
        (">>> print(f(3))\n9", "capsys.readouterr()\nprint(f(3))\nassert capsys.readouterr().out == '9\\n'"),
        (">>> assert f(3) == 9", "assert f(3) == 9"),
        (
            ">>> f(-1)\nTraceback (most recent call last):\n  ...\nValueError: below zero",
            "with pytest.raises(ValueError, match='^below\\\\ zero$'):\n    f(-1)",
        ),
        ("    >>> for n in (1, 2):\n    ...     print(n)\n    1\n    2", None),
    ],
    ids=lambda value: value.partition("\n")[0] if isinstance(value, str) else "",
)
def test_statements(code: str, expected: str | None) -> None:
    found = statements_of(code)
    if expected is None:
        assert found.endswith("assert capsys.readouterr().out == '1\\n2\\n'")
    else:
        assert found == expected


@pytest.mark.parametrize("code", ["f(3)", ">>> f(3", ">>> f(3) # doctest: +ELLIPSIS\n1...", ">>> f(3)\nNone"])
def test_what_cannot_be_an_assertion_is_refused(code: str) -> None:
    with pytest.raises(CannotImport):
        statements_of(code)
