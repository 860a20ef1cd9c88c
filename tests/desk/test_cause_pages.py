"""One decision settles a cause for all of its submissions: in the index, at the desk, and in the results."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from grader.batch.grade_batch import grade_all
from grader.model import Status
from grader.results.results_database import ResultsDatabase
from grader.rubric.load import read_rubric
from tests.desk.conftest import Served, serving
from tests.desk.test_desk import opened

RUBRIC = """
rubric: 1
title: Nets
points: 2
questions:
  - {id: net, title: Net, points: 2, checks: [{kind: notebook_runs, id: runs, points: 2}]}
"""
CELLS = {"A": "import seabird", "B": "import seabird as sb", "C": "open('data/birds.csv')", "D": "1 / 0", "E": "x = 1"}


@pytest.fixture
def birds(tmp_path: Path) -> Iterator[Served]:
    """Three submissions that lack something here, one with a mistake, and one that runs."""
    (tmp_path / "in").mkdir()
    (tmp_path / "rubric.yaml").write_text(RUBRIC)
    for name, source in CELLS.items():
        cell: dict[str, object] = {
            "cell_type": "code",
            "id": "c",
            "metadata": {},
            "source": source,
            "outputs": [],
            "execution_count": None,
        }
        notebook = {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": [cell]}
        with zipfile.ZipFile(tmp_path / "in" / f"Team_{name}.zip", "w") as archive:
            archive.writestr("net.ipynb", json.dumps(notebook))
    for _ in grade_all([tmp_path / "in"], read_rubric(tmp_path / "rubric.yaml"), tmp_path / "out", jobs=1):
        pass
    with serving(tmp_path) as served:
        yield served


@pytest.mark.kernel
def test_a_cause_is_one_line_in_the_index_and_one_decision_at_the_desk(browser: Browser, birds: Served) -> None:
    index = (birds.out / "index.html").read_text()
    assert index.count("The module seabird is not installed here") == 1
    page = opened(browser, birds)
    page.get_by_role("link", name="Causes").click()
    rows = page.get_by_role("table").get_by_role("row")
    expect(rows).to_have_count(3)  # with the head
    expect(rows.nth(1)).to_contain_text("The module seabird is not installed here")
    expect(rows.nth(1)).to_contain_text("2")
    expect(rows.nth(2)).to_contain_text("The file data/birds.csv is not part of the submission.")
    page.get_by_role("link", name="The module seabird").click()
    expect(page.locator(".members li")).to_have_count(2)
    page.get_by_label("Points").fill("2,5")
    page.get_by_role("button", name="Grade all selected").click()
    expect(page.get_by_role("alert")).to_contain_text("the range is 0 to 2")
    page.get_by_label("Points").fill("2")
    page.get_by_label("Reason").fill("runs with the module")
    page.get_by_role("button", name="Grade all selected").click()
    expect(page.get_by_role("status")).to_contain_text("2 submissions were graded together")
    expect(page.get_by_role("table").get_by_role("row")).to_have_count(2)
    found = {row.team[-1]: row.checks[0] for row in ResultsDatabase(birds.out).rows()}
    assert {name: check.earned for name, check in found.items()} == {
        "A": Decimal(2), "B": Decimal(2), "C": None, "D": Decimal(0), "E": Decimal(2),
    }  # fmt: skip
    assert [found[name].status for name in "CD"] == [Status.needs_review, Status.failed]
