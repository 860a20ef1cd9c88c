"""How far a rubric is proved: what its checks say about the solution, and how many mutants they notice."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from grader.model.finding import Place
from grader.model.message import NOTHING, Message, Text, say, say_number, sentences


class Trial(StrEnum):
    """The result of a check on the solution of the course."""

    passes = "passes"
    does_not_pass = "does_not_pass"  # noqa: S105 - no password; the check then grades nobody
    not_tried = "not_tried"  # nothing in a solution can show whether it works


@dataclass(frozen=True)
class CheckTrial:
    """One check on the solution of the course; `why` is the reason where it does not pass, or was not tried."""

    check: str
    question: str
    title: Text
    trial: Trial
    why: Text = NOTHING
    place: Place | None = None


@dataclass(frozen=True)
class Proof:
    """What is known about a rubric: its checks on the solution, and how many of its mutants they noticed."""

    solution: str = ""  # the path in the rubric; empty where it names none
    trials: tuple[CheckTrial, ...] = ()
    noticed: int = 0
    mutants: int = 0  # those that are not equal to the solution; 0 where none were tried

    @property
    def faulty(self) -> dict[str, Text]:
        """Return the checks that do not pass the solution, with the reasons."""
        return {one.check: one.why for one in self.trials if one.trial is Trial.does_not_pass}

    def sentence(self) -> Message:
        """Return the line that says whether the rubric is proved, and how strongly."""
        if not self.solution:
            return say("The rubric is not proved: it names no solution.")
        if self.faulty:
            names = tuple(self.faulty)
            return say_number(
                "The rubric is not proved: {n} check does not pass the solution and grades nobody: {names}.",
                "The rubric is not proved: {n} checks do not pass the solution and grade nobody: {names}.",
                len(names),
                names=names,
            )
        return sentences(say("The rubric is proved: its checks pass the solution."), self.strength())

    def strength(self) -> Message:
        """Return the sentence about the mutants."""
        if not self.mutants:
            return say("No mutants were tried.")
        return say_number(
            "{noticed} of {n} mutant noticed.", "{noticed} of {n} mutants noticed.", self.mutants, noticed=self.noticed
        )
