"""Measure the time of each page of the tutor's desk on the server, with an invented course and without student code.

python bench/desk.py [--teams 300] [--questions 10] [--times 15]
"""

from __future__ import annotations

import argparse
import asyncio
import base64
import io
import math
import random
import statistics
import sys
import tempfile
import threading
import time
from dataclasses import replace
from decimal import Decimal
from functools import cache
from pathlib import Path
from urllib.parse import unquote

if __package__ in (None, ""):
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from PIL import Image, ImageDraw
from starlette.applications import Starlette
from starlette.types import Message, Scope

from bench.measure import machine, write_part
from grader.desk.assignments import assign_question
from grader.desk.group_grading import Groups
from grader.desk.group_pages import WARMING
from grader.desk.manual_grading import GradingDesk
from grader.desk.request_list import take_in
from grader.desk.server import make_app
from grader.model import (
    Answer,
    Cause,
    CellRun,
    Finding,
    Grade,
    PageImage,
    Place,
    Report,
    ScoredCheck,
    ScoredQuestion,
    Status,
)
from grader.report.rendered import rendered
from grader.results.output_folder import write_rendered
from grader.results.results_database import ResultsDatabase

RESULTS = Path(__file__).resolve().parent / "results.md"
MAX_MILLISECONDS = 50  # of CPU time, the median of a page
WORDS = "the gate keeps what was there and adds what is new by its weight, step, state and loss".split()  # noqa: SIM905

CODE = """for epoch in range(20):
    for noisy, clean in batches:
        optimizer.zero_grad()
        loss = ((model(noisy) - clean) ** 2).mean()
        loss.backward()
        optimizer.step()
    scheduler.step()
print(f"epoch {epoch + 1}: loss {loss:.2f}")
"""
COMMENTS = ("Say why the gate opens.", "The step $h_t$ is missing.", "The sign of $\\nabla L$ is wrong.", "Say why.")


def question(number: int, chance: random.Random) -> ScoredQuestion:
    """Return one question with a check that needs review and one that failed or passed."""
    waits = Finding(
        f"c{number}-sense", "manual", f"q{number}", "Does it make sense?", Status.needs_review, "A tutor decides.",
        place=Place("model.ipynb", cell=1) if number == 2 else None,
    )  # fmt: skip
    failed = chance.random() < 0.3
    words = f"The answer has {chance.randint(110, 115)} words; the limit is 100." if failed else "It is short enough."
    status = Status.failed if failed else Status.passed
    length = Finding(
        f"c{number}-length", "word_limit", f"q{number}", "It is short", status, words, credit=Decimal(not failed)
    )
    checks = (
        ScoredCheck(waits, Decimal(2), None),
        ScoredCheck(length, Decimal(1), Decimal(0) if failed else Decimal(1)),
    )
    return ScoredQuestion(f"q{number}", f"Question {number}", Decimal(3), False, None, Decimal(not failed), checks)


def code_runs(team: int) -> ScoredCheck:
    """Return a check that needs review for a reason that other submissions share."""
    name = ("seaborn", "seaborn", "einops")[team // 4 % 3]
    error = f"1 of 9 cells did not run to the end. model.ipynb, cell 2: No module named '{name}'."
    finding = Finding(
        "runs", "notebook_runs", "q0", "The code runs", Status.needs_review, error, group=f"module {name}"
    )
    why = f"The module {name} is not installed here, or only in another version."
    return ScoredCheck(replace(finding, group=f"module {name}", why=why, cause=Cause.environment), Decimal(1), None)


def report(team: int, questions: int) -> Report:
    """Return one submission; a third of all answers are nearly the same as others."""
    chance = random.Random(team)
    parts = tuple(question(number, chance) for number in range(questions))
    answers = {}
    for part in (one for one in parts if one.id != "q2"):  # that one is about code
        seed = f"{part.id}-{team % 7}" if team % 3 == 0 else f"{part.id}-{team}"
        words = random.Random(seed).choices(WORDS, k=100)
        answers[part.id] = Answer(" ".join([*words, "$x^2$", chance.choice(WORDS)]), "answers.md")
    if team % 4 == 3:
        parts = (replace(parts[0], checks=(*parts[0].checks, code_runs(team))), *parts[1:])
    decided = sum((part.certain for part in parts), Decimal(0))
    still_open = tuple(s.finding.check for part in parts for s in part.checks if s.earned is None)
    grade = Grade(Decimal(3 * questions), None, decided, parts, still_open)
    name = f"Team_{1000 + team}"
    cells = (CellRun(1, "ok", source=f"{CODE}# {name}\n", text=f"epoch 20: loss 0.0{team % 9 + 1}\n"),)
    pictures = {"q2": (PageImage("model.ipynb, cell 1", plot(team % 7)),)}
    return Report(
        name, "A course", f"{name}.zip", f"{team:064x}", (), None, (), grade, answers, cells, {}, {"seed": 1},
        pictures=pictures,
    )  # fmt: skip


@cache
def plot(number: int) -> str:
    """Return a picture of a noisy and a clean curve, as PNG in base64."""
    image = Image.new("RGB", (480, 240), "white")
    draw, chance = ImageDraw.Draw(image), random.Random(number)
    for colour, noise in (("#b3541e", 18), ("#1f4fa3", 0)):
        heights = [120 - 80 * math.sin(x / (30 + 4 * number)) + noise * (chance.random() - 0.5) for x in range(480)]
        draw.line(list(enumerate(heights)), fill=colour, width=2)
    file = io.BytesIO()
    image.save(file, "PNG")
    return base64.b64encode(file.getvalue()).decode()


def course(folder: Path, teams: int, questions: int, comments: int = 40) -> GradingDesk:
    """Write a course, and grade a part of it with comments of the bank."""
    records = ResultsDatabase(folder)
    batch = records.begin("A course", {})
    for team in range(teams):
        one = rendered(report(team, questions))
        write_rendered(one, folder)
        records.put(one.row, batch)
    desk = GradingDesk(folder)
    names = records.names(batch)
    known = [
        desk.add_comment("q0", f"{COMMENTS[n % len(COMMENTS)]} ({n + 1})", "c0-sense", Decimal(1), "T")
        for n in range(comments)
    ]
    for text, points in (
        ("Gradients are set to zero.", "1"),
        ("No schedule.", "-0.5"),
        ("Six curves with labels.", "1"),
    ):
        desk.add_comment("q2", text, "c2-sense", Decimal(points), "T")
    for number, name in enumerate(names[: teams // 2]):
        desk.decide("q0", [name], {}, "T", [known[number % len(known)]])
    requests = "".join(
        f"{team};q0;Please look again at {team}.\n" for team in list(desk.teams().values())[: teams // 10]
    )
    take_in(desk, f"team;question;request\n{requests}".encode(), "requests")
    assign_question(desk, "q0", ["T", "U"])
    for part in range(questions):
        for name in names[: teams // 10]:
            desk.decide(f"q{part}", [name], {f"c{part}-sense": (Decimal(part % 3), "as it is")}, "T")
    return desk


class Client:
    """Sends requests to an application in this process, as a server would, and saves the cookie."""

    def __init__(self, application: Starlette) -> None:
        self.application, self.cookie = application, ""

    async def get(self, address: str) -> tuple[int, str]:
        """Return status and text of an answer."""
        path, _, query = address.partition("?")
        headers = [(b"host", b"desk.example"), (b"cookie", self.cookie.encode())]
        scope: Scope = {
            "type": "http", "http_version": "1.1", "method": "GET", "path": unquote(path), "raw_path": path.encode(),
            "query_string": query.encode(), "headers": headers, "scheme": "http", "root_path": "", "client": None,
            "server": ("desk.example", 80),
        }  # fmt: skip
        sent: list[Message] = []

        async def receive() -> Message:
            return {"type": "http.request", "body": b"", "more_body": False}

        async def send(message: Message) -> None:
            sent.append(message)

        await self.application(scope, receive, send)
        given = dict(sent[0]["headers"]).get(b"set-cookie", b"").decode().partition(";")[0]
        self.cookie = given or self.cookie
        return int(sent[0]["status"]), b"".join(part.get("body", b"") for part in sent[1:]).decode()


async def measured(client: Client, address: str, times: int) -> list[tuple[float, float]]:
    """Return the milliseconds of each response, and those of CPU time, which a busy machine changes less."""
    found = []
    for _ in range(times):
        begun, used = time.perf_counter(), time.process_time()
        status, text = await client.get(address)
        found.append((1000 * (time.perf_counter() - begun), 1000 * (time.process_time() - used)))
        if status != (303 if address == "/question/q1" else 200):
            raise SystemExit(f"{address}: {status} {text[:300]}")
    return found


def pages(desk: GradingDesk) -> dict[str, str]:
    """Return the address of every page."""
    needs_review, graded = desk.records.names(desk.batch)[-1], desk.records.names(desk.batch)[0]
    return {
        "questions": "/",
        "overview": "/overview",
        "next submission": "/question/q1",
        "one submission": f"/question/q0/{needs_review}",
        "one submission, graded": f"/question/q0/{graded}",
        "submission": f"/answer/q1/{needs_review}",
        "report": f"/report/{needs_review}",
        "comment bank": "/bank/q0",
        "search in the bank": "/bank/q0/choices?q=why",
        "change of a comment": "/bank/q0/1?text=x&points=2",
        "groups": "/groups/q1",
        "list": "/list/q0",
        "list of a check": "/list/q0?check=c0-length&result=failed",
        "grade a list together": "/bulk/q0?state=open",
        "find": "/find?q=team_10",
        "one team": f"/team/{needs_review}",
        "who is here": f"/here/q0/{needs_review}?version=none",
        "sharing": "/sharing",
        "regrade requests": "/requests",
        "causes": "/causes",
        "publish": "/publish",
    }


async def all_of_it(
    folder: Path, teams: int, questions: int, times: int
) -> tuple[float, list[tuple[str, list[tuple[float, float]]]]]:
    """Make a course and measure every page of it."""
    desk = course(folder, teams, questions)
    begun = time.perf_counter()
    Groups(desk).warm()  # a desk does this in a thread after its start
    seconds = time.perf_counter() - begun
    client = Client(make_app(folder, "T", frozenset({"desk.example"}), "token"))
    for thread in threading.enumerate():
        if thread.name == WARMING:
            thread.join()
    await client.get("/?token=token")
    shown = pages(desk)
    _, text = await client.get("/groups/q1")
    shown["one group"] = text.partition('<th scope="row"><a href="')[2].partition('"')[0]
    return seconds, [(name, await measured(client, address, times)) for name, address in shown.items()]


def main() -> None:
    """Measure, print, and write the part of the results."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--teams", type=int, default=300)
    parser.add_argument("--questions", type=int, default=10)
    parser.add_argument("--times", type=int, default=15)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        seconds, rows = asyncio.run(all_of_it(Path(temporary), given.teams, given.questions, given.times))
    lines = [f"{given.teams} teams with {given.questions} questions, {given.times} answers a page; {machine()}.", ""]
    lines += [f"All answers are compared in the {seconds:.1f} s after the desk is opened; groups come then.", ""]
    lines += ["| page | median ms | least to most | median ms of CPU |", "| --- | ---: | ---: | ---: |"]
    for name, found in rows:
        walls, used = ([pair[place] for pair in found] for place in (0, 1))
        lines.append(
            f"| {name} | {statistics.median(walls):.0f} | {min(walls):.0f} to {max(walls):.0f} |"
            f" {statistics.median(used):.0f} |"
        )
    print("\n".join(lines))
    write_part(RESULTS, "desk", "\n".join(lines))
    slow = [name for name, found in rows if statistics.median(used for _, used in found) > MAX_MILLISECONDS]
    if slow:
        raise SystemExit(f"median CPU time of more than {MAX_MILLISECONDS} ms: {', '.join(slow)}")


if __name__ == "__main__":
    main()
