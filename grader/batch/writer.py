"""Write each result of a batch as it comes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from grader.batch.executor import GradedReport
from grader.cache.evidence_cache import FolderCache
from grader.grading.options import GradingOptions
from grader.ingest.discover import Source
from grader.ingest.open_submission import team_of
from grader.results.output_folder import write_drawn
from grader.results.results_database import ResultsDatabase
from grader.results.trainings import enough
from grader.rubric.schema import Rubric
from grader.scoring.overrides_csv import validate_overrides
from grader.text import storable


def prepare(
    records: ResultsDatabase, rubric: Rubric, options: GradingOptions, sources: Sequence[Source]
) -> GradingOptions:
    """Keep the marks that came with this run, and add to the options what the folder knows.

    Raises:
        GraderError: a mark cannot be used, or the store cannot.
    """
    overrides = [
        replace(grade_submission, by=storable(grade_submission.by), reason=storable(grade_submission.reason))
        for grade_submission in options.overrides
    ]
    validate_overrides(
        [grade_submission for grade_submission in overrides if not grade_submission.withdrawn],
        rubric,
        [team_of(one) for one in sources],
    )
    records.add_overrides(overrides, rubric.asked())
    given = {(grade_submission.team, grade_submission.check) for grade_submission in overrides}
    cache = [
        grade_submission
        for grade_submission in records.overrides()
        if (grade_submission.team, grade_submission.check) not in given
    ]
    return replace(
        options,
        overrides=(*cache, *(grade_submission for grade_submission in overrides if not grade_submission.withdrawn)),
        decisions=records.decisions(),
        distributions=enough(records.trainings()),
    )


@dataclass(frozen=True)
class Writer:
    """Writes what comes back."""

    out: Path
    records: ResultsDatabase
    batch: int
    options: GradingOptions
    why: str = "marked"

    def write(self, graded: GradedReport) -> None:
        """Write evidence, report and findings of a submission."""
        cache = FolderCache(self.out)
        for key, data in graded.evidence.items():
            if data:
                cache.put(key, data)
            elif self.options.fresh:
                FolderCache(self.out, fresh=True).forget(key)
        write_drawn(graded.rendered, self.out)
        given = [grade_submission for grade_submission in self.options.overrides if not grade_submission.digest]
        self.records.put(graded.rendered.row, self.batch, graded.effort, self.why, given)
