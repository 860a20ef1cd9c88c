"""The survey of a download: a platform's metadata, which a team may have written, is read in a confined process."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest
import yaml

from grader.ingest import discover as in_this_process
from grader.ingest.layouts.gradescope_metadata import MetadataError, read_metadata
from grader.opening import reader_client
from grader.opening.reader_protocol import ReadRequest, Reply
from grader.opening.survey_confined import discover, metadata_confined, survey

METADATA = b"""submission_1:
  :submitters:
  - :name: Ada Example
    :sid: '1000001'
    :email: ada@example.org
  :created_at: 2025-01-15 10:00:00 Z
submission_2:
  :submitters:
  - :name: [7]
  - 8
  :created_at: [1]
other: 5
"""


def packed(files: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def test_metadata_is_the_same_in_a_confined_process() -> None:
    found = metadata_confined(METADATA)
    assert found == read_metadata(METADATA)
    assert [person.student_id for person in found.submissions["submission_1"].people] == ["1000001"]
    assert list(found.submissions) == ["submission_1", "submission_2"]


def test_a_download_is_surveyed_without_its_metadata_being_read_here(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = {"x/submission_1/net.py": b"x = 1\n", "x/submission_metadata.yml": METADATA}
    (tmp_path / "all.zip").write_bytes(packed(files))
    reader_client.ReaderServer._current = None  # a server forked before would not know the difference
    here = in_this_process.survey([tmp_path / "all.zip"])
    monkeypatch.setattr(yaml, "load", None)
    found = survey([tmp_path / "all.zip"])
    assert found == here
    assert [member.name for member in found.sources[0].members] == ["Ada Example"]


@pytest.mark.parametrize(
    "data",
    [b"a: [", b"- a", b"[" * 100_000, b"\xff\xfe\x00", b"!!python/object/apply:os.system [id]"],
    ids=["damaged", "a list", "deep", "bytes", "an object"],
)
def test_what_is_no_metadata_is_refused(data: bytes) -> None:
    with pytest.raises(MetadataError):
        metadata_confined(data)


def test_a_bomb_of_metadata_does_not_reach_this_process() -> None:
    lines = [b"a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [b"a%d: &a%d [%s]" % (n, n, b", ".join([b"*a%d" % (n - 1)] * 10)) for n in range(1, 10)]
    assert metadata_confined(b"\n".join(lines)).submissions == {}
    with pytest.raises(MetadataError, match="limits"):
        metadata_confined(b"a: [" + b"[]," * (10 << 20) + b"]")


def test_a_reader_that_says_something_else_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    def read(request: ReadRequest, level: object) -> Reply:
        return Reply("values", {"submissions": {"a": {"people": [["x"]], "created": 5}}})

    monkeypatch.setattr(reader_client, "read_confined", read)
    with pytest.raises(MetadataError, match="no values"):
        metadata_confined(METADATA)


def test_a_teams_own_archive_with_damaged_metadata_stops_nobody(tmp_path: Path) -> None:
    """It once ended the survey of all submissions."""
    bad = {"submission_metadata.yml": b"a: [", "submission_1/net.py": b"x = 1\n"}
    (tmp_path / "Mallory_1000003.zip").write_bytes(packed(bad))
    (tmp_path / "Ada_1000001.zip").write_bytes(packed({"net.py": b"x = 1\n"}))
    assert [one.name for one in discover([tmp_path])] == ["Ada_1000001.zip", "Mallory_1000003.zip"]
