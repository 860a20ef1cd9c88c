"""The frozen values of each stage; only the standard library is imported here.

`Submission` -> `Evidence` -> `Finding` -> `Grade` -> `Report`.
"""

from grader.model.cause import PROVEN, Cause
from grader.model.details import Chart, Detail, Quote, Series, Spread, SpreadRow, Stage, Table, Trace
from grader.model.evidence import Array, CellRun, Evidence, Frame, Json, Outcome, Raised, Request, request_key
from grader.model.finding import OPEN, Finding, Loss, Place, Status
from grader.model.grade import SUBMISSION_PART, Grade, GroupDecision, Override, ScoredCheck, ScoredQuestion
from grader.model.language import LANGUAGES, Language
from grader.model.message import NOTHING, Message, Text, all_of, say, say_number, sentences
from grader.model.report import LineComment, PageImage, RegradeAnswer, Report
from grader.model.submission import (
    OTHER_SOURCES,
    PLATFORM,
    Answer,
    Cell,
    Document,
    Extension,
    Member,
    Mistake,
    Notice,
    NoticeCode,
    Submission,
)

__all__ = [
    "LANGUAGES",
    "NOTHING",
    "OPEN",
    "OTHER_SOURCES",
    "PLATFORM",
    "PROVEN",
    "SUBMISSION_PART",
    "Answer",
    "Array",
    "Cause",
    "Cell",
    "CellRun",
    "Chart",
    "Detail",
    "Document",
    "Evidence",
    "Extension",
    "Finding",
    "Frame",
    "Grade",
    "GroupDecision",
    "Json",
    "Language",
    "LineComment",
    "Loss",
    "Member",
    "Message",
    "Mistake",
    "Notice",
    "NoticeCode",
    "Outcome",
    "Override",
    "PageImage",
    "Place",
    "Quote",
    "Raised",
    "RegradeAnswer",
    "Report",
    "Request",
    "ScoredCheck",
    "ScoredQuestion",
    "Series",
    "Spread",
    "SpreadRow",
    "Stage",
    "Status",
    "Submission",
    "Table",
    "Text",
    "Trace",
    "all_of",
    "request_key",
    "say",
    "say_number",
    "sentences",
]
