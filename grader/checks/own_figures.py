"""The kind `own_figures`: percentages that the notebook printed when it was run, beside stored ones and the text's."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import ClassVar, Literal

from pydantic import Field

from grader.checks.base import Check, CheckContext
from grader.model import Table
from grader.model.message import Text, say
from grader.model.verdict import Verdict, passed

_FIGURE = re.compile(r"(?<![\w.])(-?\d{1,3}[.,]\d+)\s*\\?%|(?i:noise|removed|percent)[^\n\d-]{0,40}(-?\d{1,3}[.,]\d+)")
MAX_FIGURES = 40


class OwnFigures(Check):
    """A note for the marker: which figures of the text and of the stored outputs the run has printed again."""

    holds_answer: ClassVar[bool] = False
    label: ClassVar[Text] = say("The notebook's own figures")
    note_only: ClassVar[bool] = True
    example: ClassVar[str] = "{kind: own_figures, within: 0.3}"
    kind: Literal["own_figures"] = "own_figures"
    within: float = Field(0.3, ge=0, description="points by which a figure may differ from run to run")

    def judge(self, context: CheckContext) -> Verdict:
        """Compare figure by figure: reproduced, differs, or not printed at all."""
        printed = _figures(run.text for run in context.evidence.cells)
        stored = _figures(cell.stored for cell in context.submission.cells)
        written = _figures([context.answer.text] if context.answer is not None else ())
        claimed = list(dict.fromkeys([*written, *stored]))[:MAX_FIGURES]
        if not claimed:
            return passed("Neither the text nor a stored output gives a percentage.")
        rows = tuple(
            (f"{figure:g} %", _yes(figure in written), _yes(figure in stored), self._place(figure, printed))
            for figure in claimed
        )
        count = sum(row[3].startswith("reproduced") for row in rows)
        table = Table("Figures and what the run printed", ("Figure", "In the text", "Stored", "When run"), rows)
        return passed(f"{count} of {len(rows)} figures were printed again when the notebook was run.", table)

    def _place(self, figure: float, printed: list[float]) -> str:
        if not printed:
            return "not printed: no percentage was"
        nearest = min(printed, key=lambda value: abs(value - figure))
        if abs(nearest - figure) <= self.within:
            return f"reproduced ({nearest:g} %)"
        return f"not printed; the nearest is {nearest:g} %"


def _figures(texts: Iterable[str]) -> list[float]:
    found = [match[1] or match[2] for text in texts for match in _FIGURE.finditer(text)]
    return list(dict.fromkeys(float(figure.replace(",", ".")) for figure in found))


def _yes(value: bool) -> str:
    return "yes" if value else "-"
