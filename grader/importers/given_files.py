"""Files of the course that an assignment names: they are copied, and lie beside every submission."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from grader.errors import GraderError
from grader.importers.assignment import Assignment
from grader.importers.notebook_files import read_bytes

MAX_FILES = 500


def add_files(found: Assignment, folder: Path, names: object, where: str) -> None:
    """Add the named files and folders below `folder`; note those that are not there or lie elsewhere."""
    listed: Iterable[object] = [names] if isinstance(names, str) else names if isinstance(names, Iterable) else ()
    for name in map(str, listed):
        path = folder / name
        inside = path.resolve().is_relative_to(folder.resolve())
        if not inside or not path.exists():
            what = f"the file {name} is not there" if inside else f"the file {name} lies outside of the assignment"
            found.leave_out(where, what, "put it into the folder 'files' of the course, if submissions need it")
            continue
        files = sorted(part for part in path.rglob("*") if part.is_file()) if path.is_dir() else [path]
        if len(found.files) + len(files) > MAX_FILES:
            raise GraderError(f"{path}: more than {MAX_FILES} files; name those that are needed")
        for part in files:
            if part.resolve().is_relative_to(folder.resolve()):
                found.files[part.relative_to(folder).as_posix()] = read_bytes(part)
