"""Write each result of a batch as it comes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from grader.batch.executor import GradedReport
from grader.cache.evidence_cache import FolderCache
from grader.grading.options import Course
from grader.ingest.discover import Source
from grader.ingest.open_submission import team_of
from grader.results.output_folder import write_drawn
from grader.results.results_database import ResultsDatabase
from grader.results.trainings import enough
from grader.rubric.schema import Rubric
from grader.scoring.overrides_csv import validate_overrides
from grader.text import writable


def prepare(records: ResultsDatabase, rubric: Rubric, course: Course, sources: Sequence[Source]) -> Course:
    """Keep the marks that came with this run, and add to the course what the folder knows.

    Raises:
        GraderError: a mark cannot be used, or the store cannot.
    """
    overrides = [
        replace(grade_submission, by=writable(grade_submission.by), reason=writable(grade_submission.reason))
        for grade_submission in course.overrides
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
        course,
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
    course: Course
    why: str = "marked"

    def write(self, graded: GradedReport) -> None:
        """Write evidence, report and findings of a submission."""
        cache = FolderCache(self.out)
        for key, data in graded.evidence.items():
            if data:
                cache.put(key, data)
            elif self.course.fresh:
                FolderCache(self.out, fresh=True).forget(key)
        write_drawn(graded.rendered, self.out)
        given = [grade_submission for grade_submission in self.course.overrides if not grade_submission.digest]
        self.records.put(graded.rendered.row, self.batch, graded.effort, self.why, given)
