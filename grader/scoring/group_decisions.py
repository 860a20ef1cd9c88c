"""Overrides that follow from decisions on equal answers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from grader.model import OPEN, Grade, GroupDecision, Override, ScoredCheck


def overrides_from_decisions(
    grade: Grade, decisions: Mapping[tuple[str, str], GroupDecision], own: Iterable[Override] = ()
) -> list[Override]:
    """Return the overrides that decisions on equal answers give; a team's `own` overrides take precedence.

    A decision that was made when the check had other points does not count: its answers need review again.
    """
    settled = {override.check for override in own}
    found = []
    for scored in (scored for question in grade.questions for scored in question.checks):
        finding = scored.finding
        decision = decisions.get((finding.check, finding.group))
        unresolved = finding.status in OPEN and finding.group and finding.check not in settled
        if unresolved and decision is not None and _fits(decision, scored):
            found.append(Override("", finding.check, decision.points, decision.by, decision.reason))
    return found


def _fits(decision: GroupDecision, scored: ScoredCheck) -> bool:
    return decision.max_effect in ("", str(scored.max_effect))
