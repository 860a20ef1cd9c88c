"""The frozen values that flow from a hand-in to its report, and nothing else.

`Submission` -> `Evidence` -> `Finding` -> `Grade` -> `Report`. Only the standard library is imported here.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from functools import cached_property
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Literal

from grader.language import Language

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[Any]
else:
    Array = Any

Json = Any


class Status(StrEnum):
    """A verdict, and with it who acts next."""

    passed = "passed"  # nobody
    failed = "failed"  # the student
    skipped = "skipped"  # the student: a check before it failed
    waiting = "waiting"  # a marker
    broken = "broken"  # us


UNREAD_ENDINGS = (".docx", ".doc", ".odt", ".html", ".rtf", ".pages", ".rar", ".7z", ".mlx", ".jpg", ".jpeg", ".heic")
OPEN = frozenset({Status.waiting, Status.broken})


@dataclass(frozen=True)
class Member:
    """One author, as far as a source names her; `source` says where it was read."""

    name: str
    student_id: str = ""
    email: str = ""
    source: str = ""


@dataclass(frozen=True)
class Notice:
    """Something seen while a hand-in was opened; `serious` ones mean that a part could not be read."""

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
    stored: str = ""  # the text of the outputs that it was handed in with; they prove nothing

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
class PageImage:
    """A page of the hand-in's own document: what it is, and the picture as PNG in base64."""

    title: str
    data: str


@dataclass(frozen=True)
class Extension:
    """More time for one team: until a moment, or so many hours after the last one; `by` is shown."""

    until: datetime | None
    hours: Decimal | None
    by: str
    reason: str


@dataclass(frozen=True)
class Submission:
    """A hand-in as opened: files in memory, never on a path of ours; `digest` is the sha256 of its content."""

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
        """What of the hand-in could not be read, in a sentence; then nothing may be said to be missing."""
        serious = [notice.message for notice in self.notices if notice.serious]
        strange = [path for path in sorted(self.files) if path.lower().endswith(UNREAD_ENDINGS)]
        return serious[0] if serious else f"{strange[0]} cannot be read here." if strange else ""


@dataclass(frozen=True)
class Request:
    """One plain question to the student's code: an action of the worker, JSON arguments and arrays."""

    action: Literal["call", "train"]
    arguments: Mapping[str, Json]
    arrays: Mapping[str, Array] = field(default_factory=dict, compare=False)

    @property
    def goes_on(self) -> bool:
        """Whether it is a later segment of a training, which only the process of the earlier ones can answer."""
        return bool(self.arguments.get("from_epoch"))

    @property
    def training(self) -> str:
        """A hash of the training that it is a segment of, the same for all of them; empty for other requests."""
        if self.action != "train":
            return ""
        whole = {name: value for name, value in self.arguments.items() if name not in ("from_epoch", "to_epoch")}
        return Request(self.action, whole, self.arrays).digest

    @cached_property
    def digest(self) -> str:
        """A hash of all that it says, arrays included."""
        digest = sha256(json.dumps([self.action, self.arguments], sort_keys=True, default=str).encode())
        for name in sorted(self.arrays):
            array = self.arrays[name]
            digest.update(f"{name}{array.dtype}{array.shape}".encode())
            digest.update(array.tobytes())
        return digest.hexdigest()


@dataclass(frozen=True)
class Outcome:
    """The raw reply. `raised` is the student's exception, `missing` a name that is not there."""

    status: Literal["ok", "raised", "missing", "timeout", "died", "broken"]
    value: Mapping[str, Json] = field(default_factory=dict)
    arrays: Mapping[str, Array] = field(default_factory=dict, compare=False)
    message: str = ""
    training: str = ""  # the training that it is a segment of; a later segment needs the process of the earlier ones


@dataclass(frozen=True)
class CellRun:
    """What became of one code cell; `text` is the tail of what it printed, `source` stands only in a report."""

    number: int
    status: Literal["ok", "error", "timeout", "died", "not run", "not needed"]
    error: str = ""
    text: str = ""
    seconds: float = 0.0
    source: str = ""


@dataclass(frozen=True)
class Evidence:
    """All that was observed of one hand-in; findings follow from it without running anything again."""

    cells: tuple[CellRun, ...] = ()
    outcomes: Mapping[str, Outcome] = field(default_factory=dict)
    answers: Mapping[str, Answer] = field(default_factory=dict)
    environment: Mapping[str, str] = field(default_factory=dict)
    distributions: Mapping[str, tuple[float, ...]] = field(default_factory=dict)  # what was trained for claims, by name
    records: tuple[Mapping[str, Json], ...] = ()  # how the processes ran; times differ from run to run


@dataclass(frozen=True)
class Table:
    """A small table in a finding; every cell is text."""

    title: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    type: Literal["table"] = "table"


@dataclass(frozen=True)
class Series:
    """One line of a chart."""

    name: str
    x: tuple[float, ...]
    y: tuple[float, ...]


@dataclass(frozen=True)
class Chart:
    """A line chart; `alt` says in words what it shows."""

    title: str
    x_label: str
    y_label: str
    series: tuple[Series, ...]
    alt: str
    type: Literal["chart"] = "chart"


@dataclass(frozen=True)
class Stage:
    """One layer of a shape trace, in run-time order."""

    name: str
    kind: str
    shape: str
    expected: str = ""
    differs: bool = False


@dataclass(frozen=True)
class Trace:
    """The shapes that a tensor really had on its way through the layers."""

    title: str
    stages: tuple[Stage, ...]
    type: Literal["trace"] = "trace"


@dataclass(frozen=True)
class Quote:
    """Words of the hand-in, with the place they stand in; `marks` are phrases to highlight."""

    title: str
    text: str
    where: str = ""
    marks: tuple[str, ...] = ()
    type: Literal["quote"] = "quote"


@dataclass(frozen=True)
class SpreadRow:
    """Values of one kind and the one that was claimed."""

    name: str
    values: tuple[float, ...]
    claimed: float | None = None


@dataclass(frozen=True)
class Spread:
    """Claims on the distributions that they belong to; `alt` says in words what it shows."""

    title: str
    unit: str
    rows: tuple[SpreadRow, ...]
    alt: str
    type: Literal["spread"] = "spread"


Detail = Table | Chart | Trace | Quote | Spread


@dataclass(frozen=True)
class Loss:
    """What a finding takes from the total: points, and per cent of what is earned or of all there is."""

    points: Decimal
    percent: Decimal
    of: Literal["earned", "maximum"]

    def most(self, maximum: Decimal) -> Decimal:
        """Return the most that it can take, where `maximum` points can be earned."""
        return min(maximum, self.points + maximum * self.percent / 100)

    def taken(self, earned: Decimal, maximum: Decimal) -> Decimal:
        """Return what it takes of `earned` points, never more than these, to hundredths."""
        share = (earned if self.of == "earned" else maximum) * self.percent / 100
        return min(max(Decimal(0), earned), self.points + share).quantize(Decimal("0.01"), ROUND_HALF_UP)


@dataclass(frozen=True)
class Finding:
    """The verdict of one check: a sentence with what, found and allowed; then what to try."""

    check: str
    kind: str
    question: str
    title: str
    status: Status
    message: str
    hint: str = ""
    credit: Decimal = Decimal(0)
    details: tuple[Detail, ...] = ()
    because: str = ""  # for a skipped check: the one that failed before it
    reading: str = ""  # how an answer was taken, for a person
    group: str = ""  # of what waits: the same for answers that mean the same, which one decision settles
    target: str = ""  # the class or function that the check is about
    loss: Loss | None = None  # of a failed check of the hand-in that takes from the whole
    visibility: Literal["public", "hidden"] = "hidden"  # whether students may run the check themselves


@dataclass(frozen=True)
class Mark:
    """A person's decision on one check; it closes what is open and overrides what is not.

    Without a team it follows from a decision on equal answers. `asked` is what the check asked when it was given, and
    `digest` the hand-in that was looked at: on another one it does not count. A withdrawn one counts no longer.
    """

    team: str
    check: str
    points: Decimal
    by: str
    reason: str
    asked: str = ""
    withdrawn: bool = False
    digest: str = ""


@dataclass(frozen=True)
class Decision:
    """One person's decision on all answers that mean the same: `answers` is the group of their findings."""

    check: str
    answers: str
    points: Decimal
    by: str
    reason: str
    example: str = ""
    time: str = ""
    worth: str = ""  # what the check was worth then


@dataclass(frozen=True)
class ScoredCheck:
    """A finding with its points: `earned` is None while a person has to decide."""

    finding: Finding
    worth: Decimal
    earned: Decimal | None
    mark: Mark | None = None


@dataclass(frozen=True)
class ScoredQuestion:
    """The points of one question; `earned` is None while one of its checks is open."""

    id: str
    title: str
    points: Decimal
    bonus: bool
    earned: Decimal | None
    decided: Decimal
    checks: tuple[ScoredCheck, ...]


@dataclass(frozen=True)
class Grade:
    """All questions; `total` is None while one is open, `decided` is what is certain so far."""

    points: Decimal
    total: Decimal | None
    decided: Decimal
    questions: tuple[ScoredQuestion, ...]
    open: tuple[str, ...]


@dataclass(frozen=True)
class Report:
    """Everything that a report shows; the renderers read this and nothing else."""

    team: str
    rubric: str
    source: str
    digest: str
    members: tuple[Member, ...]
    received: datetime | None
    notices: tuple[Notice, ...]
    grade: Grade
    answers: Mapping[str, Answer]
    cells: tuple[CellRun, ...]
    environment: Mapping[str, str]
    seeds: Mapping[str, int]
    pages: Mapping[str, tuple[PageImage, ...]] = field(default_factory=dict)  # by question, where a person must look
    language: Language = "en"  # of the page that is made of it
