"""The frozen values of each stage; only the standard library is imported here.

`Submission` -> `Evidence` -> `Finding` -> `Grade` -> `Report`.
"""

from grader.model.details import Chart, Detail, Quote, Series, Spread, SpreadRow, Stage, Table, Trace
from grader.model.evidence import TIME_USED_UP, Array, CellRun, Evidence, Json, Outcome, Request, request_key
from grader.model.finding import OPEN, Finding, Loss, Status
from grader.model.grade import HAND_IN, Decision, Grade, Mark, ScoredCheck, ScoredQuestion
from grader.model.language import LANGUAGES, Language
from grader.model.report import PageImage, Report
from grader.model.submission import UNREAD_ENDINGS, Answer, Cell, Document, Extension, Member, Notice, Submission

__all__ = [
    "HAND_IN",
    "LANGUAGES",
    "OPEN",
    "TIME_USED_UP",
    "UNREAD_ENDINGS",
    "Answer",
    "Array",
    "Cell",
    "CellRun",
    "Chart",
    "Decision",
    "Detail",
    "Document",
    "Evidence",
    "Extension",
    "Finding",
    "Grade",
    "Json",
    "Language",
    "Loss",
    "Mark",
    "Member",
    "Notice",
    "Outcome",
    "PageImage",
    "Quote",
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
    "Trace",
    "request_key",
]
