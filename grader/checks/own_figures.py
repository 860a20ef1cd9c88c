"""The kind `own_figures`: percentages in the text and in stored outputs, compared with those that the run printed."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import ClassVar, Literal

from pydantic import Field

from grader.checks.base import Check, CheckContext
from grader.model import Table
from grader.model.message import Message, Text, say, say_number
from grader.model.verdict import Verdict, needs_review, passed
from grader.reading.visible_words import visible_words

_FIGURE = re.compile(r"(?<![\w.])(-?\d{1,3}[.,]\d+)\s*\\?%|(?i:noise|removed|percent)[^\n\d-]{0,40}(-?\d{1,3}[.,]\d+)")
MAX_FIGURES = 40


class OwnFigures(Check):
    """A note for the tutor that lists the percentages of the text and of the stored outputs that the run reproduced."""

    holds_answer: ClassVar[bool] = False
    label: ClassVar[Text] = say("Numbers reproduced by the rerun")
    note_only: ClassVar[bool] = True
    example: ClassVar[str] = "{kind: own_figures, within: 0.3}"
    kind: Literal["own_figures"] = "own_figures"
    within: float = Field(0.3, ge=0, description="percentage points by which a number may differ from run to run")

    def judge(self, context: CheckContext) -> Verdict:
        """Compare each number with the nearest one that was printed."""
        printed = _figures(run.text for run in context.evidence.cells)
        stored = _figures(cell.stored for cell in context.submission.cells)
        written = _figures([visible_words(context.answer.text)] if context.answer is not None else ())
        claimed = list(dict.fromkeys([*written, *stored]))[:MAX_FIGURES]
        if not claimed:
            return passed(say("Neither the text nor a stored output contains a percentage."))
        if not context.evidence.cells:
            return needs_review(
                say("Nothing was run, so the reported numbers could not be compared."),
                say("A tutor will look at the numbers."),
            )
        nearest = [min(printed, key=lambda value: abs(value - figure), default=None) for figure in claimed]
        pairs = list(zip(claimed, nearest, strict=True))
        rows = tuple(
            (f"{figure:g} %", _yes(figure in written), _yes(figure in stored), self._in_words(figure, near))
            for figure, near in pairs
        )
        what = say_number(
            "{reproduced} of {n} reported number was reproduced by the rerun.",
            "{reproduced} of {n} reported numbers were reproduced by the rerun.",
            len(pairs),
            reproduced=sum(self._reproduced(figure, near) for figure, near in pairs),
        )
        head = (say("Number"), say("In the text"), say("Stored"), say("Rerun"))
        return passed(what, Table(say("Reported numbers and the rerun"), head, rows))

    def _reproduced(self, figure: float, nearest: float | None) -> bool:
        return nearest is not None and abs(nearest - figure) <= self.within

    def _in_words(self, figure: float, nearest: float | None) -> Message:
        if nearest is None:
            return say("no percentage was printed")
        if self._reproduced(figure, nearest):
            return say("reproduced ({value} %)", value=f"{nearest:g}")
        return say("not printed; the nearest is {value} %", value=f"{nearest:g}")


def _figures(texts: Iterable[str]) -> list[float]:
    found = [match[1] or match[2] for text in texts for match in _FIGURE.finditer(text)]
    return list(dict.fromkeys(float(figure.replace(",", ".")) for figure in found))


def _yes(value: bool) -> Text:
    return say("yes") if value else "-"
