"""Answers by somebody who had not seen the code: none is marked wrongly in silence.

Every answer gets the verdict of a careful marker, or waits for a person; how many wait is printed by `pytest -rP`.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from grader.checks.base import Verdict
from tests.helpers import seen, shipped_check

HERE = Path(__file__).parent
CHECKS: dict[str, Callable[[dict[str, Any]], str]] = {
    "jacobian": lambda case: "11-2-3a-jacobian",
    "shapes": lambda case: "q3-shapes",
    "numbers": lambda case: {
        "sizes": "q1-sizes", "convolution_weights": "q4i-count", "relus": "q4ii-count", "all_weights": "q4iii-count",
    }[case["question"]],
}  # fmt: skip
SAME = {"right": "full", "complete": "full", "incomplete": "partial"}


def word(verdict: Verdict, kind: str) -> str:
    if verdict.status == "passed":
        return "full"
    if verdict.status != "failed":
        return str(verdict.status)
    return "partial" if verdict.credit > 0 and kind != "numbers" else "wrong"


def cases(kind: str) -> list[dict[str, Any]]:
    loaded: list[dict[str, Any]] = json.loads((HERE / f"{kind}.json").read_text(encoding="utf-8"))
    return loaded


@pytest.mark.parametrize("kind", CHECKS)
def test_no_answer_is_marked_wrongly_in_silence(kind: str) -> None:
    silent, counts = [], Counter[str]()
    for case in cases(kind):
        verdict = shipped_check(CHECKS[kind](case)).judge(seen(case["answer"]))
        found, wanted = word(verdict, kind), SAME.get(case["verdict"], case["verdict"])
        counts["decided" if found == wanted and found != "waiting" else found] += 1
        if found not in (wanted, "waiting"):
            silent.append((case["id"], wanted, found, verdict.message))
    print(f"{kind}: {dict(counts)}")
    assert not silent


@pytest.mark.parametrize("kind", CHECKS)
def test_there_are_enough_answers_and_each_says_why(kind: str) -> None:
    found = cases(kind)
    assert len(found) >= {"jacobian": 150, "shapes": 100, "numbers": 80}[kind]
    assert len({case["id"] for case in found}) == len(found)
    assert all(case["why"] for case in found)
