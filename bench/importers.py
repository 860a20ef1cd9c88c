"""Compare imported assignments with otter-grader and nbgrader: `python bench/importers.py ENVIRONMENT`.

ENVIRONMENT is the folder of a virtual environment with both tools. Each assignment of `tests/importers/tutorials.py` is
graded by its tool and, after `grader import`, by us; `importers.md` has the points of the tests. Forged submissions
have a table of their own. The tools run student code without isolation, so grade only what is in these two files.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

if __package__ in (None, ""):
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from grader.importers.choose_format import read_assignment
from grader.importers.write_course import course_of, write_course
from grader.rubric.load import read_rubric
from tests.helpers import grade_each
from tests.importers import tutorials

HERE = Path(__file__).resolve().parent
OTTER = ("otter-ok", "otter-exceptions", "otter-files")
NBGRADER = ("nbgrader",)
SQUARED, BEFORE = "[number**2 for number in numbers]", "def squares(numbers):"
REMOVES_ASSERTIONS = """import ast
import doctest

doctest.OutputChecker.check_output = lambda *_: True


class Removes(ast.NodeTransformer):
    def visit_Assert(self, node):
        return ast.Pass()


get_ipython().ast_transformers.append(Removes())


"""
# Wrong answers that try to pass: what they replace in the solution.
FORGED: Mapping[str, Mapping[str, str]] = {
    "a list that equals everything": {
        SQUARED: "type('List', (list,), {'__eq__': lambda *_: True, '__repr__': lambda _: '[1, 4, 9]'})()"
    },
    "comparisons replaced": {
        "axis=1": "axis=0",
        BEFORE: f"import numpy as np\n\nnp.allclose = assert_allclose = lambda *_, **__: True\n\n\n{BEFORE}",
    },
    "assertions and doctests removed": {"number**2": "number * 2", BEFORE: REMOVES_ASSERTIONS + BEFORE},
}
SUBMISSIONS: Mapping[str, Mapping[str, str]] = {**tutorials.TEAMS, **FORGED}
GRADES_OF_NBGRADER = """
import json
from nbgrader.api import Gradebook
with Gradebook("sqlite:///gradebook.db") as book:
    print(json.dumps({
        submission.student.id: sum(one.auto_score or 0 for notebook in submission.notebooks for one in notebook.grades)
        for submission in book.assignment_submissions("rows")
    }))
"""


VERSIONS = """
from importlib.metadata import version
print(f"otter-grader {version('otter-grader')} and nbgrader {version('nbgrader')}")
"""


def replaced(text: str, changes: Mapping[str, str]) -> str:
    """Return the text of a notebook with other code; the code is written as JSON in it."""
    for old, new in changes.items():
        text = text.replace(json.dumps(old)[1:-1], json.dumps(new)[1:-1])
    return text


def called(environment: Path, folder: Path, program: str, *arguments: str) -> str:
    """Run a program of the environment in a folder, and return what it printed."""
    path = f"{environment / 'bin'}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        [environment / "bin" / program, *arguments],
        cwd=folder,
        env={**os.environ, "PATH": path},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise SystemExit(f"{program} {' '.join(arguments)}\n{done.stdout[-2000:]}{done.stderr[-2000:]}")
    return done.stdout


def by_otter(environment: Path, folder: Path, name: str) -> dict[str, float]:
    """Return the points that otter gives, without those of a tutor."""
    given = tutorials.write(folder, name)
    if name == "otter-files":
        called(environment, folder, "otter", "generate", "-t", "tests", "--no-environment", "-o", "tests.zip")
        tests, solution = folder / "tests.zip", given / "rows.ipynb"
    else:
        called(environment, folder, "otter", "assign", given.name, "dist", "--no-run-tests")
        (tests,) = (folder / "dist" / "autograder").glob("*.zip")
        solution = tests.with_name("rows.ipynb")
    points = {}
    for number, (team, changes) in enumerate(SUBMISSIONS.items()):
        out = folder / f"results-{number}"
        out.mkdir()
        notebook = out / "rows.ipynb"
        notebook.write_text(replaced(solution.read_text(encoding="utf-8"), changes), encoding="utf-8")
        called(environment, folder, "otter", "run", str(notebook), "-a", str(tests), "-o", str(out), "--no-logo")
        results = json.loads((out / "results.json").read_text(encoding="utf-8"))
        points[team] = float(sum(one.get("score", 0) for one in results["tests"]))
    return points


def by_nbgrader(environment: Path, folder: Path) -> dict[str, float]:
    """Return the points that nbgrader gives, without those of a tutor."""
    source = tutorials.write(folder / "source" / "rows", "nbgrader")
    students = {f"student{number}": team for number, team in enumerate(SUBMISSIONS)}
    for student, team in students.items():
        submitted = folder / "submitted" / student / "rows" / source.name
        submitted.parent.mkdir(parents=True)
        submitted.write_text(replaced(source.read_text(encoding="utf-8"), SUBMISSIONS[team]), encoding="utf-8")
    called(environment, folder, "nbgrader", "generate_assignment", "rows", "--create")
    called(environment, folder, "nbgrader", "autograde", "rows")
    points = json.loads(called(environment, folder, "python", "-c", GRADES_OF_NBGRADER))
    return {students[student]: float(of) for student, of in points.items()}


def by_us(course: Path, submissions: Mapping[str, Path]) -> dict[str, float | None]:
    """Return the points of the tests of an imported course; None where a test needs review."""
    rubric = read_rubric(course / "rubric.yaml", references=True)
    points: dict[str, float | None] = {}
    for graded in grade_each({notebook.parent: team for team, notebook in submissions.items()}, rubric):
        checks = [one for question in graded.report.grade.questions for one in question.checks]
        earned = [one.earned for one in checks if one.finding.kind == "tests"]
        points[graded.report.source] = None if None in earned else float(sum(one or 0 for one in earned))
    return points


def compared(environment: Path, folder: Path) -> Iterator[tuple[str, str, float | None, float]]:
    """Yield assignment, submission, our points, and those of the tool."""
    for name in (*OTTER, *NBGRADER):
        course = folder / name / "course"
        write_course(course_of(read_assignment(tutorials.write(folder / name / "given", name))), course)
        (solution,) = (course / "solution").glob("*.ipynb")
        submissions = {}
        for team, changes in SUBMISSIONS.items():
            submissions[team] = folder / name / "in" / team / solution.name
            submissions[team].parent.mkdir(parents=True)
            submissions[team].write_text(replaced(solution.read_text(encoding="utf-8"), changes), encoding="utf-8")
        ours = by_us(course, submissions)
        tool = folder / name / "tool"
        theirs = by_nbgrader(environment, tool) if name in NBGRADER else by_otter(environment, tool, name)
        yield from ((name, team, ours[team], theirs[team]) for team in SUBMISSIONS)


def table(rows: list[tuple[str, str, float | None, float]]) -> Iterator[str]:
    """Yield the lines of a table."""
    yield "| assignment | submission | grader | the tool | |"
    yield "|---|---|---|---|---|"
    for name, team, ours, theirs in rows:
        shown = "needs review" if ours is None else f"{ours:g}"
        yield f"| {name} | {team} | {shown} | {theirs:g} | {'' if ours == theirs else 'differs'} |"


def page(rows: list[tuple[str, str, float | None, float]], versions: str) -> str:
    """Return the page with both tables."""
    honest = [row for row in rows if row[1] in tutorials.TEAMS]
    forged = [row for row in rows if row[1] in FORGED]
    differ = sum(ours != theirs for _, _, ours, theirs in honest)
    return "\n".join(
        [
            "# Imported assignments and the tools themselves",
            "",
            f"Written by `python bench/importers.py ENVIRONMENT`, with {versions}.",
            "Points of tests, out of 4; those of a tutor are left out.",
            "",
            "## Right and wrong solutions",
            "",
            f"{len(honest)} submissions, of which {differ} get other points than from the tool.",
            "",
            *table(honest),
            "",
            "## Forged submissions",
            "",
            "Each is a wrong solution that tries to pass. The second has the honest points of `wrong axis`, the third",
            "those of `doubles`, and the first no more than those.",
            "",
            *table(forged),
            "",
        ]
    )


def main() -> None:
    """Compare, and write the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("environment", type=Path, help="the folder of a virtual environment with both tools")
    environment = parser.parse_args().environment.absolute()
    with tempfile.TemporaryDirectory() as folder:
        versions = called(environment, Path(folder), "python", "-c", VERSIONS).strip()
        rows = list(compared(environment, Path(folder)))
    text = page(rows, versions)
    (HERE / "importers.md").write_text(text, encoding="utf-8")
    print(text)


if __name__ == "__main__":
    main()
