"""The files of a download as a tree: of a folder, or of a zip, without anything being unpacked."""

from __future__ import annotations

import os
import unicodedata
import zipfile
from functools import partial
from pathlib import Path

from grader.errors import GraderError
from grader.ingest.archives import safe_path
from grader.ingest.budget import Budget
from grader.ingest.layouts.layout import Entry, Tree
from grader.ingest.unpacked import Unpacked, is_junk
from grader.ingest.zip_entries import has_too_many_entries, taken
from grader.text import storable

MAX_ENTRIES = 500_000
MAX_READ_BYTES = 32 << 20  # of a file of the platform itself: metadata, a receipt


def tree_of_folder(folder: Path) -> Tree:
    """Return the tree of a folder; links are not followed, and those at the top count as unsafe.

    Raises:
        GraderError: a folder in it cannot be read, or it has too many files.
    """
    entries: list[Entry] = []
    empty: list[str] = []
    links: list[str] = []
    for root, folders, names in os.walk(folder, followlinks=False):
        above = Path(root).relative_to(folder).as_posix()
        at_top = above == "."
        kept = [name for name in sorted(names) if not is_junk(name) and not (at_top and name.startswith("."))]
        folders[:] = sorted(name for name in folders if not is_junk(name) and not (at_top and name.startswith(".")))
        if at_top:
            links = [name for name in (*folders, *kept) if (Path(root) / name).is_symlink()]
        for name in kept:
            if not (Path(root) / name).is_symlink() and (Path(root) / name).is_file():  # a pipe would never end
                entries.append(Entry(_normal(name if at_top else f"{above}/{name}"), str(Path(root) / name)))
        if not kept and not folders and not at_top:
            empty.append(_normal(above))
        if len(entries) > MAX_ENTRIES:
            raise GraderError(f"{folder}: more than {MAX_ENTRIES} files; give the folder with the submissions only")
    read = partial(_content, folder)
    return Tree(folder.resolve().name, tuple(entries), tuple(empty), read, tuple(map(_normal, links)))


def _normal(path: str) -> str:
    return unicodedata.normalize("NFC", storable(path))


def _content(folder: Path, entry: Entry) -> bytes:
    try:
        with Path(entry.given).open("rb") as file:
            return file.read(MAX_READ_BYTES)
    except OSError as error:
        raise GraderError(f"{folder / entry.path}: cannot be read: {error.strerror}; check the rights") from None


def tree_of_zip(path: Path) -> Tree | None:
    """Return the tree of a zip by its directory; None if that is damaged or too long, which its reader says.

    Raises:
        GraderError: it has too many entries.
    """
    entries: list[Entry] = []
    unsafe: list[str] = []
    folders: set[str] = set()
    try:
        with path.open("rb") as file:
            if has_too_many_entries(file):
                return None
            with zipfile.ZipFile(file) as archive:
                names = archive.namelist()
    except MemoryError:
        raise
    except Exception:  # what `zipfile` raises for damaged bytes is no closed list
        return None
    if len(names) > MAX_ENTRIES:
        raise GraderError(f"{path}: more than {MAX_ENTRIES} entries; give an archive with the submissions only")
    for name in names:
        safe = safe_path(name)
        if safe is None:
            unsafe.append(storable(name))
        elif name.endswith(("/", "\\")) or is_junk(safe):
            top = safe if name.endswith(("/", "\\")) else safe.rpartition("/")[0]
            folders |= {top} if top and not is_junk(top) else set()
        else:
            entries.append(Entry(safe, name))
    used = {entry.path[:at] for entry in entries for at, sign in enumerate(entry.path) if sign == "/"}
    empty = tuple(sorted(folders - used))
    return Tree(path.stem, tuple(entries), empty, lambda entry: _from_zip(path, entry.given), tuple(unsafe))


def _from_zip(path: Path, name: str) -> bytes:
    try:
        with path.open("rb") as file, zipfile.ZipFile(file) as archive:
            found = Unpacked()
            content = taken(file, archive.getinfo(name), name, Budget(found))
    except OSError as error:
        raise GraderError(f"{path}: cannot be read: {error.strerror}; check the rights") from None
    except MemoryError:
        raise
    except Exception as error:  # the same
        raise GraderError(f"{path}: {name} is damaged ({error}); download it again") from None
    if content is None:
        raise GraderError(f"{path}: {found.notices[0].message} Download it again.")
    return content[:MAX_READ_BYTES]
