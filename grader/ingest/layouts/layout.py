"""What a layout reads: the tree of a download; and what it returns: the submissions in it and what is left over."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property

from grader.ingest.archives import is_archive
from grader.ingest.layouts.gradescope_metadata import Metadata, read_metadata
from grader.model import Member

# Files that hold work of a student; others (pictures, data) do so only beside one of these.
WORK = (".ipynb", ".py", ".pdf", ".md", ".markdown", ".txt", ".tex", ".docx", ".odt", ".html", ".rst", ".qmd", ".rmd")


@dataclass(frozen=True)
class Entry:
    """A file of a download: its path with forward slashes, and its name there, which opens it."""

    path: str
    given: str

    @property
    def name(self) -> str:
        """Return the name without folders."""
        return self.path.rpartition("/")[2]

    def below(self, folder: str) -> Entry:
        """Return the entry with its path below a folder that contains it."""
        return replace(self, path=self.path[len(folder) + 1 :])


def is_work(name: str) -> bool:
    """Return whether a file may be a student's work by itself: code, a document or an archive."""
    lower = name.lower().rstrip()
    return lower.endswith(WORK) or ".ipynb" in lower or is_archive(lower)


@dataclass(frozen=True)
class Tree:
    """The files of a download, and the folders at its top without files that count; `read` returns a file's bytes.

    `metadata` reads a platform's own file, which a team may have written: `opening` does it in another process.
    """

    name: str
    entries: tuple[Entry, ...]
    empty: tuple[str, ...] = ()
    read: Callable[[Entry], bytes] = field(default=lambda _: b"", repr=False, compare=False)
    unsafe: tuple[str, ...] = ()  # names that lead out of the download; they are not read
    metadata: Callable[[bytes], Metadata] = field(default=read_metadata, repr=False, compare=False)

    @cached_property
    def folders(self) -> dict[str, tuple[Entry, ...]]:
        """Return the entries of each folder at the top, with their paths below it."""
        found: dict[str, list[Entry]] = {name.partition("/")[0]: [] for name in self.empty}
        for entry in self.entries:
            top, slash, _ = entry.path.partition("/")
            if slash:
                found.setdefault(top, []).append(entry.below(top))
        return {name: tuple(found[name]) for name in sorted(found)}

    @cached_property
    def files(self) -> tuple[Entry, ...]:
        """Return the files at the top."""
        return tuple(entry for entry in self.entries if "/" not in entry.path)

    def inside(self, folder: str) -> Tree:
        """Return the tree of one folder at the top."""
        empty = tuple(name[len(folder) + 1 :] for name in self.empty if name.startswith(f"{folder}/"))
        return replace(self, name=folder, entries=self.folders[folder], empty=empty)

    def without(self, files: Iterable[Entry], folders: Iterable[str]) -> Tree:
        """Return the tree without some files and folders at the top."""
        gone, tops = set(files), set(folders)
        entries = (one for one in self.entries if one not in gone)
        kept = tuple(one for one in entries if "/" not in one.path or one.path.partition("/")[0] not in tops)
        return replace(self, entries=kept, empty=tuple(n for n in self.empty if n.partition("/")[0] not in tops))


@dataclass(frozen=True)
class Found:
    """One submission: the key that tells it from the others, its team, its files by their names in the submission.

    `name` is the name of its file or folder, `folder` the folder at the top that is all of it, if it is one folder.
    """

    key: str
    team: str
    name: str
    files: tuple[tuple[str, Entry], ...]
    folder: str = ""
    people: tuple[Member, ...] = ()
    received: datetime | None = None
    late: bool = False
    earlier: int = 0  # attempts before this one, which do not count

    @property
    def named_by_team(self) -> bool:
        """Return whether `name` is one that the team gave; numbers in a platform's name are no student IDs."""
        return not self.people or (len(self.files) == 1 and self.files[0][1].name.endswith(self.name))


@dataclass(frozen=True)
class Claim:
    """The submissions that a layout found, and the tree of what is not in its form."""

    found: tuple[Found, ...]
    rest: Tree


@dataclass(frozen=True)
class Layout:
    """The form of one platform's download; `zone` is the time zone of the platform's local times, or empty.

    `read` returns None if nothing in the tree is in this form; `sample` has paths of a small download.
    """

    name: str
    title: str
    description: str
    read: Callable[[Tree, str], Claim | None]
    sample: Sequence[str]
    sure: bool = True  # whether no team's own archive has this form by chance


def only_folder(tree: Tree) -> str:
    """Return the one folder that holds all work of a tree, as platforms wrap their downloads; otherwise empty."""
    with_files = [name for name, entries in tree.folders.items() if entries]
    return with_files[0] if len(with_files) == 1 and not any(is_work(file.name) for file in tree.files) else ""
