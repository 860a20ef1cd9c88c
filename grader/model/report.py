"""The data of one report."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from grader.model.evidence import CellRun
from grader.model.grade import Grade
from grader.model.language import Language
from grader.model.message import NOTHING, Text
from grader.model.submission import Answer, Member, Notice


@dataclass(frozen=True)
class PageImage:
    """A page of the submission's own document, or a picture that it plots: a caption, and PNG in base64."""

    title: Text
    data: str


@dataclass(frozen=True)
class RegradeAnswer:
    """A team's request to look at a question again, with the points at that time, and a tutor's answer."""

    question: str
    request: str
    answer: str
    by: str
    before: Decimal | None = None


@dataclass(frozen=True)
class LineComment:
    """A tutor's comment for a question at a line of a cell, both counted from 1."""

    question: str
    cell: int
    line: int
    text: str
    by: str


@dataclass(frozen=True)
class Report:
    """The data of a report; the renderers read nothing else."""

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
    pages: Mapping[str, tuple[PageImage, ...]] = field(default_factory=dict)  # by question, if a tutor has to review it
    pictures: Mapping[str, tuple[PageImage, ...]] = field(
        default_factory=dict
    )  # what the submission plots, by question
    proof: Text = NOTHING  # whether the rubric is proved, for the tutor
    show_guide: bool = False  # whether the guide of a graded rubric item is shown to the team
    class_statistics: bool = False  # whether published reports say how the class did
    regrades: tuple[RegradeAnswer, ...] = ()
    line_comments: tuple[LineComment, ...] = ()
    language: Language = "en"  # of the page that is made of it
