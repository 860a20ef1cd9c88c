"""Overrides that a tutor should review again."""

from __future__ import annotations

from grader.model import Message, Override, say
from grader.results.tables import Tables


def flagged_overrides(tables: Tables) -> list[tuple[Override, Message]]:
    """Return the overrides of the last batch that may no longer fit, each with the reason."""
    batch, _, question_keys = tables.batches.last()
    digests = tables.submissions.digests(batch)
    found = []
    for override in tables.overrides.counting():
        if override.team in digests and override.digest and override.digest not in digests[override.team]:
            found.append((override, say("The team has submitted again since; this manual grade is not used.")))
        elif override.check not in question_keys:
            found.append((override, say("The rubric no longer has this check; this manual grade is not used.")))
        elif override.question_key and override.question_key != question_keys[override.check]:
            found.append((override, say("The question or its maximum points have changed since.")))
    return found
