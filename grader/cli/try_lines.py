"""What `grader rubric try` prints: lines for people, and one JSON object a line for programs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from grader.text import counted, plain, points

if TYPE_CHECKING:
    from grader.model.proof import CheckTrial, Proof
    from grader.trying.known_answers import AnswerResult
    from grader.trying.known_submissions import Difference, KnownSubmission
    from grader.trying.run_mutants import MutantResult
    from grader.trying.wrong_answers import WrongAnswer

MAX_LETTERS = 200  # of an answer in a line; JSON has all of it


def solution_lines(path: Path, proof: Proof) -> Iterator[str]:
    """Yield what the checks say about the solution: the number that pass, and a line for each of the others."""
    tried = [one for one in proof.trials if one.trial != "not_tried"]
    passing = len(tried) - len(proof.faulty)
    yield f"{path}: {proof.solution} passes {passing} of {counted(len(tried), 'check')}"
    for one in proof.trials:
        if one.trial != "passes":
            yield f"  {one.check} {_WORDS[one.trial]}: {_why(one)}"


_WORDS = {
    "does_not_pass": "does not pass", "not_tried": "was not tried",
    "differs": "differs", "needs_review": "needs review",
}  # fmt: skip


def _why(one: CheckTrial) -> str:
    where = str(one.place.in_words()) if one.place is not None else ""
    return f"{where}: {one.why}" if where and where not in str(one.why) else str(one.why)


def solution_json(proof: Proof) -> Iterator[dict[str, Any]]:
    """Yield one object for each check."""
    for one in proof.trials:
        yield {
            "type": "check", "check": one.check, "question": one.question, "title": str(one.title),
            "result": str(one.trial), "why": _why(one),
        }  # fmt: skip


def mutant_lines(results: Sequence[MutantResult]) -> Iterator[str]:
    """Yield the number of mutants that were noticed, those of each check, and every survivor with its diff."""
    from grader.trying.run_mutants import NOTICED, Fate, strength

    if not results:
        yield "no mutants: no check calls code of the solution"
        return
    noticed, of = strength(results)
    equal = sum(one.fate is Fate.equal for one in results)
    same = f"; {equal} more compute the same as the solution" if equal else ""
    yield f"{noticed} of {counted(of, 'mutant')} noticed{same}"
    by_check = Counter(one.check for one in results if one.fate in NOTICED)
    for name, count in by_check.most_common():
        for_people = sum(one.check == name and one.fate is Fate.needs_review for one in results)
        review = f", of which {for_people} for a person" if for_people else ""
        yield f"  {name} noticed {count}{review}"
    for one in results:
        if one.fate is Fate.survived:
            yield from _survivor(one.where, one.title, one.diff)


def _survivor(where: str, change: str, difference: str) -> Iterator[str]:
    yield f"survived: {where}: {change}"
    yield from (f"  {plain(line)}" for line in difference.splitlines())


def mutant_json(results: Sequence[MutantResult]) -> Iterator[dict[str, Any]]:
    """Yield one object for each mutant, and one with the numbers."""
    from grader.trying.run_mutants import strength

    for one in results:
        yield {
            "type": "mutant", "operator": one.operator, "where": one.where, "diff": one.diff,
            "result": str(one.fate), "check": one.check, "why": one.message,
        }  # fmt: skip
    noticed, of = strength(results)
    yield {"type": "mutants", "noticed": noticed, "mutants": of}


def wrong_answer_lines(results: Sequence[WrongAnswer]) -> Iterator[str]:
    """Yield the number of wrong answers that do not get all the points, and each of the others; nothing without any."""
    from grader.trying.wrong_answers import noticed

    if not results:
        return
    found, of = noticed(results)
    yield f"{found} of {counted(of, 'wrong answer')} noticed"
    for one in results:
        if one.survived:
            yield from _survivor(one.question, one.change, one.difference)


def wrong_answer_json(results: Sequence[WrongAnswer]) -> Iterator[dict[str, Any]]:
    """Yield one object for each wrong answer, and one with the numbers if there are any."""
    from grader.trying.wrong_answers import noticed

    for one in results:
        yield {
            "type": "wrong_answer", "question": one.question, "change": one.change, "answer": one.answer,
            "diff": one.difference, "result": "survived" if one.survived else "noticed",
        }  # fmt: skip
    if results:
        found, of = noticed(results)
        yield {"type": "wrong_answers", "noticed": found, "wrong_answers": of}


def answer_lines(path: Path, results: Sequence[AnswerResult]) -> Iterator[str]:
    """Yield how many answers agree, and a line for each that does not, those that differ in silence first."""
    counts = Counter(str(one.agreement) for one in results)
    agree, differ, review = (counts[name] for name in ("agrees", "differs", "needs_review"))
    yield f"{path}: {agree} of {counted(len(results), 'answer')} as expected, {differ} otherwise, {review} for a person"
    for wanted in ("differs", "needs_review"):
        for one in results:
            if one.agreement == wanted:
                yield f"{_WORDS[wanted]}: {_answer_line(one)}"


def _answer_line(one: AnswerResult) -> str:
    words = " ".join(plain(one.known.answer).split())
    answer = words if len(words) <= MAX_LETTERS else f"{words[:MAX_LETTERS]}..."
    found = one.status if one.points is None else f"{one.status} ({counted(one.points, 'point')})"
    return f"{one.known.question}: expected {one.known.expected}, found {found}: {answer!r}: {plain(one.message)}"


def answer_json(results: Sequence[AnswerResult]) -> Iterator[dict[str, Any]]:
    """Yield one object for each answer."""
    for one in results:
        yield {
            "type": "answer", "question": one.known.question, "answer": one.known.answer,
            "expected": one.known.expected, "status": one.status,
            "points": None if one.points is None else points(one.points), "cause": one.cause, "reading": one.reading,
            "result": str(one.agreement), "why": one.message,
        }  # fmt: skip


def submission_lines(
    path: Path, known: Sequence[KnownSubmission], results: Sequence[Sequence[Difference]]
) -> Iterator[str]:
    """Yield how many submissions are as expected, and a line for each difference."""
    same = sum(not found for found in results)
    yield f"{path}: {same} of {counted(len(known), 'submission')} as expected"
    for one in (difference for several in results for difference in several):
        found = f"expected {one.expected}, found {one.found}: {plain(one.message)}"
        yield f"differs: {one.submission}: {one.check}: {found}"


def submission_json(
    known: Sequence[KnownSubmission], results: Sequence[Sequence[Difference]]
) -> Iterator[dict[str, Any]]:
    """Yield one object for each submission, with its differences."""
    for submission, found in zip(known, results, strict=True):
        listed = [
            {"check": one.check, "expected": one.expected, "found": one.found, "why": one.message} for one in found
        ]
        yield {"type": "submission", "submission": submission.name, "differences": listed}
