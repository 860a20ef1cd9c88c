"""Names of lengths: from the rubric, from the answer, and by their place in a shape."""

from __future__ import annotations

from decimal import Decimal

import pytest

from grader.reading.shape_names import bind, names_of, never_alone
from grader.reading.shape_shares import ShapeShares
from grader.reading.shape_stages import ExpectedStage, WantedShapes
from grader.reading.shapes import NotUnderstood, length, read_shapes

SHARES = ShapeShares(Decimal("0.5"), Decimal("0.5"), False)
STAGES = [
    ExpectedStage("input", (length("batch"), length("seq"), length("1")), "", []),
    ExpectedStage("padding", (length("batch"), length("seq + shift"), length("1")), "", []),
    ExpectedStage("LSTM", (length("batch"), length("seq + shift"), length("hidden")), "", []),
]
NAMES = {"batch": ["n"], "seq": ["l"], "shift": ["s"], "hidden": ["h"]}
WANTED = WantedShapes(STAGES, NAMES, {}, SHARES)


def bound(text: str, **letters: str) -> list[str]:
    written = bind(read_shapes(text), names_of(WANTED, letters), never_alone(WANTED))
    return [", ".join(map(str, one.shape)) for one in written]


@pytest.mark.parametrize(
    ("text", "letters"),
    [
        ("(N, L, 1), (N, L + s, 1), (N, L + s, H)", {}),
        ("(b, t, 1), (b, t + shift, 1), (b, t + shift, k)", {}),
        ("(b, s, 1), (b, s + shift, 1), (b, s + shift, h)", {}),
        ("(m, n, 1), (m, n + s, 1), (m, n + s, k)", {"m": "batch", "k": "hidden"}),
    ],
)
def test_each_name_means_one_dimension(text: str, letters: dict[str, str]) -> None:
    assert bound(text, **letters) == ["batch, seq, 1", "batch, seq + shift, 1", "batch, seq + shift, hidden"]


@pytest.mark.parametrize("text", ["(a, b, 1), (b, a, 1)", "(b, t, 1), (b, u, 1)", "(b, t, 1), (b, t + p + q, 1)"])
def test_a_name_with_two_meanings_is_not_read(text: str) -> None:
    with pytest.raises(NotUnderstood):
        bound(text)


def test_the_shift_is_never_a_length_by_itself() -> None:
    assert never_alone(WANTED) == {"shift"}
