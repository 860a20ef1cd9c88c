"""Checks in a notebook: on a real kernel, in the words of the report, and nothing of hers is changed."""

from __future__ import annotations

import html
import pickle
import re
from pathlib import Path
from typing import Any

import nbclient
import nbformat
import pytest

from grader.errors import GraderError
from grader.model import Finding, Status
from grader.rubric.load import parse_rubric
from grader.student.live_check import Shown, check
from tests.helpers import ROOT, grade_each
from tests.shared_folder import made_once

RUBRIC = """
rubric: 1
title: Doubling
points: 3
targets: [Double, Wrapped]
questions:
  - id: doubling
    title: Double
    points: 2
    checks:
      - kind: shapes
        id: double-shapes
        title: Double keeps the shape
        points: 1
        visibility: public
        target: Double
        init: {size: size}
        calls: [{x: [batch, size]}]
        returns: {y: [batch, size]}
        sizes: [{batch: 4, size: 3}, {batch: 1, size: 5}]
      - {kind: must_not_use, id: double-own, target: Double, names: [torch.nn.LSTM], visibility: public}
      - {kind: manual, id: secret-check, points: 1, guide: "the secret guide"}
  - id: wrapping
    title: Wrapped
    points: 1
    checks:
      - {kind: must_not_use, id: wrapped-own, points: 1, target: Wrapped, names: [torch.nn.LSTM], visibility: public}
"""
RIGHT = """
import random
import numpy as np
import torch
from torch import nn
class Double(nn.Module):
    def __init__(self, size):
        super().__init__()
        self.layer = nn.Linear(size, size)
    def forward(self, x):
        return self.layer(x)
class Wrapped(nn.Module):
    def __init__(self):
        super().__init__()
        self.inner = nn.LSTM(2, 2)
"""
WRONG = RIGHT.replace("return self.layer(x)", "return self.layer(x)[:, :-1]")
BEFORE = """
torch.manual_seed(3); np.random.seed(4); random.seed(5)
names = set(globals()) - {"_", "__", "___"}
kept = (torch.get_rng_state(), str(np.random.get_state()), random.getstate(), torch.get_num_threads(), torch.is_grad_enabled())
"""
AFTER = """
now = (torch.get_rng_state(), str(np.random.get_state()), random.getstate(), torch.get_num_threads(), torch.is_grad_enabled())
print(bool((now[0] == kept[0]).all()), now[1:] == kept[1:])
print(sorted(n for n in set(globals()) - names if not n.startswith("_") and n not in ("names", "kept", "now")))
"""
CELLS = ("from grader import check", BEFORE, "check('Double')", "%load_ext grader", "%grader doubling", "%grader double-shapes", "check('Wrapped')", "check()", AFTER)  # fmt: skip


def outputs(model: str, folder: Path, *cells: str) -> list[Any]:
    """Run a notebook in `folder` and return the outputs of the cells after the model."""
    (folder / "r.student.yaml").write_text(RUBRIC)
    made = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source) for source in (model, *(cells or CELLS))])
    client = nbclient.NotebookClient(
        made, timeout=250, kernel_name="python3", resources={"metadata": {"path": str(folder)}}
    )
    client.execute()
    return [cell.outputs for cell in made.cells[1:]]


@pytest.fixture(scope="session", params=[RIGHT, WRONG], ids=["right", "wrong"])
def ran(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> tuple[str, list[Any], dict[str, Finding]]:
    """A model, the output of its notebook, and the findings of `grader grade`."""

    def make(folder: Path) -> None:
        shown = outputs(request.param, folder)
        submission = folder / "submission.ipynb"
        nbformat.write(nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(request.param)]), submission)
        [graded] = grade_each([submission], parse_rubric(RUBRIC, "r.yaml"))
        findings = {s.finding.check: s.finding for q in graded.report.grade.questions for s in q.checks}
        (folder / "ran.pickle").write_bytes(pickle.dumps((shown, findings)))

    folder = made_once(tmp_path_factory, "live-right" if request.param == RIGHT else "live-wrong", make)
    return request.param, *pickle.loads((folder / "ran.pickle").read_bytes())


def own_words(text: str) -> str:
    """A report names a cell with its file, a notebook only the cell."""
    return text.replace("submission.ipynb, cell", "cell")


@pytest.mark.kernel
def test_words_are_those_of_the_report(ran: tuple[str, list[Any], dict[str, Finding]]) -> None:
    model, shown, findings = ran
    found = findings["double-shapes"]
    assert found.status == ("passed" if model == RIGHT else "failed")
    for cell, checks in ((2, ("double-shapes", "double-own")), (4, ("double-shapes", "double-own")), (5, ("double-shapes",)), (6, ("wrapped-own",))):  # fmt: skip
        [output] = shown[cell]
        for form in ("text/plain", "text/html"):
            text = re.sub(r"<[^>]*>", " ", output.data[form]) if form == "text/html" else output.data[form]
            text = html.unescape(text)
            for name in checks:
                one = findings[name]
                assert str(one.title) in text
                assert own_words(str(one.message)) in text
                assert one.status == "passed" or own_words(str(one.hint)) in text
            assert "secret" not in text


@pytest.mark.kernel
def test_nothing_of_hers_is_changed(ran: tuple[str, list[Any], dict[str, Finding]]) -> None:
    _, shown, _ = ran
    [output] = shown[-1]
    assert output.text == "True True\n[]\n"


@pytest.mark.kernel
def test_without_a_name_all_that_can_run_is_shown(ran: tuple[str, list[Any], dict[str, Finding]]) -> None:
    _, shown, findings = ran
    [output] = shown[7]
    assert all(
        str(findings[name].title) in output.data["text/plain"]
        for name in ("double-shapes", "double-own", "wrapped-own")
    )


@pytest.mark.kernel
def test_a_cell_that_was_mended_and_run_again_counts_in_its_last_form(tmp_path: Path) -> None:
    mended = RIGHT.replace("nn.LSTM(2, 2)", "nn.Linear(2, 2)")
    shown = outputs(WRONG, tmp_path, "from grader import check", "check('Wrapped')", mended, "check()")
    assert shown[1][0].data["text/plain"].startswith("✗")
    assert "✗" not in shown[3][0].data["text/plain"]


def test_words_are_escaped() -> None:
    nasty = "<img src=x onerror=alert(1)> & \x1b[31m"
    shown = Shown((Finding("a", "shapes", "q", nasty, Status.failed, nasty, nasty),))
    page = shown._repr_html_()
    assert "<img" not in page
    assert page.count("&lt;img") == 3
    assert "\x1b" not in page + repr(shown)


def test_what_is_not_there_is_a_message(tmp_path: Path) -> None:
    (tmp_path / "r.student.yaml").write_text(RUBRIC)
    with pytest.raises(
        GraderError, match="try one of Double, doubling, double-shapes, double-own, Wrapped, wrapping, wrapped-own"
    ):
        check("nothing", tmp_path / "r.student.yaml")
    with pytest.raises(GraderError, match="try one of"):
        check("secret-check", tmp_path / "r.student.yaml")
    public = "target: Wrapped, names: [torch.nn.LSTM], visibility: public"
    (tmp_path / "r.student.yaml").write_text(RUBRIC.replace(public, public.partition(", vis")[0]))
    with pytest.raises(GraderError, match="Wrapping: no check of this question runs in a notebook"):
        check("Wrapping", tmp_path / "r.student.yaml")


def test_grader_is_cheap_to_import() -> None:
    import subprocess
    import sys

    code = "import sys, grader; print({'torch', 'numpy', 'pydantic', 'typer', 'grader.model'} & set(sys.modules), grader.check)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True)
    assert done.stdout.startswith("set() <function")
