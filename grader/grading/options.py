"""What a tutor gives besides submissions and rubric."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

from grader.ingest.discover import Source
from grader.ingest.open_submission import open_submission
from grader.model import Extension, GroupDecision, Member, Override, Submission
from grader.rubric.schema import Rubric
from grader.sandbox.boundary.policy import Level
from grader.sandbox.limits import Limits


def limits_of(rubric: Rubric) -> Limits:
    """Return the limits that a rubric sets."""
    execute = rubric.execute
    memory = int(execute.memory_gib * (1 << 30))
    return Limits(execute.minutes * 60, execute.cell_minutes * 60, memory, seed=execute.seed)


@dataclass(frozen=True)
class Course:
    """What the tutor gives besides submissions and rubric: received times, roster, marks, tighter limits."""

    intake: Mapping[str, datetime] | None = None
    roster: Mapping[str, Member] | None = None
    extensions: Mapping[str, Extension] | None = None
    overrides: Sequence[Override] = field(default_factory=tuple)
    decisions: Mapping[tuple[str, str], GroupDecision] = field(default_factory=dict)  # by check and group of answers
    distributions: Mapping[str, tuple[float, ...]] = field(default_factory=dict)  # of further configurations
    cell_seconds: float | None = None
    level: Level | None = None
    keep: Path | None = None  # the folder where evidence is kept, so that nothing is run twice
    fresh: bool = False  # everything is run, and what was kept is replaced

    def opened(self, source: Source, rubric: Rubric) -> Submission:
        """Open a submission, with what the course's lists say of it."""
        lists = (self.intake, self.roster, self.extensions)
        return open_submission(source, rubric.execute.notebook, rubric.targets, *lists)

    def limits(self, rubric: Rubric) -> Limits:
        """Return the rubric's limits, tightened where the tutor says so."""
        limits = replace(limits_of(rubric), level=self.level)
        return replace(limits, cell_seconds=self.cell_seconds) if self.cell_seconds else limits
