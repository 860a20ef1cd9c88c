"""The files of publishing: an export that is refused stops no other one."""

from __future__ import annotations

import contextlib
import sqlite3

import pytest

from grader.desk import publish as publish_module
from grader.desk.manual_grading import GradingDesk
from grader.desk.publish import alerts, publish, rows_of
from grader.errors import GraderError
from grader.exports.export_format import Export, Format, Inputs
from grader.model.summary import CommonFailure


def test_a_refused_export_is_reported_and_the_others_are_written(
    desk: GradingDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(inputs: Inputs) -> Export:
        raise GraderError("1000101 is in two submissions")

    def make(inputs: Inputs) -> Export:
        return Export((("there.txt", str(len(list(inputs.rows()))).encode()),))

    made = {
        "a": Format("a", "Refused.", refuse, always=True),
        "b": Format("b", "Made.", make, always=True),
        "c": Format("c", "Not asked for.", refuse),
    }
    monkeypatch.setattr(publish_module, "export_formats", lambda: made)
    done = publish(desk)
    assert done.problems == ("a: 1000101 is in two submissions",)
    assert (desk.folder / "exports" / "there.txt").read_text() == "4"
    with contextlib.closing(sqlite3.connect(desk.records.path)) as connection:
        assert connection.execute("SELECT count(*) FROM published").fetchone() == (4,)


def test_a_check_that_most_teams_fail_is_shown_before_publishing(
    desk: GradingDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert alerts(rows_of(desk)) == []
    common = CommonFailure("c", "Title", "Wrong.", 4, 6)
    monkeypatch.setattr(publish_module, "common_failures", lambda rows: [common] if len(rows) == 4 else [])
    assert alerts(rows_of(desk)) == [common.in_words()]
