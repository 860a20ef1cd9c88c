"""The host's side of reading: one server for many readers, replaced where it has ended."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

import pytest

from grader.ingest.discover import Source
from grader.opening.reader_client import ReaderServer, read_confined
from grader.opening.reader_protocol import ReadRequest


def read(path: Path) -> str:
    path.write_text("1) text", encoding="ascii")
    reply = read_confined(ReadRequest(Source(path.name, path)), None)
    assert reply.submission is not None, reply
    return reply.submission.documents[0].text


def test_one_server_reads_all_submissions_and_one_that_was_killed_is_replaced(tmp_path: Path) -> None:
    assert read(tmp_path / "a.md") == "1) text"
    first = ReaderServer._current
    assert first is not None
    read(tmp_path / "b.md")
    assert ReaderServer._current is first
    os.kill(first.popen.pid, signal.SIGKILL)
    first.popen.wait()
    assert read(tmp_path / "c.md") == "1) text"
    assert ReaderServer._current is not first


def test_a_relative_path_is_one_of_the_folder_in_which_the_host_works(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    read(tmp_path / "a.md")
    monkeypatch.chdir(tmp_path)
    assert read(Path("b.md")) == "1) text"


def test_nothing_is_left_open_after_a_submission(tmp_path: Path) -> None:
    read(tmp_path / "a.md")
    before = len(os.listdir("/proc/self/fd"))
    for name in ("b.md", "c.md"):
        read(tmp_path / name)
    assert len(os.listdir("/proc/self/fd")) == before


def test_a_server_that_cannot_start_is_an_error_of_the_machine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(ReaderServer, "_current", None)
    monkeypatch.setattr(sys, "executable", "/bin/false")
    with pytest.raises(OSError, match="did not start"):
        read(tmp_path / "a.md")
