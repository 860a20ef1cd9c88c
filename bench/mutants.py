"""Which mutants and wrong answers the shipped rubrics notice: `python bench/mutants.py` writes `docs/mutants.md`.

Results that `grader rubric try` has made on this machine are used again as long as nothing has changed.
"""

from __future__ import annotations

import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

if __package__ in (None, ""):
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from grader.grading.options import GradingOptions
from grader.rubric.load import read_rubric
from grader.trying.answer_changes import CHANGES
from grader.trying.operators import operators
from grader.trying.run_mutants import Fate, MutantResult, run_mutants, strength
from grader.trying.wrong_answers import WrongAnswer, wrong_answers

ROOT = Path(__file__).resolve().parent.parent
HEAD = """\
# Mutants of the shipped rubrics

Written by `python bench/mutants.py`. [Test your rubric](test-your-rubric.md) explains mutants and wrong answers. "For a
person" are mutants that no check fails and that one leaves for review; they count as noticed. Equal ones compute the
same as the solution and do not count. Wrong answers are made from those of the solution to questions about formulas,
shapes and numbers; noticed are those that do not get all points.

| rubric | mutants | noticed | of which for a person | survived | equal | wrong answers | noticed |
|---|---|---|---|---|---|---|---|
"""


def shipped() -> list[tuple[str, Path]]:
    """Return the shipped rubrics with their names."""
    single = [(path.stem, path) for path in sorted((ROOT / "rubrics").glob("*.yaml"))]
    return single + [(path.parent.name, path) for path in sorted((ROOT / "rubrics").glob("*/rubric.yaml"))]


def row(name: str, results: Sequence[MutantResult], answers: Sequence[WrongAnswer]) -> str:
    """Return the row of a rubric."""
    noticed, of = strength(results)
    fates = Counter(one.fate for one in results)
    rest = f"{fates[Fate.needs_review]} | {fates[Fate.survived]} | {fates[Fate.equal]}"
    wrong = sum(not one.survived for one in answers)
    return f"| {name} | {of} | {share(noticed, of)} | {rest} | {len(answers)} | {share(wrong, len(answers))} |"


def share(part: int, of: int) -> str:
    """Return a number with its percentage, if there is one."""
    return f"{part} ({100 * part / of:.0f} %)" if of else "-"


def by_operator(every: Sequence[MutantResult]) -> Iterator[str]:
    """Yield the table of operators."""
    yield from ("", "## By change", "", "| change | example | mutants | noticed | equal |", "|---|---|---|---|---|")
    for name, one in operators().items():
        own = [result for result in every if result.operator == name]
        noticed, of = strength(own)
        before, after = one.examples[0]
        equal = sum(result.fate is Fate.equal for result in own)
        yield f"| {one.title} | `{before}` becomes `{after}` | {of} | {noticed} | {equal} |"


def by_answer_change(every: Sequence[WrongAnswer]) -> Iterator[str]:
    """Yield the table of changes of answers."""
    yield from ("", "## Wrong answers by change", "", "| change | example | answers | noticed |", "|---|---|---|---|")
    for one in CHANGES:
        own = [result for result in every if result.change == one.title]
        before, after = one.examples[0]
        yield f"| {one.title} | `{before}` becomes `{after}` | {len(own)} | {sum(not each.survived for each in own)} |"


def main() -> None:
    """Run the mutants and the wrong answers, and write the page."""
    every: list[MutantResult] = []
    every_answer: list[WrongAnswer] = []
    rows, survivors = [], []
    for name, path in shipped():
        rubric, start = read_rubric(path, references=True), time.monotonic()
        results, answers = run_mutants(rubric, GradingOptions(), 2), wrong_answers(rubric, GradingOptions(), 2)
        rows.append(row(name, results, answers))
        print(f"{rows[-1]} {time.monotonic() - start:.0f} s", flush=True)
        survivors += [(name, f"{one.where}: {one.title}", one.diff) for one in results if one.fate is Fate.survived]
        survivors += [(name, f"{one.question}: {one.change}", one.difference) for one in answers if one.survived]
        every += results
        every_answer += answers
    lines = [*rows, *by_operator(every), *by_answer_change(every_answer), "", "## Survivors", ""]
    for name, title, difference in survivors:
        lines += [f"`{name}`, {title}.", "", "```diff", difference, "```", ""]
    (ROOT / "docs" / "mutants.md").write_text(HEAD + "\n".join(lines).rstrip() + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
