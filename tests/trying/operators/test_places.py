"""Changes of places in arrays."""

from __future__ import annotations

import pytest

from tests.trying.operators.test_base import variants


@pytest.mark.parametrize(
    ("name", "source", "made"),
    [
        ("slice_off_by_one", "y = x[1:-1]", {"y = x[2:-1]", "y = x[1:-2]"}),
        ("slice_off_by_one", "y = x[0]", {"y = x[1]"}),
        ("slice_off_by_one", "y = x['key']", set()),
        ("axis", "y = x.softmax(1)", {"y = x.softmax(0)"}),
        ("axis", "y = x.reshape(1)", set()),
        ("axis", "y = sum(1)", set()),
        ("transpose", "y = torch.transpose(x, 0, 1)", {"y = x"}),
        ("steps", "y = range(0, n, 2)", set()),
        ("triangle", "y = x.triu(diagonal=1)", {"y = x.tril(diagonal=1)"}),
    ],
)
def test_what_is_made(name: str, source: str, made: set[str]) -> None:
    assert variants(name, source) == made
