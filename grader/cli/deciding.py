"""Decide what waits: once for all answers that mean the same."""

from __future__ import annotations

import json
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Annotated

import typer

from grader.cli.app import DONE, AsJson, app
from grader.errors import GraderError

Folder = Annotated[Path, typer.Argument(help="The folder that 'grader grade' wrote.")]


@app.command()
def groups(
    folder: Folder,
    decided: Annotated[
        bool, typer.Option("--decided", help="List also what was decided; it can be decided again.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """List what waits, answers that mean the same together, with what is in doubt."""
    from grader.alike import open_groups
    from grader.report.text import plain
    from grader.writing import read_reports

    found = open_groups(read_reports(folder), decided)
    if as_json:
        rows = [{"group": g.id, "check": g.check, "teams": g.teams, "near": g.near, "doubt": g.message} for g in found]
        typer.echo(json.dumps(rows, indent=1, ensure_ascii=False))
        return
    for group in found:
        near = f", nearly the same words: {', '.join(group.near)}" if group.near else ""
        typer.echo(f"{group.id}  {group.check}, {_count(group.teams)}, up to {group.worth} points{near}")
        typer.echo(f"          {plain(group.message)}")
        typer.echo(f"          answer: {_short(plain(group.text))}")
    typer.echo(f"{len(found)} groups; 'grader decide {folder} GROUP --points N --by NAME --reason WHY' decides one")


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
    from grader.alike import open_groups
    from grader.lock import hold
    from grader.model import Decision
    from grader.records import Records
    from grader.writing import decide_again, expect_reports, read_reports

    earned = _number(points)
    expect_reports(folder)
    with hold(folder, "grader decide"):  # before anything is read: a run that ends meanwhile would be overwritten
        reports = read_reports(folder)
        known = {one.id: one for one in open_groups(reports, decided=True)}
        if lacking := [name for name in group if name not in known]:
            raise GraderError(f"no group {', '.join(lacking)}; 'grader groups {folder}' lists them")
        chosen = [known[name] for name in group]
        for one in chosen:
            if not 0 <= earned <= max(Decimal(0), Decimal(one.worth)):
                raise GraderError(f"{points} points for {one.check}, which is worth 0 to {one.worth}")
        for one in chosen:
            Records(folder).decide(Decision(one.check, one.answers, earned, by, reason, one.text, worth=one.worth))
        changed = decide_again(reports, folder)
    typer.echo(f"{len(changed)} reports changed: {', '.join(sorted(report.team for report in changed))}")
    raise typer.Exit(DONE)


@app.command()
def diff(
    old: Annotated[Path, typer.Argument(help="A folder that 'grader grade' wrote.")],
    new: Annotated[Path, typer.Argument(help="Another one, after a change of the rubric or of the grader.")],
) -> None:
    """List who gains and who loses what between two runs; nothing is changed."""
    from grader.changes import changes, missing
    from grader.report.pages import points
    from grader.report.text import plain
    from grader.writing import read_reports

    before, after = read_reports(old), read_reports(new)
    found = changes(before, after)
    for one in found:
        typer.echo(f"{plain(one.team)}: {plain(one.title)} ({one.check}) {points(one.before)} -> {points(one.after)}")
        typer.echo(f"    {plain(one.why)}")
    for team in missing(before, after):
        typer.echo(f"{plain(team)}: not in {new}")
    teams = len({one.team for one in found})
    typer.echo(f"{len(found)} changes in {teams} of {len(after)} reports")


def _number(text: str) -> Decimal:
    try:
        value = Decimal(text.replace(",", "."))
    except InvalidOperation:
        raise GraderError(f"--points is a number, found {text!r}") from None
    if not value.is_finite():
        raise GraderError(f"--points is a number, found {text!r}")
    return value
