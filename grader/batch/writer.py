"""Write each result of a batch as it comes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from grader.batch.executor import Marked
from grader.cache.evidence_cache import EvidenceStore
from grader.grading.options import Course
from grader.ingest.discover import Source
from grader.ingest.open_submission import team_of
from grader.results.output_folder import write_drawn
from grader.results.results_database import Records
from grader.results.trainings import enough
from grader.rubric.schema import Rubric
from grader.scoring.overrides_csv import check_marks
from grader.text import writable


def prepare(records: Records, rubric: Rubric, course: Course, sources: Sequence[Source]) -> Course:
    """Keep the marks that came with this run, and add to the course what the folder knows.

    Raises:
        GraderError: a mark cannot be used, or the store cannot.
    """
    marks = [replace(mark, by=writable(mark.by), reason=writable(mark.reason)) for mark in course.marks]
    check_marks([mark for mark in marks if not mark.withdrawn], rubric, [team_of(one) for one in sources])
    records.mark(marks, rubric.asked())
    given = {(mark.team, mark.check) for mark in marks}
    kept = [mark for mark in records.marks() if (mark.team, mark.check) not in given]
    return replace(
        course,
        marks=(*kept, *(mark for mark in marks if not mark.withdrawn)),
        decisions=records.decisions(),
        distributions=enough(records.trainings()),
    )


@dataclass(frozen=True)
class Writer:
    """Writes what comes back."""

    out: Path
    records: Records
    batch: int
    course: Course
    why: str = "marked"

    def write(self, marked: Marked) -> None:
        """Write evidence, report and findings of a hand-in."""
        kept = EvidenceStore(self.out)
        for key, data in marked.evidence.items():
            if data:
                kept.put(key, data)
            elif self.course.fresh:
                EvidenceStore(self.out, fresh=True).forget(key)
        write_drawn(marked.drawn, self.out)
        given = [mark for mark in self.course.marks if not mark.digest]
        self.records.put(marked.drawn.row, self.batch, marked.effort, self.why, given)
