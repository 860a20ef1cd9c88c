"""The process may end between any two statements of an act: all of the act is saved then, or nothing, and all agree."""

from __future__ import annotations

import contextlib
import csv
import json
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from grader import atomic_write
from grader.batch.grade_batch import grade_all
from grader.desk.manual_grading import GradingDesk
from grader.desk.publish import publish
from grader.exports.export_format import Inputs
from grader.exports.formats import points_csv, result_json
from grader.model import Grade, GroupDecision, Override
from grader.results.apply_group_decisions import decide_groups
from grader.results.output_folder import read_reports, report_of
from grader.results.results_database import NAME
from grader.rubric.load import read_rubric
from tests.desk.conftest import RUBRIC, submission

Points = tuple[Decimal, Decimal | None]  # certain and total
HALF, ONE = Decimal("0.5"), Decimal(1)
NOT_COMPARED = {"time", "act", "until"}  # columns that are different in each run


class Interrupted(BaseException):
    """The process ends here."""


class Countdown:
    """Lets through a number of statements and writes, and then none any more, not even a rollback."""

    def __init__(self, steps: int) -> None:
        self.left, self.interrupted = steps, False

    def step(self) -> None:
        if self.left == 0:
            self.interrupted = True
            raise Interrupted
        self.left -= 1


@contextlib.contextmanager
def interrupted_after(steps: int) -> Iterator[Countdown]:
    """End the block after so many statements of SQLite and written files; uncommitted statements are lost."""
    countdown = Countdown(steps)
    connect, write = sqlite3.connect, atomic_write.write

    class Connection(sqlite3.Connection):
        def execute(self, *arguments: Any) -> sqlite3.Cursor:
            countdown.step()
            return super().execute(*arguments)

        def executemany(self, *arguments: Any) -> sqlite3.Cursor:
            countdown.step()
            return super().executemany(*arguments)

    def counted(path: Path, data: bytes) -> None:
        countdown.step()
        write(path, data)

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(sqlite3, "connect", lambda *given, **options: connect(*given, factory=Connection, **options))
        patched.setattr(atomic_write, "write", counted)
        with contextlib.suppress(Interrupted):
            yield countdown


def saved(folder: Path) -> dict[str, list[tuple[Any, ...]]]:
    """All rows of the results database but times and random names, as a process that starts now finds them."""
    found = {}
    with contextlib.closing(sqlite3.connect(folder / NAME)) as connection:
        for (table,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall():
            names = [row[1] for row in connection.execute(f"PRAGMA table_info({table})")]
            columns = ", ".join(name for name in names if name not in NOT_COMPARED)
            found[table] = sorted(connection.execute(f"SELECT {columns} FROM {table}").fetchall(), key=repr)
    return found


def files(folder: Path) -> dict[str, bytes]:
    """What the reports, the table and the exports hold."""
    return {str(path): path.read_bytes() for path in folder.rglob("*") if path.suffix in (".html", ".json", ".csv")}


def points_everywhere(desk: GradingDesk) -> dict[str, dict[str, Points]]:
    """Return certain and total points of every team, by the place that shows them."""
    with (desk.folder / "results.csv").open(newline="") as file:
        table = {row["team"]: row for row in csv.DictReader(file)}
    inputs = Inputs(desk.folder)
    [(_, data)] = result_json.FORMAT.make(inputs).files
    [(_, lines)] = points_csv.FORMAT.make(inputs).files
    members = {row["team"]: row for row in csv.DictReader(lines.decode("utf-8-sig").splitlines())}
    rows = list(desk.records.rows())
    reports = {row.team: report_of(desk.folder, row.name).grade for row in rows}
    return {
        "rows": {row.team: (row.certain, row.total) for row in rows},
        "desk": {row.team: points(desk.report(row.name).grade) for row in rows},
        "reports": {team: points(grade) for team, grade in reports.items()},
        "results.csv": {team: as_points(row["certain"], row["total"]) for team, row in table.items()},
        "result.json": {one["name"]: as_points(one["certain"], one["total"]) for one in json.loads(data)["teams"]},
        "points.csv": {team: (reports[team].certain, as_points("0", one["total"])[1]) for team, one in members.items()},
    }


def disagreeing(everywhere: dict[str, dict[str, Points]]) -> dict[str, dict[str, Points]]:
    return {place: found for place, found in everywhere.items() if found != everywhere["rows"]}


def points(grade: Grade) -> Points:
    return grade.certain, grade.total


def as_points(certain: str, total: str | None) -> Points:
    return Decimal(certain), Decimal(total) if total else None


@pytest.fixture(scope="module")
def graded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("graded")
    (folder / "rubric.yaml").write_text(RUBRIC)
    for number in range(3):
        submission(folder, number, f"Because of $x^2$, number {number}")
    for _ in grade_all([folder / "in"], read_rubric(folder / "rubric.yaml"), folder / "out", jobs=1):
        pass
    desk = GradingDesk(folder / "out")
    comment = desk.add_comment("how", "The step is missing.", "method", HALF, "T")
    names = desk.records.names(desk.batch)
    desk.decide("how", names[:2], {}, "T", [comment])
    desk.decide("why", [names[0]], {"sense": (ONE, "Good.")}, "T")
    publish(desk)
    return folder / "out"


@dataclass(frozen=True)
class Act:
    """An act of a tutor, and the acts before it."""

    do: Callable[[GradingDesk], object]
    before: Callable[[GradingDesk], object] = lambda desk: None


def names(desk: GradingDesk) -> list[str]:
    return desk.records.names(desk.batch)


def the_comment(desk: GradingDesk) -> int:
    return desk.bank.search("how")[0].id


def grade_one(desk: GradingDesk) -> None:
    desk.decide("how", [names(desk)[2]], {"method": (ONE, "Fine.")}, "T", [the_comment(desk)])


def grade_several(desk: GradingDesk) -> None:
    desk.decide("why", names(desk)[1:], {"sense": (ONE, ""), "length": (HALF, "")}, "T")


def grade_the_rest(desk: GradingDesk) -> None:
    grade_several(desk)
    grade_one(desk)


def change_comment(desk: GradingDesk) -> None:
    desk.change_comment("how", the_comment(desk), "Explain the step.", ONE, "U", 2)


def decide_group(desk: GradingDesk) -> None:
    reports = read_reports(desk.folder)
    finding = next(
        scored.finding
        for question in reports[1].grade.questions
        for scored in question.checks
        if scored.finding.check == "sense"
    )
    decide_groups([GroupDecision("sense", finding.group, ONE, "V", "as discussed")], reports, desk.folder)


ACTS = {
    "points for one": Act(grade_one),
    "points for several": Act(grade_several),
    "undo of points": Act(lambda desk: desk.undo("T"), before=grade_several),
    "change of a comment": Act(change_comment),
    "undo of a changed comment": Act(lambda desk: desk.undo("U"), before=change_comment),
    "new comment": Act(lambda desk: desk.add_comment("how", "No units.", "method", HALF, "T")),
    "group decision": Act(decide_group),
    "publish": Act(publish, before=grade_the_rest),
}


@pytest.mark.parametrize("act", ACTS.values(), ids=ACTS)
def test_an_act_that_is_interrupted_is_saved_whole_or_not_at_all(graded: Path, tmp_path: Path, act: Act) -> None:
    shutil.copytree(graded, tmp_path / "before")
    act.before(GradingDesk(tmp_path / "before"))
    shutil.copytree(tmp_path / "before", tmp_path / "after")
    act.do(GradingDesk(tmp_path / "after"))
    before, after = saved(tmp_path / "before"), saved(tmp_path / "after")
    assert before != after
    found: list[bool] = []  # whether the act was saved, by the number of steps that were made
    states: list[tuple[str, dict[str, bytes]]] = []  # that were published and compared
    countdown = Countdown(0)
    while not found or countdown.interrupted:
        folder = tmp_path / "out"
        shutil.copytree(tmp_path / "before", folder)
        desk = GradingDesk(folder)
        with interrupted_after(len(found)) as countdown:
            act.do(desk)
        now = saved(folder)
        assert now in (before, after), f"in part after {len(found)} steps"
        found.append(now == after)
        if (state := (repr(now), files(folder))) not in states:
            states.append(state)
            reopened = GradingDesk(folder)
            assert saved(folder) == now  # rows agree with reports and overrides: nothing was made again
            publish(reopened)
            assert disagreeing(points_everywhere(reopened)) == {}, f"after {len(found) - 1} steps"
        shutil.rmtree(folder)
    assert found == sorted(found)  # once it is saved, it stays so
    assert (found[0], found[-1]) == (False, True)


@pytest.mark.parametrize("heal", ["open the desk", "publish"])
def test_rows_that_an_earlier_version_left_behind_are_made_again(graded: Path, tmp_path: Path, heal: str) -> None:
    """As a version left them that saved an override and the rows one after the other and ended in between."""
    shutil.copytree(graded, tmp_path / "out")
    desk = GradingDesk(tmp_path / "out")
    name = names(desk)[2]
    report = desk.report(name)
    with desk.records.writing() as tables:
        given = Override(report.team, "method", ONE, "T", "Fine.", digest=report.digest)
        tables.overrides.add([given], desk.question_keys)
    row = desk.records.row(name)
    assert row is not None
    assert "method" in row.unresolved
    if heal == "open the desk":
        desk = GradingDesk(tmp_path / "out")
        row = desk.records.row(name)
        assert row is not None
        assert "method" not in row.unresolved
    publish(desk)
    everywhere = points_everywhere(desk)
    assert everywhere["rows"][report.team] == (Decimal(2), None)
    assert disagreeing(everywhere) == {}


def test_a_report_that_cannot_be_read_does_not_keep_the_desk_closed(graded: Path, tmp_path: Path) -> None:
    shutil.copytree(graded, tmp_path / "out")
    first, second = names(GradingDesk(tmp_path / "out"))[:2]
    (tmp_path / "out" / "reports" / f"{first}.json").write_text("{")
    before = saved(tmp_path / "out")
    desk = GradingDesk(tmp_path / "out")
    assert saved(tmp_path / "out") == before
    desk.decide("why", [second], {"sense": (ONE, "")}, "T")
    assert saved(tmp_path / "out") != before


def test_a_decision_for_a_group_keeps_what_was_graded_at_the_desk(graded: Path, tmp_path: Path) -> None:
    """The report on disk is older than the override: the row must have both."""
    shutil.copytree(graded, tmp_path / "out")
    desk = GradingDesk(tmp_path / "out")
    name = names(desk)[1]
    desk.decide("why", [name], {"length": (HALF, "Too long.")}, "T")
    decide_group(desk)
    row = desk.records.row(name)
    assert row is not None
    given = {check.check: check.earned for check in row.checks}
    assert (given["length"], given["sense"], given["method"]) == (HALF, ONE, HALF)
    assert report_of(desk.folder, name).grade.total == row.total == Decimal(2)
