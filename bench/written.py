"""CPU seconds of each reader of written answers for hostile texts: `python bench/written.py`.

Each pattern is repeated to 100 KB, which is refused by its length, and to the longest text that is read. A reader that
takes more than a second for either is named, and the exit code is 1.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from pathlib import Path

if __package__ in (None, ""):
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from grader.checks import kinds
from grader.checks.base import Check, CheckContext
from grader.grading.judge import judge_check
from grader.model import Answer, Evidence, Submission
from grader.prose.bounds import MAX_CHARACTERS
from grader.rubric.load import read_rubric

ROOT = Path(__file__).resolve().parent.parent
WHOLE, MOST_SECONDS = 100_000, 1.0
RUBRICS = ("noise-removal", "sequence-modeling", "cnn-rnn")
FORMULA = {
    "kind": "expression", "id": "formula", "points": 1, "gives": "g", "equals": "2 A^T (A x - b)",
    "names": {"A": ["m", "n"], "x": ["n"], "b": ["m"]},
}  # fmt: skip
# A beginning and a part that is repeated.
HOSTILE = {
    "spaces": ("J = W", " "),
    "line ends": ("J = W", "\n"),
    "letters": ("", "a"),
    "digits": ("stride 2: ", "7"),
    "single digits": ("", "1 "),
    "equals signs": ("", "= "),
    "open brackets": ("", "("),
    "nested functions": ("J = ", "diag("),
    "matrices": ("$J = ", r"\begin{pmatrix}"),
    "braces below": ("", r"\underbrace{"),
    "fractions": ("$J = ", r"\frac{1}{"),
    "nested sums": ("$J = ", r"\sum_{m} "),
    "powers": ("$J = W", "^{2"),
    "derivatives": ("", "∂h "),
    "products": ("", "3*"),
    "calculations": ("", "3 * 4 = 12, "),
    "code": ("", "J = np.diag("),
    "lines of code": ("", "z = z @ W\n"),
    "mathematics": ("", "$x$ "),
    "struck out": ("", "~~a "),
    "quotes": ("", "**a "),
    "tags": ("", "<sub>"),
    "rows": ("[", "a b; "),
    "ranges": ("", "k = 1, "),
    "sizes": ("", "7x7, "),
    "strides": ("", "stride 2: 7x7 "),
    "shapes": ("", "(N, L, 1) "),
    "stages": ("", "first LSTM (N, L + shift, H), "),
    "sums in shapes": ("(N, ", "L + "),
    "table rows": ("| hidden | % |\n|---|---|\n", "| 40 | 55 |\n"),
    "bars": ("", "|"),
    "sentences": ("", "The matrix is diagonal. "),
    "denials": ("", "not "),
    "links": ("", "[a]("),
    "entries": ("$g_i = ", r"\sum_{j} A_{ij} "),
    "inner products": ("$g = ", r"\langle x, "),
    "deltas": ("$g = ", "1_{i="),
    "blocks": ("$g = ", "[x; "),
    "growth": ("$g = O(", "(m + n)"),
    "aligned rows": (r"\begin{align*} ", r"g &= x \\ "),
    "rows of commas": ("hidden_size,epochs,percent_removed\n", "40,100,57\n"),
    "cells below": ("Hidden size\nEpochs\nNoise removed\n", "40\n"),
    "an HTML table": ("<table>", "<tr><td>40</td>"),
    "items": ("Noise removed in percent:\n", "- hidden 40: 57\n"),
    "clauses": ("", "With 200 epochs it is 57 %, "),
    "quoted lengths": ("(", '"batch", '),
    "explained letters": ("", "n is the batch size, "),
    "two stages": ("", "the slice and the second LSTM "),
    "unused states": ("", "and the last states "),
    "strides that fit": ("stride: ", "2 and 5 "),
    "rows of strides": ("", "2 6\n"),
    "functions of strides": ("", "o(2) = "),
}


def checks() -> Iterator[Check]:
    """Yield every check of the shipped rubrics that reads an answer, and one formula over declared names."""
    for name in RUBRICS:
        for _, check in read_rubric(ROOT / "rubrics" / f"{name}.yaml").checks():
            if check.needs_answer:
                yield check
    yield kinds()["expression"].model_validate(FORMULA)


def seconds(check: Check, text: str) -> float:
    """Return the CPU seconds of one judgement."""
    evidence = Evidence(answers={"q": Answer(text, "answers.md")})
    before = time.process_time()
    judge_check(check, CheckContext(Submission("team", "team.zip", ""), evidence, "q", {}))
    return time.process_time() - before


def main() -> int:
    """Print the slowest pattern of each kind of check, and each one above the limit."""
    slow = 0
    seen: set[tuple[str, str]] = set()
    for check in checks():
        if (key := (check.kind, str(getattr(check, "count", "")))) in seen:
            continue
        seen.add(key)
        seconds(check, "J = W")  # what is loaded at the first use
        taken = {
            (name, size): seconds(check, (start + part * (size // len(part) + 1))[:size])
            for name, (start, part) in HOSTILE.items()
            for size in (WHOLE, MAX_CHARACTERS)
        }
        (name, size), most = max(taken.items(), key=lambda item: item[1])
        print(f"{check.kind:16} {check.id:18} {most:5.2f} s  {name}, {size} characters", flush=True)
        for (name, size), took in taken.items():
            if took > MOST_SECONDS:
                print(f"    above {MOST_SECONDS} s: {name}, {size} characters: {took:.2f} s", flush=True)
                slow += 1
    return 1 if slow else 0


if __name__ == "__main__":
    raise SystemExit(main())
