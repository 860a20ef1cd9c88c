"""The format `classroom`: the input of GitHub Classroom's reporter, and its two notices."""

from __future__ import annotations

import base64
import json
from decimal import Decimal

from grader.errors import GraderError
from grader.exports.export_format import Export, Format, Inputs
from grader.exports.formats.github import command
from grader.exports.result import Team, Test, full_title, result_of, settled
from grader.text import counted, points

STATUS = {"passed": "pass", "failed": "fail", "skipped": "fail", "needs_review": "error", "error": "error"}


def _make(inputs: Inputs) -> Export:
    """Make the result of the one submission of a repository.

    Raises:
        GraderError: there is not exactly one submission.
    """
    teams = result_of(inputs).teams
    if len(teams) != 1:
        raise GraderError(f"{inputs.folder}: {len(teams)} submissions; GitHub Classroom expects exactly one")
    [team] = teams
    encoded = base64.b64encode(json.dumps(result(team)).encode()).decode()
    lines = list(notices(team))
    if team.total is None:  # first, as people read from the top
        what = f"{counted(len(team.unresolved), 'check')} to review by a tutor; these are the points so far."
        lines.insert(0, command("warning", what, title="Not final"))
    files = (("classroom.json", json.dumps(result(team), indent=1).encode() + b"\n"),)
    return Export(files, (), (), tuple(lines), {"GITHUB_OUTPUT": f"result={encoded}\n".encode()})


def result(team: Team) -> dict[str, object]:
    """Return the output `result` of a runner's step."""
    tests = [_test(test) for test in team.tests if test.max_score or test.score]
    statuses = {str(test["status"]) for test in tests}
    status = "error" if "error" in statuses else "fail" if "fail" in statuses else "pass"
    return {"version": 1, "status": status, "max_score": _number(team.max_score), "tests": tests}


def _test(test: Test) -> dict[str, object]:
    return {
        "name": full_title(test),
        "status": STATUS[settled(test)],
        "score": _number(test.score or Decimal(0)),
        "message": f"{test.message} {test.hint}".strip(),
        "test_code": "",
        "filename": test.file,
        "line_no": test.line or 0,
        "duration": 0,
    }


def _number(value: Decimal) -> int | float:
    return int(value) if value == int(value) else float(value)


def notices(team: Team) -> tuple[str, str]:
    """Return the two notices that Classroom reads."""
    both = {"totalPoints": _number(team.certain), "maxPoints": _number(team.max_score)}
    return (
        command("notice", f"Points {points(team.certain)}/{points(team.max_score)}", title="Autograding complete"),
        command("notice", json.dumps(both, separators=(",", ":")), title="Autograding report"),
    )


FORMAT = Format("classroom", "Result and notices for GitHub Classroom, for one submission.", _make)
