"""What can move a result stands in every report: versions, and how the submission was isolated."""

from __future__ import annotations

import platform
from dataclasses import dataclass
from importlib.metadata import version

import pytest

from grader import __version__
from grader.grading import environment as environment_module
from grader.grading.environment import environment, isolation_of
from grader.sandbox.boundary.policy import Level
from grader.sandbox.host.local_sandbox import LocalSandbox
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


@dataclass(frozen=True)
class Chosen(LocalSandbox):
    def isolation(self, required: Level | None = None) -> Isolation:
        return Isolation("A", ("chosen here",))


@pytest.mark.parametrize("level", ["A", "B", "C"])
def test_a_level_that_is_required_is_the_one_that_is_used(level: Level) -> None:
    assert isolation_of(Chosen(), Limits(level=level)) == Isolation(level)
    assert isolation_of(Chosen(), Limits(level=None)) == Isolation("A", ("chosen here",))
