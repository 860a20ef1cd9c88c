"""Overrides that follow from decisions on equal answers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

from grader.model import OPEN, Finding, GroupDecision, Override


def overrides_from_decisions(
    findings: Iterable[Finding],
    decisions: Mapping[tuple[str, str], GroupDecision],
    max_effects: Mapping[str, Decimal],
    overrides: Sequence[Override] = (),
) -> list[Override]:
    """Return the marks that follow from decisions on equal answers; a mark for the team itself goes before them.

    One that was made when the check was worth something else does not count: its answers wait again.
    """
    own = {override.check for override in overrides}
    found = []
    for finding in findings:
        decision = decisions.get((finding.check, finding.group))
        fits = decision is not None and decision.max_effect in ("", str(max_effects.get(finding.check)))
        if finding.status in OPEN and finding.group and decision is not None and fits and finding.check not in own:
            reason = f"{decision.reason} (decided for all answers that mean the same)"
            found.append(Override("", finding.check, decision.points, decision.by, reason))
    return found
