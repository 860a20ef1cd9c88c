"""Replies about figures and trainings are taken only in the form that the observers write."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from grader.sandbox.host.observed_schema import check_observed

AXES = {"title": "", "x": "", "y": "", "legend": ["clean", "noisy"], "words": [], "images": [], "others": 0}
CURVE: dict[str, Any] = {"figure0.curve0": np.zeros((2, 3)), "figure0.picture": np.zeros(4, np.uint8)}
FIGURE = {"words": [], "axes": [{**AXES, "curves": ["a"]}], "whole": True, "cell": "c", "picture": True}


def reply(**changes: Any) -> dict[str, Any]:
    return {"figures": [{**FIGURE, **changes}], "left_out": 0, "watched": True}


def test_a_figure_with_its_curve_and_picture_is_taken() -> None:
    check_observed("figures", reply(), CURVE)


@pytest.mark.parametrize(
    ("value", "arrays"),
    [
        (reply(), {}),
        (reply(), {**CURVE, "figure0.curve0": np.zeros((3, 2))}),
        (reply(), {**CURVE, "figure0.curve0": np.zeros((2, 3), np.int64)}),
        (reply(), {**CURVE, "figure0.picture": np.zeros(4)}),
        (reply(), {**CURVE, "figure0.picture": np.zeros((1 << 20) + 1, np.uint8)}),
        (reply(more=1), CURVE),
        (reply(words=["a" * 601]), CURVE),
        ({"figures": [FIGURE] * 41, "left_out": 0, "watched": True}, CURVE),
    ],
    ids=["not-sent", "shape", "type", "picture-type", "picture-size", "key", "length", "many"],
)
def test_another_form_is_refused(value: Any, arrays: Any) -> None:
    with pytest.raises(ValueError, match=r"announced|validation error"):
        check_observed("figures", value, arrays)


def test_a_training_needs_all_of_its_numbers() -> None:
    check_observed("training", {"runs": [], "left_out": 0}, {})
    with pytest.raises(ValueError, match="steps"):
        check_observed("training", {"runs": [{"optimizer": "Adam"}], "left_out": 0}, {})
