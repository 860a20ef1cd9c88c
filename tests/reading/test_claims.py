"""Rows of a table of results, as they are read."""

from __future__ import annotations

import pytest


@pytest.mark.parametrize(
    ("line", "configuration"),
    [
        ("Train for 300 epochs\t59.5%", {"epochs": 300}),
        ("Hidden size 80 and shift 5\t59.1%", {"hidden_size": 80, "shift": 5}),
        ("batch size 5 | 58,6 %", {"batch_size": 5}),
        ("Initial Configuration & 56.08\\% \\\\", {}),
        ("hidden_size = 70 | 60.6%", {"hidden_size": 70}),
        ("200 Epochen | 59,4 %", {"epochs": 200}),
        ("lr 0.001 | 44.5%", {"learning_rate": 0.001}),
    ],
)
def test_a_row_in_words(line: str, configuration: dict[str, float]) -> None:
    from grader.reading.claims import read_claims

    initial = {"hidden_size": 40.0, "shift": 10.0, "epochs": 100.0, "batch_size": 10.0, "learning_rate": 0.01}
    (claim,), unread = read_claims(f"Configuration\tNoise removed in percent\n{line}", initial)
    assert claim.configuration == configuration
    assert not unread
