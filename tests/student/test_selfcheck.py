"""A student's own check: findings without a run come first and without torch, with the messages of the report."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import nbformat
import pytest

from grader.rubric.load import parse_rubric
from grader.student.selfcheck import at_once, opened, remarks
from grader.student.student_pack import pack_rubric
from tests.command_line import run
from tests.helpers import ROOT, grade_each, shipped

RUBRIC = """
rubric: 1
title: Words
points: 3
student_pack: {python: "3.0.0", torch: "0.0.1", numpy: ""}
targets: [Double]
submission:
  - {kind: archive_name, id: name, visibility: public}
  - {kind: members, id: members, visibility: public}
  - {kind: notebook_runs, id: runs, visibility: public}
questions:
  - id: why
    title: Why?
    points: 2
    answer: {number: ["1"]}
    checks: [{kind: word_limit, id: length, points: 1, most: 3, visibility: public}]
  - id: how
    title: How?
    points: 1
    answer: {number: ["2"]}
"""
NAME = "Muster_1000101_Beispiel_1000102.ipynb"


def notebook(path: Path, *cells: str, counts: tuple[int | None, ...] = ()) -> Path:
    text = "Anna Muster (1000101), Ben Beispiel (1000102)\n\n# 1)\nFour words are many.\n"
    made = nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell(text)])
    for number, source in enumerate(cells):
        count = counts[number] if counts else number + 1
        made.cells.append(nbformat.v4.new_code_cell(source, execution_count=count))
    nbformat.write(made, path)
    return path


@pytest.mark.parametrize(
    ("cells", "counts", "words"),
    [
        (("x = 1", "y = (\n1 +\n"), (), "cell 2, line "),
        (("x = 1", "y = 2"), (4, 3), "were run out of order"),
        (("x = 1", "y = 2"), (1, None), "1 cell of "),
        (("x = 1",), (), "No answer was found for 'How?'"),
        (("x = 1",), (), "You have python "),
        (("x = 1",), (), "submissions are graded with torch 0.0.1"),
    ],
    ids=["does not parse", "order", "not run", "missing answer", "python", "torch"],
)
def test_what_needs_no_run_is_noted(tmp_path: Path, cells: tuple[str, ...], counts: Any, words: str) -> None:
    rubric = parse_rubric(RUBRIC, "r.yaml")
    one = opened(notebook(tmp_path / NAME, *cells, counts=counts), rubric)
    assert [remark for remark in remarks(one, rubric) if words in str(remark.message)]


def test_magics_and_a_clean_notebook_are_not_noted(tmp_path: Path) -> None:
    rubric = parse_rubric(RUBRIC, "r.yaml").model_copy(update={"student_pack": None, "questions": ()})
    one = opened(notebook(tmp_path / NAME, "%matplotlib inline\n!ls", "%%time\nx = 1", "x?"), rubric)
    assert list(remarks(one, rubric)) == []


def test_what_ipython_reads_is_no_mistake_and_ordinary_python_is_not_changed(tmp_path: Path) -> None:
    rubric = parse_rubric(RUBRIC, "r.yaml").model_copy(update={"student_pack": None, "questions": ()})
    cells = (
        "listing = !ls\nspent = %timeit -o f()\ntorch.relu??\n!echo a \\\n  b",
        "x = (1\n  % 3)",
        "%%html\n<b>x</b>",
    )
    assert list(remarks(opened(notebook(tmp_path / NAME, *cells), rubric), rubric)) == []


def test_modules_that_are_not_run_are_read_for_mistakes_too(tmp_path: Path) -> None:
    rubric = parse_rubric(RUBRIC, "r.yaml")
    (tmp_path / "lib").mkdir()
    (tmp_path / "net.py").write_text("def Double(x): return 2 * x\n")
    (tmp_path / "train.py").write_text("x = 1\nfor epoch in range(3)\n    pass\n")
    found = [str(remark.message) for remark in remarks(opened(tmp_path, rubric), rubric)]
    assert "train.py, line 2: SyntaxError: expected ':'." in found


def test_files_that_are_not_read_are_named_where_an_answer_is_missing(tmp_path: Path) -> None:
    rubric = parse_rubric(RUBRIC, "r.yaml")
    (tmp_path / "lib").mkdir()
    (tmp_path / "net.py").write_text("def Double(x): return 2 * x\n")
    (tmp_path / "answers.png").write_bytes(b"x")
    found = [str(remark.message) for remark in remarks(opened(tmp_path, rubric), rubric)]
    assert "answers.png cannot be read here." in found


def test_the_order_of_a_notebook_with_another_ending_is_read(tmp_path: Path) -> None:
    rubric = parse_rubric(RUBRIC, "r.yaml")
    path = notebook(tmp_path / NAME, "x = 1", "y = 2", counts=(4, 3)).rename(tmp_path / (NAME + ".json"))
    assert any("out of order" in str(remark.message) for remark in remarks(opened(path, rubric), rubric))


def test_a_damaged_notebook_is_noted_and_nothing_else_breaks(tmp_path: Path) -> None:
    rubric = parse_rubric(RUBRIC, "r.yaml")
    for number, text in enumerate(("{", "[]", '{"cells": [1]}', '{"cells": [{"cell_type": "code", "source": [1]}]}')):
        path = tmp_path / f"n{number}.ipynb"
        path.write_text(text)
        assert list(remarks(opened(path, rubric), rubric))


@pytest.mark.kernel
def test_the_first_words_are_those_of_the_report(submissions: Path) -> None:
    rubric = parse_rubric(pack_rubric(shipped("sequence-modeling")), "e.yaml")
    path = next((submissions / "sequence-modeling").glob("*.zip"))
    first = {finding.check: finding for finding in at_once(opened(path, rubric), rubric)}
    whole = shipped("sequence-modeling").model_copy(update={"targets": ()})
    texts = whole.model_copy(
        update={
            "questions": tuple(
                q.model_copy(update={"checks": tuple(c for c in q.checks if c.id in first)}) for q in whole.questions
            )
        }
    )
    texts = texts.model_copy(update={"submission": tuple(c for c in texts.submission if c.id in first)})
    [graded] = grade_each([path], texts)
    reported = {s.finding.check: s.finding for q in graded.report.grade.questions for s in q.checks}
    assert set(first) == set(reported) >= {"name", "members", "11-1-1-words", "11-2-2-sentences"}
    assert {key: (one.status, one.message, one.hint) for key, one in first.items()} == {
        key: (one.status, one.message, one.hint) for key, one in reported.items()
    }


PROBE = """
import sys, typer
from pathlib import Path
import grader.cli.check as checking
class Stop(Exception): pass
def printed(text):
    print('torch' in sys.modules, text)
checking.show = printed
def stop(*a): raise Stop
checking._run = stop
try:
    checking.check(Path(sys.argv[1]), Path(sys.argv[2]))
except Stop:
    pass
"""


def test_the_first_words_come_without_torch(tmp_path: Path) -> None:
    path = notebook(tmp_path / NAME, "import torch\nclass Double(torch.nn.Module): pass")
    (tmp_path / "r.student.yaml").write_text(pack_rubric(shipped("noise-removal")))
    command = [sys.executable, "-c", PROBE, str(path), str(tmp_path / "r.student.yaml")]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, capture_output=True, text=True, env=environment, check=False)
    lines = done.stdout.splitlines()
    assert done.returncode == 0, done.stderr
    assert len(lines) > 3
    assert all(line.startswith("False ") for line in lines)


@pytest.mark.kernel
def test_check_says_first_words_then_runs_then_what_is_left(tmp_path: Path) -> None:
    path = notebook(tmp_path / NAME, "x = 1")
    (tmp_path / "words.student.yaml").write_text(RUBRIC)
    done = run("check", path)
    assert done.returncode == 1, done.stderr
    lines = done.stdout.splitlines()
    places = [next(n for n, line in enumerate(lines) if part in line) for part in ("No answer was", "the limit is 3", "The only cell ran", "Checked here")]  # fmt: skip
    assert places == sorted(places)
    assert lines[places[-1]] == "Checked here: 1 of 3 points. The rest is graded after you submit."
    assert lines[-1] == "Next: correct what failed, then run this command again."
    assert "running 1 cell and 1 public check" in done.stderr
    printed = json.loads(run("check", path, "--json").stdout)
    assert {one["check"]: one["status"] for one in printed["findings"]} == {
        "members": "passed", "length": "failed", "runs": "passed"
    }  # fmt: skip
    assert (printed["points_not_checked"], printed["points"]) == ("2", "3")
    assert any("How?" in note["message"] for note in printed["notes"])


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["check", "nowhere.ipynb", "--rubric", "rubrics/cnn-rnn.yaml"], "nowhere.ipynb: not found"),
        (["check", "README.md", "--rubric", "README.md"], "README.md:"),
        (["pack", "--rubric", "nowhere.yaml"], "cannot be read"),
        (["pack", "--rubric", "rubrics/cnn-rnn.yaml", "--into", "x.yaml"], "no check is public"),
    ],
    ids=["notebook", "rubric", "pack", "nothing public"],
)
def test_what_a_student_can_put_right_is_a_message(arguments: list[str], message: str) -> None:
    done = run(*arguments)
    assert (done.returncode, "Traceback" in done.stderr) == (2, False)
    assert message in done.stderr


def test_words_of_a_submission_do_not_reach_the_terminal_as_codes(tmp_path: Path) -> None:
    path = tmp_path / "a\x1b[31m_1000101.md"
    path.write_text("# 1)\n\x1b]0;title\x07word\n")
    (tmp_path / "words.student.yaml").write_text(RUBRIC)
    done = run("check", path)
    assert "\x1b" not in done.stdout


@pytest.mark.kernel
def test_the_documented_first_command_on_a_right_submission_ends_with_nothing_to_do(
    submissions: Path, tmp_path: Path
) -> None:
    page = (ROOT / "docs" / "students.md").read_text(encoding="utf-8")
    [first, *_] = re.findall(r"```sh\n(.*?)\n```", page)
    with zipfile.ZipFile(submissions / "noise-removal" / "Muster_1000101_Beispiel_1000102.zip") as archive:
        archive.extractall(tmp_path)
    (tmp_path / "noise_removal.ipynb").rename(tmp_path / "notebook.ipynb")
    (tmp_path / "noise.student.yaml").write_text(pack_rubric(shipped("noise-removal")), encoding="utf-8")
    done = run(*first.split()[1:], cwd=tmp_path)
    assert done.returncode == 0, done.stdout
    lines = done.stdout.splitlines()
    assert lines[0].endswith(": notebook.ipynb with answers.md, feedback.txt")
    assert [line for line in lines if line.startswith(("note", "stopped", "  Failed"))] == []
    [shown] = re.findall(r"(?s)```text\n(.*?)```", page)
    assert [line for line in shown.splitlines() if line not in lines] == []
    assert lines[-1] == shown.splitlines()[-1]


def test_the_zip_that_is_made_is_checked_with_its_name(tmp_path: Path) -> None:
    rubric = RUBRIC.replace("  - {kind: notebook_runs, id: runs, visibility: public}\n", "")
    (tmp_path / "words.student.yaml").write_text(rubric)
    (tmp_path / "answers.md").write_text("Anna Muster (1000101)\n\n# 1)\nThree words only.\n\n# 2)\nSo.\n")
    wrong = run("check", "answers.md", "--submit", "mine.zip", cwd=tmp_path)
    assert "Failed        File name: The file is named mine.zip" in wrong.stdout
    right = run("check", "answers.md", "--submit", "Muster_1000101_Beispiel_1000102.zip", cwd=tmp_path)
    assert "Passed        File name" in right.stdout
    with zipfile.ZipFile(tmp_path / "Muster_1000101_Beispiel_1000102.zip") as archive:
        assert archive.namelist() == ["answers.md"]
