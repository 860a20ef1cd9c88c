"""`grader demo`: grade a small submission that comes with the package."""

from __future__ import annotations

from pathlib import Path

from grader.cli.app import SYSTEM, Out, app
from grader.cli.result_table import print_rows


@app.command(rich_help_panel=SYSTEM)
def demo(out: Out = Path("grader-demo")) -> None:
    """Grade a small example submission."""
    from grader.batch.grade_batch import grade_all
    from grader.comparing.inside_parts import inside_parts
    from grader.demo import demo_rubric, demo_submission
    from grader.grading.options import GradingOptions
    from grader.results.folder_lock import hold
    from grader.results.results_database import ResultsDatabase
    from grader.sandbox.interface import own_code_sandbox

    options = GradingOptions(sandbox=own_code_sandbox(inside_parts()))  # the example is the grader's own
    with hold(out, "grader demo"):
        for _ in grade_all([demo_submission(out)], demo_rubric(), out, options, jobs=1):
            pass
    print_rows(ResultsDatabase(out), out, as_json=False)
