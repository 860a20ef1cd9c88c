"""The table of results that `grader grade` prints."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

if TYPE_CHECKING:
    from grader.model.summary import Row
    from grader.results.results_database import Records

MOST_LINES = 60  # of the table that is printed at the end; the index has them all


def _summary(row: Row, out: Path) -> dict[str, Any]:
    from grader.results.output_folder import page_of

    return {
        "team": row.team,
        "decided": str(row.decided),
        "total": None if row.total is None else str(row.total),
        "points": str(row.points),
        "waits_for": list(row.open),
        "report": str(page_of(row, out)),
    }


def _print_rows(records: Records, out: Path, as_json: bool) -> int:
    """Print the last batch, a table where it fits on a page, and return how many hand-ins are open."""
    batch, title, _ = records.last_batch()
    names = records.names(batch)
    if as_json:
        found = [_summary(row, out) for row in records.rows(batch)]
        typer.echo(json.dumps(found, indent=1, ensure_ascii=False))
        return sum(bool(one["waits_for"]) for one in found)
    if len(names) <= MOST_LINES:
        rows = list(records.rows(batch))
        _print_table(title, rows, out)
        still_open = sum(bool(row.open) for row in rows)
    else:
        still_open = sum(bool(row.open) for row in records.rows(batch))
        typer.echo(f"{title}: {len(names)} hand-ins, {len(names) - still_open} done, {still_open} wait for a person")
    typer.echo(f"\nindex: {out / 'index.html'}")
    return still_open


def _print_table(title: str, rows: Sequence[Row], out: Path) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    from grader.results.output_folder import page_of
    from grader.text import plain, points

    table = Table(title=title, title_justify="left", show_edge=False)
    for name in ("team", "points", "waits for a person", "report"):
        table.add_column(name, justify="right" if name == "points" else "left", overflow="fold")
    for row in rows:
        listed = ", ".join(row.open[:3]) + (f" and {len(row.open) - 3} more" if len(row.open) > 3 else "")
        so_far = f"{points(row.decided)} of {points(row.points)}"
        table.add_row(Text(plain(row.team)), so_far, Text(listed or "-"), Text(str(page_of(row, out))))
    Console(width=None if sys.stdout.isatty() else 200).print(table)
