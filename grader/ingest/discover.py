"""Find the submissions in the paths that a tutor gives: files, folders, an LMS download, a zip of zips."""

from __future__ import annotations

import os
import re
import zipfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from grader.errors import GraderError
from grader.ingest.archives import files_of, is_archive, safe_path, unpack, unpack_file, unpack_folder
from grader.ingest.budget import Budget
from grader.ingest.member_names import members_from_name, stem
from grader.ingest.unpacked import Unpacked, is_junk
from grader.ingest.zip_entries import has_too_many_entries, taken
from grader.model import NoticeCode, say
from grader.text import storable

SINGLE = (".ipynb", ".py", ".pdf", ".md", ".txt")
_MOODLE = re.compile(r"^(?P<who>.+?)_(?P<id>\d+)_assignsubmission_(?:file|onlinetext)_?")
_CODE_FOLDERS = {"lib", "src", "data", "figures", "images", "notebooks", "code", "docs"}


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

    def __post_init__(self) -> None:
        """Make names storable, for any bytes of a file system."""
        object.__setattr__(self, "name", storable(self.name))
        object.__setattr__(self, "label", storable(self.label))

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
            return partial(_separate_files, [(name, path.open("rb")) for name, path in self.parts])
        if self.path.is_dir():
            return partial(unpack_folder, files_of(self.path), self.path.name)
        file = self.path.open("rb")
        if self.inside:
            return partial(_entries, file, self.path, self.inside, self.name)
        if is_archive(self.name):
            return partial(_archive, file, self.name)
        return partial(_separate_files, [(self.name, file)])


def _archive(file: BinaryIO, name: str) -> Unpacked:
    with file:
        return unpack_file(file, name)


def _separate_files(files: Sequence[tuple[str, BinaryIO]]) -> Unpacked:
    """Return the content of files, and a notice for each one that is too large."""
    found = Unpacked()
    budget = Budget(found)
    for name, file in files:
        with file:
            if not budget.refuses(name, os.fstat(file.fileno()).st_size, None):
                found.files[name] = file.read()
    return found


def discover(paths: Iterable[Path]) -> list[Source]:
    """Return every submission under `paths`, in a fixed order.

    Raises:
        GraderError: a path does not exist, or no submission was found.
    """
    found: list[Source] = []
    for path in paths:
        if not path.exists():
            raise GraderError(f"{path}: not found; give a folder of submissions, an archive or a notebook")
        found += _in_folder(path) if path.is_dir() else _in_file(path)
    if not found:
        listed = ", ".join(str(path) for path in paths)
        raise GraderError(
            f"{listed}: no submissions found; a zip, tar.gz, folder, .ipynb, .py, .pdf or .md is expected"
        )
    return found


def _in_folder(folder: Path) -> list[Source]:
    entries = [e for e in sorted(folder.iterdir()) if not is_junk(e.name) and not e.name.startswith(".")]
    files = [e for e in entries if e.is_file() and not e.name.endswith(".csv")]
    archives = [e for e in files if is_archive(e.name)]
    singles = [e for e in files if e.suffix.lower() in SINGLE or ".ipynb" in e.name.lower()]
    folders = [e for e in entries if e.is_dir()]
    named = [e for e in singles if members_from_name(e.name) or _MOODLE.match(e.name)]
    is_one = any(e.name.lower() in _CODE_FOLDERS for e in folders) or (singles and len(named) < len(singles))
    if is_one and not archives:
        return [Source(folder.resolve().name, folder)]
    if not archives and not folders and not named:
        return [Source(folder.resolve().name, folder)] if files else []
    found: list[Source] = []
    for entry in entries:
        if entry in archives:
            found += _in_file(entry)
        elif entry in folders:
            found += _lms_folder(entry)
        elif entry in files and entry not in singles and not entry.name.startswith("README"):
            found.append(_unknown(entry))
    return sorted(found + _together(singles), key=lambda source: source.name)


def _together(singles: Sequence[Path]) -> list[Source]:
    """Return files of a flat folder grouped by team: by Moodle's participant, or by the name without the ending."""
    groups: dict[str, list[Path]] = {}
    for path in singles:
        moodle = _MOODLE.match(path.name)
        groups.setdefault(f"{moodle['who']}_{moodle['id']}" if moodle else stem(path.name), []).append(path)
    found: list[Source] = []
    for name, paths in groups.items():
        if len(paths) == 1:
            found += _in_file(paths[0])
            continue
        moodle = _MOODLE.match(paths[0].name)
        parts = tuple((_own_name(path), path) for path in paths)
        found.append(Source(name, parts=parts, label=moodle["who"] if moodle else ""))
    return found


def _own_name(path: Path) -> str:
    """Return a file's name without Moodle's prefix."""
    moodle = _MOODLE.match(path.name)
    return path.name[moodle.end() :] if moodle else path.name


def _unknown(path: Path) -> Source:
    """Return a file that cannot be opened as a submission all the same, for a review by a tutor."""
    content = Unpacked()
    what = say("{file} cannot be opened: unsupported file format.", file=path.name)
    content.note(NoticeCode.unknown_format, what, say("Submit a zip archive, a notebook, a PDF or a Markdown file."))
    return Source(path.name, content=content)


def _lms_folder(folder: Path) -> list[Source]:
    """Return one team's folder of an LMS download or a clone; a single archive in it is the submission."""
    moodle = _MOODLE.match(folder.name)
    label = moodle["who"] if moodle else folder.name
    inside = [e for e in sorted(folder.iterdir()) if not is_junk(e.name)]
    only = inside[0] if len(inside) == 1 and inside[0].is_file() else None
    if only is not None and (moodle or is_archive(only.name) or members_from_name(only.name)):
        return [Source(only.name, only, label=label)]
    return [Source(folder.name, folder, label=label)]


def _in_file(path: Path) -> list[Source]:
    moodle = _MOODLE.match(path.name)
    if moodle and path.name[moodle.end() :]:
        return [Source(path.name[moodle.end() :], path, label=moodle["who"])]
    if path.suffix.lower() != ".zip":
        return [Source(path.name, path)]
    return list(_in_zip(path)) or [Source(path.name, path)]


def _in_zip(path: Path) -> Iterator[Source]:
    """Yield the submissions of a bulk download: a zip of archives, or of one Moodle folder for each team."""
    if members_from_name(path.name):
        return  # a team's own archive, with any content
    try:
        with path.open("rb") as file:
            if has_too_many_entries(file):
                return  # read as a submission, which says so
            with zipfile.ZipFile(file) as archive:
                names = [n for n in archive.namelist() if not n.endswith("/") and not is_junk(n)]
    except Exception:  # what `zipfile` raises for damaged bytes is no closed list
        return
    tables = [name for name in names if name.endswith(".csv") and "/" not in name]
    names = [name for name in names if name not in tables]  # a list next to the submissions belongs to no team
    tops = {PurePosixPath(name).parts[0] for name in names if PurePosixPath(name).parts}
    archives = [name for name in names if is_archive(name)]
    moodle = bool(tops) and all(_MOODLE.match(top) for top in tops)
    if not moodle and not (len(archives) > 1 and len(archives) == len(names)):
        return
    groups: dict[str, list[str]] = {}
    for name in names:
        if safe := safe_path(name):
            groups.setdefault(PurePosixPath(safe).parts[0] if moodle else safe, []).append(name)
    for top, entries in sorted(groups.items()):
        found = _MOODLE.match(top)
        label = found["who"] if found else ""
        if len(entries) == 1:
            short = PurePosixPath(safe_path(entries[0]) or top).name
            short = short[match.end() :] if (match := _MOODLE.match(short)) else short
            yield Source(short, path, label=label, inside=((short, entries[0]),))
        else:
            inside = tuple(((safe_path(name) or "").partition("/")[2], name) for name in entries)
            yield Source(top, path, label=label or stem(top), inside=inside)


def _entries(file: BinaryIO, path: Path, inside: Sequence[tuple[str, str]], name: str) -> Unpacked:
    """Return entries of a bulk download; a single archive is opened, and a damaged one becomes a notice."""
    found = Unpacked()
    budget = Budget(found)
    try:
        with file, zipfile.ZipFile(file) as archive:
            entries = {entry.filename: entry for entry in archive.infolist()}
            for own, entry in inside:
                if own in found.files:
                    what = say("{file} occurs twice; the first one was used.", file=own)
                    found.note(NoticeCode.same_name, what, say("A tutor will look at both."))
                elif (content := taken(file, entries[entry], own, budget)) is not None:
                    found.files[own] = content
    except MemoryError:
        raise
    except OSError as error:
        raise GraderError(f"{path}: cannot be read: {error.strerror}; check the rights") from None
    except Exception as error:
        raise GraderError(f"{path}: changed or damaged while it was read ({error}); download it again") from None
    if len(inside) == 1 and is_archive(name) and name in found.files:
        return unpack(found.files[name], name)
    found.leave_out_installed()
    return found
