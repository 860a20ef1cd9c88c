"""Numbers in an answer, and how they come about."""

from __future__ import annotations

import pytest

from tests.helpers import context, shipped_check


@pytest.mark.parametrize(
    ("check", "answer", "status"),
    [
        ("q4i-count", "3 * 48 weights", "failed"),
        ("q4i-count", "48^2 weights", "needs_review"),
        ("q4i-count", "48k weights", "needs_review"),
        ("q4i-count", "48 weights per filter, so in total 1,440 weights", "needs_review"),
        ("q4i-count", "48 shared weights, divided by 3 filters gives 16 weights", "needs_review"),
        ("q4ii-count", "75 pixels in all maps, but ReLU is shared, so 25 operations", "failed"),
        ("q4iii-count", "348 connections in all, but only 300 weights are learned", "needs_review"),
        ("q4i-count", "16 * 3 weights", "passed"),
        ("q4ii-count", "5x5x3 operations", "passed"),
        ("q4iii-count", "48 + 75*4 weights", "passed"),
        ("q4iii-count", "48 + 300 = 349", "failed"),
        ("q4i-count", "48 weights. Three filters with 4x4 = 16 weights each", "passed"),
        ("q4i-count", "The convolution has 16 weights.", "failed"),
        ("q4i-count", "about 500", "needs_review"),
        ("q4i-count", "no number", "needs_review"),
        ("q4i-count", "![48 weights](48.png)", "needs_review"),
        ("q4i-count", "![](scan-17.png) 48 weights", "passed"),
        ("q1-sizes", "![6x6](6x6.png) Stride 2: no size.", "needs_review"),
        ("q1-sizes", "Stride 2: not possible, so 6x6. Stride 3: 4x4. Stride 4: 3x3. Stride 5: 3x3.", "needs_review"),
        ("q1-sizes", "Stride 2: 6x6x3. Stride 3: not possible. Stride 4: not possible. Stride 5: 3x3x3.", "failed"),
        ("q1-sizes", "Stride 2: 6x6x64. Stride 3: no. Stride 4: not possible. Stride 5: 3x3.", "passed"),
        ("q1-sizes", "Stride 2: 6x6x64. Stride 3: not possible. Stride 4: not possible. Stride 5: 3x3x64.", "passed"),
        ("q1-sizes", "Padding 1. Stride 2: 7x7. Stride 3: 5x5. Stride 4: 4x4. Stride 5: not possible.", "passed"),
    ],
)
def test_numbers(check: str, answer: str, status: str) -> None:
    assert shipped_check(check).judge(context(answer)).status == status
