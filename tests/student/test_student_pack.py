"""The student pack has the public checks and nothing else, in no form."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml

from grader.checks.base import Check
from grader.errors import GraderError
from grader.rubric.load import parse_rubric, read_rubric
from grader.rubric.schema import AnswerPlace, Question, Rubric
from grader.student.student_pack import find_rubric, pack_rubric, public, unchecked
from tests.command_line import run
from tests.helpers import ROOT, shipped

NAMES = ("noise-removal", "sequence-modeling", "cnn-rnn")
OWN = {"id", "kind", "needs", "visibility", "points", "deducts"}


def with_one_public(name: str) -> Rubric:
    """A shipped rubric; where it has nothing public, its first check of the submission is made so."""
    rubric = shipped(name)
    if any(True for _, check in public(rubric).checks()):
        return rubric
    extra = parse_rubric(
        "rubric: 1\ntitle: t\npoints: 0\nsubmission: [{kind: files_present, id: there, files: ['*.md'], visibility: public}]",
        "r.yaml",
    )
    return rubric.model_copy(update={"submission": (*rubric.submission, *extra.submission)})


def leaves(value: Any) -> Iterator[str | int | float]:
    if isinstance(value, dict):
        for key, part in value.items():
            yield from (key, *leaves(part))
    elif isinstance(value, (list, tuple)):
        for part in value:
            yield from leaves(part)
    elif isinstance(value, (str, int, float)) and not isinstance(value, bool):
        yield value


def said(check: Check) -> set[str | int | float]:
    """Keys, texts and numbers of a check, in the forms that JSON and Python give them."""
    given = {key: value for key, value in check.model_dump(mode="json").items() if key not in OWN}
    whole = {key for key in given if getattr(check, key) != type(check).model_fields[key].default}
    return {*leaves({key: given[key] for key in whole}), check.id}


@pytest.mark.parametrize("name", NAMES)
def test_nothing_hidden_is_in_a_student_pack(name: str) -> None:
    rubric = with_one_public(name)
    text = pack_rubric(rubric)
    words = set(leaves(yaml.safe_load(text)))
    forms = {*words, *map(str, words), *(json.dumps(word) for word in words)}
    shown = set[str | int | float]()
    hidden = set[str | int | float]()
    for _, check in rubric.checks():
        (shown if check.visibility == "public" else hidden).update(said(check))
    titles = {question.title for question in rubric.questions} | {question.id for question in rubric.questions}
    numbers = {number for question in rubric.questions if question.answer for number in question.answer.number}
    secret = hidden - shown - titles - numbers - _settings(text) - {rubric.name}
    assert len(secret) > 5
    assert not {value for value in secret if value in forms}
    for value in secret:  # long ones are not part of anything either; short ones are parts of ordinary words
        if isinstance(value, str) and len(value) > 6 and not any(value.lower() in title.lower() for title in titles):
            assert value.lower() not in text.lower()


def _settings(text: str) -> set[Any]:
    """What a student pack has for its own ends: names of a rubric's parts, points, limits of running, and small numbers."""
    data = yaml.safe_load(text)
    parts = {*Rubric.model_fields, *Question.model_fields, *AnswerPlace.model_fields}
    numbers = {1, 0, data["points"], *data["execute"].values(), *(one["points"] for one in data["questions"])}
    return parts | numbers | set(map(str, numbers))


@pytest.mark.parametrize("name", NAMES)
def test_no_source_of_the_reference_and_no_guide_is_in_a_student_pack(name: str) -> None:
    rubric = with_one_public(name)
    text = pack_rubric(rubric)
    for path in (ROOT / "reference").glob("*.py"):
        for line in path.read_text(encoding="utf-8").splitlines():
            assert len(line.strip()) < 25 or line.strip() not in text
    assert "reference" not in text
    assert "guide" not in text
    assert "hidden" not in re.sub(r"hidden_size|\bhidden\b(?=[,:\n ])", "", text)


def test_words_that_are_the_answer_stay_out() -> None:
    text = pack_rubric(with_one_public("cnn-rnn"))
    assert not re.search(r"\b(48|75|348)\b", text)
    words = {
        one["id"]: one["answer"] for one in yaml.safe_load(pack_rubric(shipped("sequence-modeling")))["questions"][:4]
    }
    assert words["11.1.1"]["words"]
    assert "vanishing" not in words["11.1.2"]["words"]


def test_points_say_how_much_was_not_checked() -> None:
    rubric = shipped("noise-removal")
    read = parse_rubric(pack_rubric(rubric), "e.yaml")
    assert unchecked(read) == unchecked(rubric) == (Decimal("14.5"), Decimal(16))
    assert [check.id for _, check in read.checks()] == [check.id for _, check in public(rubric).checks()]
    assert read.execute.seed != rubric.execute.seed
    assert set(read.student_pack or ()) == {"python", "torch", "numpy"}


@pytest.mark.parametrize(
    "check",
    [
        "{kind: same_output, target: A, reference: 'reference.lstm:LSTM', calls: [{x: [b]}], sizes: [{b: 2}]",
        "{kind: manual, guide: 'look for it'",
        "{kind: expression, names: {a: []}, equals: a",
        "{kind: numbers, convolution: {input: 13, kernel: 3, filters: 64, strides: [2]}",
        "{kind: mentions, concepts: {a: [b]}",
    ],
    ids=["reference", "guide", "formula", "numbers", "words"],
)
def test_what_would_give_the_answer_away_is_refused(check: str) -> None:
    points = "" if "mentions" in check else ", points: 1"
    text = (
        f"rubric: 1\ntitle: t\npoints: {1 if points else 0}\nquestions:\n  - id: q\n    title: q\n    points: {1 if points else 0}\n"
        f"    answer: {{number: ['1']}}\n    checks:\n      - {check}, id: one, visibility: public{points}}}\n"
    )
    with pytest.raises(GraderError, match="one: public, but"):
        pack_rubric(parse_rubric(text, "r.yaml"))


def test_keys_in_a_student_pack_have_the_names_of_the_rubric() -> None:
    rubric = parse_rubric(
        "rubric: 1\ntitle: t\npoints: 1\nquestions: [{id: q, title: q, points: 1, checks: [{kind: properties, points: 1, target: f, "
        "as: numpy, given: {x: [3]}, holds: [{sum: {axis: 0, is: 1}}], visibility: public}]}]",
        "r.yaml",
    )
    [(_, check)] = parse_rubric(pack_rubric(rubric), "pack.yaml").checks()
    assert check.model_dump(exclude={"id"}) == next(iter(rubric.checks()))[1].model_dump(exclude={"id"})


def test_a_student_pack_cannot_grade(tmp_path: Path) -> None:
    done = run("pack", "--rubric", "rubrics/sequence-modeling.yaml", "--into", tmp_path)
    assert done.returncode == 0, done.stderr
    packed = tmp_path / "sequence-modeling.student.yaml"
    (tmp_path / "a.md").write_text("# 1\nword\n")
    assert find_rubric(tmp_path / "a.md") == packed
    done = run("grade", tmp_path / "a.md", "--rubric", packed, "--out", tmp_path / "out")
    assert done.returncode == 2
    assert "a student pack lacks the hidden checks" in done.stderr
    done = run("pack", "--rubric", packed, "--gradescope", "--into", tmp_path / "a.zip")
    assert done.returncode == 2
    assert "student pack" in done.stderr


def test_several_rubrics_or_none_are_a_message(tmp_path: Path) -> None:
    with pytest.raises(GraderError, match="no rubric next to"):
        find_rubric(tmp_path / "one" / "two" / "three" / "four" / "n.ipynb")
    for name in ("a.student.yaml", "b.student.yaml"):
        (tmp_path / name).write_text("rubric: 1\n")
    with pytest.raises(GraderError, match="several rubrics"):
        find_rubric(tmp_path / "n.ipynb")


def test_the_wheel_for_students_has_no_reference(tmp_path: Path) -> None:
    wheel = tmp_path / "grader-0-py3-none-any.whl"
    record = "grader/__init__.py,sha256=a,1\nreference/lstm.py,sha256=b,2\ngrader-0.dist-info/RECORD,,\n"
    with zipfile.ZipFile(wheel, "w") as file:
        file.writestr("grader/__init__.py", "1")
        file.writestr("reference/lstm.py", "the solution")
        file.writestr("grader-0.dist-info/RECORD", record)
    done = run("pack", "--rubric", "rubrics/sequence-modeling.yaml", "--wheel", wheel, "--into", tmp_path / "out.yaml")
    assert done.returncode == 2
    assert "would overwrite" in done.stderr
    (tmp_path / "for-students").mkdir()
    done = run(
        "pack", "--rubric", "rubrics/sequence-modeling.yaml", "--wheel", wheel, "--into", tmp_path / "for-students"
    )
    assert done.returncode == 0, done.stderr
    with zipfile.ZipFile(tmp_path / "for-students" / wheel.name) as file:
        assert file.namelist() == ["grader/__init__.py", "grader-0.dist-info/RECORD"]
        assert file.read("grader-0.dist-info/RECORD").decode() == record.replace("reference/lstm.py,sha256=b,2\n", "")


BLOCKED = """
import importlib.abc, sys
class Block(importlib.abc.MetaPathFinder):
    def find_spec(self, name, path=None, target=None):
        if name.startswith("reference.") and not name.startswith("reference.inside"):
            raise ModuleNotFoundError(name)
sys.meta_path.insert(0, Block())
from grader import cli
cli.main()
"""


@pytest.mark.kernel
def test_the_self_check_needs_no_reference(tmp_path: Path, submissions: Path) -> None:
    (tmp_path / "n.student.yaml").write_text(pack_rubric(shipped("noise-removal")))
    path = next((submissions / "noise-removal").glob("*.zip"))
    command = [
        sys.executable,
        "-c",
        BLOCKED,
        "check",
        str(path),
        "--rubric",
        str(tmp_path / "n.student.yaml"),
        "--json",
    ]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=False)
    found = {one["check"]: one["status"] for one in json.loads(done.stdout)["findings"]}
    assert found.keys() >= {"runs", "cell-shapes", "cell-own", "model-shapes"}
    assert "error" not in found.values()


TESTED = """rubric: 1
title: Softmax
points: 3
questions:
  - id: models
    title: Softmax
    points: 3
    checks:
      - {kind: notebook_runs, points: 1, visibility: public}
      - {kind: tests, points: 2, file: tests/test_models.py, helpers: [tests/overflow.py]}
"""


def test_tests_of_the_course_leave_no_trace_in_the_pack(tmp_path: Path) -> None:
    (tmp_path / "tests").mkdir()
    source = (
        "import pytest\nfrom models import softmax\n\n@pytest.mark.hidden\ndef test_overflow():\n    softmax(1e9)\n"
    )
    (tmp_path / "tests" / "test_models.py").write_text(source)
    (tmp_path / "tests" / "overflow.py").write_text("LARGE = 1e9\n")
    (tmp_path / "rubric.yaml").write_text(TESTED)
    packed = pack_rubric(read_rubric(tmp_path / "rubric.yaml"))
    assert "notebook_runs" in packed
    for trace in ("tests", "test_models", "test_overflow", "overflow.py", "pytest", "1e9"):
        assert trace not in packed
    (tmp_path / "rubric.yaml").write_text(TESTED.replace("points: 2,", "points: 2, visibility: public,"))
    with pytest.raises(GraderError, match="it would give students the answer"):
        pack_rubric(read_rubric(tmp_path / "rubric.yaml"))
