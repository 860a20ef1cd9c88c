"""A submission with a grader error is run again from the desk, once, and the overrides stay."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from urllib.parse import urljoin

import pytest
from playwright.sync_api import Browser, Page, expect
from starlette.datastructures import FormData
from starlette.requests import Request

from grader.batch.grade_batch import grade_all
from grader.batch.regrade_one import BatchOrigin, regrade_one
from grader.desk import regrade_pages
from grader.desk.auth import Session
from grader.desk.manual_grading import GradingDesk
from grader.errors import GraderError
from grader.model import Report, ScoredCheck, Status
from grader.model.summary import summary_of
from grader.results.output_folder import report_of, write_report
from grader.results.results_database import ResultsDatabase
from grader.rubric.load import read_rubric
from grader.sandbox.limits import Isolation
from tests.desk.conftest import Served, submission
from tests.desk.test_desk import follow


def fault(report: Report) -> Report:
    """Return the report of a submission with a grader error on the length of an answer."""

    def failed(one: ScoredCheck) -> ScoredCheck:
        return replace(one, finding=replace(one.finding, status=Status.error, message="It failed."), earned=None)

    questions = tuple(
        replace(q, earned=None, checks=tuple(failed(s) if s.finding.check == "length" else s for s in q.checks))
        for q in report.grade.questions
    )
    return replace(report, grade=replace(report.grade, questions=questions))


def grader_error(out: Path) -> str:
    """Make the grader have failed on a submission, and return its name."""
    name = next(ResultsDatabase(out).rows()).name
    report = fault(report_of(out, name))
    write_report(report, out)
    ResultsDatabase(out).put(summary_of(report), None, why="made")
    return name


def shown(browser: Browser, served: Served, name: str) -> Page:
    page = browser.new_context().new_page()
    page.goto(served.address)
    page.goto(urljoin(served.address, f"/question/why/{name}"))
    return page


def test_it_is_run_again_and_overrides_stay(browser: Browser, served: Served) -> None:
    name = grader_error(served.out)
    GradingDesk(served.out).decide("why", [name], {"sense": (Decimal("1.5"), "nearly")}, "Tutor U")
    batch = ResultsDatabase(served.out).last_batch()
    page = shown(browser, served, name)
    expect(page.get_by_text("It failed.")).to_be_visible()
    follow(page, page.get_by_role("button", name="Run again"))
    page.get_by_label("Reason").fill("half a sentence")
    expect(page.get_by_role("status")).to_contain_text("was graded again")
    expect(page.get_by_label("Reason")).to_have_value("half a sentence")
    page.get_by_role("link", name="Show the result").click()
    expect(page.get_by_text("It failed.")).to_have_count(0)
    expect(page.get_by_role("alert")).to_have_count(0)
    expect(page.get_by_role("button", name="Run again")).to_have_count(0)
    row = ResultsDatabase(served.out).row(name)
    assert row is not None
    assert [check.earned for check in row.checks if check.question == "why"] == [1, Decimal("1.5")]
    assert [check.status for check in row.checks if check.check == "length"] == ["passed"]
    assert not any(s.finding.status == "error" for q in report_of(served.out, name).grade.questions for s in q.checks)
    assert ResultsDatabase(served.out).last_batch() == batch
    assert ResultsDatabase(served.out).history(name)[-1].why == "run again by Tutor T"


def test_what_is_gone_or_another_is_said_and_nothing_changes(browser: Browser, served: Served) -> None:
    name = grader_error(served.out)
    before = ResultsDatabase(served.out).row(name)
    zipped, rubric = served.folder / "in" / "Team_1000001.zip", served.folder / "rubric.yaml"
    changes: list[tuple[Path, Callable[[], object], str]] = [
        (zipped, zipped.unlink, "Team_1000001.zip: no longer there"),
        (zipped, lambda: submission(served.folder, 0, "Other words"), "changed since the batch was graded"),
        (rubric, lambda: rubric.write_text(rubric.read_text() + "# more\n"), "rubric.yaml: changed since"),
        (rubric, rubric.unlink, "rubric.yaml: no longer there"),
    ]
    page = shown(browser, served, name)
    for path, change, told in changes:  # at one desk, as to start it takes seconds
        kept = path.read_bytes()
        change()
        page.get_by_role("button", name="Run again").click()
        expect(page.get_by_role("alert")).to_contain_text(told)
        expect(page.get_by_role("alert")).to_contain_text("grader grade")
        assert ResultsDatabase(served.out).row(name) == before
        path.write_bytes(kept)


def test_a_batch_that_does_not_know_where_it_came_from_says_so(desk: GradingDesk) -> None:
    name = grader_error(desk.folder)
    with pytest.raises(GraderError, match="did not record where its submissions are"):
        regrade_one(desk.folder, desk.batch, name, "again", lambda _: None)


@pytest.fixture
def known(desk: GradingDesk) -> GradingDesk:
    """A desk on a batch that knows where it came from."""
    folder = desk.folder.parent
    origin = BatchOrigin.of([folder / "in"], folder / "rubric.yaml", {})
    rubric = read_rubric(folder / "rubric.yaml")
    for _ in grade_all([folder / "in"], rubric, desk.folder, jobs=1, origin=origin.text()):
        pass
    return GradingDesk(desk.folder)


def test_one_that_was_never_opened_is_replaced_and_keeps_its_overrides(known: GradingDesk) -> None:
    row = next(known.records.rows())
    report = replace(fault(report_of(known.folder, row.name)), digest="")
    write_report(report, known.folder)
    known.records.put(summary_of(report), known.batch)
    known.records.drop(row.name)
    name = summary_of(report).name
    assert name in known.teams()
    known.decide("why", [name], {"sense": (Decimal("1.5"), "nearly")}, "Tutor U")
    done = regrade_one(known.folder, known.batch, name, "run again", lambda _: None)
    assert done.write() == row.name
    known.write([row.name], "run again")
    assert name not in known.teams()
    assert len(known.teams()) == 4
    now = known.records.row(row.name)
    assert now is not None
    assert [check.earned for check in now.checks if check.question == "why"] == [1, Decimal("1.5")]


def test_a_machine_that_keeps_nothing_in_runs_nothing(known: GradingDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("grader.batch.regrade_one.choose", lambda: Isolation("C", ("no namespaces",)))
    begun: list[object] = []
    with pytest.raises(GraderError, match="no namespaces"):
        regrade_one(known.folder, known.batch, grader_error(known.folder), "run again", begun.append)
    assert begun == []


def test_two_clicks_start_it_once(desk: GradingDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    name = grader_error(desk.folder)
    begun: list[str] = []
    gate = threading.Event()

    def slow(_out: Path, _batch: int, name: str, *_: object) -> None:
        begun.append(name)
        gate.wait(60)
        raise GraderError("ended by the test")

    async def form(_self: object, _request: Request) -> FormData:
        return FormData({"question": "why"})

    async def clicks() -> None:
        pages = regrade_pages.RegradePages(desk, asyncio.Lock())
        scope = {"type": "http", "path_params": {"name": name}, "desk.session": Session("Tutor T")}
        for _ in range(2):
            assert (await pages.begin(Request(scope))).status_code == 303

    monkeypatch.setattr(regrade_pages, "regrade_one", slow)
    monkeypatch.setattr(regrade_pages.RegradePages, "form", form)
    with ThreadPoolExecutor(1) as other:  # the browser of other tests has a loop in this thread
        other.submit(asyncio.run, clicks()).result()
    assert desk.running == {name}
    [thread] = [one for one in threading.enumerate() if one.name == regrade_pages.RUNNING]
    gate.set()
    thread.join()
    assert begun == [name]
    assert desk.running == set()
    assert desk.troubles == {name: "ended by the test"}
