"""Blackboard's download: attempts by time, of which the last one counts, and receipts that are no answers."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from grader.ingest.discover import survey
from tests.ingest.layouts.forty import owner, read_both, students, written


def download() -> dict[str, bytes]:
    files: dict[str, bytes] = {}
    for one in students(folders=False):
        last = f"ex7_{one.login}_attempt_2025-01-15-23-{one.number % 60:02}-10"
        before = f"ex7_{one.login}_attempt_2025-01-14-08-00-00"
        receipt = f"Name: {one.name} ({one.login})\nAssignment: ex7\n".encode()
        files |= {f"{last}_{file}": one.content(file) for file in one.files} | {f"{last}.txt": receipt}
        if one.late:
            files |= {f"{before}_old.md": b"An earlier attempt.", f"{before}.txt": receipt}
    return files


def test_the_last_attempt_counts_and_receipts_are_no_answers(tmp_path: Path) -> None:
    for found in read_both(tmp_path, download(), "blackboard", students(folders=False)):
        assert found.earlier == sum(one.late for one in students())
        by_owner = {owner(source): source for source in found.sources}
        for one in students():
            about = by_owner[one.number].about
            assert about is not None
            assert about.received == datetime.fromisoformat(f"2025-01-15T23:{one.number % 60:02}:10+01:00")
            assert [(m.name, m.platform_id) for m in about.people] == [(one.name, f"blackboard:{one.login}")]
            files = by_owner[one.number].read().files
            assert not any(b"Assignment: ex7" in data or b"earlier" in data for data in files.values())


def test_a_local_time_needs_a_zone_and_the_doubled_hour_of_autumn_is_unknown(tmp_path: Path) -> None:
    files = {f"ex7_st{n}_attempt_2025-10-26-0{n}-30-00_a.md": b"x" for n in (1, 2)}
    for path in written(tmp_path, files):
        assert [source.about.received for source in survey([path]).sources if source.about] == [None, None]
        times = [source.about.received for source in survey([path], zone="Europe/Berlin").sources if source.about]
        assert times == [datetime.fromisoformat("2025-10-26T01:30:00+02:00"), None]
