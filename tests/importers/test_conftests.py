"""A `conftest.py` of an imported tree comes along where it counts for all tests."""

from __future__ import annotations

import pytest

from grader.importers.conftests import conftests_of


@pytest.mark.parametrize(
    ("paths", "tests", "places"),
    [
        ([], ["tests/test_a.py"], {}),
        (["conftest.py"], ["tests/test_a.py"], {"conftest.py": "tests/conftest.py"}),
        (
            ["conftest.py", "tests/conftest.py"],
            ["tests/test_a.py", "tests/test_b.py"],
            {"tests/conftest.py": "tests/conftest.py", "conftest.py": "conftest.py"},
        ),
        (["tests/unit/conftest.py"], ["tests/unit/test_a.py", "tests/test_b.py"], {}),
        (["testing/conftest.py"], ["tests/test_a.py"], {}),
        (
            ["conftest.py", "a/conftest.py", "a/b/conftest.py"],
            ["a/b/test_a.py"],
            {"a/b/conftest.py": "tests/conftest.py", "a/conftest.py": "conftest.py"},
        ),
    ],
    ids=["none", "one", "two", "of some tests", "beside", "three"],
)
def test_places(paths: list[str], tests: list[str], places: dict[str, str]) -> None:
    assert conftests_of(paths, tests) == places
