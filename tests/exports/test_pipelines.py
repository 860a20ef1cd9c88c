"""Formats for pipelines, each read by a strict reader of its fields; a submission's words never become commands."""

from __future__ import annotations

import base64
import json
import os
import re
import shutil
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from grader.errors import GraderError
from grader.exports import export_formats
from grader.exports.export_format import Export, Inputs
from grader.exports.formats import github
from grader.exports.formats.gradescope import grader_error, results
from grader.exports.formats.junit import legal, to_xml
from grader.exports.result import Result, Team, json_schema, result_of, settled, team_of
from grader.model import Place, Report
from grader.results.output_folder import each_report
from grader.results.results_database import ResultsDatabase
from tests.command_line import run
from tests.exports.conftest import LONE, OPEN, TEAM

HOSTILE = "::set-output name=points::100\n::error::x\r::add-mask::y\n##[error]z\x1b[31m%0A::stop-commands::t\x00\ufffe"


@pytest.fixture
def one(graded: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> Inputs:
    """The folder as if only one team had been graded."""
    team = getattr(request, "param", TEAM)
    reports = [report for report in each_report(graded) if report.team == team]
    monkeypatch.setattr(Inputs, "reports", lambda _, doubts=None: iter(reports))
    return Inputs(graded)


def export(inputs: Inputs, name: str) -> Export:
    return export_formats()[name].make(inputs)


def hostile(inputs: Inputs) -> Result:
    """The result of a team whose every word is hostile."""
    result = result_of(inputs)
    words = {"title": HOSTILE, "message": HOSTILE, "hint": HOSTILE, "file": "a,b:c\n.py"}
    teams = [replace(t, name=HOSTILE, tests=tuple(replace(x, **words) for x in t.tests)) for t in result.teams]  # type: ignore[arg-type]
    return replace(result, rubric=HOSTILE, teams=tuple(teams))


def test_the_result_is_as_its_schema_says(graded: Path) -> None:
    [(name, data)] = export(Inputs(graded), "json").files
    found = json.loads(data)
    jsonschema.Draft202012Validator(json_schema()).validate(found)
    assert name == "result.json"
    assert [(team["name"], team["total"]) for team in found["teams"]] == [(TEAM, "2.5"), (OPEN, None), (LONE, "3.60")]
    for team in found["teams"]:
        assert sum(Decimal(test["max_score"]) for test in team["tests"]) == 4
    assert "A secret guide" not in data.decode()
    printed = run("export", "--schema")
    assert json.loads(printed.stdout) == json_schema()


def test_an_overridden_check_is_settled(graded: Path) -> None:
    [team, still_open, _] = result_of(Inputs(graded)).teams
    by_id = {test.id: settled(test) for test in team.tests}
    assert by_id == {"received": "passed", "length": "passed", "sense": "failed", "short": "failed", "extra": "passed"}
    assert {test.id: settled(test) for test in still_open.tests}["sense"] == "needs_review"


@pytest.mark.parametrize(
    ("status", "score", "maximum", "became"),
    [
        ("failed", "2", "2", "passed"), ("skipped", "2", "2", "passed"), ("passed", "1", "2", "failed"),
        ("failed", "1", "2", "failed"), ("skipped", "0", "2", "skipped"), ("passed", "2", "2", "passed"),
        ("failed", "0", "0", "failed"), ("passed", "1", "0", "passed"),
    ],
)  # fmt: skip
def test_the_override_gives_the_status_of_a_test(
    graded: Path, status: str, score: str, maximum: str, became: str
) -> None:
    test = result_of(Inputs(graded)).teams[0].tests[0]
    found = replace(test, status=status, score=Decimal(score), max_score=Decimal(maximum))  # type: ignore[arg-type]
    assert settled(found) == became


CASE = {"name", "classname", "time", "file", "line"}
SUITE = {"name", "tests", "failures", "errors", "skipped", "time"}


def check_junit(data: bytes) -> ElementTree.Element:
    root = ElementTree.fromstring(data)
    assert root.tag == "testsuites"
    assert set(root.attrib) == SUITE
    for suite in root:
        assert suite.tag == "testsuite"
        assert set(suite.attrib) == SUITE
        cases = [part for part in suite if part.tag == "testcase"]
        assert [part.tag for part in suite] == ["properties", *("testcase" for _ in cases)]
        assert int(suite.get("tests", "")) == len(cases)
        for name, tag in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
            assert int(suite.get(name, "")) == sum(case.find(tag) is not None for case in cases)
        for case in cases:
            assert {"name", "classname", "time"} <= set(case.attrib) <= CASE
            tags = [part.tag for part in case]
            assert tags[0] == "properties"
            assert len(tags) <= 2
            assert set(tags[1:]) <= {"failure", "error", "skipped"}
        assert len({(case.get("classname"), case.get("name")) for case in cases}) == len(cases)
    for name in ("tests", "failures", "errors", "skipped"):
        assert int(root.get(name, "")) == sum(int(suite.get(name, "")) for suite in root)
    return root


def test_junit_has_a_suite_a_team_and_a_case_a_check(graded: Path) -> None:
    root = check_junit(export(Inputs(graded), "junit").files[0][1])
    assert [suite.get("name") for suite in root] == [TEAM, OPEN, LONE]
    [sense] = [case for case in root[1] if (case.get("name") or "").endswith("(sense)")]
    review = sense.find("skipped")
    assert review is not None
    assert review.get("message", "").startswith("to review by a tutor: ")
    [short] = [case for case in root[0] if (case.get("name") or "").endswith("(short)")]
    assert short.get("name") == "How? - Length of the answer (short)"
    assert [float(suite.get("time", "")) >= 0 for suite in root] == [True] * 3
    failure = short.find("failure")
    assert failure is not None
    assert "the limit is 3" in failure.get("message", "")
    properties = {part.get("name"): part.get("value") for part in short.iter("property")}
    assert properties == {"title": "Length of the answer", "points": "0", "max_points": "1"}


def test_junit_holds_words_that_xml_cannot(graded: Path) -> None:
    check_junit(to_xml(hostile(Inputs(graded))))
    assert legal("a\x00\x1b\ud800b\ufffe") == "ab"
    assert len(legal("x" * 10**6)) == 20_000


@pytest.mark.parametrize("status", ["error", "failed", "skipped", "needs_review", "passed"])
def test_only_what_a_student_can_put_right_fails(graded: Path, status: str) -> None:
    result = result_of(Inputs(graded))
    score = None if status in ("error", "needs_review") else Decimal(0)
    test = replace(result.teams[0].tests[0], status=status, score=score)  # type: ignore[arg-type]
    root = check_junit(to_xml(replace(result, teams=(replace(result.teams[0], tests=(test,)),))))
    found = [part.tag for part in root[0][1]][1:]
    wanted = {"error": "error", "failed": "failure", "skipped": "skipped", "needs_review": "skipped"}
    assert found == [tag for key, tag in wanted.items() if key == status]


COMMAND = re.compile(r"::(?P<name>error|warning|notice) (?P<properties>[^:\r\n]*)::(?P<text>[^\r\n]*)")


def commands(lines: tuple[str, ...]) -> Iterator[tuple[str, dict[str, str], str]]:
    """Read commands as the runner does: properties end at the first `::`."""
    for line in lines:
        found = COMMAND.fullmatch(line)
        assert found is not None, line
        pairs = dict(part.split("=", 1) for part in found["properties"].split(","))
        assert set(pairs) <= {"file", "line", "endLine", "col", "endColumn", "title"}
        yield found["name"], pairs, found["text"]


def test_annotations_name_what_is_wrong_and_nothing_else(graded: Path) -> None:
    found = list(commands(export(Inputs(graded), "github").commands))
    assert [name for name, _, _ in found].count("error") == 5
    assert found[-1] == ("notice", {"title": "Not final"}, "1 check to review by a tutor; the job summary lists them.")
    assert [pairs["title"] for name, pairs, _ in found if name == "warning"] == []
    assert any("How? - Length of the answer" in pairs["title"] for _, pairs, _ in found)


def test_annotations_are_few_the_most_valuable_first_and_the_rest_is_counted(graded: Path) -> None:
    result = result_of(Inputs(graded))
    failing = replace(result.teams[0].tests[0], status="failed", score=Decimal(0))
    tests = tuple(replace(failing, id=f"c{n}", title=f"T{n}", max_score=Decimal(n)) for n in range(25))
    lines = github.annotated(replace(result, teams=(replace(result.teams[0], tests=tests),)))
    found = list(commands(lines))
    assert [pairs["title"] for name, pairs, _ in found if name == "error"] == [f"T{n}" for n in range(24, 14, -1)]
    assert found[-1][0] == "notice"
    assert "15 more findings" in found[-1][2]


def test_a_cell_is_named_in_the_title_as_lines_of_a_notebook_are_those_of_its_json(graded: Path) -> None:
    result = result_of(Inputs(graded))
    places: dict[str, Any] = {"file": "nb.ipynb", "cell": 4, "line": 9}
    test = replace(result.teams[0].tests[0], status="failed", **places)
    [(_, pairs, _)] = commands(github.annotated(replace(result, teams=(replace(result.teams[0], tests=(test,)),))))
    assert pairs == {"file": "nb.ipynb", "title": "Received in time%2C cell 4".replace("%2C", "%2C")}


def test_a_submissions_words_are_no_commands(graded: Path) -> None:
    result = hostile(Inputs(graded))
    for name, _, text in commands(github.annotated(result)):
        if name == "notice":
            continue
        assert "\x1b[31m%250A" in text
    page = github.summary(result).decode()
    assert not [line for line in page.splitlines() if line.lstrip().startswith("::")]
    assert "<script" not in page
    for line in github.outputs(result).decode().splitlines():
        assert re.fullmatch(r"(points|max_points|open|failed)=[\d.]+", line)


def test_words_are_put_where_no_commands_are_read() -> None:
    lines = github.guarded(HOSTILE).split("\n")
    token = lines[0].removeprefix("::stop-commands::")
    assert len(token) >= 32
    assert lines[-1] == f"::{token}::"
    assert token not in HOSTILE
    assert github.guarded("x") != github.guarded("x")


def test_a_summary_is_as_large_as_github_takes(graded: Path) -> None:
    result = result_of(Inputs(graded))
    many = replace(result, teams=result.teams * 3000)
    page = github.summary(many)
    assert (1 << 19) < len(page) <= 1 << 20
    assert b"Shortened" in page


def test_the_command_passes_on_the_lines_for_github(
    graded: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("GITHUB_STEP_SUMMARY", "GITHUB_OUTPUT"):
        (tmp_path / name).write_text("before\n")
        monkeypatch.setenv(name, str(tmp_path / name))
    assert "GITHUB_OUTPUT" in os.environ
    done = run("export", graded, "--format", "github", "--into", tmp_path / "into")
    assert done.returncode == 0
    assert len(list(commands(tuple(line for line in done.stdout.splitlines() if line.startswith("::"))))) == 6
    assert (tmp_path / "GITHUB_STEP_SUMMARY").read_text().startswith("before\n## Words, and more")
    assert (tmp_path / "GITHUB_OUTPUT").read_text() == "before\npoints=8.1\nmax_points=12\nopen=1\nfailed=5\n"


CLASSROOM = {
    "type": "object",
    "additionalProperties": False,
    "required": ["version", "status", "max_score", "tests"],
    "properties": {
        "version": {"const": 1},
        "status": {"enum": ["pass", "fail", "error"]},
        "max_score": {"type": "number"},
        "tests": {
            "type": "array",
            "items": {
                "type": "object",
                "additionalProperties": False,
                "required": ["name", "status", "score", "message"],
                "properties": {
                    "name": {"type": "string"}, "status": {"enum": ["pass", "fail", "error"]},
                    "score": {"type": "number"}, "message": {"type": "string"}, "test_code": {"type": "string"},
                    "filename": {"type": "string"}, "line_no": {"type": "integer"}, "duration": {"type": "number"},
                },
            },
        },
    },
}  # fmt: skip


def test_classroom_reads_points_and_its_two_notices(one: Inputs) -> None:
    made = export(one, "classroom")
    output = made.appended["GITHUB_OUTPUT"].decode().strip()
    found = json.loads(base64.b64decode(output.removeprefix("result="), validate=True))
    jsonschema.validate(found, CLASSROOM)
    assert sum(test["score"] for test in found["tests"]) == 2.5
    notices = {pairs["title"]: text for name, pairs, text in commands(made.commands) if name == "notice"}
    assert notices["Autograding complete"] == "Points 2.5/4"
    assert json.loads(notices["Autograding report"]) == {"totalPoints": 2.5, "maxPoints": 4}


@pytest.mark.parametrize("one", [OPEN], indirect=True)
def test_classroom_says_that_points_are_not_final(one: Inputs) -> None:
    made = export(one, "classroom")
    assert next((name, pairs) for name, pairs, _ in commands(made.commands)) == ("warning", {"title": "Not final"})


VISIBILITIES = {"enum": ["visible", "hidden", "after_due_date", "after_published"]}
FORMATS = {"enum": ["text", "html", "simple_format", "md", "ansi"]}
GRADESCOPE = {
    "type": "object",
    "additionalProperties": False,
    "anyOf": [{"required": ["score"]}, {"required": ["tests"]}],
    "properties": {
        "score": {"type": "number"}, "execution_time": {"type": "number"}, "output": {"type": "string"},
        "output_format": FORMATS, "test_output_format": FORMATS, "test_name_format": FORMATS,
        "visibility": VISIBILITIES, "stdout_visibility": VISIBILITIES, "extra_data": {"type": "object"},
        "tests": {
            "type": "array",
            "items": {
                "type": "object",
                "additionalProperties": False,
                "properties": {
                    "score": {"type": "number"}, "max_score": {"type": "number"},
                    "status": {"enum": ["passed", "failed"]}, "name": {"type": "string"}, "name_format": FORMATS,
                    "number": {"type": "string", "pattern": r"^\d+(\.\d+)*$"}, "output": {"type": "string"},
                    "output_format": FORMATS, "tags": {"type": "array", "items": {"type": "string"}},
                    "visibility": VISIBILITIES, "extra_data": {"type": "object"},
                },
            },
        },
    },
}  # fmt: skip


def scored(found: dict[str, Any]) -> tuple[float, float]:
    tests = found["tests"]
    return round(sum(t.get("score", 0) for t in tests), 6), round(sum(t.get("max_score", 0) for t in tests), 6)


@pytest.mark.parametrize(("one", "points"), [(TEAM, 2.5), (LONE, 3.6), (OPEN, 2.0)], indirect=["one"])
def test_gradescope_adds_up(one: Inputs, points: float) -> None:
    [(name, data)] = export(one, "gradescope").files
    found = json.loads(data)
    jsonschema.validate(found, GRADESCOPE)
    assert name == "results.json"
    assert scored(found) == (points, 4)
    assert b"\r" not in data
    seen = {test["extra_data"]["id"]: test["visibility"] for test in found["tests"]}
    assert seen["length"] == "visible"
    assert seen["short"] == "after_published"


@pytest.mark.parametrize("one", [OPEN], indirect=True)
def test_gradescope_does_not_present_what_is_open_as_final(one: Inputs) -> None:
    found = json.loads(export(one, "gradescope").files[0][1])
    assert found["output"].startswith("NOT FINAL: 2 of 4 points so far.")
    [sense] = [test for test in found["tests"] if test["extra_data"]["id"] == "sense"]
    assert "status" not in sense
    assert "needs review" in sense["name"]


def test_gradescope_evens_out_what_deductions_took_below_nothing(one: Inputs) -> None:
    team: Team = result_of(one).teams[0]
    loss = replace(team.tests[0], score=Decimal(-9), status="failed")
    found = results(replace(team, tests=(loss, *team.tests[1:]), certain=Decimal(0), total=Decimal(0)))
    jsonschema.validate(found, GRADESCOPE)
    assert scored(found) == (0, 4)


def test_a_run_that_did_not_end_gives_nothing() -> None:
    found = grader_error("it was stopped.")
    jsonschema.validate(found, GRADESCOPE)
    assert (found["score"], found["visibility"]) == (0.0, "hidden")


@pytest.mark.parametrize("name", ["gradescope", "classroom"])
def test_one_submission_at_a_time(graded: Path, name: str) -> None:
    with pytest.raises(GraderError, match="3 submissions"):
        export(Inputs(graded), name)


def test_every_format_is_described(graded: Path) -> None:
    reports: list[Report] = list(each_report(graded))
    assert len(reports) == 3
    for one in export_formats().values():
        assert one.summary.endswith(".")
        assert set(one.needs) <= {"worksheet", "assignment"}


def test_a_report_with_changed_grades_is_published_first(graded: Path, tmp_path: Path) -> None:
    copy = tmp_path / "out"
    shutil.copytree(graded, copy)
    records = ResultsDatabase(copy)
    row = next(iter(records.rows()))
    records.put(replace(row, certain=Decimal(4), total=Decimal(4)), None, why="graded at the desk")
    for name in ("json", "junit", "github"):
        made = export_formats()[name].make(Inputs(copy))
        assert len(made.doubts) == 1
        assert made.doubts[0].startswith(f"{row.team}: grades changed since")
        assert row.source not in made.files[0][1].decode()
    with pytest.raises(GraderError, match="publish them in 'grader desk'"):
        Inputs(copy).page(next(iter(records.rows())))
    assert export(Inputs(copy), "csv").files


def test_gradescope_counts_questions_and_their_checks_from_one(one: Inputs) -> None:
    team: Team = result_of(one).teams[0]
    test = team.tests[0]
    several = tuple(
        replace(test, question=name, question_title=name.upper(), id=f"{name}{n}") for name in "ab" for n in range(2)
    )
    found: Any = results(replace(team, tests=several))["tests"]
    assert [each["number"] for each in found[:4]] == ["1.1", "1.2", "2.1", "2.2"]
    assert [each["name"] for each in found[:4]] == [f"{letter} - {test.title}" for letter in "AABB"]


def test_a_note_for_tutors_is_no_annotation(graded: Path) -> None:
    result = result_of(Inputs(graded))
    test = replace(result.teams[0].tests[0], status="failed", score=Decimal(0))
    for note, count in ((False, 1), (True, 0)):
        tests = (replace(test, note=note),)
        assert len(github.annotated(replace(result, teams=(replace(result.teams[0], tests=tests),)))) == count


def test_files_are_named_from_the_root_of_the_repository(graded: Path) -> None:
    report = next(iter(each_report(graded)))
    [question, *others] = report.grade.questions
    [scored, *rest] = question.checks
    placed = replace(scored, finding=replace(scored.finding, place=Place(file="lib/net.py", line=3)))
    grade = replace(report.grade, questions=(replace(question, checks=(placed, *rest)), *others))
    for below, file in (("work/team", "work/team/lib/net.py"), (".", "lib/net.py"), ("", "lib/net.py")):
        assert team_of(replace(report, grade=grade), below).tests[0].file == file
        assert {test.file for test in team_of(report, below).tests} == {""}
