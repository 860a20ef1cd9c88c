"""What is removed from the shared memory, and what belongs to others."""

from __future__ import annotations

import mmap
import os
from pathlib import Path

from grader.sandbox.host.shared_memory import remove_shared, shared_files


def made(place: Path, *names: str) -> None:
    for name in names:
        (place / name).write_text("x", encoding="ascii")


def names(place: Path) -> list[str]:
    return sorted(path.name for path in place.iterdir())


def test_what_was_there_before_stays(tmp_path: Path) -> None:
    made(tmp_path, "before")
    before = shared_files(tmp_path)
    made(tmp_path, "left")
    (tmp_path / "folder").mkdir()
    remove_shared(os.geteuid(), before, tmp_path)
    assert names(tmp_path) == ["before"]


def test_what_a_process_uses_stays(tmp_path: Path) -> None:
    made(tmp_path, "open", "mapped", "left")
    with (tmp_path / "open").open("rb"), (tmp_path / "mapped").open("r+b") as file:
        memory = mmap.mmap(file.fileno(), 1)
        file.close()
        remove_shared(os.geteuid(), frozenset(), tmp_path)
        memory.close()
    assert names(tmp_path) == ["mapped", "open"]


def test_what_another_user_made_stays(tmp_path: Path) -> None:
    made(tmp_path, "theirs")
    remove_shared(os.geteuid() + 1, frozenset(), tmp_path)
    assert names(tmp_path) == ["theirs"]


def test_a_machine_without_shared_memory_has_nothing_to_remove(tmp_path: Path) -> None:
    assert shared_files(tmp_path / "none") == frozenset()
    remove_shared(os.geteuid(), frozenset(), tmp_path / "none")
