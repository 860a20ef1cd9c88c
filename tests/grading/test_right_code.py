"""Right or unjudgeable code in unusual dress, from the archive to the finding: nobody is failed by circumstances."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path
from typing import Any

import pytest

from grader.grading.options import GradingOptions
from grader.grading.pipeline import grade
from grader.ingest.discover import Source
from grader.model import Cause, Finding, Status
from grader.rubric.load import parse_rubric

RUBRIC = parse_rubric(
    """
rubric: 1
title: Scaled
points: 2
execute: {memory_gib: 4, cpu_minutes: 1, cell_cpu_minutes: 0.2}
targets: [Scaled]
questions:
  - id: q
    title: Scaled
    points: 2
    checks:
      - {kind: notebook_runs, id: runs, points: 1}
      - kind: shapes
        id: scaled
        points: 1
        target: Scaled
        init: {features: f}
        calls: [{x: [n, f]}]
        returns: {y: [n, 3]}
        sizes: [{n: 4, f: 6}, {n: 1, f: 2}]
""",
    "scaled.yaml",
)
HEAD = "import numpy as np\nimport torch\nfrom torch import nn"


def scaled(forward: str = "return self.map(x)", layer: str = "nn.Linear(features, 3)") -> str:
    return f"""class Scaled(nn.Module):
    def __init__(self, features):
        super().__init__()
        self.map = {layer}

    def forward(self, x):
        {forward}"""


PASSED, REVIEW, FAILED = "passed", "needs_review", "failed"
NOTEBOOKS: dict[str, tuple[list[str], str, str]] = {  # cells, what `runs` is and what `scaled` is
    "plain": ([HEAD, scaled()], PASSED, PASSED),
    "a shell line": ([HEAD, scaled(), "!echo hello\nx = 1"], PASSED, PASSED),
    "an installation first": ([f"!pip install einops\n{HEAD}", scaled(), "model = Scaled(3)"], PASSED, PASSED),
    "a line magic that installs": ([f"%pip install einops\n{HEAD}", scaled()], PASSED, PASSED),
    "the network": ([HEAD, scaled(), "import urllib.request as r\nr.urlopen('http://example.org')"], REVIEW, PASSED),
    "a GPU in a cell": ([HEAD, scaled(), "model = Scaled(3).cuda()"], REVIEW, PASSED),
    "a GPU in the class": ([HEAD, scaled("return self.map(x) + torch.ones(3, device='cuda')")], PASSED, PASSED),
    "another accelerator": ([HEAD, scaled(), "torch.ones(1, device='mps')"], REVIEW, PASSED),
    "a whole model loaded": ([HEAD, scaled(), "torch.save(Scaled(2), 'm.pt')\ntorch.load('m.pt')"], REVIEW, PASSED),
    "a widget": ([HEAD, scaled(), "%matplotlib widget"], REVIEW, PASSED),
    "a program": ([HEAD, scaled(), "import subprocess\nsubprocess.run(['ffmpeg', '-version'])"], REVIEW, PASSED),
    "a file of 320 MB": ([HEAD, scaled(), "np.save('big.npy', np.zeros(40_000_000))"], PASSED, PASSED),
    "a server": ([HEAD, scaled(), "import socket\nsocket.create_server(('127.0.0.1', 0))"], REVIEW, PASSED),
    "data of the course": ([HEAD, "curves = np.load('data/curves.npy')", scaled()], REVIEW, PASSED),
    "memory within the limit": ([HEAD, scaled(), "big = torch.zeros(900_000_000)"], PASSED, PASSED),
    "a module of the course": ([f"{HEAD}\nfrom course_tools import squash", scaled("return squash(self.map(x))")], REVIEW, REVIEW),
    "a missing module inside": ([f"{HEAD}\nimport einops", scaled("return self.map(einops.reduce(x, 'n f -> n f', 'sum'))")], REVIEW, REVIEW),
    "numpy inside": ([HEAD, scaled("return self.map(torch.tensor(np.tanh(x.numpy())))")], PASSED, PASSED),
    "a copy inside": ([f"{HEAD}\nimport copy", scaled("return self.map(copy.deepcopy(x))")], PASSED, PASSED),
    "no gradient wanted": ([HEAD, scaled("x.requires_grad_(False)\n        return self.map(x)")], PASSED, PASSED),
    "lazy": ([HEAD, scaled(layer="nn.LazyLinear(3)")], PASSED, PASSED),
    "TorchScript": ([HEAD, scaled(layer="torch.jit.script(nn.Sequential(nn.Linear(features, 3)))")], PASSED, REVIEW),
    "float64": ([HEAD, scaled(layer="nn.Linear(features, 3, dtype=torch.float64)")], PASSED, PASSED),
    "bfloat16": ([HEAD, scaled(layer="nn.Linear(features, 3, dtype=torch.bfloat16)")], PASSED, PASSED),
    "a condition in a head": ([HEAD, scaled(), "for n in ([1] if True else [2]):\n    print(n)"], PASSED, PASSED),
    "a lambda in a head": ([HEAD, scaled(), "while (lambda: False)():\n    pass"], PASSED, PASSED),
    "another language": (["library(torch)"], REVIEW, REVIEW),
    "newer Python": ([HEAD, scaled() + "\ntype Pair = tuple[int, int]"], REVIEW, REVIEW),
    "a merge conflict": ([HEAD, "<<<<<<< HEAD\n" + scaled() + "\n=======\n>>>>>>> other"], REVIEW, REVIEW),
    "it sleeps": ([HEAD, scaled(), "import time\ntime.sleep(0.5)"], PASSED, PASSED),
    "wrong": ([HEAD, scaled("return self.map(x)[0]")], PASSED, FAILED),
    "its own mistake": ([HEAD, scaled(), "1 / 0"], FAILED, PASSED),
    "older Python": ([HEAD, scaled() + "\nprint 'done'"], FAILED, FAILED),
}  # fmt: skip
MODULES: dict[str, tuple[str, str, str, str]] = {
    "under if": ("net.py", "if True:\n" + "\n".join(f"    {line}" for line in scaled().splitlines()), PASSED, PASSED),
    "another name": ("net.py", scaled().replace("class Scaled", "class Mine") + "\nScaled = Mine", PASSED, PASSED),
    "a test's name": ("test_net.py", scaled(), PASSED, PASSED),
    "capital letters": ("net.PY", scaled(), PASSED, PASSED),
    "a syntax error": ("net.py", scaled() + "\nprint 'done'", FAILED, FAILED),
}


def graded(folder: Path, files: dict[str, str], options: GradingOptions | None = None) -> dict[str, Finding]:
    with zipfile.ZipFile(folder / "Team_1000001.zip", "w") as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    report = grade(Source("Team_1000001.zip", folder / "Team_1000001.zip"), RUBRIC, options or GradingOptions()).report
    return {scored.finding.check: scored.finding for part in report.grade.questions for scored in part.checks}


def notebook(cells: list[str], language: str = "python") -> str:
    made: list[dict[str, Any]] = [
        {"cell_type": "code", "id": f"c{n}", "metadata": {}, "source": source, "outputs": [], "execution_count": None}
        for n, source in enumerate(cells)
    ]
    metadata = {"kernelspec": {"name": "k", "display_name": language, "language": language}}
    return json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": metadata, "cells": made})


def check(found: dict[str, Finding], runs: str, scaled: str) -> None:
    said = {name: str(finding.message) for name, finding in found.items()}
    assert (found["runs"].status.value, found["scaled"].status.value) == (runs, scaled), said
    for finding in found.values():
        if finding.status is Status.needs_review:
            assert finding.cause is not None or "cannot be read to the end" in str(finding.message), said


@pytest.mark.kernel
@pytest.mark.parametrize("name", NOTEBOOKS)
def test_a_notebook_fails_only_for_its_own_mistakes(name: str, tmp_path: Path) -> None:
    cells, runs, scaled = NOTEBOOKS[name]
    language = "R" if name == "another language" else "python"
    check(graded(tmp_path, {"net.ipynb": notebook(cells, language)}), runs, scaled)


@pytest.mark.kernel
@pytest.mark.parametrize("name", MODULES)
def test_a_module_is_found_and_its_mistakes_are_named(name: str, tmp_path: Path) -> None:
    file, text, runs, scaled = MODULES[name]
    found = graded(tmp_path, {file: f"{HEAD}\n\n{text}\n"})
    check(found, runs, scaled)
    if name == "a syntax error":
        assert "SyntaxError" in str(found["scaled"].message)


@pytest.mark.kernel
def test_a_loop_that_never_ends_fails_with_the_cpu_seconds_it_used(tmp_path: Path) -> None:
    options = GradingOptions(cell_cpu_seconds=2)
    found = graded(tmp_path, {"net.ipynb": notebook([HEAD, scaled("while True: pass")])}, options)
    assert (found["scaled"].status, found["scaled"].cause) == (Status.failed, Cause.cpu_time_used_up)
    assert "was stopped after 2 CPU seconds" in str(found["scaled"].message)
