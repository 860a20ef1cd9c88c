"""How an answer is read and judged, step by step: for a person who wonders about a verdict."""

from __future__ import annotations

from collections.abc import Iterator

from grader.checks.base import Check, CheckContext
from grader.errors import GraderError
from grader.expressions.statements import Statement, statements
from grader.expressions.tree import Node, children, show
from grader.grading.judge import judge_check
from grader.model import Answer, Evidence, Submission, Table, Trace
from grader.rubric.schema import Rubric


def explain(text: str, rubric: Rubric, question: str) -> str:
    """Return how each check of `question` that reads an answer takes `text`: reading, tree, comparison, verdict.

    Raises:
        GraderError: the rubric has no such question, or none of its checks reads an answer.
    """
    known = {found.id: found for found in rubric.questions}
    if question not in known:
        raise GraderError(f"The rubric has no question '{question}'; it has {', '.join(known)}.")
    checks = [check for check in known[question].checks if check.needs_answer]
    if not checks:
        raise GraderError(f"No check of '{question}' reads a written answer.")
    return "\n\n".join("\n".join(_explained(check, text, rubric, question)) for check in checks)


def _explained(check: Check, text: str, rubric: Rubric, question: str) -> Iterator[str]:
    evidence = Evidence(answers={question: Answer(text, "the command line")})
    context = CheckContext(Submission("explain", "the command line", ""), evidence, question, {}, rubric.execute.seed)
    finding = judge_check(check.model_copy(update={"needs": ()}), context)
    yield f"{finding.title} ({check.id})"
    if check.kind in ("jacobian", "expression"):
        for statement in statements(text, getattr(check, "names", ())):
            yield from _statement(statement)
    for detail in finding.details:
        if isinstance(detail, Table):
            yield f"  {detail.title}"
            yield from ("    " + " | ".join(row) for row in (detail.head, *detail.rows))
        elif isinstance(detail, Trace):
            yield f"  {detail.title}"
            yield from (f"    {s.name}: {s.shape or '-'}; right is {s.expected}" for s in detail.stages)
    yield f"  {finding.status}: {finding.message}"
    if finding.hint:
        yield f"  {finding.hint}"


def _statement(statement: Statement) -> Iterator[str]:
    if statement.problem:
        yield f"  not read: {statement.text} ({statement.problem})"
        return
    yield f"  read: {' = '.join(show(link) for link in statement.links)}"
    yield from _tree(statement.links[-1], 2)


def _tree(node: Node, depth: int) -> Iterator[str]:
    parts = children(node)
    name = type(node).__name__.lower() if parts else show(node)
    label = {"apply": "function", "binary": "operator"}.get(name, name)
    shown = getattr(node, "function", "") + "'" * getattr(node, "order", 0) if label == "function" else ""
    shown = shown or (getattr(node, "operator", "") if label == "operator" else "")
    yield "  " * depth + f"{label} {shown}".rstrip()
    for part in parts:
        yield from _tree(part, depth + 1)
