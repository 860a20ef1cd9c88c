"""Wrong answers with something mechanical around them: symbols, quotes, spaces, signs, sets. None of them passes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.fidelity.test_fidelity import CHECKS, SAME, cases
from tests.helpers import context, shipped_check

Decorate = Callable[[str], str]
BEFORE = (
    "✔ ",
    "☑ ",
    "⟹ ",
    "⇨ ",
    "→ ",
    "★ ",
    "\ufeff",
    "\u2060",
    "\u200b",
    "- ",
    "1. ",
    "a) ",
    "> ",
    "Answer: ",
    "So we get ",
    "J is the matrix ",
    "   ",
    "\n\n",
)
BEHIND = (
    " ✔",
    " ☑",
    " ✓",
    " ★",
    " 🙂",
    "!",
    " ¶",
    " §",
    "\ufffd",
    "\u00ad",
    " .",
    ";",
    " □",
    "\n\n",
    " (q.e.d.)",
    " ∈ ℝ^{n×n}",
    ", as a diagonal matrix.",
    " It is a diagonal matrix.",
)
AROUND = (
    ("«", "»"),
    ("“", "”"),
    ("(", ")"),
    ("**", "**"),
    ("*", "*"),
    ("> ", "\n"),
    ("<p>", "</p>"),
    ("\u201e", "\u201c"),
)
DECORATIONS: dict[str, Decorate] = {
    **{f"{sign!r} before": (lambda text, sign=sign: sign + text) for sign in BEFORE},  # type: ignore[misc]
    **{f"{sign!r} behind": (lambda text, sign=sign: text + sign) for sign in BEHIND},  # type: ignore[misc]
    **{f"{left!r} around": (lambda text, left=left, right=right: left + text + right) for left, right in AROUND},  # type: ignore[misc]
    "spaces doubled": lambda text: text.replace(" ", "  "),
    "spaces of no width": lambda text: text.replace(" ", " \u200b"),
    "spaces that do not break": lambda text: text.replace(" ", "\u00a0"),
}  # fmt: skip
PREFIXES = ("", "fresh-", "seen-", "kept-", "later-seen-", "later-kept-")
HERE = Path(__file__).parent


def wrong(kind: str, prefix: str) -> list[tuple[str, str]]:
    """The check and the answer of every answer that the label calls wrong."""
    found = [case for case in cases(prefix + kind) if SAME.get(case["verdict"], case["verdict"]) == "wrong"]
    return [(CHECKS[kind](case), case["answer"]) for case in found]


def test_there_are_forty_decorations_and_each_changes_a_text() -> None:
    assert len(DECORATIONS) >= 40
    assert all(decorate("a wrong answer") != "a wrong answer" for decorate in DECORATIONS.values())


@pytest.mark.slow
@pytest.mark.parametrize("kind", CHECKS)
@pytest.mark.parametrize("prefix", PREFIXES, ids=["first", *PREFIXES[1:]])
def test_no_decorated_wrong_answer_passes(kind: str, prefix: str) -> None:
    answers = wrong(kind, prefix)
    assert answers or prefix not in ("", "fresh-", "seen-")  # some halves have no wrong shapes
    passing = [
        (name, answer)
        for check, answer in answers
        for name, decorate in DECORATIONS.items()
        if shipped_check(check).judge(context(decorate(answer))).status == "passed"
    ]
    assert not passing


@pytest.mark.parametrize("kind", CHECKS)
def test_no_wrong_answer_in_turn_passes_under_a_decoration(kind: str) -> None:
    """The quick form: each wrong answer with a few decorations, in turn."""
    decorations = list(DECORATIONS.items())
    answers = wrong(kind, "")
    picked = [
        (*answer, *decorations[(3 * n + k) % len(decorations)]) for n, answer in enumerate(answers) for k in range(3)
    ]
    passing = [
        (name, answer)
        for check, answer, name, decorate in picked
        if shipped_check(check).judge(context(decorate(answer))).status == "passed"
    ]
    assert not passing
