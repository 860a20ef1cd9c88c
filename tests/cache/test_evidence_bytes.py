"""Evidence as bytes and back; damaged evidence, or that of another environment, is not read."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from grader.cache.evidence_bytes import from_bytes, to_bytes
from grader.cache.evidence_cache import FolderCache
from grader.model import Array, CellRun, Evidence, Outcome


def test_what_was_cut_short_is_not_kept_and_a_damaged_file_is_run_again(tmp_path: Path) -> None:
    sent: dict[str, Array] = {"a": np.arange(6, dtype=np.float32).reshape(2, 3), "none": np.zeros((0, 2))}
    outcome = Outcome("ok", {"cases": []}, sent, training="t")
    evidence = Evidence(cells=(CellRun(1, "ok", text="a\ud800"),), outcomes={"q": outcome})
    store = FolderCache(tmp_path)
    store.put("ab" * 32, to_bytes(evidence))
    data = store.get("ab" * 32)
    assert data is not None
    again = from_bytes(data, Evidence())
    assert again is not None
    assert again == evidence
    assert all(np.array_equal(again.outcomes["q"].arrays[name], value) for name, value in sent.items())
    assert from_bytes(data, Evidence(environment={"torch": "another"})) is None
    assert from_bytes(data[:-40], Evidence()) is None
    assert store.get("cd" * 32) is None
