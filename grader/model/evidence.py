"""Requests to a student's code, the raw replies, and the evidence of one submission."""

from __future__ import annotations

import builtins
import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Literal

from grader.model.finding import Place
from grader.model.submission import Answer

if TYPE_CHECKING:
    from numpy.typing import NDArray


def request_key(request: Request, definitions: str = "") -> str:
    """Return the key of a request: a hash of its content, arrays included, and of the definitions that it is for."""
    return hashlib.sha256((request.digest + definitions).encode("utf-8", "surrogatepass")).hexdigest()


if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[Any]
else:
    Array = Any


Json = Any


@dataclass(frozen=True)
class Request:
    """One request to the student's code: an action of the worker, JSON arguments and arrays."""

    action: Literal["call", "train", "steps", "session", "tests", "inside", "figures", "training"]
    arguments: Mapping[str, Json]
    arrays: Mapping[str, Array] = field(default_factory=dict, compare=False)

    @property
    def goes_on(self) -> bool:
        """Return whether it is a later segment of a training, which only the process of the earlier ones can answer."""
        return bool(self.arguments.get("from_epoch"))

    @property
    def training(self) -> str:
        """Return a hash of the training of this segment, the same for all segments; empty for other requests."""
        if self.action != "train":
            return ""
        whole = {name: value for name, value in self.arguments.items() if name not in ("from_epoch", "to_epoch")}
        return Request(self.action, whole, self.arrays).digest

    @cached_property
    def digest(self) -> str:
        """Return a hash of its content, arrays included."""
        digest = sha256(json.dumps([self.action, self.arguments], sort_keys=True, default=str).encode())
        for name in sorted(self.arrays):
            array = self.arrays[name]
            digest.update(f"{name}{array.dtype}{array.shape}".encode())
            digest.update(array.tobytes())
        return digest.hexdigest()


def operation_request(tests: Request, number: int) -> Request:
    """Return what the outcome of one operation of a run of tests is kept under; it is never sent."""
    return Request("session", {"of": tests.digest, "operation": number})


@dataclass(frozen=True)
class Frame:
    """One of the student's own lines in a traceback: a cell's number, or a file, with the line and the function."""

    file: str = ""
    cell: int | None = None
    line: int = 0
    function: str = ""


@dataclass(frozen=True)
class Raised:
    """An exception in the student's process, as data. All of it is that process's word, so it never gives points.

    `origin` is the last line that is not a library's: the student's own, the call of her object, a training recipe, or
    the grader's own code.
    """

    type: str = ""
    message: str = ""
    bases: tuple[str, ...] = ()  # names of the classes it inherits from
    name: str = ""  # the module, name or file that was not found
    errno: int = 0
    origin: Literal["student", "call", "recipe", "grader"] = "student"
    target: str = ""  # what was called where that is no class, such as `function`
    frames: tuple[Frame, ...] = ()  # outermost first
    chain: tuple[Raised, ...] = ()  # the exceptions that it was raised from, the nearest first

    def __str__(self) -> str:
        """Return the exception as Python prints it, without the name of a temporary file."""
        words = re.sub(r" \((?:\d+|<\w+>)(?:\.py)?, line \d+\)$", "", self.message)
        return f"{self.type}: {words}" if words else self.type


def raised_in_words(text: str) -> Raised:
    """Return an exception of which only the words are known, such as `KeyError: 'a'`."""
    kind, _, message = text.partition(": ")
    known = getattr(builtins, kind, None)
    bases = known.__mro__[1:-1] if isinstance(known, type) and issubclass(known, BaseException) else ()
    return Raised(kind, message, tuple(base.__name__ for base in bases))


DEFINITIONS = "<definitions>"  # the file of the extracted definitions in tracebacks

Limit = Literal["", "memory", "processes", "files"]  # what a process was ended for


@dataclass(frozen=True)
class Outcome:
    """The raw reply. `raised` is the student's exception, `missing` a name that does not exist."""

    status: Literal[
        "ok",
        "raised",
        "missing",
        "cpu_time",
        "wall_time",
        "out_of_time",
        "died",
        "ended_before",
        "unreadable",
        "not_asked",
    ]
    value: Mapping[str, Json] = field(default_factory=dict)
    arrays: Mapping[str, Array] = field(default_factory=dict, compare=False)
    message: str = ""
    training: str = ""  # the training that it is a segment of; a later segment needs the process of the earlier ones
    raised: Raised = Raised()
    limit: Limit = ""
    allowed: float = 0.0  # the seconds that were used up

    @cached_property
    def digest(self) -> bytes:
        """Return a hash of the whole reply."""
        said = (self.status, self.value, self.message, self.training, self.raised, self.limit, self.allowed)
        whole = hashlib.sha256(repr(said).encode())
        for name, array in sorted(self.arrays.items()):
            whole.update(f"{name} {array.shape} {array.dtype}".encode() + array.tobytes())
        return whole.digest()

    def says_the_same(self, other: Outcome) -> bool:
        """Return whether both are values, and equal to the last bit."""
        if self.status != "ok" or other.status != "ok" or self.value != other.value:
            return False
        return self.arrays.keys() == other.arrays.keys() and all(
            array.dtype == other.arrays[name].dtype
            and array.shape == other.arrays[name].shape
            and array.tobytes() == other.arrays[name].tobytes()
            for name, array in self.arrays.items()
        )

    @property
    def exception(self) -> Raised:
        """Return the exception of a reply that is `raised`."""
        return self.raised if self.raised.type else raised_in_words(self.message)


@dataclass(frozen=True)
class CellRun:
    """The run of one code cell; `text` is the end of its printed output, `source` and `place` are set in a report."""

    number: int
    status: Literal["ok", "error", "cpu_time", "wall_time", "died", "not run", "not needed"]
    error: str = ""
    text: str = ""
    seconds: float = 0.0
    source: str = ""
    raised: Raised = Raised()
    limit: Limit = ""
    allowed: float = 0.0  # the seconds that were used up
    place: Place | None = None

    @property
    def exception(self) -> Raised:
        """Return the exception of a cell that ended with an error."""
        return self.raised if self.raised.type else raised_in_words(self.error)


@dataclass(frozen=True)
class Evidence:
    """All observations of one submission; findings follow from it without another run."""

    cells: tuple[CellRun, ...] = ()
    outcomes: Mapping[str, Outcome] = field(default_factory=dict)
    answers: Mapping[str, Answer] = field(default_factory=dict)
    environment: Mapping[str, str] = field(default_factory=dict)
    distributions: Mapping[str, tuple[float, ...]] = field(default_factory=dict)  # trained for claims, by name
    records: tuple[Mapping[str, Json], ...] = ()  # how the processes ran; times differ from run to run
