"""The table of results: it fits 100 columns, counts what failed and what is open, and breaks no path."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from grader.cli import result_table
from grader.cli.result_table import print_rows
from grader.model import Status

LONG = "Müller-Example_1000103_Sample_1000104_Platzhalter_1000105"


def row(team: str, failed: int, unresolved: tuple[str, ...]) -> Any:
    return SimpleNamespace(
        team=team, name=team, certain=Decimal("1.50"), points=Decimal(16), total=None, failed=failed, unresolved=unresolved,
        checks=[SimpleNamespace(status=Status.failed)] * failed,
    )  # fmt: skip


class Records:
    def __init__(self, *rows: Any) -> None:
        self._rows = rows

    def last_batch(self) -> tuple[str, str, str]:
        return "b", "A title", ""

    def names(self, batch: str) -> list[str]:
        return [one.name for one in self._rows]

    def rows(self, batch: str) -> list[Any]:
        return list(self._rows)


def printed(capsys: pytest.CaptureFixture[str], out: Path, *rows: Any) -> list[str]:
    assert print_rows(Records(*rows), out, as_json=False) == sum(bool(one.unresolved) for one in rows)  # type: ignore[arg-type]
    return capsys.readouterr().out.splitlines()


def test_each_team_has_one_line_of_at_most_100_columns(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    lines = printed(capsys, tmp_path, row(LONG, 12, tuple("abcdefgh")), row("B", 0, ()))
    assert max(map(len, lines[:-1])) <= 100
    [first] = [line for line in lines if LONG in line]
    assert first.split("│")[1:] == [" 1.5 of 16 ", "     12 ", "         8 "]
    [second] = [line for line in lines if line.startswith(" B ")]
    assert [cell.strip() for cell in second.split("│")[2:]] == ["-", "-"]
    assert lines[-1] == f"index: {tmp_path / 'index.html'}"


def test_a_long_batch_is_a_count(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(result_table, "MAX_LINES", 1)
    assert printed(capsys, tmp_path, row("A", 0, ("a",)), row("B", 0, ()))[0] == (
        "A title: 2 submissions, 1 graded, 1 to review"
    )
