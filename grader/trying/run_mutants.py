"""Run the mutants of a solution through its rubric: which check notices each, and which are equal to the solution."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from enum import StrEnum
from typing import Any

from grader.cache.fingerprint import digest_of
from grader.checks import Check
from grader.grading.environment import environment, isolation_of
from grader.grading.options import GradingOptions
from grader.grading.proof_file import keep, kept_folder, rubric_digest
from grader.grading.solution import solution_source, tried_part
from grader.grading.variant_run import VariantRun, worst
from grader.model import Evidence, Status, Submission
from grader.rubric.schema import Rubric
from grader.trying.mutants import Mutant, mutants_of, part_of
from grader.trying.parallel import each
from grader.trying.wide_draws import wide_draws


class Fate(StrEnum):
    """What became of a mutant."""

    failed = "failed"  # a check failed it
    needs_review = "needs_review"  # no check failed it, but one left it to a person
    survived = "survived"  # every check passed it, and it is another program
    equal = "equal"  # it computes the same as the solution on many draws


NOTICED = (Fate.failed, Fate.needs_review)


@dataclass(frozen=True)
class MutantResult:
    """A mutant in short, its fate, and the check that noticed it with what it said."""

    operator: str
    title: str
    where: str
    diff: str
    fate: Fate
    check: str = ""
    message: str = ""


@dataclass
class MutantTrial:
    """Runs mutants of one solution in this process."""

    rubric: Rubric
    options: GradingOptions
    submission: Submission
    rest: Evidence
    draws: dict[str, dict[str, Check]] = field(default_factory=dict)  # by check: those that the solution passes

    @classmethod
    def of(cls, rubric: Rubric, options: GradingOptions) -> MutantTrial:
        """Return the trial of a rubric's solution."""
        tried = tried_part(rubric)
        submission = options.open(solution_source(rubric), rubric)
        rest = Evidence(environment=environment(isolation_of(options.sandbox, options.limits(rubric))))
        return cls(tried, options, submission, rest)

    def mutants(self) -> list[Mutant]:
        """Return all mutants."""
        return mutants_of(self.submission, self.rubric)

    def result(self, mutant: Mutant) -> MutantResult:
        """Return the fate of one mutant."""
        short = MutantResult(mutant.operator, mutant.title, str(mutant.place.in_words()), mutant.diff, Fate.survived)
        variant = mutant.of(self.submission)
        known = {check.id: check for _, check in self.rubric.checks()}
        finding = worst(self._run(variant, {name: known[name] for name in mutant.checks}).findings(until=Status.failed))
        if finding is not None:
            fate = Fate.failed if finding.status is Status.failed else Fate.needs_review
            return replace(short, fate=fate, check=finding.check, message=str(finding.message))
        draws: dict[str, Check] = {}
        for name in mutant.checks:
            draws |= self._passed_draws(known[name])
        return replace(short, fate=Fate.equal) if self._is_equal(variant, draws) else short

    def _is_equal(self, variant: Submission, draws: Mapping[str, Check]) -> bool:
        """Return whether a variant fails no draw and passes most; the weights of others may have no certain reading."""
        if not draws:
            return False
        statuses = [one.status for one in self._run(variant, draws).findings(until=Status.failed)]
        return Status.failed not in statuses and 2 * statuses.count(Status.passed) > len(draws)

    def _passed_draws(self, check: Check) -> dict[str, Check]:
        """Return the wide draws of a check that the solution itself passes."""
        if check.id not in self.draws:
            every = {one.id: one for one in wide_draws(check, self.rubric.folder, self.rubric.execute.seed)}
            run = self._run(self.submission, every)
            passed = {one.check for one in run.findings() if one.status is Status.passed} if every else set()
            self.draws[check.id] = {name: one for name, one in every.items() if name in passed}
        return self.draws[check.id]

    def _run(self, variant: Submission, checks: Mapping[str, Check]) -> VariantRun:
        part = part_of(self.rubric, checks)
        return VariantRun(variant, part, self.options.limits(part), self.rest, self.options.sandbox)


def run_mutants(rubric: Rubric, options: GradingOptions, jobs: int, fresh: bool = False) -> list[MutantResult]:
    """Return the fate of each mutant of the rubric's solution, in the order of its text.

    Results are kept beside the rubric and used again while nothing has changed that they depend on; `fresh` runs all.

    Raises:
        GraderError: the solution is not there, nothing can be run on this machine, or a process ended.
    """
    mutants = MutantTrial.of(rubric, options).mutants()
    kept = {} if fresh else _read(rubric)
    todo = [mutant for mutant in mutants if _key(mutant) not in kept]
    for mutant, result in zip(todo, each(_begin, (rubric, options), todo, jobs), strict=True):
        kept[_key(mutant)] = result
    if todo:
        _write(rubric, {_key(mutant): kept[_key(mutant)] for mutant in mutants})
    return [kept[_key(mutant)] for mutant in mutants]


def _begin(rubric: Rubric, options: GradingOptions) -> Callable[[Mutant], MutantResult]:
    return MutantTrial.of(rubric, options).result


def _key(mutant: Mutant) -> str:
    return digest_of([mutant.operator, str(mutant.place), mutant.source, *mutant.checks])[:32]


def _read(rubric: Rubric) -> dict[str, MutantResult]:
    try:
        found = json.loads((kept_folder(rubric) / f"mutants-{rubric.name}.json").read_bytes())
        if found["rubric"] != rubric_digest(rubric):
            return {}
        return {key: _result(value) for key, value in found["mutants"].items()}
    except (OSError, ValueError, KeyError, TypeError):
        return {}


def _result(value: Mapping[str, Any]) -> MutantResult:
    return MutantResult(**{**value, "fate": Fate(value["fate"])})


def _write(rubric: Rubric, results: Mapping[str, MutantResult]) -> None:
    data = {"rubric": rubric_digest(rubric), "mutants": {key: asdict(one) for key, one in results.items()}}
    keep(kept_folder(rubric) / f"mutants-{rubric.name}.json", json.dumps(data, indent=1).encode() + b"\n")


def strength(results: Sequence[MutantResult]) -> tuple[int, int]:
    """Return how many mutants were noticed, and how many there are that are not equal to the solution."""
    counts = Counter(one.fate for one in results)
    noticed = sum(counts[fate] for fate in NOTICED)
    return noticed, noticed + counts[Fate.survived]
