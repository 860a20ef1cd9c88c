"""Write the folder of a new course: rubric, reference, solution, a sample submission, the editor's schema, a README."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import yaml

from grader.definitions.bindings import bindings_of
from grader.definitions.extract import extract_definitions
from grader.errors import GraderError
from grader.grading.options import GradingOptions
from grader.grading.solution import trials
from grader.ingest.discover import Source
from grader.model import Submission
from grader.model.proof import Trial
from grader.rubric.load import parse_rubric, read_rubric
from grader.rubric.schema import json_schema
from grader.starting.observed_calls import observed_calls
from grader.starting.written_checks import Written, written_checks
from grader.syntax import parse_cell

TEMPLATE = Path(__file__).parent / "template"
ROUNDS = 3  # of leaving out checks that the solution does not pass
RUBRIC, REFERENCE, EXAMPLE = "rubric.yaml", "reference.py", "submissions/example"
NOTHING_YET = """\
rubric: 1
title: Solution
points: 1
execute: {cpu_minutes: 10, cell_cpu_minutes: 5}
questions: [{id: all, title: All, points: 1, checks: [{kind: manual, points: 1, guide: none}]}]
"""


@dataclass(frozen=True)
class Started:
    """What was written: the checks, those that were left out with the reason, and cells that ended with an error."""

    folder: Path
    checks: tuple[str, ...] = ()
    left_out: tuple[tuple[str, str], ...] = ()
    errors: tuple[str, ...] = ()


def start_from_nothing(folder: Path) -> Started:
    """Write a course with one small exercise, which can be graded at once.

    Raises:
        GraderError: the folder has files already.
    """
    _expect_empty(folder)
    (folder / EXAMPLE).mkdir(parents=True)
    for path in TEMPLATE.iterdir():
        shutil.copyfile(path, folder / path.name.removesuffix(".txt"))
    shutil.copyfile(TEMPLATE / "solution.py.txt", folder / EXAMPLE / "solution.py")
    _write_schema(folder)
    rubric = read_rubric(folder / RUBRIC)
    return Started(folder, tuple(check.id for _, check in rubric.checks()))


def start_from(solution: Path, folder: Path, options: GradingOptions) -> Started:
    """Run a solution, and write a course with a check for each function and class that was called while it ran.

    Raises:
        GraderError: the folder has files already, the solution is not there or does not run to its end, or nothing can
            be checked.
    """
    _expect_empty(folder)
    if not solution.exists():
        raise GraderError(f"{solution}: does not exist; give a notebook, a Python file or a folder")
    empty = parse_rubric(NOTHING_YET, RUBRIC)
    submission = options.open(Source(solution.resolve().name, solution), empty)
    calls, runs = observed_calls(submission, empty, options)
    written, source = _with_definitions(submission, list(_written(submission, calls)))
    folder.mkdir(parents=True, exist_ok=True)
    for place in (folder, folder / EXAMPLE):
        _copy(solution, place)
    (folder / REFERENCE).write_text(
        f'"""The reference: what the solution defines, without running it."""\n\n{source}\n'
    )
    shutil.copyfile(TEMPLATE / "README.md", folder / "README.md")
    _write_schema(folder)
    made = _proved(folder, solution.resolve().name, written, options)
    errors = tuple(f"{run.number}: {run.error.splitlines()[-1]}" for run in runs if run.status != "ok" and run.error)
    return replace(made, errors=errors)


def _expect_empty(folder: Path) -> None:
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise GraderError(f"{folder}: exists already and is not empty; name a new folder")


def _copy(solution: Path, into: Path) -> None:
    into.mkdir(parents=True, exist_ok=True)
    if solution.is_dir():
        shutil.copytree(solution, into / solution.resolve().name, ignore=shutil.ignore_patterns("__pycache__", ".*"))
    else:
        shutil.copyfile(solution, into / solution.name)


def _write_schema(folder: Path) -> None:
    (folder / "schema.json").write_text(json.dumps(json_schema(), indent=1) + "\n", encoding="utf-8")


def _written(submission: Submission, calls: Any) -> Iterator[Written]:
    for cell in (*submission.cells, *submission.other_modules):
        if parse_cell(cell.source) is not None:
            yield from written_checks(cell.source, calls)


def _with_definitions(submission: Submission, written: Sequence[Written]) -> tuple[list[Written], str]:
    """Return the checks whose targets can be read as definitions, and the source of these."""
    found = extract_definitions(bindings_of(submission), [one.target for one in written if one.keys])
    doubted = {target: f"the reference needs its definition, and {reason}" for target, reason in found.doubts.items()}
    return [
        Written(one.target, {}, doubted[one.target]) if one.target in doubted else one for one in written
    ], found.source


def _proved(folder: Path, solution: str, written: Sequence[Written], options: GradingOptions) -> Started:
    """Write the rubric; checks that do not work with this solution are left out, with the reason in a comment."""
    left = [one for one in written if one.keys]
    why = {one.target: one.why for one in written if not one.keys}
    for _ in range(ROUNDS):
        refused = {one.target: reason for one in left if (reason := _refused(folder, solution, one))}
        left = [one for one in left if one.target not in refused]
        why |= refused
        if not left:
            shutil.rmtree(folder)
            reasons = "".join(f"\n  {target}: {reason}" for target, reason in why.items())
            raise GraderError(f"{solution}: nothing in it can be checked{reasons}")
        _write_rubric(folder, solution, left, why)
        tried = trials(read_rubric(folder / RUBRIC, references=True), options)
        wrong = {trial.check: str(trial.why) for trial in tried if trial.trial is Trial.does_not_pass}
        if not wrong:
            break
        why |= wrong
        left = [one for one in left if one.target not in wrong]
    return Started(folder, tuple(one.target for one in left), tuple(why.items()))


def _refused(folder: Path, solution: str, one: Written) -> str:
    """Return why the reference cannot be called so, or nothing."""
    _write_rubric(folder, solution, [one], {})
    try:
        read_rubric(folder / RUBRIC, references=True)
    except GraderError as error:
        return str(error).splitlines()[-1].rpartition("checks[1]: ")[2]
    return ""


def _write_rubric(folder: Path, solution: str, checks: Sequence[Written], why: Any) -> None:
    questions = [
        {"id": one.target, "title": one.target, "points": 1, "checks": [{"id": one.target, **one.keys}]}
        for one in checks
    ]
    whole = {
        "rubric": 1,
        "title": folder.resolve().name,
        "points": len(checks),
        "solution": solution,
        "questions": questions,
    }
    head = ["# yaml-language-server: $schema=schema.json"]
    head += [f"# No check for {target}: {' '.join(reason.split())}" for target, reason in why.items()]
    text = yaml.safe_dump(whole, sort_keys=False, default_flow_style=None, width=110, allow_unicode=True)
    (folder / RUBRIC).write_text("\n".join(head) + "\n" + text, encoding="utf-8")
