"""What services run: the autograder of Gradescope."""

from __future__ import annotations

import json
import logging
from datetime import datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from grader.cli.app import BUG, DONE, USER, app
from grader.cli.isolation import isolation_or_error
from grader.errors import GraderError

if TYPE_CHECKING:
    from grader.rubric.schema import Rubric

log = logging.getLogger(__name__)


@app.command(hidden=True)
def gradescope(
    base: Annotated[Path, typer.Argument(help="The folder of the autograder: /autograder.")],
    work: Annotated[Path, typer.Option(help="A folder for what is only needed now.")],
) -> None:
    """Grade the submission that Gradescope gave; results.json exists from the first moment, whatever happens later."""
    from grader import atomic_write
    from grader.exports.formats.gradescope import NAME, grader_error, to_json

    results = base / "results" / NAME
    atomic_write.write(results, to_json(grader_error("it was begun.")))
    try:
        made, code = _marked(base, work), DONE
    except GraderError as error:
        log.error("%s", error)
        made, code = grader_error(f"{error}."), USER
    except Exception:
        log.exception("the submission could not be marked")
        made, code = grader_error("the grader itself failed."), BUG
    atomic_write.write(results, to_json(made))
    raise typer.Exit(code)


def _marked(base: Path, work: Path) -> dict[str, object]:
    from grader.exports.formats.gradescope import results
    from grader.exports.result import team_of
    from grader.grading.options import GradingOptions
    from grader.grading.pipeline import grade_safely
    from grader.ingest.discover import Source
    from grader.rubric.load import read_rubric

    rubric = read_rubric(base / "source" / "rubric.yaml")
    told = _metadata(base / "submission_metadata.json")
    _expect_whole(rubric, told)
    options = GradingOptions(
        intake={"submission": _moment(told)} if told.get("created_at") else {},
        level=isolation_or_error(None, unsafe=False),
        keep=work,
    )
    source = Source("submission", base / "submission", label="")
    report = grade_safely(source, rubric, options).report
    return results(team_of(report))


def _expect_whole(rubric: Rubric, told: dict[str, Any]) -> None:
    """Refuse a rubric that would give another maximum than the assignment's: Gradescope takes such a result for none.

    Raises:
        GraderError: the maxima differ, or the rubric is a student pack.
    """
    if rubric.student_pack is not None:
        raise GraderError("rubric.yaml is a student pack, which lacks the hidden checks; pack the rubric itself")
    assignment = told.get("assignment")
    try:
        most = Decimal(str(assignment["total_points"])) if isinstance(assignment, dict) else None
    except (KeyError, InvalidOperation):
        most = None
    if most is not None and most != rubric.points:
        raise GraderError(f"the assignment has {most} points and the rubric {rubric.points}; change one of the two")


def _metadata(path: Path) -> dict[str, Any]:
    """What Gradescope says of the submission; without it nothing is known of when it came."""
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
