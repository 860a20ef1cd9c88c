"""A folder with tests for pytest: the tests are copied as they are, and their points are counted."""

from __future__ import annotations

from pathlib import Path

import pytest

from grader.errors import GraderError
from grader.importers import pytest_tree
from grader.importers.pytest_tree import files_of, is_test_file, read_pytest_tree
from tests.importers import tutorials


def test_a_tree(tmp_path: Path) -> None:
    found = read_pytest_tree(tutorials.write(tmp_path, "pytest"))
    [question] = found.questions
    assert (question.id, question.points, question.modules) == ("tables", 5, ("tables",))  # type: ignore[comparison-overlap]  # a whole Fraction equals an int
    assert question.file == tutorials.TREE_FILES["tests/test_tables.py"]
    assert found.solution == {"tables.py": tutorials.TREE_FILES["tables.py"].encode()}
    assert "no template" in str(found.left_out[0])


def test_the_other_files_of_a_tree(tmp_path: Path) -> None:
    files = {
        "src/lib/a.py": "def f():\n    ### BEGIN SOLUTION\n    return 1\n    ### END SOLUTION\n",
        "src/lib/__init__.py": "",
        "test_a.py": "from lib.a import f\ndef test_f():\n    assert f() == 1\n",
        "test_b.py": "def test_nothing():\n    assert 1\n",
        "test_c.py": "from lib.a import *\n",
        "test_d.py": "def (",
        "test_e.py": "from lib.a import f\nimport pytest\n@pytest.mark.points('2')\ndef test_f():\n    f()\n",
        "conftest.py": "from lib.b import g\n",
        "src/lib/b.py": "def g():\n    return 2\n",
        "data/deep/conftest.py": "",
        "data/a.csv": "1",
        "notes.txt": "",
        ".git/config": "",
    }
    for path, text in files.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text)
    found = read_pytest_tree(tmp_path)
    assert [one.id for one in found.questions] == ["a"]
    assert found.course == {"tests/conftest.py": b"from lib.b import g\n"}
    assert found.questions[0].modules == ("lib.a", "lib.b")
    assert found.template["lib/a.py"] == b"def f():\n    # YOUR CODE HERE\n    raise NotImplementedError()\n"
    assert found.files == {"data/a.csv": b"1"}
    lines = sorted(one.where for one in found.left_out)
    assert lines == [
        "data/deep/conftest.py",
        "notes.txt",
        "src/lib/__init__.py",
        "src/lib/b.py",
        "test_b.py",
        "test_c.py",
        "test_d.py",
        "test_e.py",
    ]


def test_points_of_classes_and_of_unittest(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("f = 1")
    text = """import unittest
import pytest
from a import f
@pytest.mark.points(2)
class TestA:
    def test_one(self): f
    @pytest.mark.points(0)
    def test_two(self): f
    def other(self): f
class Cases(unittest.TestCase):
    def test_three(self): f
"""
    (tmp_path / "test_a.py").write_text(text)
    assert read_pytest_tree(tmp_path).questions[0].points == 3


def test_a_tree_whose_tests_import_nothing_of_it_is_refused(tmp_path: Path) -> None:
    (tmp_path / "test_a.py").write_text("def test_a(): pass")
    with pytest.raises(GraderError, match="no file of tests imports"):
        read_pytest_tree(tmp_path)


def test_too_many_files_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pytest_tree, "MAX_FILES", 1)
    for name in "ab":
        (tmp_path / name).write_text("")
    with pytest.raises(GraderError, match="more than 1 files"):
        files_of(tmp_path)


@pytest.mark.parametrize(
    ("path", "expected"), [("a/test_b.py", True), ("b_test.py", True), ("b.py", False), ("test_b.txt", False)]
)
def test_names_of_test_files(path: str, expected: bool) -> None:
    assert is_test_file(path) is expected
