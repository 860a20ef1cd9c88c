"""Write an assignment as a course folder: rubric, tests, solution, template and files."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import yaml

from grader import atomic_write
from grader.errors import GraderError
from grader.importers.assignment import Assignment, Case, LeftOut, Question
from grader.importers.namespace import Namespace
from grader.importers.pytest_files import MODULE, decimal, file_of

RUBRIC = "rubric.yaml"
_READ_THE_CODE = "The test that was not brought over, in the words of the assignment"


@dataclass
class Course:
    """The files of a course folder by their path, and what was left out."""

    rubric: dict[str, Any]
    files: dict[str, bytes] = field(default_factory=dict)
    left_out: list[LeftOut] = field(default_factory=list)


def course_of(assignment: Assignment) -> Course:
    """Return the course folder of an assignment; the points of its rubric are those of the assignment."""
    course = Course({}, left_out=list(assignment.left_out))
    namespace = Namespace(assignment.cells)
    questions, taken = [], {"submission"}
    for question in assignment.questions:
        label = _label(question.id, taken)
        questions.append(_question(question, label, namespace, course))
    total = sum((question.points for question in assignment.questions), Fraction(0))
    rubric: dict[str, Any] = {"rubric": 1, "title": assignment.title, "points": _number(total)}
    if assignment.files:
        rubric["execute"] = {"files": ["files/"]}
    course.rubric = {**rubric, "questions": questions}
    course.files |= {f"solution/{path}": data for path, data in assignment.solution.items()}
    course.files |= {f"template/{path}": data for path, data in assignment.template.items()}
    course.files |= assignment.course
    course.files |= {f"files/{path}": data for path, data in assignment.files.items()}
    text = yaml.safe_dump(course.rubric, sort_keys=False, allow_unicode=True, width=110)
    course.files[RUBRIC] = text.encode()
    return course


def write_course(course: Course, into: Path) -> list[Path]:
    """Write the files of a course to a folder and return their paths.

    Raises:
        GraderError: the folder has a rubric already, or a file cannot be written.
    """
    if (into / RUBRIC).exists():
        raise GraderError(f"{into / RUBRIC}: is there already; choose another --into")
    paths = []
    for name in sorted(course.files, key=lambda name: (name != RUBRIC, name)):
        atomic_write.write(into / name, course.files[name])
        paths.append(into / name)
    return paths


def _label(name: str, taken: set[str]) -> str:
    """Return an id that is free, from the words of a name."""
    word = re.sub(r"\W+", "-", name).strip("-") or "question"
    label, number = word, 2
    while label in taken:
        label, number = f"{word}-{number}", number + 1
    taken.add(label)
    return label


def _question(question: Question, label: str, namespace: Namespace, course: Course) -> dict[str, Any]:
    """Return a question of the rubric, and add its file of tests."""
    checks: list[dict[str, Any]] = []
    if question.file:
        checks.append(_tests_check(label, question.file, question.points, question.modules, course))
    elif question.cases:
        checks += _checks_of_cases(question, label, namespace, course)
    else:
        checks.append(_with_points({"kind": "manual"}, question.points) | {"guide": question.guide})
    return {"id": label, "title": question.title, "points": _number(question.points), "checks": checks}


def _checks_of_cases(question: Question, label: str, namespace: Namespace, course: Course) -> list[dict[str, Any]]:
    cases = (_as_one(question.cases),) if question.all_or_nothing else question.cases
    made = file_of(cases, question.common, namespace, _identifier(label))
    for case, name in made.changeable:
        what = f"{name} is taken from the submission, where a team can change it"
        course.left_out.append(LeftOut(case.where, what, "write its value into the test"))
    checks = []
    rest = sum((case.points or Fraction(0) for case, _ in made.left_out), Fraction(0))
    if made.cases:
        checks.append(_tests_check(label, made.source, question.points - rest, (MODULE,), course))
    for case, error in made.left_out:
        what = f"a tutor grades this test ({_points(case)}), as {error.what}"
        course.left_out.append(LeftOut(case.where, what, error.remedy))
        guide = f"{_READ_THE_CODE} ({case.where}):\n{case.code.strip()}"
        checks.append(_with_points({"kind": "manual"}, case.points or Fraction(0)) | {"guide": guide})
    return checks


def _points(case: Case) -> str:
    points = decimal(case.points or Fraction(0))
    return f"{points} point" if points == "1" else f"{points} points"


def _as_one(cases: Sequence[Case]) -> Case:
    """Return one case that passes if all do, with their points."""
    first = cases[0]
    return replace(
        first,
        where=first.where if len(cases) == 1 else f"{first.where} to {cases[-1].where}",
        code="\n".join(case.code for case in cases),
        points=sum((case.points or Fraction(0) for case in cases), Fraction(0)),
        hidden=any(case.hidden for case in cases),
        hint=" ".join(dict.fromkeys(case.hint for case in cases if case.hint)),
        mistake=next((case.mistake for case in cases if case.mistake is not None), None),
    )


def _tests_check(label: str, source: str, points: Fraction, modules: Sequence[str], course: Course) -> dict[str, Any]:
    path = f"tests/test_{_identifier(label).removeprefix('test_')}.py"
    course.files[path] = source.encode()
    return _with_points({"kind": "tests"}, points) | {"file": path, "modules": list(modules)}


def _identifier(label: str) -> str:
    return re.sub(r"\W", "_", label)


def _with_points(check: dict[str, Any], points: Fraction) -> dict[str, Any]:
    """Return a check with its points; one without any is a note."""
    return check | {"points": _number(points)} if points else check


def _number(value: Fraction) -> int | float:
    return int(value) if value.denominator == 1 else float(decimal(value))
