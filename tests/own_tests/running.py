"""Run a file of tests in its process, with the outcomes of its operations given."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from grader.grading.assemble import make_report
from grader.grading.options import GradingOptions
from grader.grading.run import run_and_ask
from grader.ingest.discover import discover
from grader.model import Finding, Outcome, Report, Request
from grader.own_tests.session import run_tests
from grader.rubric.load import parse_rubric
from grader.scoring.score import score


def run(text: str, *outcomes: Outcome, used: float = 0.0, seconds: float = 30) -> tuple[dict[str, Any], list[Request]]:
    """Run tests whose operations have these outcomes, the last one again and again; each used this CPU time."""
    asked: list[Request] = []

    def ask(request: Request, seconds: float) -> tuple[Outcome, float]:
        asked.append(request)
        return outcomes[min(len(asked), len(outcomes)) - 1], used

    arguments = {"files": {"test_it.py": text}, "name": "test_it.py", "modules": ["models"]}
    whole, _ = run_tests(Request("tests", arguments), ask, seconds)
    assert whole.status == "ok"
    return dict(whole.value), asked


def graded(folder: Path, submission: Mapping[str, str], text: str, keys: str = "") -> tuple[Finding, Report]:
    """Grade files of a submission by a file of tests, in the real sandbox."""
    team = folder / "team"
    for path, content in submission.items():
        (team / path).parent.mkdir(parents=True, exist_ok=True)
        (team / path).write_text(content)
    (folder / "test_it.py").write_text(text)
    check = f"{{kind: tests, id: t, points: 4, file: test_it.py{keys and ', '}{keys}}}"
    rubric_text = f"rubric: 1\ntitle: t\npoints: 4\nquestions:\n  - {{id: q, title: q, points: 4, checks: [{check}]}}"
    rubric = parse_rubric(rubric_text, str(folder / "rubric.yaml"))
    options = GradingOptions()
    opened = options.open(discover([team])[0], rubric)
    seen = run_and_ask(opened, rubric, options)
    return seen.findings[0], make_report(opened, seen.evidence, rubric, score(rubric, seen.findings))
