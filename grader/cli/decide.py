"""Decide what waits: once for all answers that mean the same."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Annotated

import typer

from grader.cli.app import DONE, app
from grader.errors import GraderError

Folder = Annotated[Path, typer.Argument(help="The folder that 'grader grade' wrote.")]


def _count(teams: tuple[str, ...]) -> str:
    return "1 team" if len(teams) == 1 else f"{len(teams)} teams"


def _short(text: str, most: int = 150) -> str:
    words = " ".join(text.split())
    return words if len(words) <= most else f"{words[:most]} …"


@app.command()
def decide(
    folder: Folder,
    group: Annotated[list[str], typer.Argument(help="Groups, as 'grader groups' names them.")],
    points: Annotated[str, typer.Option(help="What the answer earns.")],
    by: Annotated[str, typer.Option(help="Who decides; it stands in the reports.")],
    reason: Annotated[str, typer.Option(help="Why; it stands in the reports.")],
) -> None:
    """Decide groups of answers; the decision is kept, holds for later runs too, and the pages are written again."""
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
                raise GraderError(f"{points} points for {one.check}, which is worth 0 to {one.max_effect}")
        decisions = [
            GroupDecision(one.check, one.answers, earned, by, reason, one.text, max_effect=one.max_effect)
            for one in chosen
        ]
        changed = decide_groups(decisions, reports, folder)
    typer.echo(f"{len(changed)} reports changed: {', '.join(sorted(report.team for report in changed))}")
    raise typer.Exit(DONE)


def _number(text: str) -> Decimal:
    try:
        value = Decimal(text.replace(",", "."))
    except InvalidOperation:
        raise GraderError(f"--points is a number, found {text!r}") from None
    if not value.is_finite():
        raise GraderError(f"--points is a number, found {text!r}")
    return value
