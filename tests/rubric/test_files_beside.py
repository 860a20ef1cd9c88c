"""The files that go with a rubric to another machine: what it names, and what these import, and nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest

from grader.errors import GraderError
from grader.rubric import files_beside as module
from grader.rubric.files_beside import files_beside
from grader.rubric.load import read_rubric

RUBRIC = """
rubric: 1
title: Course
points: 3
solution: answers/
execute: {files: [given/, helpers.py]}
questions:
  - id: scale
    title: Scale
    points: 3
    checks:
      - kind: outputs
        points: 1
        target: scale
        reference: "course.solution:scale"
        given: {x: [3], how: {course: "settings:HOW"}}
      - {kind: tests, points: 1, file: tests/test_scale.py}
      - {kind: manual, points: 1, guide: "see notes.md or rubric.yaml"}
"""
FILES = {
    "given/data/numbers.csv": "1,2\n",
    "helpers.py": "import json\n",
    "course/__init__.py": "",
    "course/solution.py": "import math\nfrom . import parts\nfrom tools import twice\ndef scale(x, how): return x\n",
    "course/parts.py": "import deep.inner\n",
    "deep/__init__.py": "",
    "deep/inner.py": "",
    "tools.py": "def twice(x): return 2 * x\n",
    "settings.py": "HOW = 'max'\n",
    "tests/test_scale.py": "from beside import x\n",
    "tests/conftest.py": "import pytest\n",
    "tests/beside.py": "x = 1\n",
    "answers/scale.py": "def scale(x, how): return x\n",
    "notes.md": "for tutors",
    "submissions/team/solution.py": "import helpers",
    "math.txt": "",
}


@pytest.fixture
def rubric(tmp_path: Path) -> Path:
    for name, text in FILES.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    path = tmp_path / "rubric.yaml"
    path.write_text(RUBRIC)
    return path


def test_what_the_rubric_names_and_what_that_imports(rubric: Path) -> None:
    found = files_beside(read_rubric(rubric), rubric)
    assert set(found) == set(FILES) - {"notes.md", "submissions/team/solution.py", "math.txt"}
    assert found["settings.py"] == b"HOW = 'max'\n"


def test_a_file_outside_the_folder_is_refused(rubric: Path) -> None:
    (rubric.parent / "inner" / "tests").mkdir(parents=True)
    path = rubric.rename(rubric.parent / "inner" / "rubric.yaml")
    path.write_text(RUBRIC.replace("[given/, helpers.py]", "[../helpers.py]").replace("test_scale", "test_it"))
    (path.parent / "tests/test_it.py").write_text("from team import scale\n")
    for folder in ("course", "deep", "answers"):
        (rubric.parent / folder).rename(path.parent / folder)
    for name in ("tools.py", "settings.py"):
        (rubric.parent / name).rename(path.parent / name)
    with pytest.raises(GraderError, match=r"helpers\.py, which is outside its folder; move it there"):
        files_beside(read_rubric(path), path)


def test_there_is_a_limit(rubric: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAX_BYTES", 20)
    with pytest.raises(GraderError, match="needs more than 0 MiB of files beside it"):
        files_beside(read_rubric(rubric), rubric)
