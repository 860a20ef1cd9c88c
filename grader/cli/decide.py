"""`grader decide`: grade all answers of a group at once."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Annotated

import typer

from grader.cli.app import DONE, GRADING, app
from grader.errors import GraderError
from grader.text import counted

Folder = Annotated[Path, typer.Argument(help="The output folder of 'grader grade'.")]


def shortened(text: str, most: int = 150) -> str:
    """Return text on one line, cut to a length."""
    words = " ".join(text.split())
    return words if len(words) <= most else f"{words[:most]} …"


@app.command(rich_help_panel=GRADING)
def decide(
    folder: Folder,
    group: Annotated[list[str], typer.Argument(help="Group ids, as listed by 'grader groups'.")],
    points: Annotated[str, typer.Option(help="Points for the answer.")],
    by: Annotated[str, typer.Option(help="Your name; the reports show it.")],
    reason: Annotated[str, typer.Option(help="The reason; the reports show it.")],
) -> None:
    """Grade a group of answers at once.

    The decision is saved, also applies to later runs, and the reports are written again.
    """
    from grader.model import GroupDecision
    from grader.results.apply_group_decisions import decide_groups
    from grader.results.folder_lock import hold
    from grader.results.output_folder import expect_reports, read_reports
    from grader.similarity.answer_groups import open_groups

    earned = _number(points)
    expect_reports(folder)
    with hold(folder, "grader decide"):  # before anything is read: a run that ends meanwhile would be overwritten
        reports = read_reports(folder)
        known = {one.id: one for one in open_groups(reports, decided=True)}
        if lacking := [name for name in group if name not in known]:
            raise GraderError(f"no group {', '.join(lacking)}; 'grader groups {folder}' lists them")
        chosen = [known[name] for name in group]
        for one in chosen:
            if not 0 <= earned <= max(Decimal(0), Decimal(one.max_effect)):
                raise GraderError(f"{points} points for {one.check}; the check has 0 to {one.max_effect}")
        decisions = [
            GroupDecision(one.check, one.answers, earned, by, reason, one.text, max_effect=one.max_effect)
            for one in chosen
        ]
        changed = decide_groups(decisions, reports, folder)
    names = ", ".join(sorted(report.team for report in changed))
    typer.echo(f"{counted(len(changed), 'report')} changed" + (f": {names}" if names else ""))
    raise typer.Exit(DONE)


def _number(text: str) -> Decimal:
    try:
        value = Decimal(text.replace(",", "."))
    except InvalidOperation:
        raise GraderError(f"--points: not a number: {text!r}") from None
    if not value.is_finite():
        raise GraderError(f"--points: not a number: {text!r}")
    return value
