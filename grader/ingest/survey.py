"""Who submitted what: the submissions under the paths that a tutor gives, and a sentence about them."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from grader.ingest.layouts.layout import Layout
from grader.ingest.source import Source
from grader.text import counted, plain

MAX_NAMED = 5


@dataclass(frozen=True)
class Survey:
    """Submissions, the layouts that found them, the names that belong to nobody, and how many attempts do not count."""

    sources: tuple[Source, ...]
    layouts: tuple[Layout, ...] = ()
    stray: tuple[str, ...] = ()
    earlier: int = 0

    def twice(self) -> list[str]:
        """Return the keys of people who are in several submissions: a number, an ID or an email, never a name."""
        keys = Counter(key for source in self.sources for key in set(_keys(source)))
        return sorted(key for key, number in keys.items() if number > 1)

    def sentence(self) -> str:
        """Return one line: the layout, the number of submissions, and what a tutor has to know about them."""
        title = " and ".join(layout.title for layout in self.layouts) or "Files as given"
        words = [counted(len(self.sources), "submission")]
        if late := sum(source.about is not None and source.about.late for source in self.sources):
            words.append(f"{late} late")
        if self.earlier:
            words.append(f"{counted(self.earlier, 'earlier attempt')} left out (the last one counts)")
        if empty := sum(source.is_empty for source in self.sources):
            words.append(f"{empty} without files")
        if twice := self.twice():
            words.append(f"{counted(len(twice), 'person', 'people')} in several submissions ({_listed(twice)})")
        return f"{title}: {', '.join(words)}"

    def without(self, paths: Sequence[Path], given: Iterable[Path | None]) -> Survey:
        """Return the survey without the files `given` by an option among those that belong to nobody."""
        folders = [path.resolve() for path in paths]
        inside = [one.resolve() for one in given if one is not None]
        own = [one.as_posix() for one in inside if any(one.is_relative_to(folder) for folder in folders)]
        own = [unicodedata.normalize("NFC", one) for one in own]  # as the names of a tree are written
        stray = (name for name in self.stray if not any(one.endswith(f"/{name}") for one in own))
        return replace(self, stray=tuple(stray))

    def unread(self) -> str:
        """Return one line on what belongs to nobody; empty if there is nothing."""
        return f"not read, as it belongs to no submission: {_listed(self.stray)}" if self.stray else ""


def _listed(names: Sequence[str]) -> str:
    more = f" and {len(names) - MAX_NAMED} more" if len(names) > MAX_NAMED else ""
    return plain(", ".join(names[:MAX_NAMED]) + more)


def _keys(source: Source) -> Iterable[str]:
    for member in source.members:
        yield from filter(None, (member.platform_id, member.student_id, member.email.casefold()))


def joined(parts: Sequence[Survey]) -> Survey:
    """Return all submissions by name; where two teams have the same name, the platform's number is in it as well."""
    sources = sorted((source for part in parts for source in part.sources), key=lambda source: source.name)
    layouts = tuple(dict.fromkeys(layout for part in parts for layout in part.layouts))
    stray = tuple(name for part in parts for name in part.stray)
    return Survey(tuple(_apart(_apart(sources, by_key=True))), layouts, stray, sum(part.earlier for part in parts))


def _apart(sources: Sequence[Source], by_key: bool = False) -> list[Source]:
    """Return the sources with a number in the team of those that have the same one: the platform's, or 2, 3, ..."""
    same = Counter(source.team for source in sources)
    before: Counter[str] = Counter()
    found = []
    for source in sources:
        before[source.team] += 1
        key = source.about.key if source.about is not None else ""
        number = key if by_key else str(before[source.team]) if before[source.team] > 1 else ""
        if same[source.team] > 1 and number not in ("", source.team):
            source = replace(source, label=f"{source.team} ({number})")
        found.append(source)
    return found
