"""Decompress piece by piece, so that no more is held than was asked for, whatever a header declares."""

from __future__ import annotations

import bz2
import io
import lzma
import struct
import zlib
from collections.abc import Callable, Mapping
from typing import BinaryIO, Protocol

CHUNK = 64 << 10  # packed bytes that are given to a decompressor at once
MAX_DICTIONARY = 64 << 20  # bytes that LZMA may ask for before it gives any


class _Decompressor(Protocol):
    """The interface of `bz2.BZ2Decompressor`."""

    @property
    def eof(self) -> bool: ...
    @property
    def needs_input(self) -> bool: ...
    @property
    def unused_data(self) -> bytes: ...
    def decompress(self, data: bytes, max_length: int = ...) -> bytes: ...


class _Inflate:
    """A decompressor of zlib with that interface; `bits` tells zlib which header to expect."""

    def __init__(self, bits: int) -> None:
        self._inner = zlib.decompressobj(bits)

    @property
    def eof(self) -> bool:
        return self._inner.eof

    @property
    def needs_input(self) -> bool:
        return not self._inner.unconsumed_tail

    @property
    def unused_data(self) -> bytes:
        return self._inner.unused_data

    def decompress(self, data: bytes, max_length: int = 0) -> bytes:
        return self._inner.decompress(self._inner.unconsumed_tail + data, max_length)


class Decompressed:
    """The content of a packed file, from where it is; several streams one after the other are one content."""

    def __init__(self, file: BinaryIO, make: Callable[[], _Decompressor], magic: bytes = b"") -> None:
        self._file, self._make, self._magic = file, make, magic
        self._inner = make()

    def read(self, size: int) -> bytes:
        """Return the next `size` bytes; fewer at the end.

        Raises:
            EOFError: the packed bytes end too early.
            OSError, ValueError, zlib.error, lzma.LZMAError: they are damaged.
        """
        parts: list[bytes] = []
        while size > 0 and (piece := self._piece(size)):
            parts.append(piece)
            size -= len(piece)
        return b"".join(parts)

    def _piece(self, size: int) -> bytes:
        while not self._inner.eof or self._begins_anew():
            chunk = b""
            if self._inner.needs_input:
                chunk = self._file.read(CHUNK)
                if not chunk:
                    raise EOFError("it ends too early")
            if piece := self._inner.decompress(chunk, size):
                return piece
        return b""

    def _begins_anew(self) -> bool:
        """Return whether another stream follows the one that has ended, and begin it."""
        if not self._magic:
            return False
        begin = self._file.seek(-len(self._inner.unused_data), io.SEEK_CUR)
        if self._file.read(len(self._magic)) != self._magic:
            self._file.seek(0, io.SEEK_END)
            return False
        self._file.seek(begin)
        self._inner = self._make()
        return True


_STREAMS: Mapping[bytes, Callable[[], _Decompressor]] = {
    b"\x1f\x8b": lambda: _Inflate(31),
    b"BZh": bz2.BZ2Decompressor,
    b"\xfd7zXZ\0": lambda: lzma.LZMADecompressor(lzma.FORMAT_XZ, memlimit=2 * MAX_DICTIONARY),
}


def stream_of(file: BinaryIO) -> Decompressed | BinaryIO:
    """Return the content of a file that gzip, bzip2 or xz has packed, known by its first bytes, or that nothing has."""
    file.seek(0)
    begin = file.read(max(map(len, _STREAMS)))
    file.seek(0)
    for magic, make in _STREAMS.items():
        if begin.startswith(magic):
            return Decompressed(file, make, magic)
    return file


def zip_entry(data: bytes, method: int) -> Decompressed | BinaryIO:
    """Return the content of an entry of a zip from its packed bytes and the number of its method.

    Raises:
        NotImplementedError: the method is not known here.
        ValueError: the entry is damaged, or asks for too much memory.
    """
    if method == 0:
        return io.BytesIO(data)
    if method == 8:
        return Decompressed(io.BytesIO(data), lambda: _Inflate(-15))
    if method == 12:
        return Decompressed(io.BytesIO(data), bz2.BZ2Decompressor)
    if method == 14:
        return _lzma_entry(data)
    raise NotImplementedError(f"the compression method {method} is not supported")


def _lzma_entry(data: bytes) -> Decompressed:
    """Return the content of an entry that LZMA has packed: its parameters stand before the stream (APPNOTE 5.8)."""
    try:
        length, numbers, dictionary = struct.unpack("<2xHBI", data[:9])
    except struct.error:
        raise ValueError("it ends too early") from None
    if length != 5 or numbers >= 9 * 5 * 5 or dictionary > MAX_DICTIONARY:
        raise ValueError("its parameters are not allowed")
    rest, lc = divmod(numbers, 9)
    pb, lp = divmod(rest, 5)
    filters = [{"id": lzma.FILTER_LZMA1, "lc": lc, "lp": lp, "pb": pb, "dict_size": dictionary}]
    return Decompressed(io.BytesIO(data[9:]), lambda: lzma.LZMADecompressor(lzma.FORMAT_RAW, filters=filters))
