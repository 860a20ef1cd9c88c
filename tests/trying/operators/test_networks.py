"""Changes of networks."""

from __future__ import annotations

import pytest

from tests.trying.operators.test_base import variants


@pytest.mark.parametrize(
    ("name", "source", "made"),
    [
        ("activation_dropped", "y = x.tanh()", {"y = x"}),
        ("mask_ignored", "y = f(x, padding_mask)", {"y = f(x, None)"}),
        ("mask_ignored", "y = f(x, m)", set()),
        ("mask_inverted", "mask = f(x)", set()),
        ("returns_swapped", "return a", set()),
        ("arguments_swapped", "y = f(a)", set()),
        ("layer_skipped", "y = self.norm(x, 3)", set()),
        ("default_ignored", "def f(x, mask=None): return mask", set()),
        ("default_ignored", "def f(x, *, k=2): return k", {"def f(x, *, k=2): return 2"}),
    ],
)
def test_what_is_made(name: str, source: str, made: set[str]) -> None:
    assert variants(name, source) == made
