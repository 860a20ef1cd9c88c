"""One submission as found: where its files are, and what a platform says about it."""

from __future__ import annotations

import os
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import BinaryIO

from grader.errors import GraderError
from grader.ingest.archives import (
    files_of,
    is_archive,
    open_archives,
    same_name,
    unpack,
    unpack_file,
    unpack_folder,
    unpack_parts,
)
from grader.ingest.budget import Budget
from grader.ingest.layouts.layout import Found
from grader.ingest.member_names import members_from_name, stem
from grader.ingest.unpacked import Unpacked
from grader.ingest.zip_entries import taken
from grader.lists.code_choices import CodeChoice
from grader.model import Member, NoticeCode
from grader.text import storable


@dataclass(frozen=True)
class Source:
    """One submission as found: `name` is its file or folder name, `label` the team if a folder names it.

    It is read when it is graded: from `path`, from several files `parts` by their names in the submission, or from
    the entries `inside` the bulk download at `path`.
    """

    name: str
    path: Path | None = None
    content: Unpacked | None = None
    label: str = ""
    parts: tuple[tuple[str, Path], ...] = ()
    inside: tuple[tuple[str, str], ...] = ()  # name in the submission, entry
    about: Found | None = None  # what the platform says about it: its number, people, time
    named_by_team: bool = True
    choice: CodeChoice | None = None  # what a tutor decided to be its code

    def __post_init__(self) -> None:
        """Make names storable, for any bytes of a file system."""
        object.__setattr__(self, "name", storable(self.name))
        object.__setattr__(self, "label", storable(self.label))

    @property
    def team(self) -> str:
        """Return the name of the team: the label of its folder, or the name of its file."""
        return self.label or stem(self.name)

    @property
    def members(self) -> tuple[Member, ...]:
        """Return the members that the name of the file and the platform name."""
        by_name = members_from_name(self.name) if self.named_by_team else ()
        return (*by_name, *(self.about.people if self.about is not None else ()))

    @property
    def is_empty(self) -> bool:
        """Return whether the platform lists it, but without files."""
        return self.content is not None and any(n.code is NoticeCode.empty for n in self.content.notices)

    def has_file(self, path: Path) -> bool:
        """Return whether a file on disk is a part of the submission, which its code can read; dot files are not."""
        wanted = path.resolve()
        if any(part.resolve() == wanted for _, part in self.parts):
            return True
        folder = self.path.resolve() if self.path is not None else None
        if folder is None or not wanted.is_relative_to(folder):
            return False
        return not any(part.startswith(".") for part in wanted.relative_to(folder).parts)

    def read(self) -> Unpacked:
        """Return the content; never raises because of it.

        Raises:
            GraderError: the file itself cannot be read.
        """
        return self.begin()()

    def begin(self) -> Callable[[], Unpacked]:
        """Open what is on disk, without looking into it; what is returned unpacks it, and needs no disk any more.

        Raises:
            GraderError: a file cannot be read.
        """
        if self.content is not None or (self.path is None and not self.parts):
            content = self.content or Unpacked()
            return lambda: content
        try:
            return self._opened()
        except OSError as error:
            where = error.filename or self.path
            raise GraderError(f"{where}: cannot be read: {error.strerror}; check the rights") from None

    def _opened(self) -> Callable[[], Unpacked]:
        if self.parts or self.path is None:
            return partial(unpack_parts, [(name, path.open("rb")) for name, path in self.parts], self.name)
        if self.path.is_dir():
            return partial(unpack_folder, files_of(self.path), self.path.name)
        file = self.path.open("rb")
        if self.inside:
            return partial(_entries, file, self.path, self.inside, self.name)
        return partial(_archive if is_archive(self.name) else _single_file, file, self.name)


def _archive(file: BinaryIO, name: str) -> Unpacked:
    with file:
        return unpack_file(file, name)


def _single_file(file: BinaryIO, name: str) -> Unpacked:
    found = Unpacked()
    with file:
        if not Budget(found).refuses(name, os.fstat(file.fileno()).st_size, None):
            found.files[name] = file.read()
    return found


def _entries(file: BinaryIO, path: Path, inside: Sequence[tuple[str, str]], name: str) -> Unpacked:
    """Return entries of a bulk download; archives among them are opened, and a damaged one becomes a notice."""
    found = Unpacked()
    budget = Budget(found)
    try:
        with file, zipfile.ZipFile(file) as archive:
            entries = {entry.filename: entry for entry in archive.infolist()}
            for own, entry in inside:
                if own in found.files:
                    found.note(*same_name(own))
                elif (content := taken(file, entries[entry], own, budget)) is not None:
                    found.files[own] = content
    except MemoryError:
        raise
    except OSError as error:
        raise GraderError(f"{path}: cannot be read: {error.strerror}; check the rights") from None
    except Exception as error:  # what `zipfile` raises for damaged bytes is no closed list
        raise GraderError(f"{path}: changed or damaged while it was read ({error}); download it again") from None
    if len(inside) == 1 and is_archive(name) and name in found.files:
        return unpack(found.files[name], name)
    open_archives(budget, name)
    return found
