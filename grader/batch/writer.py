"""Write each result of a batch as it comes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from grader.batch.executor import GradedReport
from grader.cache.evidence_cache import FolderCache
from grader.grading.options import GradingOptions
from grader.grading.solution import with_proof
from grader.ingest.discover import Source
from grader.ingest.open_submission import team_of
from grader.results.output_folder import write_rendered
from grader.results.results_database import ResultsDatabase
from grader.results.trainings import enough
from grader.rubric.schema import Rubric
from grader.scoring.overrides_csv import validate_overrides
from grader.text import storable


def prepare(
    records: ResultsDatabase, rubric: Rubric, options: GradingOptions, sources: Sequence[Source]
) -> GradingOptions:
    """Save the overrides of this run; return the options with those of earlier runs and the proof of the rubric.

    Raises:
        GraderError: an override does not fit, or the results database cannot be used.
    """
    proved = with_proof(rubric, options)
    given = [replace(one, by=storable(one.by), reason=storable(one.reason)) for one in options.overrides]
    effective = [override for override in given if not override.withdrawn]
    validate_overrides(effective, rubric, [team_of(source) for source in sources])
    with records.writing() as tables:
        tables.overrides.add(given, rubric.question_keys())
        replaced = {(override.team, override.check) for override in given}
        earlier = [one for one in tables.overrides.counting() if (one.team, one.check) not in replaced]
        return replace(
            proved,
            overrides=(*earlier, *effective),
            decisions=tables.group_decisions.counting(),
            distributions=enough(tables.trainings.percentages()),
        )


@dataclass(frozen=True)
class Writer:
    """Writes each result of a batch as it comes."""

    out: Path
    records: ResultsDatabase
    batch: int
    options: GradingOptions
    why: str = "graded"

    def write(self, graded: GradedReport) -> None:
        """Write evidence and report of a submission, and then its rows in one transaction.

        Raises:
            GraderError: the folder or the results database cannot be written.
        """
        self.records.expect_in_place()
        cache = FolderCache(self.out)
        for key, data in graded.evidence.items():
            if data:
                cache.put(key, data)
            elif self.options.fresh:
                FolderCache(self.out, fresh=True).forget(key)
        write_rendered(graded.rendered, self.out)
        given = [override for override in self.options.overrides if not override.digest]
        self.records.put(graded.rendered.row, self.batch, graded.effort, self.why, given)
