"""Measure the cost of growing batches: CPU seconds for each submission, memory of the parent process, judging again.

python bench/scale.py [--most 5000] [--again 1000]
"""

from __future__ import annotations

import argparse
import re
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import yaml

if __package__ in (None, ""):
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench.measure import Cost, machine, run, write_part
from bench.submissions import cells, for_grader

ROOT = Path(__file__).resolve().parent.parent
RESULTS = ROOT / "bench" / "results.md"
PICTURE = ROOT / "docs" / "pictures" / "scale.svg"
FEW = 100


@dataclass
class Memory:
    """The resident megabytes of one process over time: seconds and value."""

    context: list[tuple[float, float]] = field(default_factory=list)
    _over: threading.Event = field(default_factory=threading.Event)

    def watch(self, pid: int) -> None:
        """Measure every second until the process has ended."""
        begun = time.monotonic()

        def look() -> None:
            while not self._over.wait(1):
                try:
                    text = Path(f"/proc/{pid}/status").read_text(encoding="utf-8")
                except OSError:
                    return
                if found := re.search(r"VmRSS:\s+(\d+)", text):
                    self.context.append((time.monotonic() - begun, int(found[1]) / 1000))

        threading.Thread(target=look, daemon=True).start()

    def end(self) -> None:
        """Stop measuring."""
        self._over.set()

    @property
    def peak(self) -> float:
        return max((value for _, value in self.context), default=0.0)

    def between(self, begin: float, end: float) -> float:
        """Return the mean of a part of the run, given as shares of it."""
        last = self.context[-1][0]
        values = [value for at, value in self.context if begin * last <= at <= end * last]
        return sum(values) / len(values)


def override(folder: Path, watch: Callable[[int], None] | None = None) -> Cost:
    """Grade a folder as a tutor would, and return its cost."""
    command = [sys.executable, "-m", "grader", "grade", "zips", "--rubric", "rubric.yaml", "--out", "out"]
    environment = {"PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"}
    return run([*command, "--quiet", "--require-isolation", "A"], folder, environment, watch)


def made(folder: Path, count: int) -> Path:
    """Write a folder of `count` light submissions and their rubric, and return it."""
    for_grader(folder, cells(0), count)
    return folder


def scale(folder: Path, most: int) -> list[str]:
    """Measure batches of a hundred, of many, and of a hundred again."""
    few = [override(made(folder / "few-before", FEW))]
    memory = Memory()
    many = override(made(folder / "many", most), memory.watch)
    memory.end()
    few.append(override(made(folder / "few-after", FEW)))
    draw(memory, most)
    each = [cost.cpu / FEW for cost in few]
    ratio = many.cpu / most / (sum(each) / len(each))
    parts = [memory.between(0.1, 0.3), memory.between(0.45, 0.55), memory.between(0.8, 1.0)]
    return [
        "| submissions | CPU s each | wall s each | submissions a minute |",
        "|---|---|---|---|",
        *(_row(FEW, cost) for cost in few[:1]),
        _row(most, many),
        *(_row(FEW, cost) for cost in few[1:]),
        "",
        f"- One submission of {most} costs {ratio:.2f} times one of {FEW}.",
        f"- The coordinating process takes {memory.peak:.0f} MB at most; on average {parts[0]:.0f} MB in the second "
        f"and third tenth, {parts[1]:.0f} MB in the middle, {parts[2]:.0f} MB in the last fifth "
        "([picture](../docs/pictures/scale.svg)).",
    ]


def _row(count: int, cost: Cost) -> str:
    return f"| {count} | {cost.cpu / count:.3f} | {cost.wall / count:.3f} | {60 * count / cost.wall:.0f} |"


def again(folder: Path, count: int) -> list[str]:
    """Grade known submissions again, after changes of different kinds."""
    override(made(folder, count))
    rubric = folder / "rubric.yaml"

    def points(text: str) -> str:
        return re.sub(r"(?m)^(\s*(?:- )?points: )'?([\d.]+)'?$", lambda m: f"{m[1]}{2 * float(m[2])}", text)

    def setting(text: str) -> str:
        data = yaml.safe_load(text)
        for question in data["questions"]:
            for check in question["checks"]:
                if check["kind"] == "must_not_use":
                    check["names"] = [*check["names"], "torch.nn.Bilinear"]
        return yaml.safe_dump(data, sort_keys=False)

    def forgotten(text: str) -> str:
        for path in (folder / "out" / "evidence").rglob("*-findings.json.gz"):
            path.unlink()
        return text

    changes: dict[str, Callable[[str], str]] = {
        "nothing": lambda text: text,
        "a title": lambda text: re.sub(r"(?m)^title: .*$", "title: Another title", text, count=1),
        "all points": points,
        "the forbidden names of one check kind": setting,
        "the code of every check (all judged again)": forgotten,
    }
    lines = ["| change | wall s | CPU s |", "|---|---|---|"]
    for what, change in changes.items():
        rubric.write_text(change(rubric.read_text(encoding="utf-8")), encoding="utf-8")
        cost = override(folder)
        lines.append(f"| {what} | {cost.wall:.1f} | {cost.cpu:.1f} |")
    return lines


def draw(memory: Memory, count: int) -> None:
    """Write a picture of the memory over the run."""
    import matplotlib as mpl

    mpl.use("svg")
    mpl.rcParams["svg.hashsalt"] = "grader"
    from matplotlib import pyplot as plt

    figure, axes = plt.subplots(figsize=(7, 3))
    axes.plot([at / 60 for at, _ in memory.context], [value for _, value in memory.context])
    axes.set(xlabel="minutes", ylabel="MB", ylim=(0, None), title=f"The coordinating process, {count} submissions")
    figure.tight_layout()
    figure.savefig(PICTURE, metadata={"Date": None})


def main() -> None:
    """Measure and write the part of the results."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--most", type=int, default=5000)
    parser.add_argument("--again", type=int, default=1000)
    parser.add_argument("--only", choices=("scale", "again"))
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        if given.only != "scale":
            lines = [f"## Grading {given.again} submissions again", "", f"{machine()}, by `python bench/scale.py`.", ""]
            lines += [
                "Nothing is run; what a change touches is judged again.",
                "",
                *again(Path(name) / "a", given.again),
            ]
            write_part(RESULTS, "again", "\n".join(lines))
        if given.only != "again":
            lines = [
                "## As a batch grows",
                "",
                f"{machine()}, by `python bench/scale.py`; light submissions, one job a core.",
            ]
            write_part(RESULTS, "scale", "\n".join([*lines, "", *scale(Path(name), given.most)]))
    print(RESULTS.read_text(encoding="utf-8"))


if __name__ == "__main__":
    main()
