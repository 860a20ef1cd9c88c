"""Where the CPU seconds of one submission go: `python bench/costs.py SUBMISSION --rubric RUBRIC` prints a tree.

The submission is graded several times in one process: the first time with everything that a run pays once (modules, the
fork server, the reference), the last time as every later one. The grader's own seconds are counted by stage; those of
the submission's processes come from their records. `--page` writes the trees of the light submission of the other
benches to `bench/results.md`.
"""

from __future__ import annotations

import argparse
import contextlib
import importlib
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

if __package__ in (None, ""):
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench.measure import machine, write_part
from bench.submissions import cells, for_grader

ROOT = Path(__file__).resolve().parent.parent

# Where a stage of the grader begins: module, name, and what the tree calls it.
STAGES = (
    ("grader.grading.options", "GradingOptions.open", "reading the submission"),
    ("grader.sandbox.host.kernel", "NotebookKernel.start", "starting the kernel"),
    ("grader.sandbox.host.kernel", "NotebookKernel.close", "ending the kernel"),
    ("grader.sandbox.host.kernel", "NotebookKernel.run", "running cells"),
    ("grader.sandbox.host.kernel", "NotebookKernel.ask", "putting requests to the kernel"),
    ("grader.sandbox.host.definitions_host", "DefinitionsProcess.ask", "putting requests to the definitions"),
    ("grader.grading.run", "definitions_of", "extracting the definitions"),
    ("grader.grading.run", "find_answers", "finding the answers"),
    ("grader.grading.interview", "judge_check", "comparing and judging"),
    ("grader.grading.interview", "_open_requests", "comparing and judging"),
    ("grader.grading.pipeline", "score", "scoring"),
    ("grader.grading.pipeline", "assemble", "making the report"),
    ("grader.batch.executor", "rendered_result", "rendering the report"),
    ("grader.batch.writer", "Writer.write", "writing files and rows"),
)
REST = "all else"
LATER = 5  # from the third submission on, processes are forked from larger pages


@dataclass
class Stages:
    """CPU seconds by stage; a stage within another one counts for itself only."""

    seconds: dict[str, float] = field(default_factory=lambda: defaultdict(float))
    calls: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    _open: list[str] = field(default_factory=lambda: [REST])
    _since: float = field(default_factory=time.process_time)

    def _turn(self) -> None:
        now = time.process_time()
        self.seconds[self._open[-1]] += now - self._since
        self._since = now

    @contextlib.contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Count the seconds of the block for one stage."""
        self._turn()
        self.calls[name] += self._open[-1] != name
        self._open.append(name)
        try:
            yield
        finally:
            self._turn()
            self._open.pop()

    def end(self) -> None:
        """Count the seconds since the last stage."""
        self._turn()


def counted(stages: Stages, name: str, function: Callable[..., Any]) -> Callable[..., Any]:
    """Return a function that counts for a stage while it runs."""

    def count(*given: Any, **named: Any) -> Any:
        with stages.stage(name):
            return function(*given, **named)

    return count


@contextlib.contextmanager
def counting() -> Iterator[Stages]:
    """Count the stages within the block."""
    stages, before = Stages(), []
    for module, path, name in STAGES:
        owner: Any = importlib.import_module(module)
        *classes, last = path.split(".")
        for one in classes:
            owner = getattr(owner, one)
        before.append((owner, last, getattr(owner, last)))
        setattr(owner, last, counted(stages, name, getattr(owner, last)))
    stages._since = time.process_time()
    try:
        yield stages
        stages.end()
    finally:
        for owner, last, function in before:
            setattr(owner, last, function)


def tree(title: str, stages: Stages, processes: Sequence[Mapping[str, Any]]) -> list[str]:
    """Return the costs of one grading, the largest first within each branch."""
    theirs = {f"process {n}": float(one.get("time", 0)) for n, one in enumerate(processes, 1)}
    own, child = sum(stages.seconds.values()), sum(theirs.values())
    lines = [f"{title}: {own + child:.3f} CPU s", f"├─ the grader {own:.3f}"]
    for name, seconds in sorted(stages.seconds.items(), key=lambda item: -item[1]):
        times = f" ({stages.calls[name]} times)" if stages.calls[name] > 1 else ""
        lines.append(f"│  ├─ {name} {seconds:.3f}{times}")
    lines.append(f"└─ the submission's processes {child:.3f}")
    lines += [f"   ├─ {name} {seconds:.3f}" for name, seconds in theirs.items()]
    return lines


def trees(submission: Path, rubric_file: Path, out: Path) -> list[str]:
    """Return the trees of the first and of a later grading of one submission, whose evidence is not used again."""
    begun = time.process_time()
    from grader.batch import executor, writer
    from grader.grading.options import GradingOptions
    from grader.ingest.discover import discover
    from grader.results.results_database import ResultsDatabase
    from grader.rubric.load import read_rubric

    rubric = read_rubric(rubric_file)
    lines = [f"loading the grader and the rubric: {time.process_time() - begun:.3f} CPU s", ""]
    [source] = discover([submission])
    records = ResultsDatabase(out)
    batch = records.begin(rubric.title, rubric.question_keys())
    for number in range(1, LATER + 1):
        with counting() as stages:
            options = GradingOptions()
            done = executor.grade_submission(source, rubric, options)
            writer.Writer(out, records, batch, options).write(done)
        if number in (1, LATER):
            title = "the first submission of a run" if number == 1 else "each later one"
            lines += [*tree(title, stages, (done.effort.seconds or {})["processes"]), ""]
    return lines


def main() -> None:
    """Print the trees, and write those of a light submission where that is wanted."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("submission", type=Path, nargs="?", help="a zip, folder or notebook; a light one if left out")
    parser.add_argument("--rubric", type=Path)
    parser.add_argument("--page", action="store_true", help="write the trees to bench/results.md")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        submission, rubric = given.submission, given.rubric
        if submission is None:
            for_grader(folder, cells(0), 1)
            [submission], rubric = (folder / "zips").iterdir(), folder / "rubric.yaml"
        elif rubric is None:
            parser.error("a submission needs its --rubric")
        lines = trees(submission, rubric, folder / "out")
    print("\n".join(lines))
    if given.page:
        head = ["## Where the seconds of one submission go", "", f"{machine()}, by `python bench/costs.py --page`.", ""]
        write_part(ROOT / "bench" / "results.md", "costs", "\n".join([*head, "```text", *lines[:-1], "```"]))


if __name__ == "__main__":
    main()
