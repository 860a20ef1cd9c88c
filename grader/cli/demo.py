"""`grader demo`: grade a small submission that comes with the package."""

from __future__ import annotations

from pathlib import Path

from grader.cli.app import SYSTEM, Out, app
from grader.cli.result_table import print_rows


@app.command(rich_help_panel=SYSTEM)
def demo(out: Out = Path("grader-demo")) -> None:
    """Grade a small example submission."""
    from grader.batch.grade_batch import grade_all
    from grader.demo import demo_rubric, demo_submission
    from grader.results.folder_lock import hold
    from grader.results.results_database import ResultsDatabase

    with hold(out, "grader demo"):
        for _ in grade_all([demo_submission(out)], demo_rubric(), out, jobs=1):
            pass
    print_rows(ResultsDatabase(out), out, as_json=False)
