"""The files of a zip: each is unpacked within what it declares."""

from __future__ import annotations

import tracemalloc

import pytest

from grader.ingest import zip_entries
from grader.ingest.archives import unpack
from tests import bombs


def test_an_entry_of_bzip2_is_unpacked_as_far_as_it_declares() -> None:
    tracemalloc.start()
    found = unpack(bombs.zip_of_bzip2(48), "a.zip")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert not found.files
    assert [notice.code for notice in found.notices] == ["too-large"]
    assert peak < 16 << 20


def test_a_list_of_too_many_entries_is_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = bombs.zip_of_entries([f"{number}.md" for number in range(40)])
    monkeypatch.setattr(zip_entries, "MAX_LIST_BYTES", 40 * 50)
    found = unpack(whole, "a.zip")
    assert not found.files
    assert {notice.code for notice in found.notices} == {"too-large"}
