"""A course of thirty submissions for a tutor's walk: code, a plot and prose, five lines each, made without running code."""

from __future__ import annotations

import base64
import io
import json
from decimal import Decimal
from pathlib import Path

from PIL import Image

from grader.model import Answer, CellRun, Finding, Grade, PageImage, Report, ScoredCheck, ScoredQuestion, Status
from grader.report.rendered import rendered
from grader.results.output_folder import write_rendered
from grader.results.results_database import ResultsDatabase

TEAMS = 30
LINES = {  # by question: the lines of a tutor, each with its rubric items
    "code": {"loop": [("Zeroes gradients.", "1"), ("No zero_grad.", "0")], "style": [("Clear.", "0.5"), ("Unclear.", "0.25")]},
    "plot": {"curves": [("Six curves.", "1"), ("Curves are missing.", "0.5")]},
    "prose": {"cause": [("Names the cause.", "1")], "cure": [("Names a cure.", "0.75"), ("A cure without a reason.", "0.5")]},
}  # fmt: skip
POINTS = {"loop": "1", "style": "0.5", "curves": "1", "cause": "1", "cure": "0.75"}
SOURCE = "for x, y in data:\n    loss = ((model(x) - y) ** 2).mean()\n    loss.backward()\n    optimizer.step()\n"


def _png(number: int) -> str:
    file = io.BytesIO()
    Image.new("RGB", (60, 40), (number * 8, 90, 160)).save(file, "PNG")
    return base64.b64encode(file.getvalue()).decode()


def _line(question: str, check: str) -> ScoredCheck:
    finding = Finding(check, "manual", question, check.title(), Status.needs_review, "Not graded yet.", target="")
    return ScoredCheck(finding, Decimal(POINTS[check]), None)


def report(number: int) -> Report:
    """Return the submission of one team."""
    parts = []
    for question, lines in LINES.items():
        checks = tuple(_line(question, check) for check in lines)
        points = sum((one.max_effect for one in checks), Decimal(0))
        parts.append(ScoredQuestion(question, question.title(), points, False, None, Decimal(0), checks))
    whole = sum((part.points for part in parts), Decimal(0))
    grade = Grade(whole, None, Decimal(0), tuple(parts), tuple(POINTS))
    answers = {"prose": Answer(f"The gradient of team {number} vanishes as $|w| < 1$; a gate helps.", "answers.md")}
    picture = PageImage("Six curves", _png(number))
    return Report(
        f"Team_{1000 + number}", "A walk", f"{number}.zip", f"{number:064x}", (), None, (), grade, answers,
        (CellRun(1, "ok", source=f"{SOURCE}# {number}", text="loss 0.1"),), {}, {"seed": 1},
        pictures={"plot": (picture,)},
    )  # fmt: skip


def write_course(folder: Path) -> None:
    """Write the output folder of the course."""
    items = {
        check: {
            "question": question,
            "scoring": "positive",
            "items": [{"text": text, "points": points} for text, points in several],
        }
        for question, lines in LINES.items()
        for check, several in lines.items()
    }
    records = ResultsDatabase(folder)
    batch = records.begin("A walk", {}, rubric_items=json.dumps(items))
    for number in range(TEAMS):
        one = rendered(report(number))
        write_rendered(one, folder)
        records.put(one.row, batch)
