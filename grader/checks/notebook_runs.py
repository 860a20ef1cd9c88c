"""The kind `notebook_runs`: all cells run from top to bottom in a new process."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import ClassVar, Literal

from grader.checks.base import Check, CheckContext
from grader.model import Cause, Cell, CellRun, NoticeCode, Place, Quote, Status, Submission
from grader.model.message import NOTHING, Text, say, say_number, sentences
from grader.model.verdict import Verdict, failed, needs_review, passed


class NotebookRuns(Check):
    """The code runs from top to bottom in a new process, without an error."""

    holds_answer: ClassVar[bool] = False
    label: ClassVar[Text] = say("The code runs from top to bottom")
    example: ClassVar[str] = "{kind: notebook_runs}"
    kind: Literal["notebook_runs"] = "notebook_runs"

    def judge(self, context: CheckContext) -> Verdict:
        """Name the cells that stopped, with the error; an error that the environment can explain needs review."""
        if not context.submission.cells:
            return _without_cells(context.submission)
        return _with_modules(self._runs(context), context.submission)

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


def _without_cells(submission: Submission) -> Verdict:
    """Say why no code was run; only a submission that was read to the end can have none."""
    others, hint = _files(submission.other_modules), say("A tutor will look at the files.")
    unclear = [one for one in submission.notices if one.code == NoticeCode.ambiguous_notebook]
    if unclear:
        one = say("Submit one version only. A tutor will decide which one counts.")
        return needs_review(sentences(unclear[0].message), one, cause=Cause.not_read)
    if others:
        none = say("No module was run, as none defines a class that the assignment asks for: {files}.", files=others)
        return needs_review(sentences(*_mistakes(submission), none), hint, cause=Cause.not_read)
    if unread := submission.unread_code or submission.unread:
        is_code = any(notice.serious for notice in submission.notices)  # its sentence names what is wrong with the code
        none = NOTHING if is_code else say("No code was found.")
        return needs_review(sentences(none, unread), hint, cause=Cause.not_read)
    if submission.notebooks:
        what = say_number(
            "{files} contains no code cells.",
            "{files} contain no code cells.",
            len(submission.notebooks),
            files=submission.notebooks,
        )
        return failed(what, say("Add the code to the notebook."))
    what = say("The submission contains no code: neither a notebook nor a module was found.")
    return failed(what, say("Add the notebook to the archive."))


def _files(cells: Iterable[Cell]) -> list[str]:
    """Return the modules and notebooks, each once."""
    return list(dict.fromkeys(cell.place.file or cell.origin for cell in cells))


def _mistakes(submission: Submission) -> list[Text]:
    modules = (cell for cell in submission.other_modules if cell.place.cell is None)
    return [module.mistake.in_words() for module in modules if module.mistake is not None]


def _with_modules(verdict: Verdict, submission: Submission) -> Verdict:
    """Name the modules of a tree that were not run; one that does not even parse needs review."""
    modules = [cell for cell in submission.cells if cell.place.file and cell.place.cell is None]
    if verdict.status is not Status.passed or not modules:
        return verdict
    count = len(modules)
    what = say_number("{n} module was imported.", "{n} modules were imported.", count)
    others = _files(module for module in submission.other_modules if not module.imported)
    if others:
        what = say_number(
            "{n} module was imported; not run: {others}.",
            "{n} modules were imported; not run: {others}.",
            count,
            others=others,
        )
    what = what if count == len(submission.cells) else sentences(verdict.message, what)
    if mistakes := _mistakes(submission):
        return needs_review(sentences(what, *mistakes), say("A tutor will look at the files."), cause=Cause.not_read)
    return replace(verdict, message=what)
