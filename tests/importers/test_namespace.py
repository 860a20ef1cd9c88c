"""Names of a test come from libraries, from the course where a team cannot change them, or from the submission."""

from __future__ import annotations

import pytest

from grader.importers.assignment import CannotImport, Cell
from grader.importers.namespace import Names, Namespace

GIVEN = "import numpy as np\nfrom math import pi, tau\nsizes = [1, 2]\n\ndef area(r):\n    return pi * r**2"


def names(code: str, *cells: str | Cell, at: int = 0) -> Names:
    made = [one if isinstance(one, Cell) else Cell("code", one, number) for number, one in enumerate(cells, 1)]
    return Namespace(made).names_of(code, at)


def of_team(source: str, number: int) -> Cell:
    return Cell("code", source, number, given=False)


def test_each_name_comes_from_where_it_was_bound() -> None:
    found = names("assert np.allclose(f(sizes), area(2))", GIVEN, of_team("def f(x): ...", 2))
    assert found.of_submission == ["f"]
    assert found.imports == ["import numpy as np", "from math import pi"]
    assert found.statements == ["sizes = [1, 2]", "def area(r):\n    return pi * r ** 2"]
    assert found.changeable == []


@pytest.mark.parametrize(
    "more",
    [
        "sizes.append(3)",
        "sizes[0] = 3",
        "extend(sizes)",
        "sizes = f(1)",
        "sizes = np.random.randn(3)",
        "sizes = open('sizes.txt').read()",
    ],
)
def test_a_value_that_more_than_its_definition_makes_is_taken_from_the_submission(more: str) -> None:
    first = GIVEN if "= " not in more or "[" in more.partition("=")[0] else GIVEN.replace("sizes = [1, 2]", "pass")
    found = names("assert f(sizes)", first, of_team("def f(x): ...", 2), Cell("code", more, 3))
    assert found.of_submission == ["f", "sizes"]
    assert found.changeable == ["sizes"]


def test_a_function_that_is_given_to_the_submission_is_taken_from_there() -> None:
    found = names("assert f(area)", GIVEN, of_team("def f(x): ...", 2))
    assert found.of_submission == ["f", "area"]


@pytest.mark.parametrize(
    ("code", "cells", "words"),
    [
        ("assert x == 1", (of_team("x = 1", 1), Cell("code", "pass", 2), of_team("x = 2", 3)), "changed again"),
        ("assert x == 1", (Cell("code", "", 1), Cell("code", "", 2), of_team("x = 2", 3)), "only defined after"),
        ("assert x == 1", (of_team("y = 1", 1),), "defined in no cell"),
        ("assert y(lambda one: one)", (of_team("def y(): ...", 1),), "gives a function"),
        ("get_ipython()", (of_team("y = 1", 1),), "get_ipython"),
    ],
)
def test_what_a_test_cannot_be_given_is_said(code: str, cells: tuple[Cell, ...], words: str) -> None:
    with pytest.raises(CannotImport, match=words):
        names(code, *cells, at=2 if len(cells) > 1 else 0)


def test_without_a_notebook_names_are_the_submissions_or_usual_libraries() -> None:
    found = names("assert np.isclose(f(math.pi), 0) and pytest.approx(1)")
    assert found.of_submission == ["f"]
    assert sorted(found.imports) == ["import math", "import numpy as np", "import pytest"]
