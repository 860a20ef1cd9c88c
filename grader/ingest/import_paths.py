"""Which files of a tree a notebook or a module imports, by the paths at which Python would find them."""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from grader.ingest.modules import statements
from grader.model import Cell

_RUN = re.compile(r"(?m)^\s*%run\s+(?:-\S+\s+)*[\"']?([^\s\"']+)")


def reached(begin: Iterable[str], files: Mapping[str, Sequence[Cell]]) -> set[str]:
    """Return the files that those of `begin` import or run with `%run`, directly or through each other.

    A name that may be any of several files reaches all of them.
    """
    found: set[str] = set()
    todo = list(begin)
    while todo:
        path = todo.pop()
        new = set(_imported(path, files[path], files.keys())) - found
        found |= new
        todo += new
    return found


def _imported(path: str, cells: Sequence[Cell], paths: Collection[str]) -> Iterator[str]:
    folder = path.rpartition("/")[0]
    for cell in cells:
        for named in _RUN.findall(cell.source):
            yield from (one for one in (_below(folder, named), named) if one in paths)
        for statement in statements(cell):
            for node in ast.walk(statement):
                if isinstance(node, ast.Import):
                    for entry in node.names:
                        yield from _of_name(entry.name, folder, paths)
                elif isinstance(node, ast.ImportFrom):
                    yield from _of_import_from(node, folder, paths)


def _of_import_from(node: ast.ImportFrom, folder: str, paths: Collection[str]) -> Iterator[str]:
    name = node.module or ""
    if not node.level:
        yield from _of_name(name, folder, paths)
        for entry in node.names:
            yield from _exact(f"{name}.{entry.name}", folder, paths)
        return
    base = "/".join(folder.split("/")[: len(folder.split("/")) - node.level + 1])
    for one in (name, *(f"{name}.{entry.name}".strip(".") for entry in node.names)):
        yield from _files(_below(base, one.replace(".", "/")) if one else base, paths)


def _of_name(name: str, folder: str, paths: Collection[str]) -> Iterator[str]:
    """Yield the files of a module and of the packages that contain it."""
    parts = name.split(".")
    for end in range(1, len(parts) + 1):
        yield from _exact(".".join(parts[:end]), folder, paths)


def _exact(name: str, folder: str, paths: Collection[str]) -> Iterator[str]:
    """Yield the file of a dotted name: beside the importing file, at the top, or wherever it may be found."""
    tail = name.replace(".", "/")
    for base in dict.fromkeys((folder, "")):
        if found := list(_files(_below(base, tail), paths)):
            yield from found
            return
    endings = (f"/{tail}.py", f"/{tail}/__init__.py")
    yield from (path for path in sorted(paths) if path.endswith(endings))


def _files(stem: str, paths: Collection[str]) -> Iterator[str]:
    yield from (path for path in (f"{stem}.py", f"{stem}/__init__.py".lstrip("/")) if path in paths)


def _below(folder: str, name: str) -> str:
    return f"{folder}/{name}" if folder else name
