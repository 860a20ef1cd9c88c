"""Unpack archives in memory, within bounds; what is dangerous or damaged becomes a notice and is left out."""

from __future__ import annotations

import io
import lzma
import os
import stat
import tarfile
import unicodedata
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from grader.model import Notice, NoticeCode
from grader.text import storable

ARCHIVES = (".zip", ".tar.gz", ".tgz", ".tar")


MAX_FILES = 2000


MAX_BYTES = 256 << 20  # of all files unpacked


MAX_FILE_BYTES = 64 << 20


MAX_RATIO = 200  # unpacked to packed, for files over a mebibyte


MAX_DEPTH = 2  # archives inside archives


JUNK_PARTS = {
    "__MACOSX",
    ".ipynb_checkpoints",
    "__pycache__",
    ".git",
    ".DS_Store",
    ".venv",
    "node_modules",
    "Thumbs.db",
}


RESERVED = ".exchange"


# What zipfile and tarfile raise for what an archive holds.
UNREADABLE = (
    zipfile.BadZipFile, tarfile.TarError, zlib.error, lzma.LZMAError, EOFError, OSError, NotImplementedError,
    RuntimeError, ValueError,
)  # fmt: skip


@dataclass
class Unpacked:
    """Files by safe relative path, and what was noticed."""

    files: dict[str, bytes] = field(default_factory=dict)
    notices: list[Notice] = field(default_factory=list)

    def note(self, code: NoticeCode, message: str, hint: str = "", serious: bool = True) -> None:
        """Add a notice, once."""
        notice = Notice(code, message, hint, serious)
        if notice not in self.notices:
            self.notices.append(notice)


def is_archive(name: str) -> bool:
    """Whether the name is that of an archive that can be opened."""
    return name.lower().endswith(ARCHIVES)


def is_junk(name: str) -> bool:
    """Whether a path is what systems leave behind: resource forks, checkpoints, caches."""
    parts = PurePosixPath(name).parts
    return any(part in JUNK_PARTS or part.startswith("._") for part in parts)


def safe_path(name: str) -> str | None:
    """Return the path as a relative one with forward slashes, or None where it would leave its folder."""
    text = unicodedata.normalize("NFC", storable(name).replace("\\", "/"))
    parts = PurePosixPath(text).parts
    unsafe = not parts or text.startswith("/") or (len(text) > 1 and text[1] == ":") or "\0" in text
    if unsafe or ".." in parts or parts[0] == RESERVED or len(text.encode("utf-8", "replace")) > 400:
        return None
    if any(len(part.encode("utf-8", "replace")) > 200 for part in parts):
        return None
    return "/".join(part for part in parts if part != ".")


def unpack(data: bytes, name: str) -> Unpacked:
    """Unpack a zip or tar archive given as bytes; never raises for what the archive holds."""
    result = Unpacked()
    try:
        _unpack_into(result, data, name, "", MAX_DEPTH)
    except UNREADABLE as error:
        result.note(
            NoticeCode.damaged, f"{name} is damaged or cut off ({error}).", "Make the archive again and open it once."
        )
    if not result.files and not any(notice.serious for notice in result.notices):
        result.note(NoticeCode.empty, f"{name} holds no files.", "Look into the archive before handing it in.")
    return result


def _unpack_into(result: Unpacked, data: bytes, archive: str, prefix: str, depth: int) -> None:
    entries = _zip_entries(data, result) if archive.lower().endswith(".zip") else _tar_entries(data, result)
    inner: list[tuple[str, bytes]] = []
    folders: set[str] = set()
    for name, content in entries:
        if is_junk(name):
            result.note(
                NoticeCode.junk, "Files that the system left behind were ignored (such as __MACOSX).", serious=False
            )
            continue
        safe = safe_path(name)
        if safe is None:
            result.note(
                NoticeCode.unsafe_path,
                f"The path {name!r} leaves the archive's folder; it was left out.",
                "Use plain names.",
            )
            continue
        if is_archive(safe):
            inner.append((safe, content))
        path = prefix + safe
        parents = {str(parent) for parent in PurePosixPath(path).parents}
        if path in result.files or path in folders or parents & result.files.keys():
            what = f"{path} stands twice, or as a file and as a folder; it was left out."
            result.note(NoticeCode.clash, what, "Rename one of them.")
            continue
        result.files[path] = content
        folders |= parents
    _open_inner(result, inner, prefix, depth)


def _open_inner(result: Unpacked, inner: list[tuple[str, bytes]], prefix: str, depth: int) -> None:
    """Open archives inside the archive where nothing else is there to be marked."""
    others = [path for path in result.files if not is_archive(path)]
    if not inner:
        return
    if depth <= 1 or len(inner) > 2:
        what = "Archives are nested too deeply or several; they were not opened."
        result.note(NoticeCode.nested, what, "Hand in one archive.")
        return
    for path, content in inner:
        what = f"{path} inside the archive was opened."
        result.note(NoticeCode.nested, what, "Hand in one archive, not one in another.", False)
        del result.files[prefix + path]
        below = f"{prefix}{PurePosixPath(path).name.partition('.')[0]}/" if others or len(inner) > 1 else prefix
        _unpack_into(result, content, path, below, depth - 1)


class _Budget:
    """Counts what is unpacked and says when it is too much."""

    def __init__(self, result: Unpacked) -> None:
        self.result, self.files, self.bytes = result, 0, 0

    def refuses(self, name: str, size: int, packed: int | None) -> bool:
        self.files += 1
        self.bytes += size
        if self.files > MAX_FILES:
            what = f"The archive has more than {MAX_FILES} files; the rest was left out."
        elif size > MAX_FILE_BYTES or self.bytes > MAX_BYTES:
            what = f"{name} makes the archive larger than allowed ({MAX_BYTES >> 20} MiB in all); it was left out."
        elif packed is not None and size > 1 << 20 and size > MAX_RATIO * max(packed, 1):
            what = f"{name} grows more than {MAX_RATIO} times when unpacked; it was left out."
        else:
            return False
        self.bytes -= size
        self.result.note(NoticeCode.too_large, what, "Leave data and models out of the submission.")
        return True


def _zip_entries(data: bytes, result: Unpacked) -> Iterator[tuple[str, bytes]]:
    budget = _Budget(result)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for entry in archive.infolist():
            name = _zip_name(entry)
            kind = stat.S_IFMT(entry.external_attr >> 16)
            if entry.is_dir():
                continue
            if kind not in (0, stat.S_IFREG):
                result.note(
                    NoticeCode.link, f"{name} is a link or a device; it was left out.", "Put the file itself in."
                )
            elif entry.flag_bits & 1:
                result.note(
                    NoticeCode.encrypted, f"{name} is encrypted and cannot be read.", "Hand in without a password."
                )
            elif not budget.refuses(name, entry.file_size, entry.compress_size):
                try:
                    with archive.open(entry) as file:
                        content = file.read(entry.file_size + 1)
                except UNREADABLE as error:
                    result.note(
                        NoticeCode.damaged, f"{name} is damaged and was left out ({error}).", "Make the archive again."
                    )
                    continue
                if len(content) > entry.file_size:
                    result.note(NoticeCode.too_large, f"{name} is larger than it says; it was left out.")
                else:
                    yield name, content
            if budget.files > MAX_FILES:
                return


def _zip_name(entry: zipfile.ZipInfo) -> str:
    """Undo zipfile's CP437 where the bytes are UTF-8 in truth, as some tools write them without the flag."""
    if entry.flag_bits & 0x800:
        return entry.filename
    try:
        return entry.filename.encode("cp437").decode("utf-8")
    except (UnicodeEncodeError, UnicodeDecodeError):
        return entry.filename


def _tar_entries(data: bytes, result: Unpacked) -> Iterator[tuple[str, bytes]]:
    budget = _Budget(result)
    with tarfile.open(fileobj=io.BytesIO(data), mode="r:*") as archive:
        for entry in archive:
            if entry.isdir():
                continue
            if not entry.isreg():
                result.note(
                    NoticeCode.link, f"{entry.name} is a link or a device; it was left out.", "Put the file itself in."
                )
            elif not budget.refuses(entry.name, entry.size, None):
                file = archive.extractfile(entry)
                if file is not None:
                    yield entry.name, file.read(entry.size)
            if budget.files > MAX_FILES:
                return


def read_folder(folder: Path) -> Unpacked:
    """Read a folder as if it were an archive; links are left out."""
    result = Unpacked()
    budget = _Budget(result)
    for root, folders, names in os.walk(folder, followlinks=False):
        folders[:] = sorted(name for name in folders if not is_junk(name))
        for name in sorted(names):
            path = Path(root) / name
            relative = path.relative_to(folder).as_posix()
            if is_junk(relative):
                continue
            if path.is_symlink() or not path.is_file():
                result.note(
                    NoticeCode.link, f"{relative} is a link or a device; it was left out.", "Put the file itself in."
                )
                continue
            safe = safe_path(relative)
            if safe is None:
                result.note(
                    NoticeCode.unsafe_path,
                    f"The path {relative!r} cannot be used; it was left out.",
                    "Use plain names.",
                )
            elif not budget.refuses(relative, path.stat().st_size, None):
                result.files[safe] = path.read_bytes()
        if budget.files > MAX_FILES:
            break
    inner = [(path, data) for path, data in result.files.items() if is_archive(path)]
    try:
        _open_inner(result, inner, "", MAX_DEPTH)
    except UNREADABLE as error:
        result.note(NoticeCode.damaged, f"An archive in {folder.name} is damaged ({error}).", "Make the archive again.")
    if not result.files and not result.notices:
        result.note(NoticeCode.empty, f"{folder.name} holds no files.")
    return result
