"""Which mutants of the shipped courses are noticed: `python bench/mutants.py` writes `docs/mutants.md`.

Results that `grader rubric try` has made on this machine are used again as long as nothing has changed.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

if __package__ in (None, ""):
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from grader.grading.options import GradingOptions
from grader.rubric.load import read_rubric
from grader.trying.operators import operators
from grader.trying.run_mutants import Fate, MutantResult, run_mutants, strength

ROOT = Path(__file__).resolve().parent.parent
COURSES = ("numpy-rnn", "attention", "language-model", "image-classifier")
HEAD = """\
# Mutants of the example courses

Written by `python bench/mutants.py`. [Test your rubric](test-your-rubric.md) explains mutants. "For a person" are
mutants that no check fails and that one leaves for review; they count as noticed. Equal ones compute the same as the
solution and do not count.

| course | mutants | noticed | of which for a person | survived | equal |
|---|---|---|---|---|---|
"""


def row(course: str, results: Sequence[MutantResult]) -> str:
    """Return the row of a course."""
    noticed, of = strength(results)
    fates = Counter(one.fate for one in results)
    share = f"{noticed} ({100 * noticed / of:.0f} %)"
    rest = f"{fates[Fate.needs_review]} | {fates[Fate.survived]} | {fates[Fate.equal]}"
    return f"| {course} | {of} | {share} | {rest} |"


def by_operator(every: Sequence[MutantResult]) -> Iterator[str]:
    """Yield the table of operators."""
    yield from ("", "## By change", "", "| change | example | mutants | noticed | equal |", "|---|---|---|---|---|")
    for name, one in operators().items():
        own = [result for result in every if result.operator == name]
        noticed, of = strength(own)
        before, after = one.examples[0]
        equal = sum(result.fate is Fate.equal for result in own)
        yield f"| {one.title} | `{before}` becomes `{after}` | {of} | {noticed} | {equal} |"


def main() -> None:
    """Run the mutants and write the page."""
    every: list[MutantResult] = []
    rows, survivors = [], []
    for course in COURSES:
        rubric = read_rubric(ROOT / "rubrics" / course / "rubric.yaml", references=True)
        results = run_mutants(rubric, GradingOptions(), 2)
        rows.append(row(course, results))
        print(rows[-1], flush=True)
        survivors += [(course, one) for one in results if one.fate is Fate.survived]
        every += results
    lines = [*rows, *by_operator(every), "", "## Survivors", ""]
    for course, one in survivors:
        lines += [f"`{course}`, {one.where}: {one.title}.", "", "```diff", one.diff, "```", ""]
    (ROOT / "docs" / "mutants.md").write_text(HEAD + "\n".join(lines).rstrip() + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
