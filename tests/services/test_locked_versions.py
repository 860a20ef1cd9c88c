"""The lock of versions: a line for each distribution that the grader needs here, without labels of builds."""

from __future__ import annotations

import re
from importlib.metadata import version

from grader.services.locked_versions import locked_versions


def test_each_distribution_has_one_exact_version_and_the_lines_are_sorted() -> None:
    lines = locked_versions().splitlines()
    assert [line for line in lines if not re.fullmatch(r"[a-z0-9-]+==[\w.!]+", line)] == []
    names = [line.partition("==")[0] for line in lines]
    assert names == sorted(set(names))


def test_what_the_grader_needs_is_there_with_what_that_needs_and_nothing_else() -> None:
    found = dict(line.split("==") for line in locked_versions().splitlines())
    assert {"torch", "numpy", "pydantic", "pydantic-core", "pytest", "ipykernel"} <= set(found)
    assert not {"dl-grader", "ruff", "mkdocs-material", "starlette"} & set(found)
    assert found["torch"] == version("torch").partition("+")[0]


def test_an_extra_that_is_not_wanted_is_left_out() -> None:
    assert "iniconfig" in locked_versions(("tests",))
    assert "iniconfig" not in locked_versions(())
