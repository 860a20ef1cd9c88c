"""Render what a try of a rubric has found as one HTML page, for the people who make the course."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from grader.model.proof import Proof, Trial
from grader.report.pages import page
from grader.rubric.schema import Question, Rubric
from grader.trying.known_answers import Agreement, AnswerResult
from grader.trying.known_submissions import Difference, KnownSubmission
from grader.trying.run_mutants import NOTICED, Fate, MutantResult, strength
from grader.trying.wrong_answers import WrongAnswer, noticed

STYLE = """
body{max-width:64rem}
del,ins{text-decoration:none;display:block}
del{background:color-mix(in srgb,var(--bad) 14%,transparent)}
ins{background:color-mix(in srgb,var(--good) 14%,transparent)}
pre{padding:.6rem;background:var(--raised);border-radius:.5rem;overflow-x:auto;font-size:.85rem;line-height:1.4}
td.words{max-width:26rem;overflow-wrap:anywhere}
"""
MAX_ROWS = 500  # of answers in the page; the output of the command has all


@dataclass
class TryResults:
    """What was found by each part of a try; a part that did not run has found nothing."""

    rubric: Rubric
    proof: Proof | None = None
    mutants: Sequence[MutantResult] = ()
    wrong_answers: Sequence[WrongAnswer] = ()
    answers: Sequence[AnswerResult] = ()
    submissions: Sequence[tuple[KnownSubmission, Sequence[Difference]]] = ()


@dataclass(frozen=True)
class QuestionRow:
    """How far the checks of one question are tested."""

    title: str
    tried: int
    passing: int
    checks: int
    mutants: int
    wrong_answers: int
    of: int  # wrong answers that were made

    @property
    def is_untested(self) -> bool:
        """Return whether nothing shows that a wrong submission loses points here."""
        return bool(self.tried) and not self.mutants and not self.of


def try_page(found: TryResults) -> str:
    """Return the page; what was not tried has no section."""
    return page(
        "try.html", STYLE, found.rubric.language, title=found.rubric.title, proof=found.proof, rows=list(_rows(found)),
        faulty=[one for one in found.proof.trials if one.trial is Trial.does_not_pass] if found.proof else [],
        mutants=strength(found.mutants), wrong_answers=noticed(found.wrong_answers), survivors=list(_survivors(found)),
        answers=_answers(found)[:MAX_ROWS], known=Counter(str(one.agreement) for one in found.answers),
        submissions=[(known.name, listed) for known, listed in found.submissions],
    )  # fmt: skip


def _rows(found: TryResults) -> Iterator[QuestionRow]:
    if found.proof is None:
        return
    by_check = Counter(one.check for one in found.mutants if one.fate in NOTICED)
    trials = {one.check: one.trial for one in found.proof.trials}
    for question in found.rubric.questions:
        yield _row(found, question, trials, by_check)


def _row(
    found: TryResults, question: Question, trials: Mapping[str, Trial], by_check: Mapping[str, int]
) -> QuestionRow:
    known = [trials[check.id] for check in question.checks if check.id in trials]
    own = [one for one in found.wrong_answers if one.question == question.id]
    return QuestionRow(
        question.title, sum(one is not Trial.not_tried for one in known), known.count(Trial.passes),
        len(question.checks), sum(by_check.get(check.id, 0) for check in question.checks), *noticed(own),
    )  # fmt: skip


def _survivors(found: TryResults) -> Iterator[tuple[str, str, list[str]]]:
    """Yield where a change was made that nothing notices, what it is, and its lines."""
    for one in found.mutants:
        if one.fate is Fate.survived:
            yield one.where, one.title, one.diff.splitlines()
    for wrong in found.wrong_answers:
        if wrong.survived:
            yield wrong.question, wrong.change, wrong.difference.splitlines()


def _answers(found: TryResults) -> list[AnswerResult]:
    """Return the known answers with another result, those that were decided otherwise first."""
    other = [one for one in found.answers if one.agreement is not Agreement.agrees]
    return sorted(other, key=lambda one: one.agreement is not Agreement.differs)
