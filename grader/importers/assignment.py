"""An assignment of another tool as it is read: questions with their tests, the solution, and what is left out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction


class CannotImport(Exception):
    """A part of an assignment that cannot be brought over: what it is, and what the course can do."""

    def __init__(self, what: str, remedy: str) -> None:
        self.what, self.remedy = what, remedy
        super().__init__(f"{what}; {remedy}")


@dataclass(frozen=True)
class LeftOut:
    """A part that was not brought over, as a line: where it is, what it is, and what to do."""

    where: str
    what: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.where}: {self.what}; {self.remedy}"


@dataclass(frozen=True)
class Case:
    """One test of a question: statements that raise an exception where the submission is wrong.

    The statements use names of the notebook without importing them; `cell` is the number of the cell at whose end they
    ran, or 0 if that was the end of the notebook. `mistake` says why the test cannot be brought over.
    """

    where: str
    code: str
    name: str = ""
    points: Fraction | None = None
    hidden: bool = False
    hint: str = ""
    cell: int = 0
    mistake: CannotImport | None = None


@dataclass(frozen=True)
class Question:
    """A question: its cases, which share its points, or the guide by which a tutor grades it.

    `common` are statements before all cases, such as imports of a file of tests. `file` is a whole file for pytest in
    place of the cases.
    """

    id: str
    title: str
    points: Fraction
    cases: tuple[Case, ...] = ()
    all_or_nothing: bool = False
    common: str = ""
    guide: str = ""
    file: str = ""
    modules: tuple[str, ...] = ()


@dataclass(frozen=True)
class Cell:
    """A cell of a notebook: `kind` is code, markdown or raw; `number` counts all cells from 1.

    `given` cells are the course's; the others have parts that students write. `printed` is the text of stored outputs.
    """

    kind: str
    source: str
    number: int
    metadata: Mapping[str, object] = field(default_factory=dict)
    printed: str = ""
    given: bool = True

    def with_source(self, source: str) -> Cell:
        """Return the cell with another text."""
        return replace(self, source=source)


@dataclass
class Assignment:
    """What was read: file contents are by their path in the course folder, `course` in the folder itself."""

    title: str
    format: str
    questions: list[Question] = field(default_factory=list)
    cells: Sequence[Cell] = ()
    solution: dict[str, bytes] = field(default_factory=dict)
    template: dict[str, bytes] = field(default_factory=dict)
    files: dict[str, bytes] = field(default_factory=dict)
    course: dict[str, bytes] = field(default_factory=dict)
    left_out: list[LeftOut] = field(default_factory=list)

    def leave_out(self, where: str, what: str, remedy: str) -> None:
        """Note a part that is not brought over."""
        self.left_out.append(LeftOut(where, what, remedy))


def with_points(cases: Sequence[Case], total: Fraction | None) -> tuple[Case, ...]:
    """Return the cases with their points, as otter divides them.

    Cases without points share what is left of `total`. Without a total they have none where others have points, and
    share one point where none has.

    Raises:
        CannotImport: the cases have more points than the total.
    """
    stated = sum((case.points for case in cases if case.points is not None), Fraction(0))
    open_cases = sum(case.points is None for case in cases)
    if total is not None and stated > total:
        raise CannotImport("the tests have more points than the question", "correct the points")
    rest = Fraction(0 if stated else 1) if total is None else total - stated
    share = rest / open_cases if open_cases else Fraction(0)
    return tuple(case if case.points is not None else replace(case, points=share) for case in cases)
