"""The frozen values of each stage; only the standard library is imported here.

`Submission` -> `Evidence` -> `Finding` -> `Grade` -> `Report`.
"""

from grader.model.details import Chart, Detail, Quote, Series, Spread, SpreadRow, Stage, Table, Trace
from grader.model.evidence import TIME_USED_UP, Array, CellRun, Evidence, Json, Outcome, Request, request_key
from grader.model.finding import OPEN, Finding, Loss, Status
from grader.model.grade import SUBMISSION_PART, Grade, GroupDecision, Override, ScoredCheck, ScoredQuestion
from grader.model.language import LANGUAGES, Language
from grader.model.report import PageImage, Report
from grader.model.submission import UNSUPPORTED_SUFFIXES, Answer, Cell, Document, Extension, Member, Notice, Submission

__all__ = [
    "LANGUAGES",
    "OPEN",
    "SUBMISSION_PART",
    "TIME_USED_UP",
    "UNSUPPORTED_SUFFIXES",
    "Answer",
    "Array",
    "Cell",
    "CellRun",
    "Chart",
    "Detail",
    "Document",
    "Evidence",
    "Extension",
    "Finding",
    "Grade",
    "GroupDecision",
    "Json",
    "Language",
    "Loss",
    "Member",
    "Notice",
    "Outcome",
    "Override",
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
