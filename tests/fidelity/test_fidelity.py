"""Answers of authors who did not know the code get the verdict of a careful tutor, and none a wrong one silently.

They go the way of `grader rubric try --answers`, so these tests are its gate. `pytest -rP` prints how many need review.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from grader.trying.known_answers import Agreement, AnswerResult, KnownAnswer, read_answers, try_answers
from tests.helpers import shipped

HERE = Path(__file__).parent
CHECKS: dict[str, Callable[[dict[str, Any]], str]] = {
    "jacobian": lambda case: "11-2-3a-jacobian",
    "shapes": lambda case: "q3-shapes",
    "numbers": lambda case: {
        "sizes": "q1-sizes", "convolution_weights": "q4i-count", "relus": "q4ii-count", "all_weights": "q4iii-count",
    }[case["question"]],
}  # fmt: skip
RUBRICS = {"jacobian": "sequence-modeling", "shapes": "noise-removal", "numbers": "cnn-rnn"}
QUESTIONS = {
    "11-2-3a-jacobian": "11.2.3a", "q3-shapes": "q3", "q1-sizes": "q1", "q4i-count": "q4i", "q4ii-count": "q4ii",
    "q4iii-count": "q4iii",
}  # fmt: skip
# What ends otherwise than the label, with the verdict and the reason; none of them is decided against the label.
OTHERWISE = {
    ("jacobian", "j202"): ("needs_review", "words are read only where no formula stands beside them; here one does"),
    ("shapes", "s092"): ("needs_review", "it is not clear which shape the words between two shapes name"),
    ("numbers", "n024"): ("needs_review", "a quotient without `+ 1` says whether a stride fits, and is no size"),
}
SAME = {"right": "full", "complete": "full", "incomplete": "partial"}


def cases(kind: str) -> list[dict[str, Any]]:
    loaded: list[dict[str, Any]] = json.loads((HERE / f"{kind}.json").read_text(encoding="utf-8"))
    return loaded


def known(name: str, kind: str) -> list[KnownAnswer]:
    """Return the answers of a file as `grader rubric try --answers` reads them."""
    expected = {"needs_review": "review"}
    return [
        KnownAnswer(
            QUESTIONS[CHECKS[kind](case)],
            case["answer"],
            expected.get(case["verdict"], SAME.get(case["verdict"], case["verdict"])),
        )
        for case in cases(name)
    ]


@cache
def tried(name: str, kind: str) -> list[AnswerResult]:
    return try_answers(shipped(RUBRICS[kind]), known(name, kind), 1)


def judged(name: str, kind: str) -> list[tuple[dict[str, Any], str, str, str]]:
    """Each answer with the tutor's verdict, the checker's, and its message."""
    found = []
    for case, one in zip(cases(name), tried(name, kind), strict=True):
        # A share of the sizes is for numbers of which some are wrong.
        got = "wrong" if one.status == "partial" and kind == "numbers" else one.status
        wanted = SAME.get(case["verdict"], case["verdict"])
        found.append((case, wanted, "needs_review" if got == "review" else got, one.message))
    counts = Counter((wanted, got) for _, wanted, got, _ in found)
    print(f"{name}: {dict(sorted(counts.items()))}")
    return found


def test_a_file_of_answers_is_tried_as_the_command_reads_it(tmp_path: Path) -> None:
    rows = [vars(one) for one in known("kept-shapes", "shapes")]
    (tmp_path / "answers.jsonl").write_text("\n".join(map(json.dumps, rows)))
    rubric = shipped("noise-removal")
    found = try_answers(rubric, read_answers(tmp_path / "answers.jsonl", rubric), 1)
    assert found == tried("kept-shapes", "shapes")
    assert {one.agreement for one in found} == {Agreement.agrees, Agreement.needs_review}


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
