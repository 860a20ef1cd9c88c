"""Progress of a batch: a bar in a terminal, a line per submission elsewhere, JSON lines for programs, or nothing."""

from __future__ import annotations

import contextlib
import json
import sys
import time
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

import typer

from grader.model.summary import SubmissionSummary
from grader.text import counted, one_line, points

if TYPE_CHECKING:
    from grader.batch.grade_batch import Progress

MAX_NAMES = 3


def follow(steps: Iterable[Progress], quiet: bool, as_json: bool) -> int:
    """Show `steps` on standard error and return how many submissions were graded."""
    done = 0
    with _shown(quiet, as_json) as show:
        for step in steps:
            done = step.done
            show(step)
    return done


@contextlib.contextmanager
def _shown(quiet: bool, as_json: bool) -> Iterator[Any]:
    if quiet:
        yield lambda step: None
    elif as_json:
        yield _json_line
    elif sys.stderr.isatty():
        with _Live() as live:
            yield live.show
    else:
        yield _plain_line


def line(row: SubmissionSummary) -> str:
    """Return one submission in words: team, points so far, checks to review and grader errors."""
    errors = sum(check.status == "error" and check.earned is None for check in row.checks)
    to_review = len(row.unresolved) - errors
    review = f", {to_review} to review" if to_review > 0 else ""
    failures = f", {counted(errors, 'grader error')}" if errors else ""
    return f"{one_line(row.team)}: {points(row.certain)} of {counted(row.points, 'point')}{review}{failures}"


def _plain_line(step: Progress) -> None:
    if step.row is not None:
        typer.echo(f"[{step.done}/{step.count}] {line(step.row)}", err=True)


def _json_line(step: Progress) -> None:
    if step.row is None:
        return
    row = step.row
    event = {
        "done": step.done, "count": step.count, "team": row.team, "certain": str(row.certain),
        "points": str(row.points), "unresolved": list(row.unresolved), "running": list(step.running),
    }  # fmt: skip
    typer.echo(json.dumps(event, ensure_ascii=False), err=True)


class _Live:
    """A progress bar with time left, rate and running submissions; failures stay above it."""

    def __init__(self) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

        self._bar = Progress(
            MofNCompleteColumn(), BarColumn(24), TimeRemainingColumn(), TextColumn("left"),
            TextColumn("{task.fields[rate]}"), TextColumn("{task.fields[names]}", markup=False),
            console=Console(stderr=True), transient=True,
        )  # fmt: skip
        self._task = self._bar.add_task("", total=None, rate="", names="")
        self._begun = time.monotonic()

    def __enter__(self) -> _Live:
        self._bar.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._bar.stop()

    def show(self, step: Progress) -> None:
        """Update the bar to the state of the batch."""
        from rich.text import Text

        row = step.row
        if row is not None and (row.failed or any(check.status == "error" for check in row.checks)):
            self._bar.console.print(Text(f"{line(row)}, {row.failed} failed"))
        minutes = (time.monotonic() - self._begun) / 60
        rate = f"· {step.done / minutes:.0f}/min" if step.done else ""
        shown = ", ".join(one_line(name) for name in step.running[:MAX_NAMES])
        more = len(step.running) - MAX_NAMES
        names = f"· running: {shown}" + (f" and {more} more" if more > 0 else "") if shown else ""
        first = step.row is None and not step.done  # is shown at once, not at the next refresh
        self._bar.update(self._task, completed=step.done, total=step.count, rate=rate, names=names, refresh=first)
