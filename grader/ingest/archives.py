"""Unpack archives in memory, within limits; a dangerous or damaged entry is skipped and becomes a notice."""

from __future__ import annotations

import io
import os
import unicodedata
from collections.abc import Iterable
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from grader.ingest.budget import Budget
from grader.ingest.environments import environments_in
from grader.ingest.tar_entries import tar_entries
from grader.ingest.unpacked import Unpacked, is_junk, link_notice
from grader.ingest.zip_entries import zip_entries
from grader.model import NoticeCode, Text, say
from grader.text import storable

ARCHIVES = (".zip", ".tar.gz", ".tgz", ".tar.xz", ".txz", ".tar.bz2", ".tbz2", ".tbz", ".tar")


MAX_DEPTH = 2  # archives inside archives


RESERVED = ".exchange"


def is_archive(name: str) -> bool:
    """Return whether a name is that of an archive that can be opened."""
    return name.lower().endswith(ARCHIVES)


def safe_path(name: str) -> str | None:
    """Return the path as a relative one with forward slashes, or None if it would leave its folder."""
    text = unicodedata.normalize("NFC", storable(name).replace("\\", "/"))
    parts = PurePosixPath(text).parts
    unsafe = not parts or text.startswith("/") or (len(text) > 1 and text[1] == ":") or "\0" in text
    if unsafe or ".." in parts or parts[0] == RESERVED or len(text.encode("utf-8", "replace")) > 400:
        return None
    if any(len(part.encode("utf-8", "replace")) > 200 for part in parts):
        return None
    return "/".join(part for part in parts if part != ".")


def unpack(data: bytes, name: str) -> Unpacked:
    """Unpack a zip or tar archive given as bytes; never raises because of its content."""
    return unpack_file(io.BytesIO(data), name)


def unpack_file(file: BinaryIO, name: str) -> Unpacked:
    """Unpack an open zip or tar archive; never raises because of its content."""
    result = Unpacked()
    try:
        _unpack_into(Budget(result), file, name, "", MAX_DEPTH)
    except MemoryError:
        raise
    except Exception as error:  # what `zipfile` and `tarfile` raise for damaged bytes is no closed list
        what = say("{file} is damaged or incomplete ({error}).", file=name, error=error)
        result.note(NoticeCode.damaged, what, say("Create the archive again and test that it opens."))
    result.leave_out_installed()
    if not result.files and not any(notice.serious for notice in result.notices):
        hint = say("Open the archive to check its content before submitting it.")
        result.note(NoticeCode.empty, say("{file} contains no files.", file=name), hint)
    return result


def _unpack_into(budget: Budget, file: BinaryIO, archive: str, prefix: str, depth: int) -> None:
    result = budget.result
    entries = zip_entries(file, budget) if archive.lower().endswith(".zip") else tar_entries(file, budget)
    inner: list[tuple[str, bytes]] = []
    folders: set[str] = set()
    for name, content in entries:
        safe = safe_path(name)
        if safe is None:
            result.note(*_unsafe(name))
            continue
        path = prefix + safe
        parents = {str(parent) for parent in PurePosixPath(path).parents}
        if path in result.files or path in folders or parents & result.files.keys():
            what = say("{file} occurs twice, or as both a file and a folder; it was skipped.", file=path)
            result.note(NoticeCode.clash, what, say("Rename one of them."))
            continue
        result.files[path] = content
        folders |= parents
        if is_archive(safe):
            inner.append((safe, content))
    _open_inner(budget, inner, prefix, depth)


def _open_inner(budget: Budget, inner: list[tuple[str, bytes]], prefix: str, depth: int) -> None:
    """Open archives inside the archive, within the allowed depth and what is left of the budget."""
    result = budget.result
    others = [path for path in result.files if not is_archive(path)]
    if not inner:
        return
    if depth <= 1 or len(inner) > 2:
        what = say("Nested archives were not opened: there are too many, or they are nested too deeply.")
        result.note(NoticeCode.nested, what, say("Submit a single archive."))
        return
    for path, content in inner:
        what = say("{file} inside the archive was opened.", file=path)
        hint = say("Submit a single archive, without another archive inside it.")
        result.note(NoticeCode.nested, what, hint, False)
        del result.files[prefix + path]
        below = f"{prefix}{PurePosixPath(path).name.partition('.')[0]}/" if others or len(inner) > 1 else prefix
        _unpack_into(budget, io.BytesIO(content), path, below, depth - 1)


def _unsafe(name: str) -> tuple[NoticeCode, Text, Text]:
    what = say("The path {path} is not allowed; the file was skipped.", path=repr(name))
    return NoticeCode.unsafe_path, what, say("Use short file names without '..', inside the archive's folder.")


def read_folder(folder: Path) -> Unpacked:
    """Read a folder as if it were an archive; links are skipped."""
    return unpack_folder(files_of(folder), folder.name)


def files_of(folder: Path) -> Budget:
    """Return the files of a folder as they are, and what is left of the budget.

    Names that begin with a dot are left out: in a workspace of a service, they are its own, or even the rubric's.
    """
    result = Unpacked()
    budget = Budget(result)
    environments: set[str] = set()
    for root, folders, names in os.walk(folder, followlinks=False):
        folders[:] = sorted(name for name in folders if not is_junk(name) and not name.startswith("."))
        environments |= environments_in((Path(root) / name).relative_to(folder).as_posix() for name in names)
        for name in sorted(name for name in names if not name.startswith(".")):
            path = Path(root) / name
            relative = path.relative_to(folder).as_posix()
            if result.passes_over(relative, environments):
                continue
            if path.is_symlink() or not path.is_file():
                result.note(*link_notice(relative))
                continue
            safe = safe_path(relative)
            if safe is None:
                result.note(*_unsafe(relative))
            elif not budget.refuses(relative, path.stat().st_size, None):
                result.files[safe] = path.read_bytes()
        if budget.full:
            break
    return budget


def unpack_folder(budget: Budget, name: str) -> Unpacked:
    """Return the files of a folder with those of the archives in it."""
    open_archives(budget, name)
    result = budget.result
    if not result.files and not result.notices:
        result.note(NoticeCode.empty, say("{file} contains no files.", file=name))
    return result


def unpack_parts(parts: Iterable[tuple[str, BinaryIO]], name: str) -> Unpacked:
    """Return several open files, each with its path in the submission, as if they were an archive called `name`."""
    result = Unpacked()
    budget = Budget(result)
    for own, file in parts:
        with file:
            safe = safe_path(own)
            if result.passes_over(own):
                continue
            if safe is None:
                result.note(*_unsafe(own))
            elif safe in result.files:
                result.note(*same_name(own))
            elif not budget.refuses(own, os.fstat(file.fileno()).st_size, None):
                result.files[safe] = file.read()
    open_archives(budget, name)
    return result


def same_name(name: str) -> tuple[NoticeCode, Text, Text]:
    """Return the code and the words of the notice on a file with the name of another."""
    what = say("{file} occurs twice; the first one was used.", file=name)
    return NoticeCode.same_name, what, say("A tutor will look at both.")


def open_archives(budget: Budget, name: str) -> None:
    """Open the archives among files that were read one by one, and leave out installed libraries."""
    result = budget.result
    inner = [(path, data) for path, data in result.files.items() if is_archive(path)]
    try:
        _open_inner(budget, inner, "", MAX_DEPTH)
    except MemoryError:
        raise
    except Exception as error:
        what = say("An archive in {folder} is damaged ({error}).", folder=name, error=error)
        result.note(NoticeCode.damaged, what, say("Create the archive again."))
    result.leave_out_installed()
