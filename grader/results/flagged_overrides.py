"""Overrides that a person should look at again."""

from __future__ import annotations

from grader.model import Override
from grader.results.tables import Tables


def flagged_overrides(tables: Tables) -> list[tuple[Override, str]]:
    """Return the overrides of the last batch that may no longer fit, each with the reason."""
    batch, _, question_keys = tables.batches.last()
    digests = tables.submissions.digests(batch)
    found = []
    for override in tables.overrides.counting():
        if override.team in digests and override.digest and override.digest not in digests[override.team]:
            found.append((override, "The team has submitted something else since; it does not count."))
        elif override.check not in question_keys:
            found.append((override, "The rubric no longer has this check; it does not count."))
        elif override.asked and override.asked != question_keys[override.check]:
            found.append((override, "The question or its points have changed since."))
    return found
