"""A submission as opened: files in memory, cells, documents, answers, and what was noticed on the way."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Literal

UNSUPPORTED_SUFFIXES = (
    ".docx",
    ".doc",
    ".odt",
    ".html",
    ".rtf",
    ".pages",
    ".rar",
    ".7z",
    ".mlx",
    ".jpg",
    ".jpeg",
    ".heic",
)


@dataclass(frozen=True)
class Member:
    """One author, as far as a source names her; `source` says where it was read."""

    name: str
    student_id: str = ""
    email: str = ""
    source: str = ""


@dataclass(frozen=True)
class Notice:
    """Something seen while a submission was opened; `serious` ones mean that a part could not be read."""

    code: str
    message: str
    hint: str = ""
    serious: bool = False


@dataclass(frozen=True)
class Cell:
    """One code cell of a notebook, or one module of a tree; `number` counts code cells from 1.

    A module is imported by its dotted name `module`, so that its own imports work.
    """

    number: int
    source: str
    origin: str
    module: str = ""
    stored: str = ""  # the text of the outputs that it was submitted with; they prove nothing

    @property
    def code(self) -> str:
        """What is executed for this cell."""
        return f"import importlib as _i; _i.import_module({self.module!r}); del _i" if self.module else self.source


@dataclass(frozen=True)
class Document:
    """A written part as text. `readable` is false for a PDF without a text layer."""

    path: str
    kind: Literal["markdown", "notebook", "pdf", "text"]
    text: str
    readable: bool = True


@dataclass(frozen=True)
class Answer:
    """What a team wrote for one question, as found; `doubt` is set when another place could be meant."""

    text: str
    where: str
    doubt: str = ""


@dataclass(frozen=True)
class Extension:
    """More time for one team: until a moment, or so many hours after the last one; `by` is shown."""

    until: datetime | None
    hours: Decimal | None
    by: str
    reason: str


@dataclass(frozen=True)
class Submission:
    """A submission as opened: files in memory, never on a path of ours; `digest` is the sha256 of its content."""

    team: str
    source: str
    digest: str
    members: tuple[Member, ...] = ()
    files: Mapping[str, bytes] = field(default_factory=dict)
    cells: tuple[Cell, ...] = ()
    documents: tuple[Document, ...] = ()
    received: datetime | None = None
    extension: Extension | None = None
    notices: tuple[Notice, ...] = ()

    @property
    def code_folders(self) -> tuple[str, ...]:
        """Folders below the root that modules may be imported from: those with code, and the folders they lie in."""
        origins = [cell.origin.partition(", cell ")[0] for cell in self.cells]
        paths = [*origins, *(path for path in self.files if path.endswith(".py"))]
        found = [path.rpartition("/")[0] for path in paths]
        return tuple(dict.fromkeys(part for path in found for part in (path, path.rpartition("/")[0]) if part))

    @property
    def unread(self) -> str:
        """What of the submission could not be read, in a sentence; then nothing may be said to be missing."""
        serious = [notice.message for notice in self.notices if notice.serious]
        strange = [path for path in sorted(self.files) if path.lower().endswith(UNSUPPORTED_SUFFIXES)]
        return serious[0] if serious else f"{strange[0]} cannot be read here." if strange else ""
