"""`check("model")` in a notebook: a public check on the live kernel, with the messages of the report.

It runs in the student's own process and proves nothing; the grade comes from a separate run.
"""

from __future__ import annotations

import contextlib
import json
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

from markupsafe import Markup, escape

from grader.checks.base import Check, CheckContext
from grader.grading.interview import interview
from grader.grading.read_definitions import definitions_of
from grader.model import Cell, CellRun, Evidence, Finding, Outcome, Place, Raised, Request, Status, Submission
from grader.report.i18n import translated
from grader.report.status_words import SIGNS, WORDS
from grader.rubric.schema import Rubric
from grader.sandbox.boundary.absent_torch import is_installed
from grader.student.student_pack import find_rubric, read_public
from grader.text import plain

COLOURS = {
    "passed": "#136c3a",
    "failed": "#a8201a",
    "needs_review": "#7a4d00",
    "error": "#7a4d00",
    "skipped": "#566072",
}


@dataclass(frozen=True)
class Shown:
    """Findings for a notebook: a small block of HTML, or lines of text."""

    findings: tuple[Finding, ...]
    language: str = "en"

    def _lines(self) -> Iterator[tuple[Finding, str, str]]:
        for finding in self.findings:
            hint = "" if finding.status is Status.passed else translated(finding.hint, self.language)
            yield finding, plain(translated(finding.message, self.language)), plain(hint)

    def _title(self, finding: Finding) -> str:
        return plain(translated(finding.title, self.language))

    def __repr__(self) -> str:
        return "\n".join(
            f"{SIGNS[one.status]} {self._title(one)}: {message}" + (f"\n  {hint}" if hint else "")
            for one, message, hint in self._lines()
        )

    def _repr_html_(self) -> str:
        rows = []
        for one, message, hint in self._lines():
            head = Markup("<b>{}</b> <span style='color:{}'>{} {}</span>").format(
                self._title(one),
                COLOURS[one.status],
                SIGNS[one.status],
                translated(WORDS[one.status], self.language),
            )
            tip = Markup("<br><i>{}</i>").format(hint) if hint else ""
            rows.append(Markup("<div style='margin:.4em 0'>{}<br>{}{}</div>").format(head, escape(message), tip))
        border = "border-left:4px solid #8a94a6;padding-left:.8em;max-width:46em"
        return str(Markup("<div style='{}'>{}</div>").format(border, Markup("").join(rows)))


def check(what: str = "", rubric: str | Path | None = None) -> Shown:
    """Return the results of the public checks of a question, a class or one check; by default, of all that can run.

    Raises:
        GraderError: there is no rubric, or it has no part with this name.
    """
    from grader.errors import GraderError

    path = Path(rubric) if rubric is not None else find_rubric(Path.cwd())
    whole, chosen = read_public(path)
    named = _named(chosen, what)
    if not named and what.lower() in {question.id.lower() for question in whole.questions}:
        raise GraderError(f"{what}: no check of this question runs in a notebook; 'grader check' runs all public ones")
    if not named:
        known = dict.fromkeys(
            name for question, one in _runnable(chosen) for name in (one.target_name, question, one.id)
        )
        raise GraderError(
            f"{path.name} has no public check named {what!r}; try one of {', '.join(filter(None, known))}"
        )
    submission = Submission("this notebook", "this notebook", "", cells=_cells())
    with _as_it_was():
        return Shown(tuple(_findings(chosen, named, submission)), chosen.language)


def _runnable(rubric: Rubric) -> list[tuple[str, Check]]:
    """Return the checks that can run on the live kernel, each with the id of its question."""
    return [(question, one) for question, one in rubric.checks() if one.target_name]


def _named(rubric: Rubric, what: str) -> list[str]:
    """Return the ids of the checks with this name, and of those that they need, in the rubric's order."""
    every = _runnable(rubric)
    chosen = {
        one.id
        for question, one in every
        if not what or what.lower() in {question.lower(), one.id.lower(), one.target_name.lower()}
    }
    for _, one in reversed(every):
        if one.id in chosen:
            chosen |= set(one.needs)
    return [one.id for _, one in every if one.id in chosen]


def _cells() -> tuple[Cell, ...]:
    """Return the code that was run in this kernel, in the order in which it was run: the last definition counts."""
    shell = _shell()
    history = shell.history_manager.input_hist_raw if shell is not None else []
    return tuple(
        Cell(number, text, f"cell {number}", place=Place(cell=number))
        for number, text in enumerate(filter(str.strip, history), 1)
    )


def _shell() -> Any:
    with contextlib.suppress(ImportError):
        from IPython.core.getipython import get_ipython

        return get_ipython()
    return None


@contextlib.contextmanager
def _as_it_was() -> Iterator[None]:
    """Restore generators and threads afterwards: a check must not change the random numbers of the next cell."""
    import numpy as np

    kept = np.random.get_state(), random.getstate()
    try:
        with _torch_as_it_was() if is_installed("torch") else contextlib.nullcontext():
            yield
    finally:
        np.random.set_state(kept[0])
        random.setstate(kept[1])


@contextlib.contextmanager
def _torch_as_it_was() -> Iterator[None]:
    import torch

    kept = torch.get_rng_state(), torch.get_num_threads()
    try:
        yield
    finally:
        torch.set_rng_state(kept[0])
        torch.set_num_threads(kept[1])


def _findings(rubric: Rubric, named: Sequence[str], submission: Submission) -> Iterator[Finding]:
    from grader.comparing.inside_parts import inside_parts
    from grader.sandbox.boundary.worker_module import worker_with

    ours = worker_with(inside_parts())
    outcomes: dict[str, Outcome] = {}
    evidence = Evidence(cells=tuple(CellRun(cell.number, "ok") for cell in submission.cells), outcomes=outcomes)
    definitions = cache(lambda: definitions_of(submission, rubric))

    def ask(context: CheckContext, requests: Sequence[Request]) -> None:
        outcomes.update((context.key(request), _answer(ours, request, context)) for request in requests)

    context = CheckContext(submission, evidence, seed=rubric.execute.seed, read_definitions=definitions)
    return interview(rubric, context, ask, only=lambda one: one.id in named)


def _answer(ours: Any, request: Request, view: CheckContext) -> Outcome:
    """Return the reply of the live kernel, with the code that also runs for submissions."""
    arrays = {name: array.copy() for name, array in request.arrays.items()}
    reply, sent = ours._reply(request.action, json.loads(json.dumps(request.arguments)), arrays)
    value = json.loads(json.dumps(reply.get("value", {})))
    from grader.sandbox.host.reply_schema import raised_of

    raised = Raised()
    if reply["status"] == "raised":  # without its lines: this notebook's cells have no numbers of their own
        raised = replace(raised_of(json.loads(json.dumps(reply["raised"]))), frames=())
    message = str(raised) if raised.type else str(reply.get("message", ""))
    return Outcome(reply["status"], value, sent, message, view.training(request), raised)


def load(shell: Any) -> None:
    """Add `%grader NAME` to a notebook."""
    shell.register_magic_function(lambda line: check(line.strip()), "line", "grader")
