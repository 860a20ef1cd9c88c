"""Packed bytes are read piece by piece, whatever packed them."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import zipfile
from collections.abc import Callable

import pytest

from grader.ingest.archives import unpack
from grader.ingest.decompress import MAX_DICTIONARY, stream_of, zip_entry

TEXT = bytes(range(256)) * 900


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_entries_of_every_method_are_read(method: int) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        archive.writestr("a.md", "abc" * 200_000)
        archive.writestr("empty.md", "")
    assert unpack(buffer.getvalue(), "a.zip").files == {"a.md": b"abc" * 200_000, "empty.md": b""}


@pytest.mark.parametrize("pack", [gzip.compress, bz2.compress, lzma.compress, bytes], ids=lambda one: one.__name__)
def test_a_stream_is_read_in_pieces_of_any_size(pack: Callable[[bytes], bytes]) -> None:
    file = stream_of(io.BytesIO(pack(TEXT)))
    assert file.read(3) + file.read(70_000) + file.read(10**9) == TEXT
    assert file.read(1) == b""


@pytest.mark.parametrize("pack", [gzip.compress, bz2.compress, lzma.compress], ids=lambda one: one.__name__)
def test_several_streams_are_one_content_and_what_follows_is_none(pack: Callable[[bytes], bytes]) -> None:
    assert stream_of(io.BytesIO(pack(TEXT) + pack(b"end") + bytes(512))).read(10**9) == TEXT + b"end"


@pytest.mark.parametrize("pack", [gzip.compress, bz2.compress, lzma.compress], ids=lambda one: one.__name__)
def test_a_stream_that_is_cut_off_is_an_error(pack: Callable[[bytes], bytes]) -> None:
    with pytest.raises(EOFError):
        stream_of(io.BytesIO(pack(TEXT)[:-9])).read(10**9)


@pytest.mark.parametrize(
    "head", [b"", b"\x09\x04\x05", b"\x09\x04\x05\0\x5d" + (2 * MAX_DICTIONARY).to_bytes(4, "little")]
)
def test_the_parameters_of_lzma_are_checked(head: bytes) -> None:
    with pytest.raises(ValueError, match=r"ends too early|not allowed"):
        zip_entry(head, 14)


def test_an_unknown_method_is_an_error() -> None:
    with pytest.raises(NotImplementedError):
        zip_entry(b"", 9)
