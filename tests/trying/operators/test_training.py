"""Changes of training and of loops."""

from __future__ import annotations

import pytest

from tests.trying.operators.test_base import variants


@pytest.mark.parametrize(
    ("name", "source", "made"),
    [
        ("step_missing", "y = optimizer.step()", set()),
        ("detached", "h = cell(x, h)", set()),
        ("detached", "for x in xs: h = cell(x)", set()),
        ("state_not_used", "for x in xs: h = cell(x, k)", set()),
        ("state_not_kept", "total += g", set()),
        ("state_not_kept", "for x in xs: h = f(x)", set()),
    ],
)
def test_what_is_not_changed(name: str, source: str, made: set[str]) -> None:
    assert variants(name, source) == made
