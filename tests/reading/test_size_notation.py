"""Sizes in lists, tuples and sentences, written beside their strides."""

from __future__ import annotations

import pytest

from grader.reading.size_notation import written_out


def written(text: str) -> str:
    return " ".join(written_out(text, (2, 3, 4, 5), 64, (10, 12)).split())


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("7x7, 5x5 for strides 2, 3", "stride 2: 7x7; stride 3: 5x5;"),
        ("6, 4, 3, 3", "stride 2: 6; stride 3: 4; stride 4: 3; stride 5: 3;"),
        ("stride 2: (7, 7, 64)", "stride 2: 7x7x64"),
        ("stride 2: 6 by 6 = 36", "stride 2: 6x6"),
        ("10/2 = 5 yes", "10/2 yes"),
        ("10 mod 3 = 1", "stride 3: not possible"),
        ("2 ✓", "stride 2: fits"),
    ],
)
def test_a_size_stands_beside_its_stride(text: str, plain: str) -> None:
    assert written(text) == plain


@pytest.mark.parametrize("text", ["7x7, 5x5 for strides 2, 3, 4", "13/2 = 6.5", "stride 2: (7, 5)", "6 by 6 = 35"])
def test_what_does_not_fit_together_stays(text: str) -> None:
    assert written(text) == text
