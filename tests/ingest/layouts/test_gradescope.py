"""Gradescope's export: people, student IDs, emails and times are those of its metadata."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from grader.errors import GraderError
from grader.ingest.discover import survey
from tests.ingest.layouts.forty import owner, read_both, students, written

PARTNER = "  - :name: Partner Zwei\n    :sid: '2499999'\n    :email: zwei@uni.example\n"


def metadata() -> bytes:
    lines = []
    for one in students():
        lines.append(f"submission_{one.number}:\n  :submitters:\n  - :name: {one.name}\n    :sid: '{one.student_id}'\n")
        lines.append(f"    :email: {one.email}\n")
        lines.append(PARTNER if one.number == 5210 else "")
        lines.append(f"  :created_at: 2025-01-15 22:{one.number % 60:02}:00.000000000 Z\n  :score: 0.0\n")
    return "".join(lines).encode()


def download(about: bytes | None = None) -> dict[str, bytes]:
    top = "assignment_55_export"
    files = {f"{top}/submission_{one.number}/{file}": one.content(file) for one in students() for file in one.files}
    return files | {f"{top}/submission_metadata.yml": metadata() if about is None else about}


def test_people_and_times_are_those_of_the_metadata(tmp_path: Path) -> None:
    for found in read_both(tmp_path, download(), "gradescope", students()):
        by_owner = {owner(source): source for source in found.sources}
        for one in students():
            people = [member for member in by_owner[one.number].members if member.source == "platform"]
            assert (people[0].name, people[0].student_id, people[0].email) == (one.name, one.student_id, one.email)
            about = by_owner[one.number].about
            assert about is not None
            assert about.received == datetime(2025, 1, 15, 22, one.number % 60, tzinfo=UTC)
        assert [member.name for member in by_owner[5210].members][-1] == "Partner Zwei"
        assert found.stray == ()


@pytest.mark.parametrize(
    "about", [b"", b"[1, 2]", b"a: [", b"!!python/object/apply:os.system [x]", b"\xff\xfe\x00", b"&a [*a"]
)
def test_metadata_that_cannot_be_read_is_a_message(tmp_path: Path, about: bytes) -> None:
    for path in written(tmp_path, download(about)):
        with pytest.raises(GraderError, match=r"submission_metadata\.yml: not the metadata that Gradescope writes"):
            survey([path])


def test_tags_in_the_metadata_make_no_objects(tmp_path: Path) -> None:
    about = metadata() + b"submission_1: !ruby/object:Evil\n  :submitters: !!python/name:os.system []\n"
    for path in written(tmp_path, download(about)):
        found = survey([path])
        assert len(found.sources) == 41
        assert [source.name for source in found.sources if source.is_empty] == ["submission_1"]
