"""The files of a course that lie beside every submission while its code runs: helpers, data, a given module."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from grader.model import Submission
from grader.rubric.schema import Rubric
from grader.rubric.yaml_errors import Problems
from grader.rubric.yaml_nodes import Place

MAX_FILES = 2000
MAX_BYTES = 64 << 20


def read_course_files(
    names: Sequence[str], problems: Problems, key: tuple[str, ...] = ("execute", "files")
) -> dict[str, bytes]:
    """Return the content of the named files beside the rubric, and of those in the named folders, by path.

    A file lies at its own name, and a folder as itself; one that is written with a slash at the end gives only what is
    in it: `files: [given/]` puts `given/data.csv` beside the submission as `data.csv`.
    """
    found: dict[str, bytes] = {}
    for number, name in enumerate(names):
        place: Place = (*key, number)
        try:
            for path, at in _paths(Path(problems.folder, name), keep=not name.endswith("/")):
                found[at] = path.read_bytes()
        except OSError as error:
            problems.add(place, f"'{name}' cannot be read: {error.strerror}", "paths are relative to the rubric")
        if len(found) > MAX_FILES or sum(map(len, found.values())) > MAX_BYTES:
            problems.add(
                place, f"more than {MAX_FILES} files or {MAX_BYTES >> 20} MiB", "name the files that are needed"
            )
            return {}
    return found


def _paths(path: Path, keep: bool) -> list[tuple[Path, str]]:
    if not path.is_dir():
        return [(path, path.name)]
    inside = sorted(part for part in path.rglob("*") if part.is_file() and "__pycache__" not in part.parts)
    return [(part, part.relative_to(path.parent if keep else path).as_posix()) for part in inside]


def with_course_files(submission: Submission, rubric: Rubric) -> Submission:
    """Return the submission with the course's files beside its own, and the packages that the course allows."""
    files = rubric.course_files
    if rubric.execute.same_name == "team":
        files = {path: data for path, data in files.items() if path not in submission.files}
    return replace(submission, course_files=files, course_modules=frozenset(rubric.execute.modules))
