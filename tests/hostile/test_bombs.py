"""A batch with good submissions and one of every bomb: the good ones are graded right, and each bomb is one finding."""

from __future__ import annotations

import io
import json
import os
import resource
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from tests import bombs
from tests.helpers import ROOT

pytestmark = [pytest.mark.hostile, pytest.mark.timeout(600)]

RUBRIC = """
rubric: 1
title: Bombs
points: 4
questions:
  - id: words
    title: Words
    points: 1
    answer: {number: ["1"]}
    checks: [{kind: word_limit, id: length, points: 1, most: 50}]
  - id: derivative
    title: Derivative
    points: 1
    answer: {number: ["2"]}
    checks: [{kind: jacobian, id: jacobian, points: 1, cell: "reference.rnn:VanillaRNN", of: "h[k+1]", wrt: "z[k+1]"}]
  - id: sizes
    title: Sizes
    points: 1
    answer: {number: ["3"]}
    checks:
      - {kind: numbers, id: sizes, points: 1, convolution: {input: 13, kernel: 3, filters: 64, strides: [2, 3, 4, 5]}}
  - id: code
    title: Code
    points: 1
    checks: [{kind: must_not_use, id: code, points: 1, target: net, names: [torch.nn.LSTM]}]
"""
GOOD = "1) Two words.\n\n2) $J = diag(1 - tanh(z_{k+1})^2)$\n\n3) stride 2: 6x6, stride 3: 4x4, stride 4: 3x3, stride 5: 3x3\n"
CODE = "def net(x):\n    return x\n"
MAX_BYTES = 3 << 29  # of the largest process: 1.5 GiB
ABOUT_CPU_SECONDS = 400  # of a batch, on a busy machine: a bomb takes at most a reader's time three times


def packed(files: Mapping[str, bytes | str]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in {"answers.md": GOOD, "net.py": CODE, **files}.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def answered(second: str = "", third: str = "", rest: str = "") -> bytes:
    return packed({"answers.md": f"1) Two words.\n\n2) {second}\n\n3) {third}\n{rest}"})


BOMBS: dict[str, Callable[[], bytes]] = {
    "bzip2.zip": lambda: bombs.zip_of_bzip2(384),
    "long-name.tar.gz": lambda: bombs.tar_of_zeros(tarfile.GNUTYPE_LONGNAME, 192),
    "pax.tar.gz": lambda: bombs.tar_of_zeros(tarfile.XHDTYPE, 192),
    "skipped.tar.gz": lambda: bombs.tar_of_zeros(tarfile.REGTYPE, 2048),
    "declared.tar": lambda: bombs.tar_that_declares(tarfile.GNUTYPE_LONGNAME, 1 << 70),
    "names.zip": lambda: bombs.zip_of_entries(["", "a.zip", "a.zip"]),
    "forms.zip": lambda: packed({"a.pdf": bombs.pdf_of_forms(10, 8)}),
    "packed-twice.zip": lambda: packed({"a.pdf": bombs.pdf_packed_twice(9_000_000)}),
    "pages.zip": lambda: packed({"a.pdf": bombs.pdf_of_pages(100_000)}),
    "source.zip": lambda: packed({f"m{number}.py": bombs.long_list(700_000) for number in range(4)}),
    "labels.zip": lambda: answered(rest="2)\n" * 100_000),
    "line.zip": lambda: packed({"b.md": "Anna Beispiel 1234567 " + "a" * 400_000}),
    "sums.zip": lambda: answered(r"$$J_{k+1} = " + r"\sum_{n=1}^{N} " * 14 + r"\sigma'(z_{k+1})$$"),
    "digits.zip": lambda: answered(third="7" * 20_000),
    "spaces.zip": lambda: answered(third="stride 2" + " " * 19_000),
    "matrices.zip": lambda: answered("$J = " + r"\begin{bmatrix}" * 1300),
    "deep.zip": lambda: packed({"a.ipynb": '{"cells": ' + "[" * 90_000}),
}


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_batch_with_every_bomb_grades_the_others_right(jobs: int, tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    (tmp_path / "rubric.yaml").write_text(RUBRIC, encoding="utf-8")
    for number in range(4):
        (folder / f"Good_{1000001 + number}.zip").write_bytes(packed({}))
    for number, (name, make) in enumerate(BOMBS.items()):
        stem, _, ending = name.partition(".")
        (folder / f"{stem}_{1000101 + number}.{ending}").write_bytes(make())
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    rows = _grade(tmp_path, jobs)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert len(rows) == 4 + len(BOMBS)
    good = [row for row in rows if row["team"].startswith("Good")]
    assert [(row["certain"], row["unresolved"]) for row in good] == [("4", [])] * 4
    assert after.ru_maxrss << 10 < MAX_BYTES
    assert after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime < ABOUT_CPU_SECONDS


def _grade(folder: Path, jobs: int) -> list[dict[str, Any]]:
    command = [sys.executable, "-m", "grader", "grade", "in", "--rubric", "rubric.yaml", "--out", "out", "--json"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [*command, "--jobs", str(jobs)],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=580,
    )
    assert done.returncode == 1, done.stderr[-2000:]
    found: list[dict[str, Any]] = json.loads(done.stdout)
    return found
