"""The files of a tar, packed or not, read from its beginning to its end within limits."""

from __future__ import annotations

import tarfile
from collections.abc import Iterator
from typing import Any, BinaryIO, Self

from grader.ingest import budget as limits
from grader.ingest.budget import Budget
from grader.ingest.decompress import Decompressed, stream_of
from grader.ingest.unpacked import link_notice
from grader.model import NoticeCode, say

MAX_HEADER_BYTES = 64 << 10  # of a long name or of other header data, which `tarfile` reads whole
_WITH_DATA = (
    tarfile.GNUTYPE_LONGNAME, tarfile.GNUTYPE_LONGLINK, tarfile.XHDTYPE, tarfile.XGLTYPE, tarfile.SOLARIS_XHDTYPE,
)  # fmt: skip


class _TooMuchError(Exception):
    """More would have to be unpacked than is allowed."""


class _Bounded:
    """The unpacked tar as a file that counts what is read of it."""

    def __init__(self, inner: Decompressed | BinaryIO, budget: Budget) -> None:
        self._inner, self._budget = inner, budget

    def read(self, size: int) -> bytes:
        piece = self._inner.read(size)
        self._budget.unpacked += len(piece)
        if self._budget.unpacked > limits.MAX_UNPACKED:
            raise _TooMuchError
        return piece


class _Entry(tarfile.TarInfo):
    """An entry whose sizes are checked before anything is read because of them."""

    def _proc_member(self, archive: tarfile.TarFile) -> Self:
        too_long = self.type in _WITH_DATA and self.size > MAX_HEADER_BYTES
        if too_long or not 0 <= self.size <= limits.MAX_UNPACKED:
            raise _TooMuchError
        found: Self = super()._proc_member(archive)  # type: ignore[misc]  # of the standard library's own
        return found


def tar_entries(packed: BinaryIO, budget: Budget) -> Iterator[tuple[str, bytes]]:
    """Yield the name and the content of each file of a tar.

    Raises:
        Exception: whatever `tarfile` raises for a damaged archive.
    """
    last = ""
    try:
        file: Any = _Bounded(stream_of(packed), budget)
        with tarfile.open(fileobj=file, mode="r|", bufsize=1 << 20, tarinfo=_Entry) as archive:
            for number, entry in enumerate(archive):
                last = entry.name
                archive.members = []  # type: ignore[attr-defined]  # it would keep all entries; they are read in their order
                if number > limits.MAX_ENTRIES:
                    raise _TooMuchError
                content = _taken(archive, entry, budget)
                if content is not None:
                    yield entry.name, content
                if budget.full:
                    return
    except _TooMuchError:
        what = say("The archive was not read to the end: it is too large after {file}.", file=last or "-")
        budget.result.note(NoticeCode.too_large, what, say("Leave data sets and trained models out of the submission."))


def _taken(archive: tarfile.TarFile, entry: tarfile.TarInfo, budget: Budget) -> bytes | None:
    """Return the content of an entry; None for folders, for what is passed over, and with a notice for the rest."""
    if entry.isdir() or budget.result.passes_over(entry.name):
        return None
    if not entry.isreg():
        budget.result.note(*link_notice(entry.name))
        return None
    if entry.size < 0:
        raise ValueError("a size is negative")
    if budget.refuses(entry.name, entry.size, None):
        return None
    file = archive.extractfile(entry)
    content = file.read(entry.size) if file is not None else b""
    if len(content) < entry.size:
        raise EOFError("it ends too early")
    return content
