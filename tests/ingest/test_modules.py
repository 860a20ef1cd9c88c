"""Which modules of a tree are run, and that the others are read and compiled."""

from __future__ import annotations

from pathlib import Path

import pytest

from grader.ingest.modules import place_of_text
from grader.model import Cell, Place
from tests.ingest.test_choose_code import NET, of, run


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("net.PY", NET),
        ("net.py", "import torch\nif torch:\n    class Net:\n        pass\n"),
        ("net.py", "class Small:\n    pass\n\nNet = Small\n"),
        ("net.py", "try:\n    from fast import Net\nexcept ImportError:\n    def Net(): pass\n"),
        ("net.py", "from elsewhere import Other as Net\n"),
        ("test_net.py", NET),
        ("setup_net.py", NET),
        ("net.py", NET + "print 'done'\n"),
    ],
    ids=["capitals", "if", "alias", "try", "import", "test name", "setup name", "syntax error"],
)
def test_a_module_that_defines_a_target_is_run(tmp_path: Path, name: str, text: str) -> None:
    submission = of(tmp_path, {name: text})
    assert run(submission) == [name]
    assert not submission.other_modules


def test_a_module_in_capitals_is_run_as_text_because_python_does_not_import_it(tmp_path: Path) -> None:
    (cell,) = of(tmp_path, {"net.PY": NET}).cells
    assert (cell.module, cell.code) == ("", NET)


def test_a_test_of_a_class_is_run_only_if_nothing_else_defines_the_class(tmp_path: Path) -> None:
    submission = of(tmp_path, {"net.py": NET, "test_net.py": "from net import Net\nclass Net(Net): pass\n"})
    assert run(submission) == ["net.py"]
    assert [cell.origin for cell in submission.other_modules] == ["test_net.py"]


def test_modules_without_a_target_are_read_but_not_run(tmp_path: Path) -> None:
    files = {
        "net.py": "from lib.blocks import Block\n" + NET,
        "lib/__init__.py": "",
        "lib/blocks.py": "from . import deep\nclass Block: pass\n",
        "lib/deep.py": "x = 1\n",
        "train.py": "from net import Net\nfor epoch in range(3)\n    pass\n",
    }
    submission = of(tmp_path, files)
    assert run(submission) == ["net.py"]
    found = {
        cell.origin: (cell.imported, cell.mistake and str(cell.mistake.in_words())) for cell in submission.other_modules
    }
    assert found == {
        "lib/blocks.py": (True, None),
        "lib/deep.py": (True, None),
        "train.py": (False, "train.py, line 2: SyntaxError: expected ':'."),
    }


def test_a_tree_without_the_target_runs_nothing_and_is_shown(tmp_path: Path) -> None:
    submission = of(tmp_path, {"net.py": "class MyNet: pass\n"})
    assert not submission.cells
    assert [cell.origin for cell in submission.other_modules] == ["net.py"]


def test_the_packages_of_a_module_that_is_run_are_imported_with_it(tmp_path: Path) -> None:
    files = {"net/__init__.py": "from .model import Net\n", "net/model.py": NET, "answers.md": "x"}
    submission = of(tmp_path, files)
    assert run(submission) == ["net/model.py"]
    assert [(cell.origin, cell.imported) for cell in submission.other_modules] == [("net/__init__.py", True)]


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("# The stride is two and there is no padding,\n# so the map has five entries.", True),
        ('"""The stride is two and there is no padding, so five."""', True),
        ("# a short remark", False),
        ("# The stride is two and there is no padding, so five.\nx = 1", False),
    ],
    ids=["comments", "string", "short", "code"],
)
def test_a_cell_with_words_only_may_be_an_answer(source: str, found: bool) -> None:
    place = Place("a.ipynb", cell=1)
    assert place_of_text([Cell(1, "x = 1", "a"), Cell(2, source, "b", place=place)]) == (place if found else None)
