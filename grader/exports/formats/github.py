"""The format `github`: annotations, a job summary and outputs of GitHub Actions."""

from __future__ import annotations

import re
import secrets
from collections.abc import Sequence
from decimal import Decimal

from grader.exports.export_format import Export, Format, Inputs
from grader.exports.result import Result, Team, Test, full_title, result_of, settled
from grader.text import counted, points

MAX_PER_KIND = 10  # GitHub shows this many errors and warnings for each step, and drops the others silently
MAX_SUMMARY = 1 << 20  # bytes
SIGNS = {"passed": "✓", "failed": "✗", "skipped": "–", "needs_review": "…", "error": "!"}
LEVELS = {"failed": "error", "error": "warning"}  # what needs review is one notice with the number


def command(name: str, text: str, **properties: str | int | None) -> str:
    """Return a workflow command; nothing in its values can end it or begin another."""
    given = {key: str(value) for key, value in properties.items() if value not in (None, "")}
    listed = ",".join(f"{key}={_property(value)}" for key, value in given.items())
    return f"::{name}{' ' if listed else ''}{listed}::{_data(text)}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


def guarded(text: str, token: str = "") -> str:
    """Return words of a submission between lines that stop GitHub from reading commands in them.

    `token` must be unknown to the submission; by default, a new one is drawn.
    """
    token = token or secrets.token_hex(20)
    return f"::stop-commands::{token}\n{text}\n::{token}::"


def _make(inputs: Inputs) -> Export:
    doubts: list[str] = []
    result = result_of(inputs, doubts)
    lines = annotated(result)
    page = summary(result)
    files = (("annotations.txt", "".join(f"{line}\n" for line in lines).encode()), ("summary.md", page))
    return Export(files, (), (), lines, {"GITHUB_STEP_SUMMARY": page, "GITHUB_OUTPUT": outputs(result)}, tuple(doubts))


def annotated(result: Result) -> tuple[str, ...]:
    """Return annotations, those with the most points first, and notices of those beyond the limit and to review."""
    every = [(team, test) for team in result.teams for test in team.tests if not test.note]
    found = [(team, test) for team, test in every if settled(test) in LEVELS]
    found.sort(key=lambda pair: (-pair[1].max_score, pair[0].name, pair[1].id))
    lines: list[str] = []
    dropped = 0
    for level in ("error", "warning"):
        own = [(team, test) for team, test in found if LEVELS[settled(test)] == level]
        lines += [_annotation(level, team, test, len(result.teams) > 1) for team, test in own[:MAX_PER_KIND]]
        dropped += len(own[MAX_PER_KIND:])
    if dropped:
        lines.append(command("notice", f"{counted(dropped, 'more finding')} in the job summary.", title="grader"))
    if to_review := sum(settled(test) == "needs_review" for _, test in every):
        what = f"{counted(to_review, 'check')} to review by a tutor; the job summary lists them."
        lines.append(command("notice", what, title="Not final"))
    return tuple(lines)


def _annotation(level: str, team: Team, test: Test, several: bool) -> str:
    """Annotate a finding; GitHub counts lines of a notebook in its JSON, so a cell is named in the title instead."""
    notebook = test.file.endswith(".ipynb")
    cell = f", cell {test.cell}" if test.cell is not None else ""
    title = f"{team.name}: {full_title(test)}{cell}" if several else f"{full_title(test)}{cell}"
    return command(
        level, f"{test.message} {test.hint}".strip(), file=test.file, line=None if notebook else test.line, title=title
    )


def summary(result: Result) -> bytes:
    """Return the job summary in GitHub's Markdown; it ends with a note if it exceeds GitHub's limit."""
    head = f"## {_cell(result.rubric)}\n\n"
    end = "\n_Shortened; see the reports for the rest._\n"
    parts, size = [head], len((head + end).encode())
    for team in result.teams:
        part = _team(team)
        size += len(part.encode())
        if size > MAX_SUMMARY:
            parts.append(end)
            break
        parts.append(part)
    return "".join(parts).encode()


def _team(team: Team) -> str:
    total = "open" if team.total is None else points(team.total)
    so_far = f", {points(team.certain)} so far, {len(team.unresolved)} to review" if team.total is None else ""
    rows = "".join(map(_row, team.tests))
    return (
        f"### {_cell(team.name)}: {total} of {points(team.max_score)} points{so_far}\n\n"
        f"| verdict | check | points | finding |\n|---|---|---|---|\n{rows}\n"
    )


def _row(test: Test) -> str:
    status = settled(test)
    cells = (f"{SIGNS[status]} {status}", _cell(full_title(test)), _score(test), _cell(f"{test.message} {test.hint}"))
    return f"| {' | '.join(cells)} |\n"


def _score(test: Test) -> str:
    if test.score is None:
        return f"up to {points(test.max_score)}" if test.max_score else ""
    return f"{points(test.score)} of {points(test.max_score)}" if test.max_score or test.score else ""


def _cell(text: str) -> str:
    """Return words of a submission for a table: without markup, links and mentions of people."""
    text = " ".join(text.split()).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    text = re.sub(r"([\\`*_{}\[\]()#+!|~$])", r"\\\1", text)
    return text.replace("@", "&#64;").replace("://", "&#58;//").strip()


def outputs(result: Result) -> bytes:
    """Return the outputs for later steps: points so far, the maximum, and whether a check is unresolved."""
    decided = sum((team.certain for team in result.teams), Decimal(0))
    most = sum((team.max_score for team in result.teams), Decimal(0))
    still_open = sum(len(team.unresolved) for team in result.teams)
    failed = sum(settled(test) == "failed" for team in result.teams for test in team.tests)
    lines: Sequence[tuple[str, object]] = (
        ("points", points(decided)), ("max_points", points(most)), ("open", still_open), ("failed", failed)
    )  # fmt: skip
    return "".join(f"{name}={value}\n" for name, value in lines).encode()


FORMAT = Format("github", "Annotations, job summary and outputs of GitHub Actions.", _make)
