"""Compare the grader with other tools: `python bench/run.py` (or `make bench`) writes `bench/results.md`.

Every tool grades the same cells on this machine in the same run, in turn, each in an environment of its own. CPU
seconds count every process that a command starts. The fixed cost of a batch is removed by grading few and many
submissions and dividing the difference; commands for one submission have no such cost.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

if __package__ in (None, ""):
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench import memory, submissions
from bench.measure import Cost, counts_everything, machine, run, write_part

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
FEW, MANY = 2, 8
CHEAP = 26  # instead of MANY, if one more costs little compared with the start
THREADS = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
NEIGHBOURS = {"nbgrader": "nbgrader", "otter": "otter-grader"}


def environment(name: str, folder: Path) -> Path:
    """Return the `bin` of an environment with the other tool and torch, made at the first use."""
    place = folder / f"env-{name}"
    if not (place / "ready").exists():
        subprocess.run([sys.executable, "-m", "venv", str(place)], check=True)
        pip = [str(place / "bin" / "python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        constraints = ["-c", str(ROOT / "constraints.txt")]
        subprocess.run([*pip, *constraints, "torch"], check=True)
        subprocess.run([*pip, NEIGHBOURS[name], "torch", "numpy", "ipykernel", "matplotlib"], check=True)
        (place / "ready").touch()
    return place / "bin"


def grader(folder: Path, sources: list[str], count: int, jobs: int = 1) -> Cost:
    """Run `grader grade` over `count` zips: isolated, with all checks and reports."""
    submissions.for_grader(folder, sources, count)
    options = ["--rubric", "rubric.yaml", "--out", "out", "--jobs", str(jobs), "--require-isolation", "A"]
    return run(
        [sys.executable, "-m", "grader", "grade", "zips", *options], folder, {**THREADS, "PYTHONPATH": str(ROOT)}
    )


def nbgrader(bin_: Path) -> Callable[[Path, list[str], int], Cost]:
    """Run `nbgrader autograde` over `count` submissions."""

    def measured(folder: Path, sources: list[str], count: int) -> Cost:
        submissions.for_nbgrader(folder, sources, count)
        path = {**THREADS, "PATH": f"{bin_}:{os.environ['PATH']}"}
        run([str(bin_ / "nbgrader"), "generate_assignment", "lstm"], folder, path)
        return run([str(bin_ / "nbgrader"), "autograde", "lstm"], folder, path)

    return measured


def otter(bin_: Path) -> Callable[[Path, list[str], int], Cost]:
    """Run `otter run` once for each of `count` notebooks."""

    def measured(folder: Path, sources: list[str], count: int) -> Cost:
        submissions.for_otter(folder, sources)
        path = {**THREADS, "PATH": f"{bin_}:{os.environ['PATH']}"}
        run([str(bin_ / "otter"), "generate", "-t", "tests"], folder, path)
        costs = [run([str(bin_ / "otter"), "run", "exercise.ipynb"], folder, path) for _ in range(count)]
        return Cost(sum(cost.cpu for cost in costs), sum(cost.wall for cost in costs), 0)

    return measured


def loop(folder: Path, sources: list[str], count: int) -> Cost:
    """Run an nbclient loop: a new kernel for every notebook, nothing else."""
    submissions.for_script(folder, sources)
    code = (
        "import nbformat, nbclient\n"
        f"for _ in range({count}):\n"
        "    nbclient.NotebookClient(nbformat.read('exercise.ipynb', 4), kernel_name='python3').execute()\n"
    )
    return run([sys.executable, "-c", code], folder, THREADS)


def script(folder: Path, sources: list[str], count: int) -> Cost:
    """Run `python script.py` once for each submission."""
    submissions.for_script(folder, sources)
    costs = [run([sys.executable, "script.py"], folder, THREADS) for _ in range(count)]
    return Cost(sum(cost.cpu for cost in costs), sum(cost.wall for cost in costs), 0)


def fork(folder: Path, sources: list[str], count: int) -> Cost:
    """Fork a process with torch loaded once for each submission and run its cells there: the least possible cost."""
    submissions.for_script(folder, sources)
    code = (
        "import os, torch, torch.optim, numpy, matplotlib.pyplot, gc\n"
        "torch.set_num_threads(1); gc.freeze(); text = compile(open('script.py').read(), 'script.py', 'exec')\n"
        f"for _ in range({count}):\n"
        "    child = os.fork()\n"
        "    if child == 0:\n"
        "        exec(text, {'__name__': '__main__'}); os._exit(0)\n"
        "    assert os.waitpid(child, 0)[1] == 0\n"
    )
    return run([sys.executable, "-c", code], folder, THREADS)


def marginal(tool: Callable[[Path, list[str], int], Cost], folder: Path, sources: list[str], many: int) -> float:
    """Return the CPU seconds of one more submission: of `many` without those of few, or of the only one."""
    costs = {}
    for count in (FEW, many) if many > 1 else (1,):
        place = folder / str(count)
        shutil.rmtree(place, ignore_errors=True)
        place.mkdir(parents=True)
        costs[count] = tool(place, sources, count).cpu
    return max(0.0, costs[many] - costs[FEW]) / (many - FEW) if many > 1 else costs[1]


def interleaved(
    tools: Mapping[str, tuple[Callable[[Path, list[str], int], Cost], int]],
    folder: Path,
    sources: list[str],
    runs: int,
) -> dict[str, list[float]]:
    """Measure every tool `runs` times, in turn."""
    found: dict[str, list[float]] = {name: [] for name in tools}
    for number in range(runs):
        for name, (tool, many) in tools.items():
            found[name].append(marginal(tool, folder / name.replace(" ", "-"), sources, many))
            print(f"  {number + 1}/{runs} {name}: {found[name][-1]:.2f} CPU s", flush=True)
    return found


def table(found: Mapping[str, Sequence[float]], base: str) -> list[str]:
    """Return rows of Markdown: median, range, and the ratio to `base` with the range over the runs."""
    rows = ["| tool | CPU s per submission: median | minimum to maximum | times the grader's |", "|---|---|---|---|"]
    for name, values in found.items():
        ratios = sorted(v / b for v, b in zip(values, found[base], strict=True))
        middle = statistics.median(ratios)
        rows.append(
            f"| {name} | {statistics.median(values):.2f} | {min(values):.2f} to {max(values):.2f} "
            f"| {middle:.2f} ({ratios[0]:.2f} to {ratios[-1]:.2f}) |"
        )
    return rows


def two_jobs(folder: Path, runs: int) -> list[float]:
    """Return how many times faster two jobs are than one, in wall time without the fixed cost of a batch."""
    ratios = []
    for number in range(runs):
        walls = []
        for jobs in (1, 2):
            taken = {}
            for count in (MANY, 7 * MANY):
                place = folder / f"jobs-{jobs}"
                shutil.rmtree(place, ignore_errors=True)
                place.mkdir(parents=True)
                taken[count] = grader(place, submissions.cells(0), count, jobs).wall
            walls.append((taken[7 * MANY] - taken[MANY]) / (6 * MANY))
        ratios.append(walls[0] / walls[1])
        print(f"  {number + 1}/{runs} two jobs: {walls[0]:.2f} s and {walls[1]:.2f} s a submission", flush=True)
    return ratios


def main() -> None:
    """Measure and write `results.md`."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--epochs", type=int, default=20, help="of the submission that trains")
    parser.add_argument("--folder", type=Path, default=ROOT / "build" / "bench")
    options = parser.parse_args()
    folder: Path = options.folder.resolve()
    folder.mkdir(parents=True, exist_ok=True)
    neighbours = {
        "nbgrader autograde": (nbgrader(environment("nbgrader", folder)), MANY),
        "otter run": (otter(environment("otter", folder)), 1),
    }
    own = {"grader": (grader, CHEAP), "bare fork": (fork, CHEAP)}
    plain = {"nbclient loop": (loop, MANY), "python script.py": (script, 1)}
    print("light submissions")
    light = interleaved({**own, **plain, **neighbours}, folder / "light", submissions.cells(0), options.runs)
    print("a submission that trains")
    training = interleaved(
        {"grader": (grader, MANY), "python script.py": (script, 1)},
        folder / "training", submissions.cells(options.epochs), options.runs,
    )  # fmt: skip
    jobs = two_jobs(folder / "jobs", options.runs)
    private = memory.private_per_kernel()
    text = report(light, training, jobs, private, options)
    write_part(HERE / "results.md", "tools", text)
    print(text)


def report(
    light: Mapping[str, Sequence[float]],
    training: Mapping[str, Sequence[float]],
    jobs: Sequence[float],
    private: Sequence[float],
    options: argparse.Namespace,
) -> str:
    """Return the measurements as Markdown."""
    above = sorted(a - b for a, b in zip(light["grader"], light["bare fork"], strict=True))
    counted = "a control group" if counts_everything() else "children that were waited for (no control group here)"
    lines = [
        "# Performance",
        "",
        f"{machine()}, by `python bench/run.py --runs {options.runs}`.",
        f"CPU seconds by {counted}; all tools in turn in one run, one torch thread each.",
        "The grader isolates at level A, runs every check and writes the reports. Each submission names its layers",
        "differently; the output of the reference is computed once for parameters of the same shapes.",
        "",
        "## A light submission (no training)",
        "",
        *table(light, "grader"),
        "",
        f"Above the bare fork: {statistics.median(above):.2f} CPU s ({above[0]:.2f} to {above[-1]:.2f}).",
        "",
        f"## A submission that trains {options.epochs} epochs",
        "",
        *table(training, "grader"),
        "",
        "## Side by side",
        "",
        f"- Two jobs grade light submissions {statistics.median(jobs):.2f} times as fast as one "
        f"({min(jobs):.2f} to {max(jobs):.2f}).",
        f"- Private memory of one more submission at the same time: {statistics.median(private):.0f} MB "
        f"({min(private):.0f} to {max(private):.0f}).",
        "",
    ]
    return "\n".join(lines)


if __name__ == "__main__":
    main()
