"""`check("model")` in a notebook: a public check on the live kernel, in the words of the report.

It runs in the student's own process and proves nothing; the mark comes from a run of its own.
"""

from __future__ import annotations

import contextlib
import json
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from markupsafe import Markup, escape

from grader.checks import Check
from grader.checks.base import CheckContext
from grader.grading.judge import definitions_of, judge_check, processes_to_ask
from grader.model import Cell, CellRun, Evidence, Finding, Outcome, Request, Status, Submission
from grader.report.i18n import said
from grader.report.status_words import SIGNS, WORDS
from grader.rubric.schema import Rubric
from grader.student.student_pack import find_rubric, read_public
from grader.text import plain

MAX_ROUNDS = 200
COLOURS = {
    "passed": "#136c3a",
    "failed": "#a8201a",
    "needs_review": "#7a4d00",
    "error": "#7a4d00",
    "skipped": "#566072",
}


@dataclass(frozen=True)
class Shown:
    """Findings as a notebook shows them: a small block of HTML, or plain lines where HTML is not shown."""

    findings: tuple[Finding, ...]
    language: str = "en"

    def _lines(self) -> Iterator[tuple[Finding, str, str]]:
        for finding in self.findings:
            hint = "" if finding.status is Status.passed else said(finding.hint, self.language)
            yield finding, plain(said(finding.message, self.language)), plain(hint)

    def __repr__(self) -> str:
        return "\n".join(
            f"{SIGNS[one.status]} {plain(one.title)}: {message}" + (f"\n  {hint}" if hint else "")
            for one, message, hint in self._lines()
        )

    def _repr_html_(self) -> str:
        rows = []
        for one, message, hint in self._lines():
            head = Markup("<b>{}</b> <span style='color:{}'>{} {}</span>").format(
                plain(one.title), COLOURS[one.status], SIGNS[one.status], WORDS[one.status]
            )
            tip = Markup("<br><i>{}</i>").format(hint) if hint else ""
            rows.append(Markup("<div style='margin:.4em 0'>{}<br>{}{}</div>").format(head, escape(message), tip))
        border = "border-left:4px solid #8a94a6;padding-left:.8em;max-width:46em"
        return str(Markup("<div style='{}'>{}</div>").format(border, Markup("").join(rows)))


def check(what: str = "", rubric: str | Path | None = None) -> Shown:
    """Run the public checks of a question, a class or one check by its id; without a name, all that can run here.

    Raises:
        GraderError: there is no rubric, or nothing of this name in it.
    """
    from grader.errors import GraderError

    path = Path(rubric) if rubric is not None else find_rubric(Path.cwd())
    _, chosen = read_public(path)
    named = _named(chosen, what)
    if not named:
        known = sorted({target for _, one in chosen.checks() if (target := getattr(one, "target", ""))})
        raise GraderError(f"nothing public is named {what!r} in {path.name}; try one of {', '.join(known)}")
    submission = Submission("this notebook", "this notebook", "", cells=_cells())
    with _as_it_was():
        return Shown(tuple(_findings(chosen, named, submission)), chosen.language)


def _named(rubric: Rubric, what: str) -> list[str]:
    """Ids of the checks that a name stands for, with those that they need, in the rubric's order."""
    every = [(question, one) for question, one in rubric.checks() if getattr(one, "target", "")]
    chosen = {
        one.id
        for question, one in every
        if not what or what.lower() in {question.lower(), one.id.lower(), one.target.lower()}  # type: ignore[attr-defined]
    }
    for _, one in reversed(every):
        if one.id in chosen:
            chosen |= set(one.needs)
    return [one.id for _, one in every if one.id in chosen]


def _cells() -> tuple[Cell, ...]:
    """What was run in this kernel, as it was typed and in the order in which it was run: the last definition counts."""
    shell = _shell()
    history = shell.history_manager.input_hist_raw if shell is not None else []
    return tuple(Cell(number, text, f"cell {number}") for number, text in enumerate(filter(str.strip, history), 1))


def _shell() -> Any:
    with contextlib.suppress(ImportError):
        from IPython.core.getipython import get_ipython

        return get_ipython()
    return None


@contextlib.contextmanager
def _as_it_was() -> Iterator[None]:
    """Leave generators and threads as they are: a check must not change what the next cell draws."""
    import numpy as np
    import torch

    kept = torch.get_rng_state(), np.random.get_state(), random.getstate(), torch.get_num_threads()
    try:
        yield
    finally:
        torch.set_rng_state(kept[0])
        np.random.set_state(kept[1])
        random.setstate(kept[2])
        torch.set_num_threads(kept[3])


def _findings(rubric: Rubric, named: Sequence[str], submission: Submission) -> Iterator[Finding]:
    from grader.sandbox.boundary.worker_module import worker

    ours = worker()
    runs = tuple(CellRun(cell.number, "ok") for cell in submission.cells)
    evidence = Evidence(cells=runs)
    findings: dict[str, Finding] = {}
    definitions = definitions_of(submission, rubric)
    for question, one in rubric.checks():
        if one.id not in named:
            continue
        context = CheckContext(submission, evidence, question, findings, rubric.execute.seed, plain=definitions)
        for _ in range(MAX_ROUNDS):
            asked = [] if any(findings[need].status != "passed" for need in one.needs) else _unasked(one, context)
            if not asked:
                break
            told = {view.key(request): _answer(ours, request, view) for view, request in asked}
            context = replace(
                context, evidence=replace(context.evidence, outcomes={**context.evidence.outcomes, **told}), verdicts={}
            )
        evidence = context.evidence
        findings[one.id] = judge_check(one, context)
        yield findings[one.id]


def _unasked(one: Check, context: CheckContext) -> list[tuple[CheckContext, Request]]:
    for view in processes_to_ask(one, context):
        if asked := [(view, request) for request in one.ask(view) if view.outcome(request) is None]:
            return asked
    return []


def _answer(ours: Any, request: Request, view: CheckContext) -> Outcome:
    """Ask the live kernel, by the code that asks submissions."""
    arrays = {name: array.copy() for name, array in request.arrays.items()}
    reply, sent = ours._reply(request.action, json.loads(json.dumps(request.arguments)), arrays)
    value = json.loads(json.dumps(reply.get("value", {})))
    return Outcome(reply["status"], value, sent, str(reply.get("message", "")), view.training(request))


def load(shell: Any) -> None:
    """Add `%grader NAME` to a notebook."""
    shell.register_magic_function(lambda line: check(line.strip()), "line", "grader")
