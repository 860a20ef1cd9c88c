"""Run one file of tests on a submission, as grading does, and say what each test proves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from pathlib import Path

from grader.checks.base import CheckContext
from grader.checks.tests import Tests
from grader.checks.tests_results import CaseVerdict
from grader.errors import GraderError
from grader.grading.options import GradingOptions
from grader.grading.read_definitions import definitions_of
from grader.grading.run import run_and_ask
from grader.ingest.discover import Source
from grader.model import Finding, Status, sentences
from grader.model.verdict import needs_review
from grader.rubric.load import parse_rubric, read_rubric
from grader.rubric.schema import Question, Rubric


@dataclass(frozen=True)
class GradedFile:
    """The finding on a file of tests, and the verdict on each test in the order of the run."""

    finding: Finding
    tests: tuple[CaseVerdict, ...] = ()


@dataclass(frozen=True)
class Grading:
    """A submission, and the rubric whose settings count; each file of tests is run by itself."""

    source: Source
    rubric: Rubric | None = None
    folder: Path = Path()  # of the rubric
    options: GradingOptions = field(default_factory=GradingOptions)

    @classmethod
    def of(cls, submission: Path, rubric: Path | None = None) -> Grading:
        """Return the grading of the submission at a path.

        Raises:
            GraderError: there is no such file, or the rubric has mistakes.
        """
        if not submission.exists():
            raise GraderError(f"{submission}: not found; give a folder, an archive, a notebook or a Python file")
        source = Source(submission.resolve().name, submission)
        if rubric is None:
            return cls(source)
        return cls(source, read_rubric(rubric), rubric.resolve().parent)

    def run(self, file: Path) -> GradedFile:
        """Run a file of tests on the submission.

        Raises:
            GraderError: the file cannot be used, or the submission cannot be read.
        """
        rubric, check = self._check_of(file)
        submission = self.options.open(self.source, rubric)
        seen = run_and_ask(submission, rubric, self.options)
        definitions = definitions_of(submission, rubric)
        context = CheckContext(submission, seen.evidence, read_definitions=lambda: definitions)
        both = [check.verdicts(replace(context, definitions_only=only)) for only in (True, False)]
        return GradedFile(seen.findings[0], tuple(_agreed(seen.findings[0], *both)))

    def _check_of(self, file: Path) -> tuple[Rubric, Tests]:
        """Return a rubric with one check, that of the file: the rubric's own, or one without other keys."""
        if self.rubric is None:
            text = (
                "rubric: 1\ntitle: tests\npoints: 1\nquestions:\n  - id: tests\n    title: tests\n    points: 1\n"
                f'    checks: [{{kind: tests, points: 1, file: "{file.name}"}}]\n'
            )
            made = parse_rubric(text, str(file))
            return made, next(check for _, check in made.checks() if isinstance(check, Tests))
        known = [check for _, check in self.rubric.checks() if isinstance(check, Tests)]
        same = [check for check in known if (self.folder / check.file).resolve() == file.resolve()]
        if not same:
            raise GraderError(f"{file.name} is not the file of a check of the rubric; add one of the kind 'tests'")
        check = same[0].model_copy(update={"needs": ()})
        question = Question(id="tests", title="tests", points=check.points or Decimal(0), checks=(check,))
        return self.rubric.model_copy(update={"submission": (), "questions": (question,)}), check


def _agreed(
    finding: Finding, definitions: Sequence[CaseVerdict] | None, notebook: Sequence[CaseVerdict] | None
) -> Sequence[CaseVerdict]:
    """Return what both processes say, as grading combines them: a pass needs the definitions by themselves."""
    if notebook is None:
        return definitions or ()
    alone = {one.name: one.verdict for one in definitions or ()}
    doubt = needs_review(sentences(finding.message), cause=finding.cause)
    made = []
    for one in notebook:
        passes = one.verdict is None and alone.get(one.name, doubt) is not None
        made.append(replace(one, verdict=doubt) if passes else one)
    statuses = {one.verdict.status for one in made if one.verdict is not None}
    if finding.status in (Status.passed, Status.failed) or statuses - {Status.failed}:
        return made
    return [replace(one, verdict=doubt) if one.verdict is not None else one for one in made]
