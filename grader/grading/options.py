"""The options that a tutor gives besides submissions and rubric."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from grader.cache.evidence_cache import EvidenceCache, FolderCache
from grader.cache.submission_cache import SubmissionCache
from grader.comparing.inside_parts import inside_parts
from grader.ingest.discover import Source
from grader.lists.submission_times import Received
from grader.model import Extension, Grade, GroupDecision, Member, Override, Submission
from grader.model.proof import Proof
from grader.opening.open_confined import open_confined
from grader.rubric.course_files import with_course_files
from grader.rubric.schema import Rubric
from grader.sandbox.boundary.policy import Level
from grader.sandbox.interface import Sandbox, local_sandbox
from grader.sandbox.limits import Limits
from grader.scoring.group_decisions import overrides_from_decisions


def limits_of(rubric: Rubric) -> Limits:
    """Return the limits that a rubric sets."""
    execute = rubric.execute
    memory = int(execute.memory_gib * (1 << 30))
    return Limits(execute.cpu_minutes * 60, execute.cell_cpu_minutes * 60, memory_bytes=memory, seed=execute.seed)


@dataclass(frozen=True)
class GradingOptions:
    """Submission times, roster, extensions, overrides, decisions, tighter limits, and the folder of the cache."""

    intake: Mapping[str, Received] | None = None
    roster: Mapping[str, Member] | None = None
    extensions: Mapping[str, Extension] | None = None
    overrides: Sequence[Override] = field(default_factory=tuple)
    decisions: Mapping[tuple[str, str], GroupDecision] = field(default_factory=dict)  # by check and group of answers
    distributions: Mapping[str, tuple[float, ...]] = field(default_factory=dict)  # of further configurations
    cell_cpu_seconds: float | None = None
    level: Level | None = None
    sandbox: Sandbox = field(default_factory=lambda: local_sandbox(inside_parts()))
    keep: Path | None = None  # the folder in which evidence is cached, so that nothing is run twice
    proof: Proof | None = None  # of the rubric; None where it is not known yet, or does not count
    layout: str = ""  # of the submissions as downloaded; empty to recognise it
    zone: str = ""  # of local times that a platform writes
    fresh: bool = False  # everything is run, and cached evidence is replaced

    def open(self, source: Source, rubric: Rubric) -> Submission:
        """Open a submission, with its time, members and extension from the tutor's lists."""
        lists = (self.intake, self.roster, self.extensions)
        execute = rubric.execute
        cache = self.cache()
        known = SubmissionCache(cache) if cache is not None else None
        submission = open_confined(
            source, execute.notebook, rubric.targets, *lists,
            level=self.level, student_id=rubric.student_id, known=known,
        )  # fmt: skip
        return with_course_files(submission, rubric)

    def limits(self, rubric: Rubric) -> Limits:
        """Return the rubric's limits, or the tutor's where those are tighter."""
        limits = replace(limits_of(rubric), level=self.level)
        return replace(limits, cell_cpu_seconds=self.cell_cpu_seconds) if self.cell_cpu_seconds else limits

    def cache(self) -> EvidenceCache | None:
        """Return the cache of the folder for evidence, or None if there is no such folder."""
        return FolderCache(self.keep, self.fresh) if self.keep is not None else None

    def overrides_for(self, submission: Submission, machine: Grade) -> list[Override]:
        """Return the overrides of one team that count for this content, and those that group decisions give."""
        own = [one for one in self.overrides if one.team == submission.team and one.digest in ("", submission.digest)]
        return [*own, *overrides_from_decisions(machine, self.decisions, own)]
