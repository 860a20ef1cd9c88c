"""Explain step by step how an answer is read and judged."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from grader.checks.base import Check, CheckContext
from grader.errors import GraderError
from grader.grading.interview import interview
from grader.model import Answer, Evidence, Finding, Submission, Table, Trace
from grader.rubric.schema import Rubric


@dataclass(frozen=True)
class Explanation:
    """How one check takes an answer: the lines from reading to comparison, and the finding."""

    check: str
    lines: tuple[str, ...]
    finding: Finding

    def __str__(self) -> str:
        verdict = f"  {self.finding.status}: {self.finding.message}"
        hint = [f"  {self.finding.hint}"] if self.finding.hint else []
        return "\n".join((f"{self.finding.title} ({self.check})", *self.lines, verdict, *hint))


def explain(text: str, rubric: Rubric, question: str) -> list[Explanation]:
    """Return how each check of `question` that reads an answer takes `text`.

    Raises:
        GraderError: the rubric has no such question, or none of its checks reads an answer.
    """
    known = {found.id: found for found in rubric.questions}
    if question not in known:
        raise GraderError(f"The rubric has no question '{question}'; it has {', '.join(known)}.")
    checks = [check for check in known[question].checks if check.needs_answer]
    if not checks:
        raise GraderError(f"No check of '{question}' reads a written answer.")
    by_id = {check.id: check for check in checks}
    free = tuple(check.model_copy(update={"needs": ()}) for check in known[question].checks)
    rubric = rubric.model_copy(
        update={"submission": (), "questions": (known[question].model_copy(update={"checks": free}),)}
    )
    evidence = Evidence(answers={question: Answer(text, "the command line")})
    context = CheckContext(Submission("explain", "the command line", ""), evidence, seed=rubric.execute.seed)
    findings = interview(rubric, context, only=lambda check: check.id in by_id)
    return [
        Explanation(finding.check, tuple(_steps(finding, by_id[finding.check], text)), finding) for finding in findings
    ]


def _steps(finding: Finding, check: Check, text: str) -> Iterator[str]:
    """Yield the reading, the tree and the comparison."""
    yield from check.explain(text)
    for detail in finding.details:
        if isinstance(detail, Table):
            yield f"  {detail.title}"
            yield from ("    " + " | ".join(map(str, row)) for row in (detail.head, *detail.rows))
        elif isinstance(detail, Trace):
            yield f"  {detail.title}"
            yield from (f"    {s.name}: {s.shape or '-'}; right is {s.expected}" for s in detail.stages)
