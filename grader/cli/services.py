"""What services run: the autograder of Gradescope."""

from __future__ import annotations

import json
import logging
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from grader.cli.app import BUG, DONE, USER, app
from grader.cli.grading import isolation_or_error
from grader.errors import GraderError

log = logging.getLogger(__name__)


@app.command(hidden=True)
def gradescope(
    base: Annotated[Path, typer.Argument(help="The folder of the autograder: /autograder.")],
    work: Annotated[Path, typer.Option(help="A folder for what is only needed now.")],
) -> None:
    """Mark the hand-in that Gradescope gave; a results.json is there from the first moment, whatever happens later."""
    from grader import files
    from grader.exports.gradescope import NAME, broken, to_json

    results = base / "results" / NAME
    files.write(results, to_json(broken("it was begun.")))
    try:
        made, code = _marked(base, work), DONE
    except GraderError as error:
        made, code = broken(f"{error}."), USER
    except Exception:
        log.exception("the hand-in could not be marked")
        made, code = broken("the grader itself failed."), BUG
    files.write(results, to_json(made))
    raise typer.Exit(code)


def _marked(base: Path, work: Path) -> dict[str, object]:
    from grader.exports.gradescope import results
    from grader.exports.result import team_of
    from grader.ingest.bulk import Source
    from grader.pipeline import Course, grade_safely
    from grader.rubric import read_rubric

    told = _metadata(base / "submission_metadata.json")
    course = Course(
        intake={"submission": _moment(told)} if told.get("created_at") else {},
        level=isolation_or_error(None, unsafe=False),
        keep=work,
    )
    source = Source("submission", base / "submission", label="")
    report = grade_safely(source, read_rubric(base / "source" / "rubric.yaml"), course).report
    return results(team_of(report))


def _metadata(path: Path) -> dict[str, Any]:
    """What Gradescope says of the hand-in; without it nothing is known of when it came."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _moment(told: dict[str, Any]) -> datetime:
    """When Gradescope received it: that is the truth, and not when the autograder runs."""
    try:
        moment = datetime.fromisoformat(str(told["created_at"]).replace("Z", "+00:00"))
    except ValueError:
        raise GraderError(f"submission_metadata.json: not a time: {told['created_at']!r}") from None
    if moment.tzinfo is None:
        raise GraderError("submission_metadata.json: created_at has no zone")
    return moment
