"""Shapes that an answer states for each layer."""

from __future__ import annotations

import pytest

from tests.helpers import context, shipped_check

LAYERS = (
    "Input: (batch, seq, 1)\nPadding: (batch, seq + shift, 1)\nFirst LSTM: (batch, seq + shift, hidden)\n"
    "Slice: (batch, seq, hidden)\nSecond LSTM: (batch, seq, hidden)\nLinear: (batch, seq, 1)"
)


@pytest.mark.parametrize(
    ("answer", "status"),
    [
        (LAYERS, "passed"),
        (LAYERS.replace("First LSTM: (batch, seq + shift", "First LSTM: (batch, seq"), "failed"),
        (LAYERS.replace("Second LSTM: (batch, seq, hidden)", "Second LSTM: (batch, hidden)"), "failed"),
        (LAYERS.replace("seq + shift", "T + 10"), "needs_review"),
        (LAYERS + "\nThe first LSTM receives (batch, seq + shift, 1).", "needs_review"),
        ("Nothing about shapes.", "needs_review"),
        (
            LAYERS.replace("seq", "80").replace("80 + shift", "90").replace("hidden", "40").replace("batch", "10"),
            "passed",
        ),
    ],
)
def test_written_shapes(answer: str, status: str) -> None:
    assert shipped_check("q3-shapes").judge(context(answer)).status == status
