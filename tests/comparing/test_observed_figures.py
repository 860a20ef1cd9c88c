"""Observed figures: their parts, their places and pictures, and what may have been missed."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from grader.comparing.observed_figures import digest_of, missed, observed_figures, pictures_of, together
from grader.model import Cell, CellRun, Notice, NoticeCode, Outcome, Place, Submission, say

CELL = Cell(1, "plt.show()", "a.ipynb, cell 1", place=Place("a.ipynb", cell=1))


def axes(**changes: Any) -> dict[str, Any]:
    named: dict[str, Any] = {"title": "", "x": "", "y": "", "legend": [], "words": [], "images": [], "others": 0}
    return {**named, "curves": [], **changes}


def outcome(*figures: list[dict[str, Any]], arrays: dict[str, Any] | None = None, **changes: Any) -> Outcome:
    entry = {"words": ["of all"], "whole": True, "cell": digest_of(CELL.code), "picture": False}
    entries = [{**entry, "axes": parts} for parts in figures]
    return Outcome("ok", {"figures": entries, "left_out": 0, "watched": True, **changes}, arrays or {})


def submission(**more: Any) -> Submission:
    return Submission("team", "a.zip", "digest", **{"cells": (CELL,), **more})


def line(number: float) -> Any:
    return np.array([[0.0, 1, 2], [number, number, number]])


TWO = outcome(
    [axes(curves=["a", "b"], title="first"), axes(curves=["c"], legend=["c", "d"]), axes()],
    [axes(images=["i", "j"], x="pixel"), axes(images=["i"])],
    arrays={"figure0.curve0": line(0), "figure0.curve1": line(0), "figure0.curve2": line(2)},
)


def test_curves_belong_to_their_axes() -> None:
    first, second = observed_figures(TWO, submission())
    assert [[curve[1][0] for curve in curves] for curves in first.curves] == [[0, 0], [2], []]
    assert (len(first.distinct), first.full_axes, first.images) == (2, 2, 0)
    assert (len(second.distinct), second.full_axes, second.images) == (0, 2, 2)
    assert first.place == CELL.place


def test_all_figures_together_have_the_parts_of_each() -> None:
    both = together(observed_figures(TWO, submission()))
    assert (len(both.distinct), both.full_axes, both.images) == (2, 4, 2)


def test_words_are_found_by_their_place() -> None:
    first, second = observed_figures(TWO, submission())
    assert first.labels("title") == ["first", "of all"]
    assert first.labels("x") == []
    assert second.labels("x") == ["pixel"]
    assert first.labels("any") == ["first", "c", "d", "of all"]


def test_stored_pictures_are_shown_where_fewer_were_drawn() -> None:
    cells = (Cell(1, "a", "", pictures=(b"1", b"2")), Cell(2, CELL.source, "", place=CELL.place, pictures=(b"3",)))
    drawn = outcome([axes()], arrays={"figure0.picture": np.frombuffer(b"new", np.uint8)})
    drawn.value["figures"][0]["picture"] = True
    found = list(pictures_of(drawn, submission(cells=cells)))
    assert [data for _, data in found] == [b"new", b"1", b"2"]
    assert str(found[0][0]) == "Figure 1, drawn here: a.ipynb, cell 1"
    assert [data for _, data in pictures_of(None, submission(cells=cells))] == [b"1", b"2", b"3"]


@pytest.mark.parametrize(
    ("given", "runs", "changes", "words"),
    [
        ({}, [CellRun(1, "ok")], {}, []),
        ({}, [CellRun(1, "error")], {}, ["1 cell did not run to its end."]),
        ({}, [], {"left_out": 2}, ["2 figures were not observed completely."]),
        ({"cells": (Cell(1, "import plotly", ""),)}, [], {}, ["The code also uses plotly."]),
        ({"files": {"b/plot.PDF": b""}}, [], {}, ["The submission contains b/plot.PDF."]),
        ({"files": {"plot.png": b""}}, [], {}, ["plot.png cannot be read here."]),
        ({"other_modules": (Cell(0, "import matplotlib", "lib/x.py"),)}, [],
         {}, ["Not run by itself, and plots: lib/x.py."]),
        ({"cells": (Cell(1, "a", "", pictures=(b"1", b"2")),)}, [], {}, ["The notebook has 2 stored pictures."]),
    ],
    ids=["nothing", "stopped", "left-out", "library", "pdf", "picture", "module", "stored"],
)  # fmt: skip
def test_what_may_have_been_missed(
    given: dict[str, Any], runs: list[CellRun], changes: dict[str, Any], words: list[str]
) -> None:
    assert [str(one) for one in missed(outcome([axes()], **changes), submission(**given), runs)] == words


def test_a_file_that_was_not_read_may_hold_figures() -> None:
    unread = submission(notices=(Notice(NoticeCode.damaged, say("A file is damaged."), serious=True),))
    assert [str(one) for one in missed(outcome([axes()]), unread, [])] == [str(unread.unread)]
