"""Changes of arithmetic leave alone what other operators change."""

from __future__ import annotations

import pytest

from tests.trying.operators.test_base import variants


@pytest.mark.parametrize(
    ("name", "source"),
    [
        ("constant", "y = x[1]"),
        ("constant", "y = x.mean(dim=1)"),
        ("constant", "for i in range(3): pass"),
        ("constant", "y = 'text'"),
        ("sign", "y = x[-n]"),
        ("sign", "y = -1"),
        ("scale_missing", "y = x[2 * n]"),
        ("term_missing", "y = x[n + 1]"),
        ("comparison", "y = a < b < c"),
    ],
)
def test_what_is_not_changed(name: str, source: str) -> None:
    assert variants(name, source) == set()


def test_both_terms_of_a_sum_may_be_missing() -> None:
    assert variants("term_missing", "y = a + b") == {"y = a", "y = b"}
