"""Targets of checks that the solution of the course does not define, or defines as something else. Nothing is run."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from grader.checks import Check
from grader.checks.model_check import CallingCheck
from grader.definitions.bindings import Bindings, bindings_of
from grader.grading.options import GradingOptions
from grader.grading.solution import solution_source
from grader.rubric.schema import Rubric
from grader.rubric.yaml_errors import did_you_mean
from grader.sandbox.interface import own_code_sandbox


def mistakes_in_targets(rubric: Rubric) -> Iterator[str]:
    """Yield a sentence for each check whose target the solution lacks; none where the rubric names no solution."""
    if not rubric.solution:
        return
    options = GradingOptions(sandbox=own_code_sandbox())  # it is only opened
    submission = options.open(solution_source(rubric), rubric)
    if not submission.cells and not submission.other_modules:
        return  # a solution that has only written answers
    bindings = bindings_of(submission)
    for _, check in rubric.checks():
        for name in check.called_names:
            yield from _of_name(check, name, bindings)


def _of_name(check: Check, name: str, bindings: Bindings) -> Iterator[str]:
    found = bindings.of(name)
    if not found and name not in bindings.imports and not bindings.stars:
        hint = did_you_mean(name, sorted(bindings.bound))
        yield f"{check.id}: the solution does not define '{name}'" + (f"; {hint}" if hint else "")
    elif found and isinstance(check, CallingCheck) and isinstance(found[-1].node, ast.FunctionDef):
        yield f"{check.id}: '{name}' is a function, and the kind '{check.kind}' builds a class; use the kind 'outputs'"
