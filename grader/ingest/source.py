"""One submission as found: where its files are, and what a platform says about it."""

from __future__ import annotations

import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from grader.errors import GraderError
from grader.ingest.archives import MAX_BYTES, UNREADABLE, is_archive, open_archives, read_folder, read_parts, unpack
from grader.ingest.layouts.layout import Found
from grader.ingest.member_names import members_from_name, stem
from grader.ingest.unpacked import Unpacked
from grader.model import Member, NoticeCode, say
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

    def read(self) -> Unpacked:
        """Return the content; never raises because of it.

        Raises:
            GraderError: the file itself cannot be read.
        """
        if self.content is not None:
            return self.content
        if self.parts:
            return read_parts(self.parts, self.name)
        if self.path is None:
            return Unpacked()
        if self.inside:
            return _entries(self.path, self.inside, self.name)
        if self.path.is_dir():
            return read_folder(self.path)
        data = _bytes(self.path)
        return unpack(data, self.name) if is_archive(self.name) else Unpacked({self.name: data})


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise GraderError(f"{path}: cannot be read: {error.strerror}; check the rights") from None


def _entries(path: Path, inside: Sequence[tuple[str, str]], name: str) -> Unpacked:
    """Return entries of a bulk download; archives among them are opened, and a damaged one becomes a notice."""
    found = Unpacked()
    try:
        with zipfile.ZipFile(path) as archive:
            for own, entry in inside:
                _take(archive, own, entry, found)
    except OSError as error:
        raise GraderError(f"{path}: cannot be read: {error.strerror}; check the rights") from None
    except UNREADABLE as error:
        raise GraderError(f"{path}: changed or damaged while it was read ({error}); download it again") from None
    if len(inside) == 1 and is_archive(name) and name in found.files:
        return unpack(found.files[name], name)
    open_archives(found, name)
    return found


def _take(archive: zipfile.ZipFile, own: str, entry: str, found: Unpacked) -> None:
    """Add one entry to `found`, or a notice if it cannot be read, is too large or has the name of another."""
    if archive.getinfo(entry).file_size > MAX_BYTES:
        what = say("{file} is larger than {limit} MiB; it was skipped.", file=own, limit=MAX_BYTES >> 20)
        found.note(NoticeCode.too_large, what, say("A tutor will look at the file."))
    elif own in found.files:
        what = say("{file} occurs twice; the first one was used.", file=own)
        found.note(NoticeCode.same_name, what, say("A tutor will look at both."))
    else:
        try:
            found.files[own] = archive.read(entry)
        except UNREADABLE:
            what = say("{file} is damaged in the download.", file=own)
            found.note(NoticeCode.damaged, what, say("Tutor: download it again."))
