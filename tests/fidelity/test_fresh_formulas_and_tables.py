"""Formulas over declared names and tables of claims, by an author who did not know the code.

A verdict has to be that of a careful tutor; other answers need review. `pytest -rP` prints how many do.
"""

from __future__ import annotations

import json
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any

from grader.checks.expression import Expression
from grader.reading.claims import Claim, read_claims
from tests.checks.test_table_claims import finding as judged_table
from tests.helpers import finding_of

HERE = Path(__file__).parent
INITIAL = {"hidden_size": 40, "shift": 10, "epochs": 100, "batch_size": 10, "learning_rate": 0.01}

WORDS = {"passed": "full", "failed": "wrong"}


def cases(name: str) -> list[dict[str, Any]]:
    loaded: list[dict[str, Any]] = json.loads((HERE / f"fresh-{name}.json").read_text(encoding="utf-8"))
    return loaded


@cache
def decided_formulas(name: str) -> Counter[tuple[str, str]]:
    """Return how many formulas of a file have a label and a verdict, once none is decided against its label."""
    counts: Counter[tuple[str, str]] = Counter()
    wrong = []
    for case in json.loads((HERE / f"{name}.json").read_text(encoding="utf-8")):
        check = Expression.model_validate({"id": "formula", "points": 1, **case["rubric"]})
        assert check.mistake_in_keys() == ""
        found = finding_of(check, case["answer"])
        counts[WORDS.get(case["verdict"], case["verdict"]), WORDS.get(str(found.status), str(found.status))] += 1
        if found.status not in ("needs_review", case["verdict"]):
            wrong.append((case["answer"], case["verdict"], found.status, found.message))
    print(dict(sorted(counts.items())))
    assert not wrong
    return counts


def test_no_fresh_formula_is_graded_wrongly_in_silence() -> None:
    assert decided_formulas("fresh-expressions")


def same(claim: Claim, row: dict[str, Any]) -> bool:
    return bool(claim.configuration == row["configuration"] and abs(claim.percent - row["percent"]) < 1e-6)


def test_every_fresh_table_that_is_read_is_read_as_it_stands() -> None:
    counts: Counter[tuple[str, str]] = Counter()
    wrong = []
    for case in cases("tables"):
        claims, unread = read_claims(case["text"], INITIAL)
        rows = case["rows"]
        right = len(claims) == len(rows) and all(same(claim, row) for claim, row in zip(claims, rows, strict=True))
        read = bool(claims) and not unread
        counts[case["verdict"], "read" if read else "waits"] += 1
        silent = (
            judged_table(case["text"]).status != "needs_review"
        )  # figures that mix shares and per cent need review as unusual
        if read and (not right if case["verdict"] == "read" else silent and "above 100" not in case["why"]):
            wrong.append((case["text"], case["why"]))
    print(dict(sorted(counts.items())))
    assert not wrong
    assert counts["read", "read"] >= 13
