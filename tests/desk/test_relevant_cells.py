"""The cells of a question: those that define what it is about, that findings name, and what these use."""

from __future__ import annotations

from decimal import Decimal

from grader.desk.relevant_cells import relevant_cells
from grader.model import CellRun, Finding, Place, ScoredCheck, ScoredQuestion, Status

SOURCES = (
    "import torch",
    "class LSTMCell(nn.Module): ...",
    "class LSTM(nn.Module):\n    def __init__(self): self.cell = LSTMCell(1, 2)",
    "def train(model): ...",
    "train(LSTM())",
    "class LSTMLike: ...",
)
CELLS = [CellRun(number, "ok", source=source) for number, source in enumerate(SOURCES, 1)]


def numbers(**finding: object) -> list[int]:
    one = Finding("c", "shapes", "q", "t", Status.passed, "m", **finding)  # type: ignore[arg-type]
    question = ScoredQuestion("q", "Q", Decimal(1), False, None, Decimal(0), (ScoredCheck(one, Decimal(1), None),))
    return [cell.number for cell in relevant_cells(CELLS, question)]


def test_a_target_comes_with_its_own_parts() -> None:
    assert numbers(target="LSTM") == [2, 3]
    assert numbers(target="LSTMCell") == [2]


def test_a_place_comes_with_what_it_calls() -> None:
    assert numbers(place=Place("a.ipynb", cell=5)) == [3, 4, 5]


def test_other_questions_have_none() -> None:
    assert numbers() == []
    assert numbers(target="Model") == []
    assert numbers(target="LSTM", note_only=True) == []
