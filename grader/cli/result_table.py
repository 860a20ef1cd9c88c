"""The table of results that `grader grade` prints."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from grader.text import counted

if TYPE_CHECKING:
    from rich.text import Text

    from grader.model.summary import SubmissionSummary
    from grader.results.results_database import ResultsDatabase

MAX_LINES = 60  # of the printed table; the index has all submissions
WIDTH = 100  # of the table where there is no terminal


def _summary(row: SubmissionSummary, out: Path) -> dict[str, Any]:
    from grader.results.output_folder import page_of

    return {
        "team": row.team,
        "certain": str(row.certain),
        "total": None if row.total is None else str(row.total),
        "points": str(row.points),
        "unresolved": list(row.unresolved),
        "report": str(page_of(row, out)),
    }


def print_rows(records: ResultsDatabase, out: Path, as_json: bool) -> int:
    """Print the last batch, as a table if it is short, and return how many submissions are open."""
    batch, title, _ = records.last_batch()
    names = records.names(batch)
    if as_json:
        found = [_summary(row, out) for row in records.rows(batch)]
        typer.echo(json.dumps(found, indent=1, ensure_ascii=False))
        return sum(bool(one["unresolved"]) for one in found)
    if len(names) <= MAX_LINES:
        rows = list(records.rows(batch))
        _print_table(title, rows, out)
        still_open = sum(bool(row.unresolved) for row in rows)
    else:
        still_open = sum(bool(row.unresolved) for row in records.rows(batch))
        graded = len(names) - still_open
        typer.echo(f"{title}: {counted(len(names), 'submission')}, {graded} graded, {still_open} to review")
    typer.echo(f"\nindex: {out / 'index.html'}")
    return still_open


def _print_table(title: str, rows: Sequence[SubmissionSummary], out: Path) -> None:
    """Print a row for each team; in a terminal its name is a link to the report, and colours say who has to act."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    from grader.results.output_folder import page_of
    from grader.text import one_line, points

    table = Table(title=title, title_justify="left", show_edge=False)
    for name in ("team", "points", "failed", "to review"):
        table.add_column(name, justify="left" if name == "team" else "right", overflow="fold", no_wrap=name != "team")
    for row in rows:
        link = page_of(row, out).resolve().as_uri()
        so_far = f"{points(row.certain)} of {points(row.points)}"
        table.add_row(
            Text(one_line(row.team), style=f"link {link}"),
            Text(so_far, style="" if row.unresolved else "dim"),
            _count(row.failed, "red"),
            _count(len(row.unresolved), "yellow"),
        )
    Console(width=None if sys.stdout.isatty() else WIDTH).print(table)


def _count(number: int, style: str) -> Text:
    from rich.text import Text

    return Text(str(number) if number else "-", style=style if number else "dim")
