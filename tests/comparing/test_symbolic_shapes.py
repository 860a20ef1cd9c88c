"""Shapes named by the sizes that explain them."""

from __future__ import annotations

import pytest

from grader.comparing.symbolic_shapes import symbolic


@pytest.mark.parametrize(
    ("observed", "name"),
    [
        ([[20, 90, 6], [1, 20, 5]], "(batch, seq + shift, hidden)"),
        ([[20, 70, 6], [1, 14, 5]], "(batch, seq - shift, hidden)"),
        ([[20, 24], [1, 20]], "(batch, 4*hidden)"),
        ([[40, 80], [40, 17]], "(40, seq)"),
        ([[3, 80], [8, 17]], "(3/8, seq)"),
    ],
)
def test_symbolic_shapes(observed: list[list[int]], name: str) -> None:
    sizes = [{"batch": 20, "seq": 80, "shift": 10, "hidden": 6}, {"batch": 1, "seq": 17, "shift": 3, "hidden": 5}]
    assert symbolic(observed, sizes) == name
