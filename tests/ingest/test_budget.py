"""The budget of a submission: archives inside archives have no budget of their own."""

from __future__ import annotations

import pytest

from grader.ingest import budget
from grader.ingest.archives import unpack
from tests import bombs


def test_archives_inside_share_the_budget(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(budget, "MAX_FILES", 5)
    inner = bombs.zip_of_entries(["a.md", "b.md", "c.md"])
    found = unpack(bombs.zip_of_entries(["one.zip", "two.zip"], inner), "a.zip")
    assert len(found.files) == 3
    assert "too-large" in {notice.code for notice in found.notices}
