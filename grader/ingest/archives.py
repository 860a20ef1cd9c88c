"""Unpack archives in memory, within limits; a dangerous or damaged entry is skipped and becomes a notice."""

from __future__ import annotations

import io
import lzma
import os
import stat
import tarfile
import unicodedata
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path, PurePosixPath

from grader.errors import GraderError
from grader.ingest.environments import environments_in
from grader.ingest.unpacked import Unpacked, is_junk
from grader.model import Message, NoticeCode, Text, say
from grader.text import storable

ARCHIVES = (".zip", ".tar.gz", ".tgz", ".tar.xz", ".txz", ".tar.bz2", ".tbz2", ".tbz", ".tar")


MAX_FILES = 2000


MAX_ENTRIES = 100_000  # of an archive, with those that are passed over


MAX_PASSED_BYTES = 4 << 30  # of entries of a tar that are passed over, as it has to be read through


MAX_BYTES = 256 << 20  # of all files unpacked


MAX_FILE_BYTES = 64 << 20


MAX_RATIO = 200  # unpacked to packed, for files over a mebibyte


MAX_DEPTH = 2  # archives inside archives


RESERVED = ".exchange"


# Raised by zipfile and tarfile because of the content of an archive.
UNREADABLE = (
    zipfile.BadZipFile, tarfile.TarError, zlib.error, lzma.LZMAError, EOFError, OSError, NotImplementedError,
    RuntimeError, ValueError,
)  # fmt: skip


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
    result = Unpacked()
    try:
        _unpack_into(result, data, name, "", MAX_DEPTH)
    except UNREADABLE as error:
        what = say("{file} is damaged or incomplete ({error}).", file=name, error=error)
        result.note(NoticeCode.damaged, what, say("Create the archive again and test that it opens."))
    result.leave_out_installed()
    if not result.files and not any(notice.serious for notice in result.notices):
        hint = say("Open the archive to check its content before submitting it.")
        result.note(NoticeCode.empty, say("{file} contains no files.", file=name), hint)
    return result


def _unpack_into(result: Unpacked, data: bytes, archive: str, prefix: str, depth: int) -> None:
    entries = _zip_entries(data, result) if archive.lower().endswith(".zip") else _tar_entries(data, result)
    inner: list[tuple[str, bytes]] = []
    folders: set[str] = set()
    for name, content in entries:
        safe = safe_path(name)
        if safe is None:
            result.note(*_unsafe(name))
            continue
        if is_archive(safe):
            inner.append((safe, content))
        path = prefix + safe
        parents = {str(parent) for parent in PurePosixPath(path).parents}
        if path in result.files or path in folders or parents & result.files.keys():
            what = say("{file} occurs twice, or as both a file and a folder; it was skipped.", file=path)
            result.note(NoticeCode.clash, what, say("Rename one of them."))
            continue
        result.files[path] = content
        folders |= parents
    _open_inner(result, inner, prefix, depth)


def _open_inner(result: Unpacked, inner: list[tuple[str, bytes]], prefix: str, depth: int) -> None:
    """Open archives inside the archive, within the allowed depth."""
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
        _unpack_into(result, content, path, below, depth - 1)


class _Budget:
    """Counts the unpacked files and bytes, and refuses a file that exceeds a limit."""

    def __init__(self, result: Unpacked) -> None:
        self.result, self.files, self.bytes = result, 0, 0

    def refuses(self, name: str, size: int, packed: int | None) -> bool:
        self.files += 1
        self.bytes += size
        if self.files > MAX_FILES:
            what = say("The archive has more than {limit} files; the rest was skipped.", limit=MAX_FILES)
        elif size > MAX_FILE_BYTES or self.bytes > MAX_BYTES:
            what = _exceeds(name, size)
        elif packed is not None and size > 1 << 20 and size > MAX_RATIO * max(packed, 1):
            what = say(
                "{file} expands to more than {ratio} times its size; it was skipped.", file=name, ratio=MAX_RATIO
            )
        else:
            return False
        self.bytes -= size
        self.result.note(NoticeCode.too_large, what, say("Leave data sets and trained models out of the submission."))
        return True


def _exceeds(name: str, size: int) -> Message:
    if size > MAX_FILE_BYTES:
        return say("{file} is larger than {limit} MiB; it was skipped.", file=name, limit=MAX_FILE_BYTES >> 20)
    return say("{file} was skipped: the files exceed {limit} MiB in total.", file=name, limit=MAX_BYTES >> 20)


def _unsafe(name: str) -> tuple[NoticeCode, Text, Text]:
    what = say("The path {path} is not allowed; the file was skipped.", path=repr(name))
    return NoticeCode.unsafe_path, what, say("Use short file names without '..', inside the archive's folder.")


def _link(name: str) -> tuple[NoticeCode, Text, Text]:
    what = say("{file} is a link or a device; it was skipped.", file=name)
    return NoticeCode.link, what, say("Include the file itself.")


def _zip_entries(data: bytes, result: Unpacked) -> Iterator[tuple[str, bytes]]:
    budget = _Budget(result)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        environments = environments_in(archive.namelist())
        for entry in archive.infolist():
            name = _zip_name(entry)
            kind = stat.S_IFMT(entry.external_attr >> 16)
            if name.endswith("/") or result.passes_over(name, environments):
                continue
            if kind not in (0, stat.S_IFREG):
                result.note(*_link(name))
            elif entry.flag_bits & 1:
                what = say("{file} is encrypted and cannot be read.", file=name)
                result.note(NoticeCode.encrypted, what, say("Submit it without a password."))
            elif not budget.refuses(name, entry.file_size, entry.compress_size):
                try:
                    with archive.open(entry) as file:
                        content = file.read(entry.file_size + 1)
                except UNREADABLE as error:
                    what = say("{file} is damaged and was skipped ({error}).", file=name, error=error)
                    result.note(NoticeCode.damaged, what, say("Create the archive again."))
                    continue
                if len(content) > entry.file_size:
                    what = say("{file} is larger than the archive declares; it was skipped.", file=name)
                    result.note(NoticeCode.too_large, what)
                else:
                    yield name, content
            if budget.files > MAX_FILES:
                return


def _zip_name(entry: zipfile.ZipInfo) -> str:
    """Return the name decoded as UTF-8 if zipfile used CP437: some tools write UTF-8 without the flag for it."""
    if entry.flag_bits & 0x800:
        return entry.filename
    try:
        return entry.filename.encode("cp437").decode("utf-8")
    except (UnicodeEncodeError, UnicodeDecodeError):
        return entry.filename


def _tar_entries(data: bytes, result: Unpacked) -> Iterator[tuple[str, bytes]]:
    budget, passed, passed_bytes = _Budget(result), 0, 0
    with tarfile.open(fileobj=io.BytesIO(data), mode="r:*") as archive:
        for entry in archive:
            if entry.isdir():
                continue
            if result.passes_over(entry.name):
                passed, passed_bytes = passed + 1, passed_bytes + entry.size
                if passed > MAX_ENTRIES or passed_bytes > MAX_PASSED_BYTES:
                    result.note(NoticeCode.too_large, say("{file} was not read to the end.", file=entry.name))
                    return
                continue
            if not entry.isreg():
                result.note(*_link(entry.name))
            elif not budget.refuses(entry.name, entry.size, None):
                file = archive.extractfile(entry)
                if file is not None:
                    yield entry.name, file.read(entry.size)
            if budget.files > MAX_FILES:
                return


def read_folder(folder: Path) -> Unpacked:
    """Read a folder as if it were an archive; links are skipped."""
    result = Unpacked()
    budget = _Budget(result)
    environments: set[str] = set()
    for root, folders, names in os.walk(folder, followlinks=False):
        folders[:] = sorted(name for name in folders if not is_junk(name))
        environments |= environments_in((Path(root) / name).relative_to(folder).as_posix() for name in names)
        for name in sorted(names):
            path = Path(root) / name
            relative = path.relative_to(folder).as_posix()
            if result.passes_over(relative, environments):
                continue
            if path.is_symlink() or not path.is_file():
                result.note(*_link(relative))
                continue
            safe = safe_path(relative)
            if safe is None:
                result.note(*_unsafe(relative))
            elif not budget.refuses(relative, path.stat().st_size, None):
                result.files[safe] = path.read_bytes()
        if budget.files > MAX_FILES:
            break
    open_archives(result, folder.name)
    if not result.files and not result.notices:
        result.note(NoticeCode.empty, say("{file} contains no files.", file=folder.name))
    return result


def read_parts(parts: Iterable[tuple[str, Path]], name: str) -> Unpacked:
    """Read several files, each with its path in the submission, as if they were an archive called `name`.

    Raises:
        GraderError: a file cannot be read.
    """
    result = Unpacked()
    budget = _Budget(result)
    for own, path in parts:
        safe = safe_path(own)
        if result.passes_over(own):
            continue
        if safe is None:
            result.note(*_unsafe(own))
        elif safe in result.files:
            what = say("{file} occurs twice; the first one was used.", file=own)
            result.note(NoticeCode.same_name, what, say("A tutor will look at both."))
        else:
            try:
                if not budget.refuses(own, path.stat().st_size, None):
                    result.files[safe] = path.read_bytes()
            except OSError as error:
                raise GraderError(f"{path}: cannot be read: {error.strerror}; check the rights") from None
    open_archives(result, name)
    return result


def open_archives(result: Unpacked, name: str) -> None:
    """Open the archives among files that were read one by one, and leave out installed libraries."""
    inner = [(path, data) for path, data in result.files.items() if is_archive(path)]
    try:
        _open_inner(result, inner, "", MAX_DEPTH)
    except UNREADABLE as error:
        what = say("An archive in {folder} is damaged ({error}).", folder=name, error=error)
        result.note(NoticeCode.damaged, what, say("Create the archive again."))
    result.leave_out_installed()
