"""The table of overrides: the points that tutors gave for checks of single submissions."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from grader.model import Override
from grader.results.columns import now, points_from_column
from grader.results.connection import Connection
from grader.text import storable

# The last override of each team and check counts; those before it are its history.
COUNTING = "(SELECT max(id) FROM overrides WHERE undone = 0 GROUP BY team, check_id)"


@dataclass(frozen=True)
class ReasonSource:
    """The parts of an override's reason: comments of the bank in their order, then the tutor's own words."""

    comments: tuple[int, ...] = ()
    own_reason: str = ""


@dataclass(frozen=True)
class StoredOverride:
    """The override that counts for a check, as it was given: who, when, points, and the parts of the reason."""

    id: int
    by: str
    time: str
    points: Decimal
    source: ReasonSource


@dataclass(frozen=True)
class PastOverride:
    """An override as it was given, whatever became of it: `points` is None if it withdrew an earlier one."""

    check: str
    by: str
    time: str
    points: Decimal | None
    reason: str
    undone: bool


@dataclass(frozen=True)
class UndoneAct:
    """An act that was undone: its id, and the team and digest of each of its submissions."""

    act: str
    submissions: tuple[tuple[str, str], ...]


def version_of(numbers: Iterable[int]) -> str:
    """Return the name of a state of a submission's overrides, given the ids of those that count."""
    return "-".join(map(str, sorted(numbers))) or "none"


class OverridesTable:
    """Overrides; rows are only added, and an undone one counts no longer."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def counting(self, withdrawn: bool = False, team: str | None = None) -> list[Override]:
        """Return the overrides that count, one for each team and check, or those of one team.

        An override that takes back an earlier one is returned only with `withdrawn`.
        """
        of_team, values = ("", ()) if team is None else (" AND team = ?", (team,))
        last = f"SELECT max(id) FROM overrides WHERE undone = 0{of_team} GROUP BY team, check_id"  # noqa: S608 - constant
        columns = "team, check_id, points, by, reason, question_key, digest"
        query = f"SELECT {columns} FROM overrides WHERE id IN ({last}) ORDER BY id"  # noqa: S608 - constant
        found = [
            Override(r[0], r[1], Decimal(r[2] or 0), r[3], r[4], r[5], r[2] is None, r[6])
            for r in self._connection.rows(query, values)
        ]
        return [override for override in found if withdrawn or not override.withdrawn]

    def stored(self, team: str, digest: str, checks: Collection[str]) -> dict[str, StoredOverride]:
        """Return the overrides of a submission that count and were not withdrawn, by check."""
        query = (
            f"SELECT check_id, id, by, time, points, own_reason FROM overrides"  # noqa: S608 - a constant
            f" WHERE id IN {COUNTING} AND team = ? AND digest = ? AND points IS NOT NULL"
        )
        found = {}
        for check, number, by, time, points, own_reason in self._connection.rows(query, (team, digest)):
            if check in checks:
                uses = "SELECT comment FROM comment_uses WHERE override = ? ORDER BY position"
                comments = tuple(row[0] for row in self._connection.rows(uses, (number,)))
                found[check] = StoredOverride(number, by, time, Decimal(points), ReasonSource(comments, own_reason))
        return found

    def versions(self, batch: int, checks: Collection[str]) -> dict[str, str]:
        """Return the version of each submission of a batch that has overrides of these checks; see `version_of`."""
        query = f"""
            SELECT s.name, o.check_id, o.id FROM overrides o
            JOIN submissions s ON s.team = o.team AND s.digest = o.digest AND s.batch = ?
            WHERE o.id IN {COUNTING} AND o.points IS NOT NULL ORDER BY o.id
        """  # noqa: S608 - a constant
        found: dict[str, list[int]] = {}
        for name, check, number in self._connection.rows(query, (batch,)):
            if check in checks:
                found.setdefault(name, []).append(number)
        return {name: version_of(numbers) for name, numbers in found.items()}

    def history(self, team: str, digest: str, checks: Collection[str]) -> dict[str, list[PastOverride]]:
        """Return all overrides that a submission ever had, by check, the latest first."""
        query = (
            "SELECT check_id, by, time, points, reason, undone FROM overrides"
            " WHERE team = ? AND digest = ? ORDER BY id DESC"
        )
        found: dict[str, list[PastOverride]] = {}
        for check, by, time, points, reason, undone in self._connection.rows(query, (team, digest)):
            if check in checks:
                one = PastOverride(check, by, time, points_from_column(points), reason, bool(undone))
                found.setdefault(check, []).append(one)
        return found

    def tutors(self) -> list[str]:
        """Return the names of all who ever gave points, sorted."""
        return [by for (by,) in self._connection.rows("SELECT DISTINCT by FROM overrides ORDER BY by")]

    def add(
        self,
        overrides: Sequence[Override],
        question_keys: Mapping[str, str],
        sources: Sequence[ReasonSource] = (),
        act: str = "",
    ) -> int:
        """Add overrides with the time and return how many; one that counts already is not added again.

        An override remembers the question key of its check, and is flagged once that changes. One without a digest is
        for the submission of the team that is graded next. `sources` has one entry for each override, or none at all.
        All overrides of an `act` are undone together.
        """
        counting = {
            (one.team, one.check): replace(one, question_key="", digest="") for one in self.counting(withdrawn=True)
        }
        added = 0
        for override, source in zip(overrides, sources or [ReasonSource()] * len(overrides), strict=True):
            key = (override.team, override.check)
            if override.digest or counting.get(key) != replace(override, question_key=""):
                self._add_one(override, question_keys.get(override.check, ""), source, act)
                added += 1
        return added

    def _add_one(self, override: Override, question_key: str, source: ReasonSource, act: str) -> None:
        edited = not source.comments and not override.withdrawn and self._came_from_comments(override)
        points = None if override.withdrawn else str(override.points)
        columns = "team, check_id, points, by, reason, question_key, digest, time, act, own_reason, edited"
        row = (
            override.team, override.check, points, storable(override.by), storable(override.reason), question_key,
            override.digest, now(), act, storable(source.own_reason), edited,
        )  # fmt: skip
        statement = f"INSERT INTO overrides ({columns}) VALUES (?,?,?,?,?,?,?,?,?,?,?)"  # noqa: S608 - constant names
        number = self._connection.execute(statement, row)
        uses = [(number, comment, position) for position, comment in enumerate(source.comments)]
        self._connection.execute_many("INSERT INTO comment_uses (override, comment, position) VALUES (?,?,?)", uses)

    def _came_from_comments(self, override: Override) -> bool:
        """Return whether the override that counts so far came from comments, or is an edited one that did."""
        query = (
            "SELECT edited OR EXISTS (SELECT 1 FROM comment_uses u WHERE u.override = o.id) FROM overrides o"
            " WHERE team = ? AND check_id = ? AND undone = 0 ORDER BY id DESC LIMIT 1"
        )
        row = self._connection.row(query, (override.team, override.check))
        return bool(row and row[0])

    def bind(self, override: Override, digest: str) -> None:
        """Bind an override to a submission; an override for another submission stays as history."""
        query = (
            "SELECT id, digest FROM overrides WHERE team = ? AND check_id = ? AND undone = 0 ORDER BY id DESC LIMIT 1"
        )
        found = self._connection.row(query, (override.team, override.check))
        if found is None or found[1] == digest:
            return
        if not found[1]:
            self._connection.execute("UPDATE overrides SET digest = ? WHERE id = ?", (digest, found[0]))
            return
        columns = "team, check_id, points, by, reason, question_key"
        copy = f"INSERT INTO overrides ({columns}, digest, time) SELECT {columns}, ?, ? FROM overrides WHERE id = ?"  # noqa: S608 - constant names
        self._connection.execute(copy, (digest, now(), found[0]))

    def undo_last(self, by: str) -> UndoneAct | None:
        """Undo the last act of a tutor and return it, or None if there is nothing to undo.

        Earlier overrides count again.
        """
        query = "SELECT id, act FROM overrides WHERE by = ? AND undone = 0 ORDER BY id DESC LIMIT 1"
        last = self._connection.row(query, (storable(by),))
        if last is None:
            return None
        query = "SELECT id, team, digest FROM overrides WHERE id = ? OR (act = ? AND act <> '' AND undone = 0)"
        rows = self._connection.rows(query, last)
        self._connection.execute_many("UPDATE overrides SET undone = 1 WHERE id = ?", [(row[0],) for row in rows])
        return UndoneAct(last[1], tuple((team, digest) for _, team, digest in rows))

    def last_times(self, count: int) -> list[str]:
        """Return the times of the last overrides, the latest first, each once."""
        query = "SELECT DISTINCT time FROM overrides ORDER BY id DESC LIMIT ?"
        return [time for (time,) in self._connection.rows(query, (count,))]
