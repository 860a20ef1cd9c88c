"""The bound on the length of an answer, and the time that hostile answers take within it."""

from __future__ import annotations

import time

import pytest

from grader.prose.bounds import MAX_CHARACTERS, MAX_DIGITS, too_long
from tests.helpers import finding_of, shipped_check

CHECKS = ("11-2-3a-jacobian", "q3-shapes", "q1-sizes", "q4i-count")
HOSTILE = {
    "line ends": "J = W" + "\n" * 100_000,
    "digits": "stride 2: " + "7" * 100_000,
    "spaces": "J = W" + " " * 100_000 + "and",
    "matrices": "$J = " + r"\begin{pmatrix}" * 6000 + "$",
    "derivatives": "∂h " * 30_000,
    "brackets": "(" * 100_000,
    "products": "3*" * 50_000,
    "sizes": "7x7, " * 20_000,
    "ranges": "k = 1, " * 14_000,
    "shapes": "(N, L, 1) " * 10_000,
}
CPU_SECONDS = 5  # the slowest took 0.3


def test_a_text_just_within_the_bound_is_read() -> None:
    assert not too_long("a" * MAX_CHARACTERS)
    assert not too_long("7" * MAX_DIGITS)
    assert "more than 40 digits" in str(too_long("stride 2: " + "7" * (MAX_DIGITS + 1)))
    assert "more than 12000 characters" in str(too_long("a" * (MAX_CHARACTERS + 1)))


@pytest.mark.parametrize("check", CHECKS)
@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_answer_takes_little_time_whole_or_cut(check: str, text: str) -> None:
    before = time.process_time()
    whole = finding_of(shipped_check(check), text)
    finding_of(shipped_check(check), text[:MAX_CHARACTERS])
    assert time.process_time() - before < CPU_SECONDS
    is_read = "jacobian" in check and text.strip() == "J = W"  # empty lines count nothing, and J is wrong
    assert whole.status == ("failed" if is_read else "needs_review")
