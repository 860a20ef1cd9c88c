"""The model of a course file."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

from pydantic import AliasChoices, Field, ValidationError

from grader.checks.base import Points
from grader.errors import RubricError
from grader.rubric.schema import Strict
from grader.rubric.yaml_errors import read_yaml


class Least(Strict):
    """A number of assignments in which a share of the points is required."""

    assignments: int = Field(ge=1, description="number of assignments")
    percent: Points = Field(le=100, description="percent of the points of each of them")


class Admission(Strict):
    """The rule for admission; all given conditions have to hold."""

    percent: Points | None = Field(None, le=100, description="percent of all points of the course")
    each: Points | None = Field(None, le=100, description="percent in every single assignment")
    least: Least | None = Field(None, description="a number of assignments with a minimum percentage each")


class Assignment(Strict):
    """One assignment: its rubric and the folder that `grader grade --out` wrote."""

    id: str
    title: str = ""
    rubric: Path
    results: Path
    points: Points | None = Field(None, gt=0, description="maximum in the course; by default the points of the rubric")
    adjustments: Path | None = Field(None, description="CSV with points of single members, as for exports")
    submissions: tuple[Path, ...] = Field((), description="what `grader course --grade` grades into `results`")
    submission_times: Path | None = Field(
        None,
        validation_alias=AliasChoices("submission_times", "intake"),
        description="when each submission was received, as for `grader grade`",
    )
    zone: str = Field("", description="time zone of Moodle's worksheet")
    extensions: Path | None = Field(None, description="extensions, as for `grader grade`")


class Course(Strict):
    """A whole course."""

    course: Literal[1]
    title: str
    roster: Path
    admission: Admission | None = None
    assignments: tuple[Assignment, ...] = Field(min_length=1)


def parse_course(text: str, file: str) -> Course:
    """Read a course file.

    Raises:
        RubricError: with every mistake, its line and a hint.
    """
    data, problems = read_yaml(text, file, "a course is a mapping that starts with 'course: 1'")
    found = None
    try:
        found = Course.model_validate(data)
    except ValidationError as error:
        problems.add_all(error, (), Course)
    for number, one in enumerate(found.assignments if found else ()):
        if one.id in [other.id for other in (found.assignments if found else ())[:number]]:
            problems.add_duplicate(("assignments", number, "id"), one.id)
        if one.results in [other.results for other in (found.assignments if found else ())[:number]]:
            problems.add(("assignments", number, "results"), "another assignment has the same results folder")
    rule = found.admission if found else None
    if found and rule and rule.least and rule.least.assignments > len(found.assignments):
        problems.add(("admission", "least"), f"the course has only {len(found.assignments)} assignments")
    if rule is not None and rule.percent is None and rule.each is None and rule.least is None:
        problems.add(("admission",), "no condition", "give percent, each or least")
    problems.raise_all(file)
    assert found is not None
    return found


def read_course(path: Path) -> Course:
    """Read the course file at `path`; its paths are relative to its folder.

    Raises:
        RubricError: it cannot be read, or has mistakes.
    """
    try:
        found = parse_course(path.read_text(encoding="utf-8"), str(path))
    except OSError as error:
        raise RubricError(f"{path}: cannot be read: {error.strerror}; check the path") from None
    except UnicodeDecodeError:
        raise RubricError(f"{path}: not UTF-8 text; save it as UTF-8") from None
    here = path.parent
    placed = tuple(one.model_copy(update=_placed(one, here)) for one in found.assignments)
    return found.model_copy(update={"roster": here / found.roster, "assignments": placed})


def _placed(one: Assignment, here: Path) -> dict[str, Any]:
    """Return the paths of an assignment, beside the course file."""
    names = ("rubric", "results", "adjustments", "submission_times", "extensions")
    paths = {name: here / path for name in names if (path := getattr(one, name)) is not None}
    return {**paths, "submissions": tuple(here / path for path in one.submissions)}


def json_schema() -> dict[str, Any]:
    """Return a JSON schema of course files, for editors."""
    schema = Course.model_json_schema()
    schema["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    schema["title"] = "grader course"
    return schema
