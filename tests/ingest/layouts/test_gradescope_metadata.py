"""What is taken from the metadata of a download, of any form of its values."""

from __future__ import annotations

import pytest

from grader.ingest.layouts import gradescope_metadata
from grader.ingest.layouts.gradescope_metadata import AboutSubmission, MetadataError, read_metadata
from grader.model import PLATFORM, Member


def test_people_and_time_with_and_without_colons() -> None:
    found = read_metadata(b"submission_1:\n  submitters:\n  - {name: Ada, sid: '07'}\n  created_at: 2025-01-15\n")
    assert found.submissions == {"submission_1": AboutSubmission((Member("Ada", "07", "", PLATFORM),), "2025-01-15")}


@pytest.mark.parametrize(
    "value", ["5", "[]", "{submitters: {}}", "{submitters: [5, {name: [x]}]}", "{created_at: [x]}"]
)
def test_values_of_other_kinds_say_nothing(value: str) -> None:
    assert set(read_metadata(f"a: {value}".encode()).submissions.values()) <= {AboutSubmission()}


def test_a_tag_makes_no_object() -> None:
    found = read_metadata(b"a: {created_at: !!python/object/apply:os.getcwd []}\n")
    assert found.submissions["a"] == AboutSubmission()


def test_a_file_that_is_too_large_is_not_parsed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gradescope_metadata, "MAX_BYTES", 3)
    with pytest.raises(MetadataError, match="larger"):
        read_metadata(b"a: 1")
