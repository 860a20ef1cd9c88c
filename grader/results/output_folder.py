"""Write and read the files of an output folder: a page and JSON for each submission, index, table and times."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable, Iterator
from pathlib import Path

from grader import atomic_write
from grader.errors import GraderError
from grader.model import Report
from grader.model.language import Language
from grader.model.message import NOTHING, Text
from grader.model.summary import SubmissionSummary
from grader.report.class_index import Flagged
from grader.report.class_medians import Medians
from grader.report.pages import index_page
from grader.report.rendered import RenderedReport, rendered
from grader.report.serialize import from_json, to_csv
from grader.results.flagged_overrides import flagged_overrides
from grader.results.results_database import ResultsDatabase
from grader.results.tables import Tables

log = logging.getLogger(__name__)


REPORTS = "reports"
TIMES = "seconds.json"  # of each submission's processes


SIMILARITY = "similarity.html"


def page_of(row: SubmissionSummary, folder: Path) -> Path:
    """Return the path of a submission's page."""
    return folder / REPORTS / f"{row.name}.html"


def write_rendered(one: RenderedReport, folder: Path) -> Path:
    """Write page and JSON of a submission, and return the page's path.

    Raises:
        GraderError: the folder cannot be written.
    """
    page = page_of(one.row, folder)
    atomic_write.write(page, one.page.encode())
    atomic_write.write(page.with_suffix(".json"), one.data.encode())
    return page


def write_report(report: Report, folder: Path, medians: Medians | None = None) -> Path:
    """Render a report and write it, as `write_rendered` does; `medians` are those of the class."""
    return write_rendered(rendered(report, medians), folder)


def write_overview(
    rows: Iterable[SubmissionSummary],
    folder: Path,
    title: str,
    flagged: Flagged = (),
    language: Language = "en",
    proof: Text = NOTHING,
) -> Path:
    """Write `index.html` and `results.csv` and return the index's path; `flagged` overrides need to be reviewed."""
    ordered = sorted(rows, key=lambda row: (row.team, row.digest))
    similar = folder / SIMILARITY
    links = [(SIMILARITY, "Similarity between teams' code")] if similar.exists() else []
    index = folder / "index.html"
    atomic_write.write(index, index_page(title, ordered, flagged, links, language, proof).encode())
    atomic_write.write(folder / "results.csv", to_csv(ordered).encode())
    return index


def write_last_batch(folder: Path, results: ResultsDatabase) -> Path:
    """Write index, table and times of the last batch from the results database, and return the index's path.

    Raises:
        GraderError: the database cannot be read, or the folder cannot be written.
    """
    with results.reading() as tables:
        return write_tables(folder, tables)


def write_tables(folder: Path, tables: Tables) -> Path:
    """Write index, table and times of the last batch as `tables` have them, and return the index's path.

    Pages that a team's later submission replaced are removed, as two of them would contradict each other.
    """
    batch, title, _ = tables.batches.last()
    for name in tables.submissions.replaced(batch):
        for ending in (".html", ".json"):
            (folder / REPORTS / f"{name}{ending}").unlink(missing_ok=True)
    lines = ",\n".join(f" {json.dumps(name)}: {seconds}" for name, seconds in tables.submissions.seconds(batch))
    atomic_write.write(folder / TIMES, f"{{\n{lines}\n}}\n".encode())
    rows = tables.submissions.of_batch(batch)
    batches = tables.batches
    return write_overview(rows, folder, title, flagged_overrides(tables), batches.language(), batches.proof())


def expect_reports(folder: Path) -> None:
    """Make sure that a folder was written by the grader, before anything else is written there.

    Raises:
        GraderError: it contains no reports.
    """
    if not (folder / REPORTS).is_dir():
        raise GraderError(f"{folder}: no reports found; give the folder that 'grader grade --out' wrote")


def read_reports(folder: Path) -> list[Report]:
    """Read the reports of the last batch that was written into `folder`.

    Raises:
        GraderError: there are none, or one is damaged.
    """
    return list(each_report(folder))


def each_report(folder: Path, unread: list[str] | None = None) -> Iterator[Report]:
    """Yield the reports of `read_reports`, one at a time.

    With `unread`, what is wrong with a single report is added to it, and the others are yielded.
    """
    records = ResultsDatabase(folder)
    batch = records.last_batch()[0]
    if batch:
        paths = [folder / REPORTS / f"{name}.json" for name in records.names(batch)]
    else:  # from a version without a database
        paths = sorted((folder / REPORTS).glob("*.json"))
    if not paths:
        raise GraderError(f"{folder}: no reports found; give the folder that 'grader grade --out' wrote")
    gone = [path.name for path in paths if not path.exists()] if unread is None else ()
    if gone:
        raise GraderError(f"{folder}: no {', '.join(gone[:3])}; run 'grader grade' again; finished work is reused")
    for path in paths:
        try:
            report = _read(path)
        except GraderError as error:
            if unread is None:
                raise
            unread.append(str(error).partition("\n")[0])
        else:
            yield report


def report_of(folder: Path, name: str) -> Report:
    """Read one report by the name of its submission.

    Raises:
        GraderError: the report does not exist, or is damaged.
    """
    return _read(folder / REPORTS / f"{name}.json")


def _read(path: Path) -> Report:
    try:
        return from_json(path.read_text(encoding="utf-8"))
    except (ValueError, OSError) as error:
        first = str(error).partition("\n")[0]
        raise GraderError(f"{path}: not a report of this version ({first}); grade the submission again") from None


def seconds_of(folder: Path) -> dict[str, float]:
    """Return the wall time of each submission's processes, in seconds, by the name of its report; none if unknown."""
    try:
        found = json.loads((folder / TIMES).read_text(encoding="utf-8"))
        return {
            name: sum(float(process.get("time-wall", 0)) for process in one.get("processes", ()))
            for name, one in found.items()
        }
    except (OSError, ValueError, AttributeError, TypeError):
        return {}
