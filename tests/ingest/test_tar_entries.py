"""The files of a tar: sizes in headers cost nothing."""

from __future__ import annotations

import tarfile
import tracemalloc

import pytest

from grader.ingest.archives import unpack
from tests import bombs


@pytest.mark.parametrize("kind", [tarfile.GNUTYPE_LONGNAME, tarfile.GNUTYPE_LONGLINK, tarfile.XHDTYPE, tarfile.XGLTYPE])
def test_a_header_of_a_tar_is_not_read_whole(kind: bytes) -> None:
    tracemalloc.start()
    found = unpack(bombs.tar_of_zeros(kind, 24), "a.tar.gz")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert [notice.code for notice in found.notices] == ["too-large"]
    assert peak < 12 << 20  # with what the test itself makes


@pytest.mark.parametrize("kind", [tarfile.REGTYPE, tarfile.GNUTYPE_LONGNAME, tarfile.GNUTYPE_SPARSE])
@pytest.mark.parametrize("size", [1 << 70, (1 << 63) - 1, 5 << 30])
def test_a_size_that_cannot_be_is_a_notice(kind: bytes, size: int) -> None:
    found = unpack(bombs.tar_that_declares(kind, size), "a.tar")
    assert not found.files
    assert {notice.code for notice in found.notices} <= {"too-large", "damaged"}
    assert any(notice.serious for notice in found.notices)
