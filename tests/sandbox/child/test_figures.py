"""Figures of a real run: each kept once, with its curves, words and picture, however it was shown or closed."""

from __future__ import annotations

import numpy as np

from grader.comparing.observed_figures import digest_of
from tests.sandbox.child.conftest import CLOSED, OPEN, SIX, WORDS, ObservedRun


def test_each_figure_is_kept_once_with_its_cell(observed: ObservedRun) -> None:
    assert [run.status for run in observed.cells] == ["ok"] * len(observed.cells)
    entries = observed.figures.value["figures"]
    assert [entry["cell"] for entry in entries][:4] == [digest_of(code) for code in (SIX, CLOSED, OPEN, WORDS)]
    assert observed.figures.value["watched"]
    assert not observed.figures.value["left_out"]


def test_curves_are_sent_with_their_labels(observed: ObservedRun) -> None:
    first = observed.figures.value["figures"][0]
    assert [axes["curves"] for axes in first["axes"]] == [["clean", "noisy"]] * 6
    x = np.linspace(0, 5, 80)
    assert np.array_equal(observed.figures.arrays["figure0.curve4"], [x, np.sin(x * 2)])
    assert "figure0.curve12" not in observed.figures.arrays


def test_dots_images_and_bars_differ(observed: ObservedRun) -> None:
    [dots], [image] = (observed.figures.value["figures"][number]["axes"] for number in (1, 2))
    assert (dots["title"], dots["x"], dots["others"]) == ("dots", "time", 0)
    assert np.array_equal(observed.figures.arrays["figure1.curve0"], [[1, 2], [3, 4]])
    assert (len(image["images"]), image["others"], image["curves"]) == (1, 1, [])


def test_names_on_an_axis_are_numbers(observed: ObservedRun) -> None:
    assert np.array_equal(observed.figures.arrays["figure3.curve0"], [[0, 1], [1, 2]])
    assert observed.figures.value["figures"][3]["words"] == ["words"]


def test_a_picture_of_each_figure_is_sent(observed: ObservedRun) -> None:
    entries = observed.figures.value["figures"]
    pictures = [observed.figures.arrays[f"figure{number}.picture"].tobytes() for number in range(len(entries))]
    assert all(picture.startswith(b"\x89PNG") for picture in pictures)


def test_a_function_that_is_called_gives_its_own_figures_only(observed: ObservedRun) -> None:
    [entry] = observed.called_figures.value["figures"]
    assert entry["axes"][0]["curves"] == ["of a function"]
    assert np.array_equal(observed.called_figures.arrays["figure0.curve0"][1], [2, 2, 3])
