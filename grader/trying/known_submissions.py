"""Submissions whose grade is known: every difference between what is expected and what the rubric says."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from grader.errors import GraderError, RubricError
from grader.grading.options import GradingOptions
from grader.grading.pipeline import grade
from grader.ingest.discover import Source
from grader.model import Report, ScoredCheck, Status
from grader.rubric.schema import Rubric
from grader.rubric.yaml_errors import did_you_mean, read_yaml
from grader.text import points
from grader.trying.parallel import each

EXPECTED = "expected.yaml"


@dataclass(frozen=True)
class KnownSubmission:
    """A submission with the expected status or points of its checks."""

    name: str
    source: Source
    expected: Mapping[str, Status | Decimal]


@dataclass(frozen=True)
class Difference:
    """A check of a known submission that is not as expected."""

    submission: str
    check: str
    expected: str
    found: str
    message: str


def read_submissions(folder: Path, rubric: Rubric) -> list[KnownSubmission]:
    """Read each folder in `folder` that has a file `expected.yaml`; what lies beside this file is the submission.

    Raises:
        GraderError: there is none, one is empty, or a file names an unknown check or status.
    """
    paths = sorted(folder.glob(f"*/{EXPECTED}"))
    if not paths:
        raise GraderError(f"{folder}: no known submissions; each is a folder with a file {EXPECTED}")
    return [_read(path, rubric) for path in paths]


def _read(path: Path, rubric: Rubric) -> KnownSubmission:
    what = f"a mapping of checks to a status ({', '.join(Status)}) or points"
    data, problems = read_yaml(path.read_text(encoding="utf-8"), str(path), f"expected {what}")
    known = [check.id for _, check in rubric.checks()]
    expected: dict[str, Status | Decimal] = {}
    for name, value in data.items():
        if name not in known:
            problems.add((name,), "unknown check", did_you_mean(str(name), known))
        elif isinstance(value, (int, float)) and not isinstance(value, bool):
            expected[name] = Decimal(str(value))
        elif value in list(Status):
            expected[name] = Status(value)
        else:
            problems.add((name,), f"expected a status ({', '.join(Status)}) or points, found {value!r}")
    try:
        problems.raise_all(str(path))
    except RubricError as error:
        raise GraderError(str(error)) from None
    return KnownSubmission(path.parent.name, _source(path.parent), expected)


def _source(folder: Path) -> Source:
    """Return what lies beside `expected.yaml`: a single file as it is, several ones as the files of a submission."""
    inside = sorted(path for path in folder.rglob("*") if path.is_file() and path.name != EXPECTED)
    if not inside:
        raise GraderError(f"{folder}: no submission beside {EXPECTED}")
    if len(inside) == 1:
        return Source(inside[0].name, inside[0], label=folder.name)
    parts = tuple((path.relative_to(folder).as_posix(), path) for path in inside)
    return Source(folder.name, parts=parts, label=folder.name)


def try_submissions(
    rubric: Rubric, options: GradingOptions, known: Sequence[KnownSubmission], jobs: int
) -> list[list[Difference]]:
    """Grade each submission, and return its differences.

    Raises:
        GraderError: nothing can be run on this machine, or a process ended.
    """
    return list(each(_begin, (rubric, options), known, jobs))


def _begin(rubric: Rubric, options: GradingOptions) -> Callable[[KnownSubmission], list[Difference]]:
    return lambda one: list(differences(one, grade(one.source, rubric, options).report))


def differences(known: KnownSubmission, report: Report) -> Iterator[Difference]:
    """Yield the checks of a report that are not as expected."""
    scored = {one.finding.check: one for question in report.grade.questions for one in question.checks}
    for name, expected in known.expected.items():
        found = _found(scored[name], expected)
        if found != expected:
            yield Difference(known.name, name, _shown(expected), _shown(found), str(scored[name].finding.message))


def _found(scored: ScoredCheck, expected: Status | Decimal) -> Status | Decimal:
    """Return the points if points are expected and there are some, and otherwise the status."""
    if isinstance(expected, Status) or scored.earned is None:
        return scored.finding.status
    return scored.earned


def _shown(value: Status | Decimal) -> str:
    return str(value) if isinstance(value, Status) else points(value)
