"""The kind `notebook_runs`: every cell runs from top to bottom in a fresh process."""

from __future__ import annotations

from typing import ClassVar, Literal

from grader.checks.base import Check, CheckContext, explained_by_environment
from grader.model import CellRun, NoticeCode, Quote
from grader.model.message import Text, say
from grader.model.verdict import Verdict, failed, needs_review, passed


class NotebookRuns(Check):
    """The code runs from top to bottom in a fresh process, without an error."""

    holds_answer: ClassVar[bool] = False
    label: ClassVar[Text] = say("The code runs from top to bottom")
    example: ClassVar[str] = "{kind: notebook_runs}"
    kind: Literal["notebook_runs"] = "notebook_runs"

    def judge(self, context: CheckContext) -> Verdict:
        """Say which cells stopped, with the error; what can be the environment's fault waits."""
        damaged = [n for n in context.submission.notices if n.code is NoticeCode.damaged_notebook]
        if not context.submission.cells:
            if context.submission.unread and not damaged:
                return needs_review(f"No code was found. {context.submission.unread}", "A person looks at the files.")
            what = damaged[0].message if damaged else "The submission has no code: no notebook and no module was found."
            return failed(what, damaged[0].hint if damaged else "Add the notebook to the archive.")
        bad = [run for run in context.evidence.cells if run.status not in ("ok", "not needed")]
        left = [run.number for run in context.evidence.cells if run.status == "not needed"]
        count = len(context.submission.cells)
        if not bad and left:
            listed = ", ".join(map(str, left))
            return passed(
                f"{count - len(left)} cells ran; no question depends on the others ({listed}), which did not."
            )
        if not bad:
            return passed(f"All {count} cells ran.")
        origins = {cell.number: cell.origin for cell in context.submission.cells}
        quotes = tuple(Quote(origins.get(run.number, ""), _words(run), run.status) for run in bad[:5])
        first = bad[0]
        what = f"{len(bad)} of {count} cells did not run to the end. {origins.get(first.number, '')}: {_words(first)}."
        if first.status == "error" and explained_by_environment(first.error):
            return needs_review(what, "A module or an old name is missing here; a person decides.", *quotes)
        return failed(what, _hint(first), *quotes)


def _words(run: CellRun) -> str:
    return run.error or {"timeout": "stopped at the time limit", "died": "the process ended"}.get(
        run.status, run.status
    )


def _hint(run: CellRun) -> str:
    if run.status == "timeout":
        return "Look for a loop that does not end, or a training that is too long for the limit."
    if run.status == "died":
        return "Too much memory or a crash in compiled code is the usual reason."
    return "Restart the kernel, run all cells, and look at the first error."
