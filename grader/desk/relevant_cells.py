"""The cells of a submission that belong to a question, so that a tutor sees them first."""

from __future__ import annotations

import re
from collections.abc import Sequence

from grader.model import CellRun, ScoredQuestion

_DEFINED = re.compile(r"^[ \t]*(?:async[ \t]+)?(?:class|def)[ \t]+([^\W\d]\w*)", re.M)


def relevant_cells(cells: Sequence[CellRun], question: ScoredQuestion) -> list[CellRun]:
    """Return the cells that findings name, those that define their targets, and what these use, in their order.

    A name is looked up in the text, as code that does not parse is shown, too; to see a cell too many costs nothing.
    """
    findings = [scored.finding for scored in question.checks if not scored.finding.note_only]
    numbers = {finding.place.cell for finding in findings if finding.place is not None and not finding.place.line}
    targets = {finding.target for finding in findings if finding.target}
    defined = {cell.number: set(_DEFINED.findall(cell.source)) for cell in cells}
    chosen = {cell.number for cell in cells if cell.number in numbers or defined[cell.number] & targets}
    used = "\n".join(cell.source for cell in cells if cell.number in chosen)
    for number, names in defined.items():
        if any(re.search(rf"\b{re.escape(name)}\s*\(", used) for name in names):
            chosen.add(number)
    return [cell for cell in cells if cell.number in chosen]
