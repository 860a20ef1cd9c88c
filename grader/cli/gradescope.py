"""`grader gradescope`: the command that Gradescope's autograder runs."""

from __future__ import annotations

import json
import logging
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from grader.cli.app import BUG, DONE, USER, app
from grader.cli.isolation import isolation_or_error
from grader.errors import GraderError
from grader.text import counted

if TYPE_CHECKING:
    from grader.rubric.schema import Rubric

log = logging.getLogger(__name__)


@app.command(hidden=True)
def gradescope(
    base: Annotated[Path, typer.Argument(help="The folder of the autograder: /autograder.")],
    work: Annotated[Path, typer.Option(help="A temporary folder.")],
) -> None:
    """Grade one submission for Gradescope.

    results.json is written before grading starts, so that it exists whatever happens later.
    """
    from grader import atomic_write
    from grader.exports.formats.gradescope import NAME, grader_error, to_json

    results = base / "results" / NAME
    atomic_write.write(results, to_json(grader_error("it was started.")))
    try:
        made, code = _graded(base, work), DONE
    except GraderError as error:
        log.error("%s", error)
        made, code = grader_error(f"{error}."), USER
    except Exception:
        log.exception("the submission could not be graded")
        made, code = grader_error("an internal error occurred."), BUG
    atomic_write.write(results, to_json(made))
    raise typer.Exit(code)


def _graded(base: Path, work: Path) -> dict[str, object]:
    from grader.exports.formats.gradescope import results
    from grader.exports.result import team_of
    from grader.grading.options import GradingOptions
    from grader.grading.pipeline import grade_safely
    from grader.ingest.discover import Source
    from grader.rubric.load import read_rubric
    from grader.services.gradescope_metadata import NAME, extension, received

    rubric = read_rubric(base / "source" / "rubric.yaml")
    metadata = _metadata(base / NAME)
    _expect_whole(rubric, metadata)
    options = GradingOptions(
        intake={"submission": received(metadata)} if metadata.get("created_at") else {},
        extensions={"submission": more_time} if (more_time := extension(metadata)) is not None else None,
        level=isolation_or_error(None, unsafe=False),
        keep=work,
    )
    source = Source("submission", base / "submission", label="")
    report = grade_safely(source, rubric, options).report
    return results(team_of(report))


def _expect_whole(rubric: Rubric, metadata: dict[str, Any]) -> None:
    """Refuse a rubric whose maximum differs from that of the assignment: Gradescope rejects such a result.

    Raises:
        GraderError: the maxima differ, or the rubric is a student pack.
    """
    if rubric.student_pack is not None:
        raise GraderError("rubric.yaml is a student pack, which lacks the hidden checks; pack the rubric itself")
    assignment = metadata.get("assignment")
    try:
        most = Decimal(str(assignment["total_points"])) if isinstance(assignment, dict) else None
    except (KeyError, InvalidOperation):
        most = None
    if most is not None and most != rubric.points:
        raise GraderError(
            f"the assignment has {counted(most, 'point')}, the rubric {rubric.points}; change one of them"
        )


def _metadata(path: Path) -> dict[str, Any]:
    """Return the metadata that Gradescope gives; empty if it is missing."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}
