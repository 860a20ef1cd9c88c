"""What stands in an output folder: a page and JSON for each hand-in, index, table and times; and back from JSON."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from grader import files
from grader.errors import GraderError
from grader.language import Language
from grader.model import Notice, Report
from grader.records import Records
from grader.report.data import from_json, to_csv, to_json
from grader.report.pages import Flagged, index_page, report_page
from grader.rows import Row, file_name, row_of
from grader.score import decided, with_marks

log = logging.getLogger(__name__)
REPORTS = "reports"
SIMILARITY = "similarity.html"


@dataclass(frozen=True)
class Drawn:
    """A report as it is written: its lines for the overview, its page and its JSON."""

    row: Row
    page: str
    data: str


def drawn(report: Report) -> Drawn:
    """Draw a report; one that cannot be drawn whole is drawn without its details, and says so."""
    try:
        page = report_page(report)
    except Exception:
        log.exception("the report of %s could not be drawn", report.team)
        page = report_page(_without_details(report))
    return Drawn(row_of(report), page, to_json(report))


def _without_details(report: Report) -> Report:
    """A report without tables, charts and quotes, and a word on it: one of them cannot be drawn, which is our fault."""
    questions = tuple(
        replace(q, checks=tuple(replace(s, finding=replace(s.finding, details=())) for s in q.checks))
        for q in report.grade.questions
    )
    notice = Notice("broken", "Tables, charts and quotes of this report could not be drawn.", "See the log.", True)
    grade = replace(report.grade, questions=questions)
    return replace(report, grade=grade, notices=(*report.notices, notice), pages={})


def page_of(row: Row, folder: Path) -> Path:
    """Where the page of a hand-in stands."""
    return folder / REPORTS / f"{row.name}.html"


def write_drawn(one: Drawn, folder: Path) -> Path:
    """Write page and JSON of a hand-in, and return the page's path.

    Raises:
        GraderError: the folder cannot be written.
    """
    page = page_of(one.row, folder)
    files.write(page, one.page.encode())
    files.write(page.with_suffix(".json"), one.data.encode())
    return page


def write_team(report: Report, folder: Path) -> Path:
    """Draw a report and write it, as `write_drawn` does."""
    return write_drawn(drawn(report), folder)


def write_overview(
    rows: Iterable[Row], folder: Path, title: str, flagged: Flagged = (), language: Language = "en"
) -> Path:
    """Write `index.html` and `results.csv` and return the index's path; `flagged` marks are for a person to look at."""
    ordered = sorted(rows, key=lambda row: (row.team, row.digest))
    similar = folder / SIMILARITY
    links = [(SIMILARITY, "Similarity between teams' code")] if similar.exists() else []
    index = folder / "index.html"
    files.write(index, index_page(title, ordered, flagged, links, language).encode())
    files.write(folder / "results.csv", to_csv(ordered).encode())
    return index


def write_store(folder: Path, records: Records) -> Path:
    """Write the overview of the last batch, and how long its cells took, from the store; return the index's path."""
    batch, title, _ = records.last_batch()
    lines = ",\n".join(f" {json.dumps(name)}: {seconds}" for name, seconds in records.seconds(batch))
    files.write(folder / "seconds.json", f"{{\n{lines}\n}}\n".encode())
    return write_overview(records.rows(batch), folder, title, records.flagged(), records.language())


def expect_reports(folder: Path) -> None:
    """Make sure that a folder is one of ours, before anything is written there.

    Raises:
        GraderError: it holds no reports.
    """
    if not (folder / REPORTS).is_dir():
        raise GraderError(f"{folder}: no reports found; give the folder that 'grader grade --out' wrote")


def read_reports(folder: Path) -> list[Report]:
    """Read the reports of the last batch that was written into `folder`.

    Raises:
        GraderError: there are none, or one is damaged.
    """
    return list(each_report(folder))


def each_report(folder: Path) -> Iterator[Report]:
    """Yield what `read_reports` reads, one at a time."""
    records = Records(folder)
    batch = records.last_batch()[0]
    if batch:
        paths = [folder / REPORTS / f"{name}.json" for name in records.names(batch)]
    else:  # of a version that kept no store
        paths = sorted((folder / REPORTS).glob("*.json"))
    if not paths:
        raise GraderError(f"{folder}: no reports found; give the folder that 'grader grade --out' wrote")
    if gone := [path.name for path in paths if not path.exists()]:
        raise GraderError(f"{folder}: no {', '.join(gone[:3])}; mark the hand-ins again, which runs nothing twice")
    yield from map(_read, paths)


def report_of(folder: Path, name: str) -> Report:
    """Read one report by the name of its hand-in.

    Raises:
        GraderError: it is not there, or damaged.
    """
    return _read(folder / REPORTS / f"{name}.json")


def _read(path: Path) -> Report:
    try:
        return from_json(path.read_text(encoding="utf-8"))
    except (ValueError, OSError) as error:
        first = str(error).partition("\n")[0]
        raise GraderError(f"{path}: not a report of this version ({first}); mark the hand-in again") from None


def decide_again(reports: Sequence[Report], folder: Path) -> list[Report]:
    """Apply the decisions that `folder` keeps to its reports, write what changed, and return those reports.

    Raises:
        GraderError: the folder cannot be read or written.
    """
    records = Records(folder)
    decisions = records.decisions()
    changed, all_of_them = [], []
    for report in reports:
        findings = [scored.finding for question in report.grade.questions for scored in question.checks]
        given = [scored.mark for q in report.grade.questions for scored in q.checks if scored.mark is not None]
        own = [mark for mark in given if mark.team]  # what was decided for a group can be decided again
        worths = {scored.finding.check: scored.worth for q in report.grade.questions for scored in q.checks}
        marks = [mark for mark in decided(findings, decisions, worths, own) if mark not in given]
        one = replace(report, grade=with_marks(report.grade, marks)) if marks else report
        all_of_them.append(one)
        if one is not report:
            changed.append(one)
            write_team(one, folder)
            if records.row(file_name(one)) is not None:
                records.put(row_of(one), None, why=f"decided by {marks[-1].by}")
    write_overview(map(row_of, all_of_them), folder, reports[0].rubric, records.flagged(), reports[0].language)
    return changed
