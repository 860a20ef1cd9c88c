"""Checks that no submission could pass: the target is no name of a class, a size is zero, or the reference fails."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Protocol, runtime_checkable

from grader.checks import Check
from grader.checks.model_check import CallingCheck
from grader.comparing.symbolic_shapes import Shape, length
from grader.rubric.schema import Rubric
from grader.rubric.yaml_errors import Problems
from grader.rubric.yaml_nodes import Place


@runtime_checkable
class WithReference(Protocol):
    """A check that compares with a reference, which can be called without a submission."""

    def mistake_in_reference(self, seed: int) -> str:
        """Return what is wrong with the reference, or nothing."""


def find_impossible_calls(check: Check, place: Place, problems: Problems) -> None:
    """Add the mistakes in target and sizes of a check that calls a class of the submission."""
    if check.calls_target and not check.target_name.isidentifier():
        what = f"'{check.target_name}' is not the name of a class"
        problems.add((*place, "target"), what, "name a class that is built with 'init' and then called")
    if not isinstance(check, CallingCheck):
        return
    shapes = list(_shapes_of(check))
    names = {part for shape in shapes for part in shape if isinstance(part, str)}
    for number, sizes in enumerate(check.sizes):
        for name, value in sizes.items():
            if value < 1 and name in names:
                problems.add((*place, "sizes", number, name), f"a size in a shape is at least 1, found {value}")
        lengths = [length(part, sizes) for shape in shapes for part in shape if part not in sizes]
        if lengths and min(lengths) < 1:
            problems.add(place, f"a length in a shape is at least 1, found {min(lengths)}")


def find_mistake_in_reference(check: Check, place: Place, seed: int, problems: Problems) -> None:
    """Load the reference of a check, call it once for each case, and add what it raises as a mistake."""
    if isinstance(check, WithReference) and (what := check.mistake_in_reference(seed)):
        hint = "the reference must be importable and accept 'init' and the inputs of the check"
        problems.add((*place, "reference"), what, hint)


def find_missing_solution(rubric: Rubric, problems: Problems) -> None:
    """Add the mistake of a rubric that names a solution which is not there."""
    if rubric.solution and not Path(rubric.folder, rubric.solution).exists():
        problems.add(("solution",), f"'{rubric.solution}' does not exist", "paths are relative to the rubric")


def _shapes_of(check: CallingCheck) -> Iterator[Shape]:
    for entry in [*(shape for call in check.calls for shape in call.values()), *getattr(check, "returns", {}).values()]:
        parts = [part for part in entry if isinstance(part, list)]
        yield from parts or [[part for part in entry if not isinstance(part, list)]]
