"""Files with check kinds that a rubric names: keys, lists, processes, caches, and where they may lie."""

from __future__ import annotations

import json
import pickle
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from grader.batch.grade_batch import grade_all
from grader.batch.local_workers import ProcessPool
from grader.batch.regrade_one import BatchOrigin
from grader.errors import GraderError, RubricError
from grader.grading.options import GradingOptions
from grader.ingest.discover import discover
from grader.results.output_folder import read_reports
from grader.rubric.course_kinds import kinds_of_rubric
from grader.rubric.load import read_rubric
from grader.rubric.schema import Rubric, json_schema
from grader.services.gradescope_zip import autograder
from grader.student.student_pack import pack_rubric
from tests.checks.test_own_kinds import KIND
from tests.command_line import run
from tests.helpers import grade_each
from tests.services.test_gradescope_zip import WHEEL, wheel

RUBRIC = """\
rubric: 1
title: Cells
points: 1
kinds: [my_kinds.py]
questions:
  - id: q
    title: Cells
    points: 1
    checks:
      - {kind: few_cells, points: 1, most: 3}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A course with a kind, and two submissions without a notebook to run."""
    (tmp_path / "course").mkdir()
    (tmp_path / "course" / "my_kinds.py").write_text(KIND)
    (tmp_path / "course" / "rubric.yaml").write_text(RUBRIC)
    (tmp_path / "in").mkdir()
    for number in (1, 2):
        (tmp_path / "in" / f"Muster_100000{number}.md").write_text("Words.\n")
    return tmp_path


def rubric(folder: Path, *changes: tuple[str, str]) -> Rubric:
    text = RUBRIC
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    (folder / "course" / "rubric.yaml").write_text(text)
    return read_rubric(folder / "course" / "rubric.yaml")


def kind(folder: Path, old: str, new: str) -> None:
    assert old in KIND
    (folder / "course" / "my_kinds.py").write_text(KIND.replace(old, new))


def mistakes(folder: Path, *changes: tuple[str, str]) -> list[str]:
    with pytest.raises(RubricError) as caught:
        rubric(folder, *changes)
    return [line.replace(f"{folder / 'course'}/", "") for line in str(caught.value).splitlines()]


def test_the_keys_of_a_kind_are_checked_like_those_of_ours(folder: Path) -> None:
    assert [check.kind for _, check in rubric(folder).checks()] == ["few_cells"]
    assert mistakes(folder, ("most: 3", "mots: 3")) == [
        "rubric.yaml:10: questions[1].checks[1].most: missing key",
        "rubric.yaml:10: questions[1].checks[1].mots: unknown key; did you mean 'most'?",
    ]
    [line] = mistakes(folder, ("most: 3", "most: 0"))
    assert line == "rubric.yaml:10: questions[1].checks[1].most: input should be greater than or equal to 1, found 0"
    assert "unknown kind 'few_cell'; did you mean 'few_cells'?" in mistakes(folder, ("few_cells", "few_cell"))[0]


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("gone.py", "'gone.py' cannot be read: No such file or directory; paths are relative to the rubric"),
        ("../my_kinds.py", "'../my_kinds.py' is no Python file beside the rubric; paths are relative to the rubric"),
        ("/my_kinds.py", "'/my_kinds.py' is no Python file beside the rubric"),
        ("rubric.yaml", "'rubric.yaml' is no Python file beside the rubric"),
        ("linked.py", "'linked.py' is no Python file beside the rubric"),
        ("wrong.py", "wrong.py:2: raised ZeroDivisionError: division by zero"),
    ],
)
def test_a_file_that_cannot_be_used_is_a_mistake_of_the_rubric(folder: Path, name: str, message: str) -> None:
    (folder / "my_kinds.py").write_text(KIND)
    (folder / "course" / "linked.py").symlink_to(folder / "my_kinds.py")
    (folder / "course" / "wrong.py").write_text("x = 1\n1 / 0\n")
    first, *_ = mistakes(folder, ("[my_kinds.py]", f"[{name}]"))
    assert first.startswith(f"rubric.yaml:4: kinds[1]: {message}")


def test_what_is_no_list_of_names_and_too_many_files(folder: Path) -> None:
    assert mistakes(folder, ("[my_kinds.py]", "3"))[0].startswith("rubric.yaml:4: kinds: input should be a valid tuple")
    many = ", ".join(["my_kinds.py"] * 21)
    assert "rubric.yaml:4: kinds: more than 20 files" in mistakes(folder, ("[my_kinds.py]", f"[{many}]"))[0]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("    def judge", "    def mistake_in_keys(self) -> str:\n        return str(1 / 0)\n\n    def judge"),
        (
            "    def judge",
            "    @property\n    def target_name(self) -> str:\n        return str(1 / 0)\n\n    def judge",
        ),
    ],
    ids=["keys", "target"],
)
def test_a_kind_that_raises_where_the_rubric_is_read(folder: Path, old: str, new: str) -> None:
    kind(folder, old, new)
    [line] = mistakes(folder)
    assert line.startswith(
        "rubric.yaml:10: questions[1].checks[1]: the kind 'few_cells' raised ZeroDivisionError: division by zero (my_kinds.py:2"
    )


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("        count = len", "        1 / 0\n        count = len"),
        ('        return passed(say("There are {count} cells.", count=count))', "        return None"),
        ("    def judge", "    def ask(self, context):\n        return None\n\n    def judge"),
    ],
    ids=["judge raises", "judge returns nothing", "ask returns nothing"],
)
def test_an_exception_in_a_kind_is_the_error_of_its_check(folder: Path, old: str, new: str) -> None:
    kind(folder, old, new)
    more = "      - {kind: manual, points: 1, guide: Look.}\n"
    read = rubric(folder, ("points: 1\n", "points: 2\n"), ("most: 3}\n", "most: 3}\n" + more))
    for graded in grade_each([folder / "in"], read):
        found = [scored.finding for question in graded.report.grade.questions for scored in question.checks]
        assert [finding.status for finding in found] == ["error", "needs_review"]


def test_lists_and_schema_have_the_kind(folder: Path) -> None:
    path = folder / "course" / "rubric.yaml"
    data = yaml.safe_load(RUBRIC)
    jsonschema.validate(data, json_schema(kinds_of_rubric(path)))
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(data, json_schema())
    listed = run("rubric", "kinds", path).stdout
    assert "few_cells        The notebook has few cells." in listed
    assert "| `most` | required | the largest number of cells |" in run("rubric", "kinds", path, "--markdown").stdout
    assert "check_few_cells" in json.loads(run("rubric", "schema", path).stdout)["$defs"]
    assert "few_cells" not in run("rubric", "kinds").stdout
    assert run("rubric", "check", path).stdout.splitlines()[0] == f"{path}: valid (1 question, 1 check, 1 point)"
    done = run("rubric", "kinds", folder / "none.yaml")
    assert (done.returncode, "cannot be read" in done.stderr) == (2, True)


def test_a_process_that_was_just_started_finds_the_kind(folder: Path) -> None:
    sent = pickle.dumps(rubric(folder))
    code = (
        "import pickle, sys\nrubric = pickle.load(sys.stdin.buffer)\n"
        "[(question, check)] = rubric.checks()\nprint(question, check.kind, check.most, rubric.title)"
    )
    done = subprocess.run([sys.executable, "-c", code], input=sent, capture_output=True, check=False)
    assert done.stdout.decode() == "q few_cells 3 Cells\n", done.stderr.decode()


@pytest.mark.kernel
def test_processes_side_by_side_find_the_kind(folder: Path) -> None:
    pool = ProcessPool(2, rubric(folder), GradingOptions(level="A"))
    try:
        for number, source in enumerate(discover([folder / "in"])):
            pool.submit(number, source)
        found: list[Any] = []
        while len(found) < 2:
            found += pool.finished()
    finally:
        pool.close()
    assert sorted(number for number, _ in found) == [0, 1]
    assert [graded.rendered.row.total for _, graded in found] == [Decimal(1), Decimal(1)]


def graded(folder: Path, read: Rubric) -> Iterator[str]:
    for _ in grade_all([folder / "in"], read, folder / "out", GradingOptions(level="A", keep=folder / "out"), jobs=1):
        pass
    for report in read_reports(folder / "out"):
        yield from (scored.finding.status for question in report.grade.questions for scored in question.checks)


def test_a_changed_kind_is_judged_again(folder: Path) -> None:
    assert list(graded(folder, rubric(folder))) == ["passed", "passed"]
    kind(folder, "count > self.most", "count < self.most")
    assert list(graded(folder, rubric(folder))) == ["failed", "failed"]


def test_a_kind_in_the_folder_of_a_submission_is_refused(folder: Path) -> None:
    rubric(folder)
    (folder / "course" / "main.py").write_text("x = 1\n")
    read = read_rubric(folder / "course" / "rubric.yaml")
    with pytest.raises(
        GraderError, match=r"^my_kinds.py: the file with check kinds is part of the submission course; keep"
    ):
        list(grade_all([folder / "course"], read, folder / "out", GradingOptions(level="A"), jobs=1))
    with pytest.raises(GraderError, match=r"is part of the submission my_kinds.py"):
        list(grade_all([folder / "course" / "my_kinds.py"], read, folder / "out", GradingOptions(level="A"), jobs=1))


def test_one_submission_is_not_graded_again_with_a_changed_kind(folder: Path) -> None:
    read = rubric(folder)
    kinds = [Path(file.path) for file in read.kind_files]
    origin = BatchOrigin.of([folder / "in"], folder / "course" / "rubric.yaml", {}, kinds=kinds)
    origin.check()
    kind(folder, "count > self.most", "count < self.most")
    with pytest.raises(GraderError, match=r"my_kinds.py: changed since the batch was graded"):
        origin.check()


def test_students_do_not_get_a_kind_of_a_file(folder: Path) -> None:
    kind(folder, "    kind: Literal", "    holds_answer: ClassVar[bool] = False\n    kind: Literal")
    read = rubric(folder, ("most: 3}", "most: 3, visibility: public}"))
    with pytest.raises(GraderError, match=r"q-few-cells-1: public, but its kind is a file of the rubric"):
        pack_rubric(read)


def test_the_autograder_takes_the_kinds_along(folder: Path) -> None:
    [file] = rubric(folder).kind_files
    data = autograder(RUBRIC.encode(), WHEEL, wheel("grader", "reference"), {file.name: file.content})
    (folder / "a.zip").write_bytes(data)
    with zipfile.ZipFile(folder / "a.zip") as archive:
        archive.extractall(folder / "source")
    assert [check.kind for _, check in read_rubric(folder / "source" / "rubric.yaml").checks()] == ["few_cells"]
