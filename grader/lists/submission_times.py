"""When submissions were received, by all names under which they may be found; a time that is not read is one line's."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from grader.errors import GraderError
from grader.lists.table import list_key
from grader.lists.times import UnreadTime, read_time
from grader.lists.timezones import known_zone

Received = datetime | UnreadTime


@dataclass
class SubmissionTimes:
    """The times by key; `lines` has the keys of each line of the list with its place and name."""

    by_key: dict[str, Received] = field(default_factory=dict)
    lines: list[tuple[frozenset[str], str]] = field(default_factory=list)

    def add(self, keys: Iterable[str], received: Received, place: str, name: str) -> None:
        """Add a line; a key that has another time already is not sure any more."""
        own = frozenset(list_key(key) for key in keys if key)
        for key in own:
            before = self.by_key.setdefault(key, received)
            if before != received:
                self.by_key[key] = UnreadTime(name, place, f"{name} is listed twice with different times")
        self.lines.append((own, f"{place}: {name}"))

    def add_later(self, key: str, received: Received) -> None:
        """Add a time for a group: the later one counts, and one that is not read makes all of them unsure."""
        before = self.by_key.get(list_key(key))
        if before is None or isinstance(received, UnreadTime):
            self.by_key[list_key(key)] = received
        elif not isinstance(before, UnreadTime):
            self.by_key[list_key(key)] = max(before, received)
        self.lines[-1] = (self.lines[-1][0] | {list_key(key)}, self.lines[-1][1])

    def unmatched(self, used: Iterable[str]) -> list[str]:
        """Return place and name of the lines that match none of the names `used`."""
        known = {list_key(key) for key in used if key}
        return [words for keys, words in self.lines if known.isdisjoint(keys)]


def time_of(keys: Iterable[str], times: Mapping[str, Received]) -> Received | None:
    """Return the time under the first of the keys that has one."""
    for key in filter(None, keys):
        for form in (key, list_key(key)):
            if form in times:
                return times[form]
    return None


def time_or_why(text: str, zone: str, place: str) -> Received:
    """Return a time, or why it cannot be read."""
    try:
        return read_time(text, zone)
    except ValueError as error:
        return UnreadTime(text, place, str(error))


def check_zone(zone: str, place: str) -> None:
    """Raise an error for an unknown zone, as it is not a mistake of a line.

    Raises:
        GraderError: there is no such zone.
    """
    try:
        known_zone(zone)
    except ValueError as error:
        raise GraderError(f"{place}: {error}") from None
