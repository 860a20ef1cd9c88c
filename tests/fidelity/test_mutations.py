"""Small wrong changes to right answers, made mechanically: none of them passes.

Each right Jacobian answer is changed in all the ways that apply to it; at least five do. The same for shapes and numbers
with changes of their own. A changed answer may fail or need review.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.fidelity.test_fidelity import CHECKS, SAME, cases
from tests.helpers import context, shipped_check

Change = Callable[[str], str]


def after_equals(text: str, change: Change) -> str:
    """Change the right side of the last `=` that defines a name."""
    places = [
        m.end()
        for m in re.finditer("=", text)
        if re.search(r"diag|sigma|σ|tanh|φ|phi|np\.|torch|begin", text[m.end() :])
    ]
    return text[: places[-1]] + change(text[places[-1] :]) if places else text


def at_the_end(text: str, what: str) -> str:
    """Put `what` behind the last formula."""
    stripped = text.rstrip()
    for closing in ("$$", "$", "\\]", "```"):
        if stripped.endswith(closing):
            return stripped.removesuffix(closing).rstrip() + f" {what} " + closing
    return stripped.rstrip(".") + f" {what}"


PRIME = r"\^\{?\\prime\}?|['′´’‘ʹ]"
FORMULA: dict[str, Change] = {
    "primes dropped": lambda t: re.sub(r"sigma_prime|dsigma", "sigma", re.sub(PRIME, "", t)),
    "primes doubled": lambda t: re.sub(PRIME, lambda m: m[0] * 2, t),
    "z for h and h for z": lambda t: re.sub(r"(?<![A-Za-z\\])[zh](?![a-z])", lambda m: {"z": "h", "h": "z"}[m[0]], t),
    "index one lower": lambda t: t if "underbrace" in t else after_equals(t, lambda r: re.sub(r"k\s?\+\s?1", "k", r.replace("ₖ₊₁", "ₖ"))),
    "minus": lambda t: after_equals(t, lambda r: " -" + r.lstrip()),
    "W in front": lambda t: after_equals(t, lambda r: " W @ " + r.lstrip() if "np." in t or "torch" in t else " W " + r.lstrip()),
    "the product": lambda t: after_equals(t, lambda r: r" \prod_{k=t}^{T-1} " + r.lstrip()),
    "plus for minus": lambda t: re.sub(r"(1(?:\.0)?\}?\s*)[-−](?!\d)", r"\1+", t),
    "square dropped": lambda t: re.sub(r"\^\{?2\}?|²|\s?\*\*\s?2", "", t),
    "another answer": lambda t: t + "\n\nTherefore $J_{k+1} = W$.",
    "denied": lambda t: t + "\n\nThis is not right.",
    "times W in words": lambda t: t + " multiplied by the weights W.",
    "the inverse": lambda t: t + " We take the inverse of it.",
    "false claim": lambda t: t + r" where $\sigma'(z) = 1 + \sigma(z)^2$",
}  # fmt: skip


def right(kind: str) -> list[dict[str, Any]]:
    return [case for case in cases(kind) if SAME.get(case["verdict"], case["verdict"]) == "full"]


def changed(text: str, changes: dict[str, Change]) -> Iterator[tuple[str, str]]:
    for name, change in changes.items():
        if (other := change(text)) != text:
            yield name, other


def passing(kind: str, case: dict[str, Any], changes: dict[str, Change]) -> tuple[int, list[tuple[str, str]]]:
    """How many changes apply, and those after which the answer still passes."""
    made = list(changed(case["answer"], changes))
    check = shipped_check(CHECKS[kind](case))
    return len(made), [(name, text) for name, text in made if check.judge(context(text)).status == "passed"]


@pytest.mark.parametrize("case", right("jacobian"), ids=lambda case: case["id"])
def test_no_changed_formula_passes(case: dict[str, Any]) -> None:
    count, still = passing("jacobian", case, FORMULA)
    assert count >= 5
    assert not still


SHAPES: dict[str, Change] = {
    "the shift dropped": lambda t: re.sub(r"\s?\+\s?(?:self\.)?(?:shift|s|S|δ|\\delta|Shift)\b", "", t),
    "a number of the length": lambda t: re.sub(r"\b90\b", "80", t),
    "features exchanged": lambda t: re.sub(r"\b(?:hidden_size|hidden|Hidden|H|40)\b(?=\s*[)\]|]|\s*→|\s*$|,\s*(?:first|slice))", "1", t),
    "the last axis kept": lambda t: re.sub(r"\b1(?=\)[^)]*$)", "7", t),
    "the batch grows": lambda t: re.sub(r"([(\[])\s?(batch|B|N|bs|batch_size|b|Batch)\b", r"\1\2 + shift", t),
    "half the features": lambda t: re.sub(r"\b(hidden_size|hidden|H)\b(?=\s*[)\]])", r"\1/2", t),
    "an axis lost": lambda t: re.sub(r"([(\[])[^(),\[\]]+,\s?(?=[^(),\[\]]+,[^(),\[\]]+[)\]])", r"\1", t),
    "two answers": lambda t: t + "\nThe first LSTM gives (batch, 7, hidden).",
    "double shift": lambda t: re.sub(r"\+\s?(shift|S|s|self\.shift)\b", r"+ 2\1", t),
    "axes exchanged": lambda t: re.sub(r"([(\[][^(),\[\]]+,)([^(),\[\]]+),([^(),\[\]]+)([)\]])", r"\1\3,\2\4", t),
}  # fmt: skip


@pytest.mark.parametrize("case", right("shapes"), ids=lambda case: case["id"])
def test_no_changed_shape_passes(case: dict[str, Any]) -> None:
    _, still = passing("shapes", case, SHAPES)
    assert not still


NUMBERS: dict[str, Change] = {
    "one more": lambda t: re.sub(r"\d+", lambda m: str(int(m[0]) + 1), t),
    "ten times": lambda t: re.sub(r"(?<![\d.,])(\d+)(?![\d.,])", r"\g<1>0", t),
    "the first number": lambda t: t if "pixels 0 to" in t else re.sub(r"^(\D*)(\d+)", lambda m: m[1] + str(int(m[2]) + 7), t),
    "the last number": lambda t: re.sub(r"(?<=[:=→x×] )(\d+)(\D*)$|(?<=[x×:=→])(\d+)(\D*)$", lambda m: str(int(m[1] or m[3]) + 7) + (m[2] or m[4] or ""), t),
    "denied": lambda t: t + " No, that is not right: it is 17.",
    "all that fits does not": lambda t: re.sub(r"\b6\s?([x×*])\s?6", "not possible", t),
}  # fmt: skip


@pytest.mark.parametrize("case", right("numbers"), ids=lambda case: case["id"])
def test_no_changed_number_passes(case: dict[str, Any]) -> None:
    _, still = passing("numbers", case, NUMBERS)
    assert not still


def test_the_changes_are_many() -> None:
    kinds = {"jacobian": FORMULA, "shapes": SHAPES, "numbers": NUMBERS}
    made = {
        kind: [len(list(changed(case["answer"], changes))) for case in right(kind)] for kind, changes in kinds.items()
    }
    assert {kind: min(counts) for kind, counts in made.items()}["jacobian"] >= 5
    assert sum(sum(counts) for counts in made.values()) >= 5 * sum(len(counts) for counts in made.values())
