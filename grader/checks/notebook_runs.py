"""The kind `notebook_runs`: all cells run from top to bottom in a new process."""

from __future__ import annotations

from dataclasses import replace
from typing import ClassVar, Literal

from grader.checks.base import Check, CheckContext
from grader.model import CellRun, NoticeCode, Place, Quote
from grader.model.message import Text, say, say_number, sentences
from grader.model.verdict import Verdict, failed, needs_review, passed


class NotebookRuns(Check):
    """The code runs from top to bottom in a new process, without an error."""

    holds_answer: ClassVar[bool] = False
    label: ClassVar[Text] = say("The code runs from top to bottom")
    example: ClassVar[str] = "{kind: notebook_runs}"
    kind: Literal["notebook_runs"] = "notebook_runs"

    def judge(self, context: CheckContext) -> Verdict:
        """Name the cells that stopped, with the error; an error that the environment can explain needs review."""
        damaged = [n for n in context.submission.notices if n.code is NoticeCode.damaged_notebook]
        if not context.submission.cells:
            if damaged:
                return failed(sentences(damaged[0].message), sentences(damaged[0].hint))
            if context.submission.unread:
                what = sentences(say("No code was found."), context.submission.unread)
                return needs_review(what, say("A tutor will look at the files."))
            what = say("The submission contains no code: neither a notebook nor a module was found.")
            return failed(what, say("Add the notebook to the archive."))
        return self._runs(context)

    def _runs(self, context: CheckContext) -> Verdict:
        bad = [run for run in context.evidence.cells if run.status not in ("ok", "not needed")]
        left = [run.number for run in context.evidence.cells if run.status == "not needed"]
        count = len(context.submission.cells)
        if not bad and left:
            what = say_number(
                "{n} cell ran. Cells that were not run, because no question depends on them: {others}.",
                "{n} cells ran. Cells that were not run, because no question depends on them: {others}.",
                count - len(left),
                others=left,
            )
            return passed(what)
        if not bad:
            return passed(
                say_number("The only cell ran without an error.", "All {n} cells ran without an error.", count)
            )
        places = {cell.number: cell.place for cell in context.submission.cells}
        quotes = tuple(self._quote(context, run, places.get(run.number, Place())) for run in bad[:5])
        first, place = context.cell_verdict(bad[0]), places.get(bad[0].number, Place())
        many = say("{bad} of {count} cells did not run to the end.", bad=len(bad), count=count)
        what = sentences(
            many if count > 1 else say("The only cell did not run to the end."),
            say("{place}: {error}", place=(first.place or place).in_words(), error=first.message),
        )
        return replace(first, message=what, details=(*first.details, *quotes)).at(first.place or place)

    def _quote(self, context: CheckContext, run: CellRun, place: Place) -> Quote:
        return Quote(place.in_words(), run.error or str(context.cell_verdict(run).message), run.status)
