"""Known mistakes in a wrong shape, also where a length of the answer fits no stage."""

from __future__ import annotations

import pytest

from grader.reading.shape_mistakes import known_mistake
from tests.reading.test_shape_stages import HIDDEN, shape, staged


@pytest.mark.parametrize(
    ("found", "mistake"),
    [
        (shape("batch", "seq", "1"), "That is the shape of another stage."),
        (shape("batch", "seq"), "A dimension is missing."),
        (shape("batch", "hidden", "seq"), "The dimensions are in the wrong order."),
        (shape("batch", "seq", "2hidden"), "The number of features is wrong."),
        (shape("batch", "2seq", "3hidden"), "The length and the number of features are wrong."),
        (shape("10", "80", "41"), "The number of features is wrong."),
        (shape("2batch", "seq", "hidden"), ""),
    ],
)
def test_a_wrong_shape_has_its_mistake(found: tuple[object, ...], mistake: str) -> None:
    assert str(known_mistake(staged(""), found, HIDDEN)) == mistake  # type: ignore[arg-type]
