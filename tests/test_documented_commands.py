"""The commands of README and the docs run: each in a small folder that has the files that it names."""

from __future__ import annotations

import io
import json
import shlex
import shutil
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.command_line import run
from tests.helpers import ROOT
from tests.shared_folder import made_once
from tests.student.small_notebook import notebook
from tests.test_docs import PAGES, blocks

RUBRIC = """\
rubric: 1
title: Words
points: 2
submission:
  - {kind: archive_name, id: name, visibility: public}
questions:
  - id: why
    title: Why?
    points: 2
    answer: {number: ["1"]}
    checks:
      - {kind: word_limit, id: length, points: 1, most: 12, visibility: public}
      - {kind: manual, id: sense, points: 1, guide: One point for a reason.}
"""
COURSE = """\
course: 1
title: C
roster: roster.csv
assignments:
  - {id: a, rubric: rubric.yaml, results: graded}
"""
ANSWER = "Anna Muster (1000101)\n\n# 1)\nIt is so.\n"
TEAM = "Muster_1000101"
WHEEL = "dl_grader-0.1.0-py3-none-any.whl"
LISTS = {
    "times.csv": f"file,received\n{TEAM}.md,2025-01-29T12:00:00+01:00\n",
    "roster.csv": "name,id,email\nAnna Muster,1000101,anna@example.org\n",
    "worksheet.csv": "Identifier,Full name,Email address,ID number,Status,Grade,Maximum Grade,Grade can be changed,"
    "Last modified (submission),Last modified (grade),Feedback comments\n"
    'Participant 4003,Anna Muster,anna@example.org,1000101,Submitted for grading,,2.00,Yes,"Wednesday, 29 January 2025, 12:00 PM",-,\n',
    "gradebook.csv": "Student,ID,SIS User ID,SIS Login ID,Section,Exercise 7 (55)\nPoints Possible,,,,,2\n"
    '"Muster, Anna",1,1000101,anna,S,\n',
    "code.csv": f"team,file,by,reason\n{TEAM},ex7.ipynb,A. Tutor,the later one\n",
    "rubric.yaml": RUBRIC,
    "new.yaml": RUBRIC.replace("most: 12", "most: 2"),
    "course.yaml": COURSE,
}
# Commands that are run elsewhere, or not at all, by how they begin; each with the reason.
NOT_HERE = {
    "grader desk": "serves until it is stopped; tests/desk",
    "grader demo": "opens a kernel; tests/cli/test_app.py",
    "grader rubric try": "opens a kernel; tests/test_docs.py",
    "grader import": "tests/test_docs.py",
    "grader calibrate": "trains for hours; tests/cli/test_calibrate.py",
    "grader decide graded 1a2b3c4d": "the id of a group is another one in each run; the test below",
    "grader rubric kinds rubric.yaml": "a rubric with a kind of its own; tests/test_docs.py",
}
EXAMPLES = (
    "own-exercise.md",
    "own-kind.md",
    "test-your-rubric.md",
)  # run with the files of the page by tests/test_docs.py


def documented(page: Path) -> Iterator[str]:
    """The commands of a page, in order, without the comments behind them."""
    for block in blocks(page, "(?:console|sh)"):
        for line in block.splitlines():
            command = line.removeprefix("$ ").partition(" #")[0].strip()
            if command.startswith(("grader ", "cp ")) and "--cluster" not in command:
                yield command


COMMANDS = {page: [line for line in documented(page) if not line.startswith(tuple(NOT_HERE))] for page in PAGES}


def _bundle(path: Path, name: str) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(name, ANSWER)


def _make(folder: Path) -> None:
    """Write the files that the pages name, all of them small."""
    for name, text in LISTS.items():
        (folder / name).write_text(text, encoding="utf-8")
    for name in ("SUBMISSIONS", "ex7-submissions", "rubrics"):
        (folder / name).mkdir()
    (folder / "rubrics" / "noise-removal.yaml").write_text(RUBRIC, encoding="utf-8")
    shutil.copy(ROOT / "rubrics" / "sequence-modeling.yaml", folder / "rubrics")
    for name in ("SUBMISSIONS", "ex7-submissions"):
        (folder / name / f"{TEAM}.md").write_text(ANSWER, encoding="utf-8")
        (folder / name / "Beispiel_1000102.md").write_text(ANSWER.replace("1000101", "1000102"), encoding="utf-8")
    _bundle(folder / "SUBMISSIONS" / "Muster_1000101.zip", "answers.md")
    _bundle(folder / "DL-Exercise 7-4711.zip", "Anna Muster_4003_assignsubmission_file/Muster_1000101.md")
    for name in ("submissions.zip", "assignment_55_export.zip", "gradebook_ex7.zip"):
        _bundle(folder / name, "muster_anna_1_2_Muster_1000101.md")
    notebook(folder / "notebook.ipynb", text=ANSWER)
    notebook(folder / "template.ipynb", "x = 1")
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as file:
        for part in ("grader", "reference"):
            file.writestr(f"{part}/__init__.py", b"")
    (folder / WHEEL).write_bytes(buffer.getvalue())
    given = ("grade", "DL-Exercise 7-4711.zip", "--rubric", "rubric.yaml", "--out", "graded", "--jobs", "1", "--quiet")
    assert run(*given, cwd=folder).returncode in (0, 1)
    for copy in ("graded-before", "graded-with-new-points"):
        shutil.copytree(folder / "graded", folder / copy)


@pytest.fixture(scope="session")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return made_once(tmp_path_factory, "documented", _make)


def _run(command: str, folder: Path) -> None:
    name, *arguments = shlex.split(command)
    if name == "cp":
        shutil.copytree(folder / arguments[-2], folder / arguments[-1], dirs_exist_ok=True)
        return
    alone = ["--jobs", "1"] if arguments[0] == "grade" else []  # in this process
    done = run(*arguments, *alone, cwd=folder)
    assert done.returncode in (0, 1), f"{command}\n{done.stdout}{done.stderr}"
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    "page",
    [page for page, lines in COMMANDS.items() if lines and page.name not in EXAMPLES],
    ids=lambda page: page.name,
)
def test_the_commands_of_a_page_run_in_their_order(page: Path, workspace: Path, tmp_path: Path) -> None:
    shutil.copytree(workspace, tmp_path, dirs_exist_ok=True)
    for command in COMMANDS[page]:
        _run(command, tmp_path)


def test_a_group_of_answers_is_graded_as_the_readme_does(workspace: Path, tmp_path: Path) -> None:
    shutil.copytree(workspace, tmp_path, dirs_exist_ok=True)
    [line] = [line for line in documented(ROOT / "README.md") if line.startswith("grader decide")]
    [group, *_] = json.loads(run("groups", "graded", "--json", cwd=tmp_path).stdout)
    _run(line.replace("1a2b3c4d", group["group"]), tmp_path)


def test_each_reason_not_to_run_a_command_is_that_of_a_command_in_the_docs() -> None:
    every = {line for page in PAGES for line in documented(page)}
    assert [begin for begin in NOT_HERE if not any(line.startswith(begin) for line in every)] == []
    assert sum(map(len, COMMANDS.values())) > 40
