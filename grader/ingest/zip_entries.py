"""The files of a zip, each unpacked within its limit; the others become notices."""

from __future__ import annotations

import io
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator
from typing import BinaryIO

from grader.ingest.budget import Budget
from grader.ingest.decompress import zip_entry
from grader.ingest.environments import environments_in
from grader.ingest.unpacked import link_notice
from grader.model import NoticeCode, say

MAX_LIST_BYTES = 8 << 20  # of the list of entries at the end of a zip
_LOCAL_BYTES = 30  # of the header of an entry, without its name and its extra field
_END_BYTES = 22  # of the end of a zip, without its comment


class WrongSizeError(ValueError):
    """An entry has more bytes than its archive declares."""


def zip_entries(file: BinaryIO, budget: Budget) -> Iterator[tuple[str, bytes]]:
    """Yield the name and the content of each file of a zip.

    Raises:
        Exception: whatever `zipfile` raises for a damaged archive.
    """
    result = budget.result
    if has_too_many_entries(file):
        what = say("The archive has too many entries; it was skipped.")
        result.note(NoticeCode.too_large, what, say("Leave data sets and trained models out of the submission."))
        return
    with zipfile.ZipFile(file) as archive:
        entries = archive.infolist()
        environments = environments_in(archive.namelist())
    for entry in entries:
        name = entry_name(entry)
        if name.endswith("/") or result.passes_over(name, environments):
            continue
        if (content := taken(file, entry, name, budget)) is not None:
            yield name, content
        if budget.full:
            return


def has_too_many_entries(file: BinaryIO) -> bool:
    """Return whether the list of entries of a zip is longer than may be read; `zipfile` reads it whole."""
    end = file.seek(0, io.SEEK_END)
    begin = max(0, end - _END_BYTES - 0xFFFF - 76)
    file.seek(begin)
    tail = file.read()
    at = tail.rfind(b"PK\5\6")
    sizes = [struct.unpack("<I", tail[at + 12 : at + 16])[0]] if 0 <= at <= len(tail) - _END_BYTES else []
    if at >= 76 and tail[at - 20 : at - 16] == b"PK\6\7":  # of a zip with 64-bit sizes: the same list, a longer number
        sizes = [struct.unpack("<Q", tail[at - 36 : at - 28])[0]]
    return any(size > MAX_LIST_BYTES for size in sizes)


def taken(file: BinaryIO, entry: zipfile.ZipInfo, name: str, budget: Budget) -> bytes | None:
    """Return the content of an entry of the zip `file`; None, with a notice, if it is a link, too large or damaged."""
    result = budget.result
    if stat.S_IFMT(entry.external_attr >> 16) not in (0, stat.S_IFREG):
        result.note(*link_notice(name))
        return None
    if entry.flag_bits & 1:
        what = say("{file} is encrypted and cannot be read.", file=name)
        result.note(NoticeCode.encrypted, what, say("Submit it without a password."))
        return None
    if budget.refuses(name, max(entry.file_size, entry.compress_size), entry.compress_size):
        return None
    try:
        return _content(file, entry)
    except MemoryError:
        raise
    except WrongSizeError:
        what = say("{file} is larger than the archive declares; it was skipped.", file=name)
        result.note(NoticeCode.too_large, what)
    except Exception as error:  # what the decoders raise for damaged bytes is no closed list
        what = say("{file} is damaged and was skipped ({error}).", file=name, error=error)
        result.note(NoticeCode.damaged, what, say("Create the archive again."))
    return None


def _content(file: BinaryIO, entry: zipfile.ZipInfo) -> bytes:
    file.seek(entry.header_offset)
    header = file.read(_LOCAL_BYTES)
    if len(header) < _LOCAL_BYTES or not header.startswith(b"PK\3\4"):
        raise ValueError("its header is missing")
    name, extra = struct.unpack("<2H", header[26:])
    file.seek(name + extra, io.SEEK_CUR)
    packed = file.read(entry.compress_size)
    if len(packed) < entry.compress_size:
        raise ValueError("it ends too early")
    content = zip_entry(packed, entry.compress_type).read(entry.file_size + 1)
    if len(content) > entry.file_size:
        raise WrongSizeError
    if len(content) < entry.file_size or zlib.crc32(content) != entry.CRC:
        raise ValueError("its checksum is wrong")
    return content


def entry_name(entry: zipfile.ZipInfo) -> str:
    """Return the name decoded as UTF-8 if zipfile used CP437: some tools write UTF-8 without the flag for it."""
    if entry.flag_bits & 0x800:
        return entry.filename
    try:
        return entry.filename.encode("cp437").decode("utf-8")
    except (UnicodeEncodeError, UnicodeDecodeError):
        return entry.filename
