"""A submission as opened: files in memory, cells, documents, answers, and notices."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from hashlib import sha256
from typing import Literal

from grader.model.file_kinds import holds_no_answers, holds_no_code, is_read
from grader.model.finding import UNKNOWN_PLACE, Place
from grader.model.message import NOTHING, Message, Text, say, say_number

MAX_NAMED = 3  # files in one sentence


PLATFORM = "platform"
OTHER_SOURCES = ("file name", "roster", PLATFORM)  # sources of members that are no documents of the submission


@dataclass(frozen=True)
class Member:
    """One author, as far as a source names her; `source` names that source.

    `platform_id` is what a platform calls her: a participant number, a user id or a login.
    """

    name: str
    student_id: str = ""
    email: str = ""
    source: str = ""
    platform_id: str = ""


class NoticeCode(StrEnum):
    """The kind of a notice."""

    damaged = "damaged"
    empty = "empty"
    encrypted = "encrypted"
    link = "link"
    nested = "nested"
    too_large = "too-large"
    clash = "clash"
    same_name = "same-name"
    junk = "junk"
    unsafe_path = "unsafe-path"
    unknown_format = "unknown"
    damaged_notebook = "notebook"
    several_notebooks = "several-notebooks"
    ambiguous_notebook = "which-notebook"
    other_language = "language"
    environment = "environment"
    unreadable_pdf = "pdf"
    scanned_pdf = "scan"
    not_all_read = "not-all-read"
    no_time = "no-time"
    members_differ = "authors-differ"
    not_in_roster = "not-in-roster"
    grader_error = "error"


_HINTS_FOR_TUTORS = frozenset({NoticeCode.no_time, NoticeCode.ambiguous_notebook})  # what a tutor can do


@dataclass(frozen=True)
class Notice:
    """An observation made while a submission was opened; `serious` ones mean that a part could not be read."""

    code: NoticeCode
    message: Text
    hint: Text = NOTHING
    serious: bool = False

    @property
    def for_students(self) -> Notice:
        """The notice without a hint that says what a tutor can do."""
        return replace(self, hint=NOTHING) if self.code in _HINTS_FOR_TUTORS else self


@dataclass(frozen=True)
class Mistake:
    """A syntax error in a cell or a module, in Python's own words, and its place with the line."""

    place: Place
    error: str

    def in_words(self) -> Message:
        """Return the sentence that names it."""
        return say("{place}: {error}.", place=self.place.in_words(), error=self.error)


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
    pictures: tuple[bytes, ...] = ()  # PNG or JPEG files of these outputs, not looked into yet
    place: Place = UNKNOWN_PLACE  # its file, and its number among the code cells of its own notebook
    mistake: Mistake | None = None  # why it does not parse
    imported: bool = False  # for a module that is not run by itself: whether code that runs imports it

    @property
    def code(self) -> str:
        """What is executed for this cell."""
        return f"import importlib as _i; _i.import_module({self.module!r}); del _i" if self.module else self.source


@dataclass(frozen=True)
class Document:
    """A written part as text, of a PDF also by pages. `readable` is false for a PDF without a text layer."""

    path: str
    kind: Literal["markdown", "notebook", "pdf", "text"]
    text: str
    readable: bool = True
    pages: tuple[str, ...] = ()


@dataclass(frozen=True)
class Answer:
    """The answer of a team to one question, as found; `doubt` is set if the place is ambiguous.

    `nearby` is the text next to it if it may belong to it, or what stands at the other place.
    """

    text: str
    where: str
    doubt: Text = NOTHING
    nearby: str = ""


@dataclass(frozen=True)
class Extension:
    """More time for one team: until a moment, or a number of hours after the due date; `by` is shown."""

    until: datetime | None
    hours: Decimal | None
    by: str
    reason: str


@dataclass(frozen=True)
class Submission:
    """A submission as opened: files in memory, never on disk; `digest` is the sha256 of its content."""

    team: str
    source: str
    digest: str
    members: tuple[Member, ...] = ()
    files: Mapping[str, bytes] = field(default_factory=dict)
    cells: tuple[Cell, ...] = ()
    other_modules: tuple[Cell, ...] = ()  # modules and cells of notebooks that are not run by themselves; number 0
    passed_over: tuple[str, ...] = ()  # modules whose definitions of a target do not count
    notebooks: tuple[str, ...] = ()  # files that are notebooks by their content
    documents: tuple[Document, ...] = ()
    received: datetime | None = None
    extension: Extension | None = None
    notices: tuple[Notice, ...] = ()
    course_files: Mapping[str, bytes] = field(default_factory=dict)  # files of the course that lie beside its own
    course_modules: frozenset[str] = frozenset()  # packages that the course allows in definitions

    @property
    def laid_out(self) -> Mapping[str, bytes]:
        """Return the files beside which the code runs: its own and the course's, of which the course's count."""
        return {**self.files, **self.course_files} if self.course_files else self.files

    @property
    def course_digest(self) -> str:
        """Return a hash of the course's files; empty without any."""
        if not self.course_files:
            return ""
        whole = sha256()
        for path, data in sorted(self.course_files.items()):
            whole.update(f"{len(path)} {path} {len(data)} ".encode() + data)
        return whole.hexdigest()

    @property
    def unread_files(self) -> tuple[str, ...]:
        """Return the files that were not read and are not known to hold no answers, by name."""
        read = {document.path for document in self.documents}
        return tuple(path for path in self._not_as_code if path not in read)

    @property
    def _not_as_code(self) -> tuple[str, ...]:
        """Return the files that were read as text at most, such as an office document with code in it, by name."""
        return tuple(
            path
            for path in sorted(self.files)
            if not is_read(path) and path not in self.notebooks and not holds_no_answers(path, len(self.files[path]))
        )

    @property
    def unread(self) -> Text:
        """Return a sentence on the parts that could not be read; then no check may report a part as missing."""
        return self._unread(self.unread_files)

    @property
    def unread_code(self) -> Text:
        """Return a sentence on the parts that could not be read and may hold code: not pictures and tables."""
        return self._unread([path for path in self._not_as_code if not holds_no_code(path)])

    def _unread(self, files: Sequence[str]) -> Text:
        serious = [notice.message for notice in self.notices if notice.serious]
        if serious:
            return serious[0]
        if not files:
            return NOTHING
        if len(files) <= MAX_NAMED:
            return say_number("{files} cannot be read here.", "{files} cannot be read here.", len(files), files=files)
        named = tuple(files[:MAX_NAMED])
        return say("{n} files cannot be read here, among them {files}.", n=len(files), files=named)
