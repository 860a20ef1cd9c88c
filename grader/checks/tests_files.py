"""The files of a course's own tests: the file, its `conftest.py`, and what the rubric names besides."""

from __future__ import annotations

import json
import os
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path, PurePosixPath

from grader.definitions.names_in_tests import BadTests, TestedNames, names_in_tests

MAX_BYTES = 16 << 20  # of all files together
MAX_CODE_BYTES = 1 << 20
MAX_FILES = 500
CONFTEST = "conftest.py"


class BadFiles(Exception):
    """The files cannot be used. The text of the error says why."""


@dataclass(frozen=True)
class Files:
    """Files by their paths, as texts in which bytes that are no UTF-8 are escaped; `name` is the path of the tests."""

    name: str = ""
    texts: Mapping[str, str] = field(default_factory=dict)

    @property
    def digest(self) -> str:
        """Return a hash of all content."""
        return sha256(json.dumps([self.name, self.texts], sort_keys=True).encode()).hexdigest()

    def tested(self, modules: Sequence[str] | None, inside: bool = False) -> TestedNames:
        """Return the modules and names of the submission that the files use; `inside` says where all tests run.

        Raises:
            BadFiles: what a file uses is not clear, or nothing is used.
        """
        found = TestedNames()
        code = [name for name in self.texts if name.endswith(".py")]
        helpers = {part.removesuffix(".py") for name in code for part in PurePosixPath(name).parts if name != self.name}
        for name in sorted(code, key=lambda name: name != self.name):
            one = _names(name, self.texts[name], modules, helpers, inside)
            found.modules += [module for module in one.modules if module not in found.modules]
            found.names += [name for name in one.names if name not in found.names]
        if not found.names:
            raise BadFiles(f"{self.name}: it uses nothing of the submission")
        return found


def _names(name: str, text: str, modules: Sequence[str] | None, helpers: Collection[str], inside: bool) -> TestedNames:
    if len(text) > MAX_CODE_BYTES:
        raise BadFiles(f"{name}: it has more than {MAX_CODE_BYTES >> 20} MiB")
    try:
        return names_in_tests(text, modules, helpers, inside)
    except BadTests as error:
        raise BadFiles(f"{name}: {error}") from None


def read_files(folder: Path, file: str, helpers: Sequence[str] = ()) -> Files:
    """Read a file of tests and those that belong to it; `file` and `helpers` are relative to `folder`.

    Raises:
        BadFiles: one of them cannot be read, or all of them are too large.
    """
    main = _absolute(folder, file)
    chosen = {main: file}
    for above in _folders(folder, main):
        if (above / CONFTEST).is_file():
            chosen[above / CONFTEST] = CONFTEST
    for name in helpers:
        for path in _inside(_absolute(folder, name), name):
            chosen.setdefault(path, name)
    base = Path(os.path.commonpath([path.parent for path in chosen]))
    if len(chosen) > MAX_FILES:
        raise BadFiles(f"{file}: more than {MAX_FILES} files belong to it")
    texts: dict[str, str] = {}
    left = MAX_BYTES
    for path, name in chosen.items():
        text = _read(path, name, left)
        left -= len(text)
        texts[path.relative_to(base).as_posix()] = text
    return Files(main.relative_to(base).as_posix(), texts)


def _absolute(folder: Path, name: str) -> Path:
    return Path(os.path.normpath(Path.cwd() / folder / name))


def _folders(folder: Path, main: Path) -> Iterator[Path]:
    """Yield the folders whose `conftest.py` counts: that of the file, and those above it up to the rubric's."""
    yield main.parent
    top = _absolute(folder, "")
    if main.is_relative_to(top):
        yield from (above for above in main.parent.parents if above.is_relative_to(top))


def _inside(path: Path, name: str) -> Iterator[Path]:
    if not path.exists():
        raise BadFiles(f"{name} cannot be read: No such file or directory")
    if not path.is_dir():
        yield path
        return
    yield from sorted(part for part in path.rglob("*") if part.is_file() and "__pycache__" not in part.parts)


def _read(path: Path, name: str, most: int) -> str:
    try:
        with path.open("rb") as file:
            data = file.read(most + 1)
    except OSError as error:
        raise BadFiles(f"{name} cannot be read: {error.strerror}") from None
    if len(data) > most:
        raise BadFiles(f"{name}: the files of the tests have more than {MAX_BYTES >> 20} MiB")
    if path.suffix != ".py":
        return data.decode("utf-8", "surrogateescape")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        raise BadFiles(f"{name}: it is no UTF-8 text") from None
