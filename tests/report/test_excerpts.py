"""The lines that a finding speaks of: around the line of an error, or the definition of its target."""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal

import pytest

from grader.model import (
    CellRun,
    Chart,
    Finding,
    Grade,
    PageImage,
    Place,
    Quote,
    Report,
    ScoredCheck,
    ScoredQuestion,
    Series,
    Status,
)
from grader.report.excerpts import AROUND, MAX_LINES, Excerpt, excerpts
from grader.report.pages import report_page
from tests.report.test_pages import report_with

MODEL = (
    "import torch\n\nclass Cell:\n    def forward(self, x):\n        return x\n\n    # the end\n# below\ny = Cell()\n"
)
LONG = "\n".join(f"line_{number} = {number}" for number in range(1, 101))
HERE = Place("a.ipynb", cell=1)
CELLS = (
    CellRun(1, "ok", source=MODEL, place=HERE),
    CellRun(2, "ok", source=LONG, place=Place("a.ipynb", cell=2)),
    CellRun(3, "not run", source="def late():\n    return '<b>'", place=Place("b.py")),
)


def report(*findings: Finding) -> Report:
    checks = tuple(ScoredCheck(finding, Decimal(1), Decimal(0)) for finding in findings)
    question = ScoredQuestion("q", "Q", Decimal(len(checks)), False, Decimal(0), Decimal(0), checks)
    grade = Grade(question.points, Decimal(0), Decimal(0), (question,), ())
    return replace(report_with("words"), cells=CELLS, grade=grade)


def finding(target: str = "", place: Place | None = None, status: Status = Status.failed, check: str = "c") -> Finding:
    return Finding(check, "outputs", "q", "Title", status, "m", target=target, place=place)


def excerpt(one: Finding) -> Excerpt | None:
    return excerpts(report(one))(ScoredCheck(one, Decimal(1), Decimal(0)))


def words(found: Excerpt) -> list[str]:
    return [re.sub(r"<[^>]*>", "", line) for line in found.lines]


@pytest.mark.parametrize(
    ("one", "place", "first", "last", "at"),
    [
        (finding(place=replace(HERE, line=4)), HERE, 1, 9, 4),
        (finding(place=Place("a.ipynb", 50, 2)), CELLS[1].place, 50 - AROUND, 50 + AROUND, 50),
        (finding(place=Place("a.ipynb", cell=2)), CELLS[1].place, 1, MAX_LINES, None),
        (finding("Cell"), HERE, 3, 7, None),
        (finding("Cell.forward"), HERE, 3, 7, None),
        (finding("late"), Place("b.py"), 1, 2, None),
        (finding(place=Place("b.py", 2)), Place("b.py"), 1, 2, 2),
    ],
    ids=["a line", "in the middle", "a cell", "a class", "a method", "a function of a module", "a line of a module"],
)
def test_the_lines_have_their_numbers(one: Finding, place: Place, first: int, last: int, at: int | None) -> None:
    found = excerpt(one)
    assert found is not None
    assert (found.place, found.first, found.first + len(found.lines) - 1, found.at) == (place, first, last, at)
    source = (
        next(cell.source for cell in CELLS if cell.place == place).replace("<b>", "&lt;b&gt;").replace("'", "&#39;")
    )
    assert words(found) == source.split("\n")[first - 1 : last]


@pytest.mark.parametrize(
    "one",
    [
        finding("Cell", status=Status.passed),
        finding("Cell", status=Status.needs_review),
        finding("Nothing"),
        finding(),
        finding(place=Place("other.py", 2)),
        finding(place=Place("b.py", 200)),
    ],
    ids=["passed", "open", "not defined", "about nothing", "another file", "no such line"],
)
def test_there_is_none_where_no_lines_are_known(one: Finding) -> None:
    assert excerpt(one) is None


def test_a_report_with_code_figures_and_twelve_findings_is_small() -> None:
    lines = "\n".join(
        f"    self.gate_{n} = torch.nn.Linear({n}, {n}, bias=False)  # the gate's own weights" for n in range(60)
    )
    curve = Series("measured", tuple(map(float, range(100))), tuple(n / 7 for n in range(100)))
    details = (
        Chart("Curve", "x", "y", (curve, curve), "Two lines."),
        Quote("The answer", "words " * 300, "answers.md"),
    )
    findings = [replace(finding(f"Model{n}", check=f"c{n}"), details=details) for n in range(12)]
    cells = tuple(
        CellRun(n, "ok", source=f"class Model{n}:\n{lines}", place=Place("a.ipynb", cell=n)) for n in range(12)
    )
    figures = {"q": (PageImage("A figure", "A" * 24_000),) * 3}  # a plot of six curves has 20 KB
    page = report_page(replace(report(*findings), cells=cells, pictures=figures))
    assert page.count('<pre class="code">') == 12
    assert page.count("<img") == 3
    assert len(page.encode()) < 300_000


def test_the_same_lines_are_shown_once_and_escaped() -> None:
    page = report_page(report(finding("late"), finding("late", check="d"), finding(place=Place("b.py", 2), check="e")))
    assert page.count('<pre class="code">') == 2
    assert "&lt;b&gt;" in page
    assert 'class="row at" data-n="2"' in page
