"""What likeness tells, on answers that two people graded: `python bench/likeness.py PATH.csv`.

The file has a line for each answer: its question, its words, and the points of two people, of whom the first plays the
tutor. The columns are named by options. Printed is the table of `docs/likeness.md`.
"""

from __future__ import annotations

import argparse
import csv
import statistics
import sys
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

if __package__ in (None, ""):
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from grader.similarity.likeness import Likeness

NEIGHBOURS = 3  # graded answers from which a number would be suggested


@dataclass(frozen=True)
class GradedAnswer:
    """An answer with the points of two people."""

    text: str
    first: float
    second: float


@dataclass
class Measured:
    """Sums over all questions."""

    answers: int = 0
    steps_before: list[float] = field(default_factory=list)  # between the points of neighbours
    steps: list[float] = field(default_factory=list)
    with_near: int = 0
    same_points: list[bool] = field(default_factory=list)  # of near-duplicates
    suggested: list[float] = field(default_factory=list)  # errors, of answers without a near-duplicate
    people: list[float] = field(default_factory=list)  # of the second person, for the same answers

    def add(self, answers: Sequence[GradedAnswer]) -> None:
        """Measure one question."""
        likeness = Likeness([answer.text for answer in answers])
        points = [answer.first for answer in answers]
        self.answers += len(answers)
        self.steps_before += _steps(points)
        self.steps += _steps([points[number] for number in likeness.order()])
        pairs = list(likeness.pairs())
        self.same_points += [points[one] == points[other] for one, other in pairs]
        near = {number for pair in pairs for number in pair}
        self.with_near += len(near)
        for number, answer in enumerate(answers):
            if number not in near and len(answers) > NEIGHBOURS:
                self.suggested.append(abs(_suggested(likeness, number, points) - answer.first))
                self.people.append(abs(answer.second - answer.first))

    def lines(self) -> list[str]:
        """Return the table."""
        rows = [
            ("answers", f"{self.answers}"),
            ("step between neighbours' points, in the file's order", _mean(self.steps_before)),
            ("step between neighbours' points, ordered by likeness", _mean(self.steps)),
            ("answers with a near-duplicate", _share(self.with_near, self.answers)),
            ("near-duplicates with the same points", _share(sum(self.same_points), len(self.same_points))),
            ("mean error of a suggested number, other answers", _mean(self.suggested)),
            ("mean error of a second person, the same answers", _mean(self.people)),
        ]
        return ["| | |", "| --- | ---: |", *(f"| {name} | {value} |" for name, value in rows)]


def _steps(points: Sequence[float]) -> list[float]:
    return [abs(later - earlier) for earlier, later in pairwise(points)]


def _suggested(likeness: Likeness, number: int, points: Sequence[float]) -> float:
    """Return the mean of the nearest answers' points, weighted by likeness."""
    row = likeness.row(number)
    nearest = sorted((n for n in range(len(points)) if n != number), key=lambda n: -row[n])[:NEIGHBOURS]
    weights = [max(row[other], 0.001) for other in nearest]
    return sum(weight * points[other] for weight, other in zip(weights, nearest, strict=True)) / sum(weights)


def _mean(values: Sequence[float]) -> str:
    return f"{statistics.fmean(values):.2f}" if values else "–"


def _share(part: int, whole: int) -> str:
    return f"{100 * part / whole:.1f} %" if whole else "–"


def read(path: Path, question: str, answer: str, first: str, second: str) -> dict[str, list[GradedAnswer]]:
    """Return the answers of a file by question.

    Raises:
        SystemExit: the file has not these columns, or points are no numbers.
    """
    found: dict[str, list[GradedAnswer]] = defaultdict(list)
    with path.open(encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file):
            try:
                graded = GradedAnswer(row[answer] or "", float(row[first]), float(row[second]))
                found[row[question]].append(graded)
            except (KeyError, ValueError) as error:
                raise SystemExit(f"{path}: no such column, or no number: {error}") from None
    return found


def measured(questions: dict[str, list[GradedAnswer]]) -> Measured:
    """Measure all questions."""
    whole = Measured()
    for answers in questions.values():
        whole.add(answers)
    return whole


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=str(__doc__).partition("\n")[0])
    parser.add_argument("path", type=Path)
    parser.add_argument("--question", default="id")
    parser.add_argument("--answer", default="student_answer")
    parser.add_argument("--first", default="score_me", help="column of the first person's points")
    parser.add_argument("--second", default="score_other", help="column of the second person's points")
    given = parser.parse_args(arguments)
    questions = read(given.path, given.question, given.answer, given.first, given.second)
    print("\n".join(measured(questions).lines()))


if __name__ == "__main__":
    main()
