"""The files beside a rubric that it needs: course files, references, solution, tests, own kinds, what these import."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from grader.comparing.reference_functions import mistake_in_name
from grader.errors import GraderError
from grader.rubric.schema import Rubric

MAX_BYTES = 64 << 20


def files_beside(rubric: Rubric, path: Path) -> dict[str, bytes]:
    """Return the files that the rubric at `path` needs, by their paths relative to its folder.

    A text of a check that is the path of a file there, or `module:name` of a module there, names it.

    Raises:
        GraderError: a file is outside the folder or cannot be read, or they are too large together.
    """
    folder = path.resolve().parent
    found: dict[Path, bytes] = {}
    waiting = [*_named(rubric, folder)]
    while waiting:
        file = waiting.pop()
        if file in found or file == path.resolve():
            continue
        if not file.is_relative_to(folder):
            raise GraderError(f"{path}: needs {file}, which is outside its folder; move it there")
        try:
            found[file] = file.read_bytes()
        except OSError as error:
            raise GraderError(f"{file}: cannot be read: {error.strerror}") from None
        if sum(map(len, found.values())) > MAX_BYTES:
            raise GraderError(f"{path}: needs more than {MAX_BYTES >> 20} MiB of files beside it")
        waiting += _imported(file, found[file], folder)
    return {file.relative_to(folder).as_posix(): data for file, data in sorted(found.items())}


def _named(rubric: Rubric, folder: Path) -> Iterator[Path]:
    yield from (Path(file.path).resolve() for file in rubric.kind_files)
    for name in (*rubric.execute.files, *([rubric.solution] if rubric.solution else [])):
        yield from _within((folder / name).resolve())
    for _, check in rubric.checks():
        for text in _texts(check.model_dump(mode="python", by_alias=True)):
            module = text.partition(":")[0] if not mistake_in_name(text) else ""
            for file in (*_modules(folder, module), *([folder / text] if _is_path(text) else [])):
                yield from [file.resolve()] if file.is_file() else []


def _within(path: Path) -> list[Path]:
    if not path.is_dir():
        return [path]
    return [part for part in path.rglob("*") if part.is_file() and "__pycache__" not in part.parts]


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for key, part in value.items():
            yield from _texts(key)
            yield from _texts(part)
    elif isinstance(value, (list, tuple)):
        for part in value:
            yield from _texts(part)


def _is_path(text: str) -> bool:
    return 0 < len(text) < 200 and "\n" not in text and "\0" not in text and not Path(text).is_absolute()


def _modules(folder: Path, name: str) -> list[Path]:
    """Return the files of a module or package in a folder, with those of the packages that it is in."""
    if not name:
        return []
    path = folder.joinpath(*name.split("."))
    packages = [parent / "__init__.py" for parent in (path, *path.parents) if parent.is_relative_to(folder)]
    return [file for file in (path.with_suffix(".py"), *packages[:-1]) if file.is_file()]


def _imported(file: Path, data: bytes, folder: Path) -> list[Path]:
    """Return the modules beside the rubric that a Python file imports, and pytest's own file beside a test."""
    if file.suffix != ".py":
        return []
    try:
        tree = ast.parse(data)
    except (SyntaxError, ValueError):
        return []
    found = [file.parent / "conftest.py"] if (file.parent / "conftest.py").is_file() else []
    for node in ast.walk(tree):
        names: list[tuple[Path, str]] = []
        if isinstance(node, ast.Import):
            names = [(folder, alias.name) for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            base = file.parents[node.level - 1] if node.level else folder
            module = node.module or ""
            names = [(base, module), *((base, f"{module}.{alias.name}".strip(".")) for alias in node.names)]
        for base, name in names:
            for start in {base, file.parent}:
                found += [one.resolve() for one in _modules(start, name)]
    return found
