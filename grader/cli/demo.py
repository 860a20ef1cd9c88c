"""`grader demo`: grade a small submission that comes with the package."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from grader.cli.app import Out, app
from grader.cli.result_table import _print_rows

if TYPE_CHECKING:
    pass


@app.command()
def demo(out: Out = Path("grader-demo")) -> None:
    """Mark a small hand-in that comes with the grader and say where the report lies."""
    from grader.batch.grade_batch import mark_all
    from grader.demo import demo_hand_in, demo_rubric
    from grader.results.folder_lock import hold
    from grader.results.results_database import Records

    with hold(out, "grader demo"):
        for _ in mark_all([demo_hand_in(out)], demo_rubric(), out, jobs=1):
            pass
    _print_rows(Records(out), out, as_json=False)
