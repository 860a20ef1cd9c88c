"""Wrong answers made from the right ones of the solution: whether the rubric gives one of them all the points."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from grader.grading.options import GradingOptions
from grader.grading.solution import solution_source
from grader.ingest.find_answers import find_answers
from grader.rubric.schema import Question, Rubric
from grader.trying.answer_changes import CHANGES
from grader.trying.changed_source import changed_lines
from grader.trying.known_answers import FULL, KnownAnswer, reading_checks, try_answers

MOST = 8  # texts that one change makes of one answer: the first ones


@dataclass(frozen=True)
class WrongAnswer:
    """An answer that was made wrong by a change, and whether it still gets all the points of its question."""

    question: str
    change: str
    answer: str
    survived: bool
    difference: str = ""  # the lines that were changed, as a diff


def wrong_answers(rubric: Rubric, options: GradingOptions, jobs: int) -> list[WrongAnswer]:
    """Return the wrong answers to each question whose answer is a formula, shapes or numbers, in the rubric's order.

    A question counts where the solution answers it and the rubric gives this answer all the points.

    Raises:
        GraderError: the solution is not there, or a process ended.
    """
    right = [KnownAnswer(question, text, FULL) for question, text in _right_answers(rubric, options)]
    decided = [one.known for one in try_answers(rubric, right, 1) if one.status == FULL]
    made = [
        WrongAnswer(one.question, title, text, False, changed_lines(one.answer, text))
        for one in decided
        for title, text in _changed(one.answer)
    ]
    results = try_answers(rubric, [KnownAnswer(one.question, one.answer, "wrong") for one in made], jobs)
    return [replace(one, survived=result.status == FULL) for one, result in zip(made, results, strict=True)]


def _right_answers(rubric: Rubric, options: GradingOptions) -> Iterator[tuple[str, str]]:
    questions = [one.id for one in rubric.questions if _is_exact(one)]
    if not questions:
        return
    found = find_answers(options.open(solution_source(rubric), rubric), rubric)
    yield from ((name, found[name].text) for name in questions if name in found)


def _is_exact(question: Question) -> bool:
    return any(check.exact_answer for check in reading_checks(question))


def _changed(text: str) -> Iterator[tuple[str, str]]:
    """Yield what was changed, and the changed text."""
    for change in CHANGES:
        yield from ((change.title, other) for other in islice(change(text), MOST))


def noticed(results: Sequence[WrongAnswer]) -> tuple[int, int]:
    """Return how many wrong answers do not get all the points, and how many there are."""
    return sum(not one.survived for one in results), len(results)
