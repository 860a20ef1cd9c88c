"""What can move a result stands in every report: versions, and how the submission was isolated."""

from __future__ import annotations

import platform
from importlib.metadata import version

import pytest

from grader import __version__
from grader.grading import environment as environment_module
from grader.grading.environment import environment, isolation_of
from grader.sandbox.limits import Isolation, Limits


def test_versions_and_isolation() -> None:
    found = environment(Isolation("B", ("why not A",)))
    assert found == {
        "python": platform.python_version(),
        "grader": __version__,
        "torch": version("torch"),
        "numpy": version("numpy"),
        "isolation": str(Isolation("B", ("why not A",))),
    }


def test_a_package_that_is_not_there_is_said_to_be_missing() -> None:
    assert environment_module._version("no-such-package-anywhere") == "not installed"


@pytest.mark.parametrize("level", ["A", "B", "C"])
def test_a_level_that_was_asked_for_is_the_one_that_is_used(level: str, monkeypatch: pytest.MonkeyPatch) -> None:
    chosen = Isolation("A", ("chosen here",))
    monkeypatch.setattr(environment_module, "choose", lambda: chosen)
    assert isolation_of(Limits(level=level)) == Isolation(level)  # type: ignore[arg-type]
    assert isolation_of(Limits(level=None)) is chosen
