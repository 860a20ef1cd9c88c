"""Run every attack of `bench/hostile_cases.py` at levels A and B, as root and as a user without rights.

`python bench/hostile.py [CASE ...]`, started by root, writes `bench/hostile.md`: for each attack its outcome, the peak
of the memory that all of its processes use together, the grader's own included, and their CPU seconds.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

if __package__ in (None, ""):
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench import hostile_cases, hostile_inside
from bench.measure import machine, run, write_part

PAGE = Path(__file__).resolve().parent / "hostile.md"
SETTINGS = (("A", "root"), ("B", "root"), ("A", "user"), ("B", "user"))
ABOUT = """# What hostile submissions cost

Written by `python bench/hostile.py`, which repeats each reproduction of a finding of the safety review; the number is
its section. A cell has the peak memory of all processes together in MiB and their CPU seconds, with the grader itself,
which takes most of it (the first row), and the self-test of the level. `HARM` says that an attack has succeeded. The
outcome is that at level A as root; other outcomes follow it.
[docs/security.md](../docs/security.md) says what is promised.
"""


@dataclass(frozen=True)
class Measured:
    """The outcome of an attack in one setting, and its cost."""

    outcome: str
    mebibytes: int
    cpu: float

    @property
    def cell(self) -> str:
        """Return the cell of the table."""
        return f"{self.mebibytes} MiB, {self.cpu:.1f} s"


def measured(names: Sequence[str], level: str, user: str) -> dict[str, Measured]:
    """Run attacks one after the other in a process of this user, and return what each did; the first warms it up."""
    own = [sys.executable, "-m", "bench.hostile_inside", level, "nothing", *names]
    stay = ["--root"] if user == "root" else []
    cost = run([sys.executable, "-m", "tests.hostile.unprivileged", *stay, *own], PAGE.parent.parent)
    found = [json.loads(line) for line in cost.said.splitlines()]
    return {name: Measured(outcome, peak >> 20, cpu) for name, outcome, peak, cpu in found}


def row(name: str, case: hostile_cases.Case, found: Sequence[Measured]) -> str:
    """Return the line of the table for one attack."""
    outcome = found[0].outcome
    others = [
        f"{level} as {user}: {one.outcome}"
        for (level, user), one in zip(SETTINGS, found, strict=True)
        if one.outcome != outcome
    ]
    cells = [case.finding, case.about, "; ".join([outcome, *others]), *(one.cell for one in found)]
    return "| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in cells) + " |"


def main() -> None:
    """Measure the cases that are named, or all, and write the page."""
    cases = {**hostile_cases.CASES, **hostile_inside.CASES}
    wanted = sys.argv[1:] or list(cases)
    head = ["finding", "attack", "outcome", *(f"{level}, {user}" for level, user in SETTINGS)]
    rule = "|".join(["---"] * len(head))
    by_setting = [measured(wanted, level, user) for level, user in SETTINGS]
    rows = [row(name, cases[name], [found[name] for found in by_setting]) for name in wanted]
    lines = ["| " + " | ".join(head) + " |", f"|{rule}|", *rows]
    print("\n".join(lines))
    if not sys.argv[1:]:
        PAGE.write_text(ABOUT, encoding="utf-8")
        write_part(PAGE, "table", f"{machine()}.\n\n" + "\n".join(lines))


if __name__ == "__main__":
    main()
