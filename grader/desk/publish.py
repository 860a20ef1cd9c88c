"""What is written when marks are published, and which totals teams may have seen that are others now."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from grader import atomic_write
from grader.desk.manual_grading import GradingDesk
from grader.errors import GraderError
from grader.exports.export_format import EXPORTS, Inputs
from grader.exports.formats import formats
from grader.results.database import now
from grader.results.output_folder import write_store, write_team


@dataclass(frozen=True)
class Change:
    """A total that was published and is another one now."""

    team: str
    before: Decimal | None
    after: Decimal | None


@dataclass(frozen=True)
class Line:
    """One submission as it would be published; `open` checks of it wait."""

    name: str
    team: str
    certain: Decimal
    total: Decimal | None
    unresolved: int


def lines(desk: GradingDesk) -> list[Line]:
    """What would be published, by team."""
    query = """
        SELECT name, team, decided, total, json_array_length(open) FROM hand_ins
        WHERE batch = ? ORDER BY team, digest, name
    """
    with desk.records.open() as connection:
        found = connection.execute(query, (desk.batch,)).fetchall()
    return [Line(name, team, Decimal(decided), _number(total), count) for name, team, decided, total, count in found]


def changes(desk: GradingDesk) -> list[Change]:
    """Totals that were published and are others now."""
    query = """
        SELECT h.team, p.total, h.total FROM hand_ins h JOIN published p ON p.hand_in = h.name
        WHERE h.batch = ? AND p.total IS NOT h.total ORDER BY h.team
    """
    with desk.records.open() as connection:
        found = connection.execute(query, (desk.batch,)).fetchall()
    return [Change(team, _number(before), _number(after)) for team, before, after in found]


@dataclass(frozen=True)
class Published:
    """How many reports changed on disk, and why an export could not be made."""

    reports: int
    problems: tuple[str, ...] = ()


def publish(desk: GradingDesk) -> Published:
    """Write all reports, the overview and the exports that need nothing else, as they stand now.

    Raises:
        GraderError: the folder cannot be written.
    """
    changed = 0
    for name in desk.records.names(desk.batch):
        path = desk.folder / "reports" / f"{name}.html"
        before = path.read_bytes() if path.exists() else b""
        write_team(desk.report(name), desk.folder)
        changed += path.read_bytes() != before
    write_store(desk.folder, desk.records)
    with desk.records.open(write=True) as connection:
        connection.execute(
            "INSERT OR REPLACE INTO published SELECT name, total, ? FROM hand_ins WHERE batch = ?", (now(), desk.batch)
        )
    return Published(changed, tuple(_exported(desk)))


def _exported(desk: GradingDesk) -> Iterator[str]:
    """Write the exports; what one of them refuses is told and holds up nothing else."""
    for one in formats().values():
        if not one.always:
            continue
        try:
            made = one.make(Inputs(desk.folder))
        except GraderError as error:
            yield f"{one.name}: {error}"
            continue
        for name, data in made.files:
            atomic_write.write(desk.folder / EXPORTS / name, data)


def _number(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)
