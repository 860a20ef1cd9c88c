"""Files are written whole or not at all."""

from __future__ import annotations

import multiprocessing
from pathlib import Path

import pytest

from grader import atomic_write
from grader.errors import GraderError


def test_what_cannot_be_written_leaves_what_stood_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "folder" / "page.html"
    atomic_write.write(path, b"first")

    def full(self: Path, data: bytes) -> int:
        with self.open("wb") as file:
            file.write(data[:2])
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(GraderError, match="No space left on device; free some space"):
        atomic_write.write(path, b"second")
    assert path.read_bytes() == b"first"
    assert [entry.name for entry in path.parent.iterdir()] == ["page.html"]


def write_often(path: Path, text: bytes) -> None:
    for number in range(300):
        atomic_write.write(path, text * (number % 3 + 1))


def test_two_processes_that_write_the_same_file_do_not_take_it_from_each_other(tmp_path: Path) -> None:
    """Two teams can submit the same files: their evidence has one key."""
    path = tmp_path / "evidence" / "same.npz"
    context = multiprocessing.get_context("spawn")
    both = [context.Process(target=write_often, args=(path, text)) for text in (b"one", b"two")]
    for process in both:
        process.start()
    for process in both:
        process.join()
    assert [process.exitcode for process in both] == [0, 0]
    assert path.read_bytes() in {text * count for text in (b"one", b"two") for count in (1, 2, 3)}
    assert [entry.name for entry in path.parent.iterdir()] == ["same.npz"]


def test_what_a_killed_process_left_is_removed(tmp_path: Path) -> None:
    (tmp_path / "ab").mkdir()
    for name in ("x.npz", "x.npz.123.part"):
        (tmp_path / "ab" / name).write_bytes(b"")
    atomic_write.remove_parts(tmp_path)
    assert [entry.name for entry in (tmp_path / "ab").iterdir()] == ["x.npz"]
