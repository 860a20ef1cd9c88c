"""The files of a course's own tests: found or named, laid out as they lie beside the rubric, and bounded."""

from __future__ import annotations

from pathlib import Path

import pytest

from grader.checks import tests_files
from grader.checks.tests_files import BadFiles, read_files

TEST = "from models import f\nfrom helpers import close\n\n\ndef test_it(given):\n    close(f(given))\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, text in {
        "rubric.yaml": "",
        "conftest.py": "from models import g\n",
        "tests/test_it.py": TEST,
        "tests/conftest.py": "from models import given\n",
        "tests/helpers.py": "import numpy as np\n",
        "tests/data/a.txt": "x",
    }.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    return tmp_path


def test_conftest_is_found_and_other_files_are_named(folder: Path) -> None:
    files = read_files(folder, "tests/test_it.py", ["tests/helpers.py", "tests/data"])
    assert files.name == "tests/test_it.py"
    assert sorted(files.texts) == [
        "conftest.py",
        "tests/conftest.py",
        "tests/data/a.txt",
        "tests/helpers.py",
        files.name,
    ]
    tested = files.tested(None)
    assert tested.modules == ["models"]
    assert sorted(tested.names) == ["f", "g", "given"]


def test_a_helper_that_is_not_named_would_be_of_the_submission(folder: Path) -> None:
    assert read_files(folder, "tests/test_it.py").tested(None).modules == ["models", "helpers"]


def test_files_outside_of_the_folder_of_the_rubric_can_be_used(folder: Path) -> None:
    (folder / "course").mkdir()
    files = read_files(folder / "course", "../tests/test_it.py", ["../tests/helpers.py"])
    assert sorted(files.texts) == ["conftest.py", "helpers.py", "test_it.py"], "only the conftest.py beside it counts"


def test_bytes_that_are_no_text_come_back(folder: Path) -> None:
    data = bytes(range(256))
    (folder / "tests" / "a.npy").write_bytes(data)
    files = read_files(folder, "tests/test_it.py", ["tests/a.npy"])
    assert files.texts["tests/a.npy"].encode("utf-8", "surrogateescape") == data
    assert files.digest != read_files(folder, "tests/test_it.py").digest


def test_what_cannot_be_used_says_so(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(BadFiles, match=r"no.py cannot be read: No such file"):
        read_files(folder, "tests/test_it.py", ["no.py"])
    (folder / "tests" / "helpers.py").write_bytes(b"\xff")
    with pytest.raises(BadFiles, match=r"tests/helpers.py: it is no UTF-8 text"):
        read_files(folder, "tests/test_it.py", ["tests/helpers.py"])
    (folder / "tests" / "test_it.py").write_text("from models import *\n")
    with pytest.raises(BadFiles, match=r"tests/test_it.py: line 1 imports all names"):
        read_files(folder, "tests/test_it.py").tested(None)
    monkeypatch.setattr(tests_files, "MAX_BYTES", 30)
    with pytest.raises(BadFiles, match="have more than"):
        read_files(folder, "tests/test_it.py")
