"""Questions and teams assigned to tutors: who grades which submissions, and how far everybody is."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from grader.desk.manual_grading import GradingDesk
from grader.desk.question_queue import fair_order
from grader.results.assignments import AssignedShare


def shared_out(order: Sequence[str], tutors: Sequence[str]) -> dict[str, str]:
    """Return a tutor for each submission: parts of the order that follow each other, equally long up to one."""
    if not tutors:
        return {}
    return {name: tutors[number * len(tutors) // len(order)] for number, name in enumerate(order)}


def assign_question(desk: GradingDesk, question: str, tutors: Sequence[str]) -> None:
    """Share the submissions of a question out among tutors, like answers to the same one; without any, to everybody."""
    shares = shared_out(desk.everyone(question), tutors)
    with desk.records.writing() as tables:
        tables.assignments.put(question, shares)


def assign_teams(desk: GradingDesk, tutors: Sequence[str]) -> None:
    """Share whole submissions out among tutors, who grade all of their questions."""
    with desk.records.reading() as tables:
        names = tables.submissions.names(desk.batch)
        questions = [question for question, _ in tables.questions.titles(desk.batch)]
    shares = shared_out(fair_order(names, ""), tutors)
    with desk.records.writing() as tables:
        for question in questions:
            tables.assignments.put(question, shares)


def shares_of(desk: GradingDesk) -> Mapping[str, list[AssignedShare]]:
    """Return how each question is shared out."""
    found: dict[str, list[AssignedShare]] = {}
    with desk.records.reading() as tables:
        for share in tables.assignments.shares(desk.batch):
            found.setdefault(share.question, []).append(share)
    return found


def known_tutors(desk: GradingDesk, also: Collection[str] = ()) -> list[str]:
    """Return the tutors who can log in, gave points or have something assigned, and those in `also`, sorted."""
    with desk.records.reading() as tables:
        assigned = {share.tutor for share in tables.assignments.shares(desk.batch)}
        return sorted({*tables.tutors.names(), *tables.overrides.tutors(), *assigned, *also})


def tutors_in(text: str) -> list[str]:
    """Return the names in a list with commas, each once and in order."""
    return list(dict.fromkeys(filter(None, (" ".join(part.split()) for part in text.split(",")))))
