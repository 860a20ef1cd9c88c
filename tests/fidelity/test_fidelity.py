"""Answers of an author who did not know the code get the verdict of a careful tutor, and none a wrong one silently.

`pytest -rP` prints how many need review.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from grader.model.verdict import Verdict
from tests.helpers import context, shipped_check

HERE = Path(__file__).parent
CHECKS: dict[str, Callable[[dict[str, Any]], str]] = {
    "jacobian": lambda case: "11-2-3a-jacobian",
    "shapes": lambda case: "q3-shapes",
    "numbers": lambda case: {
        "sizes": "q1-sizes", "convolution_weights": "q4i-count", "relus": "q4ii-count", "all_weights": "q4iii-count",
    }[case["question"]],
}  # fmt: skip
# What ends otherwise than the label, with the verdict and the reason; none of them is decided against the label.
OTHERWISE = {
    ("jacobian", "j202"): ("needs_review", "words are read only where no formula stands beside them; here one does"),
    ("shapes", "s092"): ("needs_review", "it is not clear which shape the words between two shapes name"),
    ("numbers", "n024"): ("needs_review", "a quotient without `+ 1` says whether a stride fits, and is no size"),
}
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


def judged(name: str, kind: str) -> list[tuple[dict[str, Any], str, str, str]]:
    """Each answer with the tutor's verdict, the checker's, and its message."""
    found = []
    for case in cases(name):
        verdict = shipped_check(CHECKS[kind](case)).judge(context(case["answer"]))
        wanted = SAME.get(case["verdict"], case["verdict"])
        found.append((case, wanted, word(verdict, kind), str(verdict.message)))
    counts = Counter((wanted, got) for _, wanted, got, _ in found)
    print(f"{name}: {dict(sorted(counts.items()))}")
    return found


@pytest.mark.parametrize("kind", CHECKS)
def test_the_checker_agrees_with_a_careful_tutor_and_few_need_review(kind: str) -> None:
    found = judged(kind, kind)
    found = [(case, OTHERWISE.get((kind, case["id"]), (wanted, ""))[0], got, told) for case, wanted, got, told in found]
    assert not [(case["id"], wanted, got, told) for case, wanted, got, told in found if got != wanted]
    assert sum(got == "needs_review" for _, _, got, _ in found) <= len(found) / 10


def test_what_ends_otherwise_waits() -> None:
    assert {verdict for verdict, _ in OTHERWISE.values()} == {"needs_review"}


@pytest.mark.parametrize("kind", CHECKS)
def test_no_fresh_answer_is_graded_wrongly_in_silence(kind: str) -> None:
    """Answers, a third of them traps, of an author who knew neither the code nor the first ones."""
    found = judged(f"fresh-{kind}", kind)
    assert not [(c["id"], wanted, got, told) for c, wanted, got, told in found if got not in (wanted, "needs_review")]


@pytest.mark.parametrize("kind", CHECKS)
def test_there_are_enough_answers_and_each_says_why(kind: str) -> None:
    found = cases(kind)
    assert len(found) >= {"jacobian": 150, "shapes": 100, "numbers": 80}[kind]
    assert len({case["id"] for case in found}) == len(found)
    assert all(case["why"] for case in found)
