"""Submissions that were read are not read again, unless the file, the question or the code is another one."""

from __future__ import annotations

import os
import zipfile
from pathlib import Path

import pytest

from grader.cache import submission_cache
from grader.cache.evidence_cache import FolderCache
from grader.cache.submission_cache import SubmissionCache
from grader.ingest.discover import Source
from grader.model import Submission
from grader.opening import reader_client
from grader.opening.open_confined import open_confined


def archive(path: Path, text: str) -> Source:
    with zipfile.ZipFile(path, "w") as file:
        file.writestr("answers.md", f"1) {text}\n")
        file.writestr("net.py", "x = 1\n")
    return Source(path.name, path)


@pytest.fixture
def kept(tmp_path: Path) -> SubmissionCache:
    return SubmissionCache(FolderCache(tmp_path / "out"))


def entries(folder: Path) -> int:
    return len(list((folder / "out" / "evidence").rglob("*-read.zlib")))


def test_a_submission_is_read_once_and_is_the_same_the_second_time(
    tmp_path: Path, kept: SubmissionCache, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = archive(tmp_path / "Team_1000001.zip", "Because.")
    first = open_confined(source, known=kept)
    assert first == open_confined(source)
    assert entries(tmp_path) == 1
    monkeypatch.delattr(reader_client, "read_confined")  # from here on nothing can be read
    assert open_confined(source, known=kept) == first


@pytest.mark.parametrize("what", ["file", "pattern", "name", "code", "fresh"])
def test_whatever_changes_what_is_read_makes_it_be_read_again(
    tmp_path: Path, kept: SubmissionCache, monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    source, pattern = archive(tmp_path / "Team_1000001.zip", "Because."), "*.ipynb"
    before = open_confined(source, known=kept)
    if what == "file":
        source = archive(tmp_path / "Team_1000001.zip", "For another reason.")
        os.utime(tmp_path / "Team_1000001.zip", ns=(1, 1))
    if what == "pattern":
        pattern = "final*.ipynb"
    if what == "name":
        source = Source("Other_1000002.zip", source.path)
    if what == "code":
        monkeypatch.setattr(submission_cache, "code_digest", lambda: "another version")
    if what == "fresh":
        kept = SubmissionCache(FolderCache(tmp_path / "out", fresh=True))
    read: list[Submission] = []
    put = SubmissionCache.put

    def counted(self: SubmissionCache, request: object, submission: Submission) -> None:
        read.append(submission)
        put(self, request, submission)  # type: ignore[arg-type]

    monkeypatch.setattr(SubmissionCache, "put", counted)
    after = open_confined(source, pattern, known=kept)
    assert len(read) == 1
    assert (before.digest == after.digest) == (what != "file")


def test_a_damaged_entry_and_a_large_submission_are_read_again(tmp_path: Path, kept: SubmissionCache) -> None:
    source = archive(tmp_path / "Team_1000001.zip", "Because.")
    first = open_confined(source, known=kept)
    [path] = (tmp_path / "out" / "evidence").rglob("*-read.zlib")
    path.write_bytes(b"damaged")
    assert open_confined(source, known=kept) == first
    large = archive(tmp_path / "Team_1000003.zip", os.urandom(submission_cache.MAX_BYTES).hex())
    assert open_confined(large, known=kept) == open_confined(large)
    assert entries(tmp_path) == 1
