"""The text of an answer with plain signs; a sign that may mean something stays."""

from __future__ import annotations

import pytest

from grader.expressions.tidy import tidy


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("J<sub>k</sub>&nbsp;= W", "J_{k} = W"),
        ("𝑱 = 𝐝𝐢𝐚𝐠", "J = diag"),
        ("\ufeffJ \u2060= W ✔", "J = W  "),
        ("d i a g (z)", "diag (z)"),
        ("J_{k+1} → W", "J_{k+1} = W"),
        ("$J =$ - $W$", "$J = - W$"),
        ("J  =  W", "J = W"),
    ],
)
def test_dress_is_taken_off(text: str, plain: str) -> None:
    assert tidy(text).strip() == plain.strip()


@pytest.mark.parametrize("sign", ["✗", "?", "¶", "\ufffd", "≠"])
def test_a_sign_that_may_mean_something_stays(sign: str) -> None:
    assert sign in tidy(f"J = W {sign}")
