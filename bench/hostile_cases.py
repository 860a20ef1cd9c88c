"""Attacks of `bench/hostile.py` by submissions that are graded, each of which once did harm.

They took the machine's memory or hours, stopped a batch, gave points for what is forbidden, or read what is hidden.
"""

from __future__ import annotations

import io
import json
import os
import stat
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from grader.grading.assemble import GradedSubmission
from grader.grading.options import GradingOptions
from grader.grading.pipeline import grade_safely
from grader.ingest.discover import Source
from grader.model import NoticeCode
from grader.rubric.load import read_rubric
from grader.rubric.schema import Rubric
from tests.hostile import test_bombs as batch

if TYPE_CHECKING:
    from grader.sandbox.boundary.policy import Level

Run = Callable[[Path, str], str]


class HarmError(Exception):
    """The attack did what it must not do."""


@dataclass(frozen=True)
class Case:
    """An attack: the finding that it reproduces, a sentence, and a function of a folder and a level to an outcome."""

    finding: str
    about: str
    run: Run


def grader(folder: Path, *arguments: str, ends: tuple[int, ...] = (0, 1)) -> str:
    """Run a command of the grader in `folder` and return what it printed."""
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).resolve().parent.parent)}
    command = [sys.executable, "-m", "grader", *arguments]
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    if done.returncode not in ends:
        raise HarmError(f"exit code {done.returncode}: {done.stderr.strip()[-300:]}")
    return done.stdout


def rubric_of(text: str, folder: Path) -> Rubric:
    """Return a rubric that is written here."""
    (folder / "rubric.yaml").write_text(text, encoding="utf-8")
    return read_rubric(folder / "rubric.yaml")


def graded(folder: Path, level: str, rubric: str, name: str, data: bytes) -> GradedSubmission:
    """Grade one submission in this process, as each process of a batch does."""
    (folder / name).write_bytes(data)
    options = GradingOptions(level=cast("Level", level))
    return grade_safely(Source(name, folder / name), rubric_of(rubric, folder), options)


def points(done: GradedSubmission, most: int) -> str:
    """Return the points of a graded submission in words."""
    grade = done.report.grade
    if any(notice.code is NoticeCode.grader_error for notice in done.report.notices):
        raise HarmError("the grader failed")
    return f"{grade.certain} of {most} points, {len(grade.unresolved)} need review"


def bomb(ending: str, make: Callable[[], bytes]) -> Run:
    """Return a case: this file is graded, and what it does is a finding; `test_bombs.py` grades a batch."""

    def run(folder: Path, level: str) -> str:
        return points(graded(folder, level, batch.RUBRIC, f"Bomb_1000002.{ending}", make()), 4)

    return run


LSTM = """
rubric: 1
title: LSTM
points: 2
questions:
  - id: lstm
    title: LSTM
    points: 2
    checks:
      - {kind: must_not_use, id: own, target: LSTM, names: [torch.nn.LSTM, torch.nn.GRU, torch.lstm]}
      - kind: same_output
        id: output
        points: 2
        needs: [own]
        target: LSTM
        reference: "reference.lstm:LSTM"
        init: {input_size: input, hidden_size: hidden}
        calls: [{x: [batch, seq, input]}]
        sizes: [{batch: 3, seq: 6, input: 2, hidden: 4}]
"""
READY = """
import torch
from torch import nn
%s
class LSTM(nn.Module):
    def __init__(self, input_size, hidden_size):
        super().__init__()
        self.inner = %s.LSTM(input_size, hidden_size, batch_first=True)

    def forward(self, x, hx=None):
        output, (h, c) = self.inner(x, None if hx is None else (hx[0][None], hx[1][None]))
        return output, (h[0], c[0])
"""
FUSED = """
import torch
from torch import nn

class LSTM(nn.Module):
    def __init__(self, input_size, hidden_size):
        super().__init__()
        self.hidden_size = hidden_size
        self.wx = nn.Parameter(torch.randn(4 * hidden_size, input_size) * 0.1)
        self.wh = nn.Parameter(torch.randn(4 * hidden_size, hidden_size) * 0.1)
        self.b = nn.Parameter(torch.zeros(4 * hidden_size))

    def forward(self, x, hx=None):
        h = c = x.new_zeros(x.shape[0], self.hidden_size)
        y, h, c, _ = torch.mkldnn_rnn_layer(x.transpose(0, 1).contiguous(), self.wx, self.wh, self.b, self.b, h, c,
                                            False, [], 2, self.hidden_size, 1, True, False, False, self.training)
        return y.transpose(0, 1), (h, c)
"""
_RUN = """        raise RuntimeError("ran: " + torch.cuda.importlib.import_module("os").popen("id -u").read())
"""
COMMAND = (READY % ("", "nn")).replace("nn.LSTM", "nn.Linear").replace("        output,", _RUN + "        output,")
WAYS: Mapping[str, tuple[str, str]] = {
    "importlib of torch.cuda": ("", 'torch.cuda.importlib.import_module("torch.nn")'),
    "importlib of torch.nn.functional": (
        "import torch.nn.functional as F", 'F.importlib.import_module("torch.nn.modules.rnn")'),
    "importlib of matplotlib": ("import matplotlib", 'matplotlib.importlib.import_module("torch.nn")'),
    "pickle of torch.cuda.memory": ("", 'torch.cuda.memory.pickle.loads(b"ctorch\\nnn\\n.")'),
    "builtins of typing_extensions": (
        "import typing_extensions", 'typing_extensions.builtins.eval("torch.nn", {"torch": torch})'),
}  # fmt: skip


def forbidden(source: str) -> Run:
    """Return a case: a notebook with a ready-made LSTM, which must not get the points of a hand-written one."""

    def run(folder: Path, level: str) -> str:
        done = graded(folder, level, LSTM, "Way_1000001.ipynb", notebook_with(source))
        if done.report.grade.certain > 0:
            raise HarmError(points(done, 2))
        return points(done, 2)

    return run


def notebook_with(source: str) -> bytes:
    """Return a notebook with one cell."""
    cell: dict[str, Any] = {"cell_type": "code", "id": "a", "metadata": {}, "outputs": [], "execution_count": None}
    notebook = {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": [{**cell, "source": source}]}
    return json.dumps(notebook).encode()


def by_command(folder: Path, level: str, files: Mapping[str, bytes]) -> list[dict[str, Any]]:
    """Grade `files` with the command and return the rows that it prints."""
    (folder / "in").mkdir(exist_ok=True)
    (folder / "rubric.yaml").write_text(batch.RUBRIC, encoding="utf-8")
    for name, data in files.items():
        (folder / "in" / name).write_bytes(data)
    options = ["--rubric", "rubric.yaml", "--out", "out", "--json", "--jobs", "1", "--require-isolation", level]
    rows: list[dict[str, Any]] = json.loads(grader(folder, "grade", "in", *options))
    return rows


def bulk_of_zeros() -> bytes:
    """Return Moodle's download with a folder of four entries of 100 MiB of zeros."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(4):
            archive.writestr(f"Ada Zero_1_assignsubmission_file_/{number}.md", bytes(100 << 20))
        archive.writestr("Good Gwen_2_assignsubmission_file_/answers.md", batch.GOOD)
        archive.writestr("Good Gwen_2_assignsubmission_file_/net.py", batch.CODE)
    return buffer.getvalue()


def bulk(folder: Path, level: str) -> str:
    """Grade a platform's download with a folder of zeros; the other folder has its points."""
    rows = {row["team"]: row for row in by_command(folder, level, {"download.zip": bulk_of_zeros()})}
    if rows["Good Gwen"]["certain"] != "4":
        raise HarmError("the good submission has lost points")
    return f"{rows['Ada Zero']['certain']} of 4 points, {len(rows['Ada Zero']['unresolved'])} need review"


def lines_of_names(folder: Path, level: str) -> str:
    """Grade a file whose name has a newline and a command of a runner for pipelines, without `--json`."""
    (folder / "in").mkdir()
    (folder / "rubric.yaml").write_text(batch.RUBRIC, encoding="utf-8")
    (folder / "in" / "a\n::error::forged_1000001.zip").write_bytes(batch.packed({}))
    said = grader(folder, "grade", "in", "-r", "rubric.yaml", "-o", "out", "--require-isolation", level, "-q")
    if any(line.strip().startswith("::") for line in said.splitlines()):
        raise HarmError("a line of the output is a command")
    return "the name is printed on one line"


def another_student(folder: Path, level: str) -> str:
    """Export points where a third file names somebody of another team."""
    names = ("Ada_1000001.zip", "Berta_1000002.zip", "Mallory_1000003_Berta_1000002.zip")
    by_command(folder, level, dict.fromkeys(names, batch.packed({})))
    table = grader(folder, "export", "out", "--format", "csv")
    written = table + "".join(path.read_text(encoding="utf-8") for path in folder.rglob("*.csv"))
    if "1000001" not in written:
        raise HarmError("nothing was exported")
    return "the others are exported"


def rubric_beside_the_work(folder: Path, level: str) -> str:
    """Grade a workspace in which the rubric lies in a folder with a dot; a cell shows what it can read."""
    (folder / ".rubrics").mkdir()
    runs = batch.RUBRIC + "submission:\n  - {kind: notebook_runs, id: runs, deducts: 1, visibility: public}\n"
    (folder / ".rubrics" / "r.yaml").write_text(runs.replace("Bombs", "canary-of-the-rubric"), encoding="utf-8")
    source = "import glob\nraise ValueError(open(glob.glob('.rubrics/*')[0]).read()[:160] + 'was' + 'read')"
    (folder / "a.ipynb").write_bytes(notebook_with(source))
    with tempfile.TemporaryDirectory() as out:
        options = ["-r", ".rubrics/r.yaml", "-o", out, "--require-isolation", level, "--layout", "one"]
        said = grader(folder, "grade", ".", *options, ends=(0, 1, 2))
        said += "".join(path.read_text(errors="replace") for path in Path(out).rglob("*.html"))
    if "wasread" in said:
        raise HarmError("the rubric was read")
    return "the rubric is not there"


def rights(folder: Path, level: str) -> str:
    """Grade with the usual umask and look for results that others can read, in a new folder and in an open one."""
    os.umask(0o022)
    (folder / "out").mkdir(mode=0o755)
    by_command(folder, level, {"Good_1000001.zip": batch.packed({})})
    secret = [path for path in (folder / "out").rglob("*.sqlite*") if path.stat().st_mode & 0o077]
    grader(folder, "grade", "in", "-r", "rubric.yaml", "-o", "fresh")
    if secret or stat.S_IMODE((folder / "fresh").stat().st_mode) & 0o077:
        raise HarmError("other users can read the results")
    return "only the user can read the results"


def tar_with_xz(mebibytes: int) -> bytes:
    """Return a packed tar whose header says that a name of so many MiB follows."""
    import lzma

    head = tarfile.TarInfo("././@LongLink")
    head.type, head.size = tarfile.GNUTYPE_LONGNAME, mebibytes << 20
    packer = lzma.LZMACompressor()
    parts = [packer.compress(head.tobuf(tarfile.GNU_FORMAT))]
    parts += [packer.compress(b"n" * (1 << 20)) for _ in range(mebibytes)]
    end = tarfile.TarInfo("a.md").tobuf(tarfile.GNU_FORMAT) + bytes(10240)
    return b"".join([*parts, packer.compress(end), packer.flush()])


def _answer(second: str) -> Callable[[], bytes]:
    return lambda: batch.answered(second)


_OF = batch.BOMBS
CASES: dict[str, Case] = {
    "nothing": Case("-", "a good submission, for comparison", bomb("zip", lambda: batch.packed({}))),
    **{
        f"way-{number}": Case("1.2", f"a ready-made LSTM through {way}", forbidden(READY % WAYS[way]))
        for number, way in enumerate(WAYS, 1)
    },
    "fused": Case("1.2", "a ready-made layer under another name", forbidden(FUSED)),
    "command": Case("1.3", "a command run by a definition", forbidden(COMMAND)),
    "forms": Case("2.1.1", "PDF: nested forms, 10^8 glyphs", bomb("zip", _OF["forms.zip"])),
    "packed-twice": Case("2.1.2", "PDF: a stream packed twice", bomb("zip", _OF["packed-twice.zip"])),
    "pages": Case("2.1.3", "PDF: 100,000 pages", bomb("zip", _OF["pages.zip"])),
    "long-name": Case("2.1.4", "tar: a name of 192 MiB", bomb("tar.gz", _OF["long-name.tar.gz"])),
    "pax": Case("2.1.5", "tar: a PAX header of 192 MiB", bomb("tar.gz", _OF["pax.tar.gz"])),
    "skipped": Case("2.1.6", "tar: a file of 2 GiB to pass over", bomb("tar.gz", _OF["skipped.tar.gz"])),
    "bzip2": Case("2.1.7", "zip: 384 MiB declared as 100 bytes", bomb("zip", _OF["bzip2.zip"])),
    "source": Case("2.1.8", "source: lists of 350,000 names", bomb("zip", _OF["source.zip"])),
    "labels": Case("2.1.9", "text: 100,000 labels", bomb("zip", _OF["labels.zip"])),
    "line": Case("2.1.10", "text: a word of 400,000 letters", bomb("zip", _OF["line.zip"])),
    "sums": Case("2.1.11", "formula: 14 nested sums", bomb("zip", _OF["sums.zip"])),
    "digits": Case("2.1.12", "sizes: 20,000 digits", bomb("zip", _OF["digits.zip"])),
    "spaces": Case("2.1.13", "sizes: 19,000 spaces", bomb("zip", _OF["spaces.zip"])),
    "spaces-formula": Case(
        "2.1.13", "formula: 19,000 spaces", bomb("zip", _answer("$J = z" + " " * 19_000 + "z$"))),
    "matrices": Case("2.1.13", "formula: 1,300 open matrices", bomb("zip", _OF["matrices.zip"])),
    "rubric-beside": Case("4.1", "the rubric in the workspace", rubric_beside_the_work),
    "rights": Case("4.5", "rights of results", rights),
    "newline": Case("7.1", "a name with a command in it", lines_of_names),
    "other-team": Case("7.2", "a name with another team's student", another_student),
    "tar-xz": Case("reading 7.1", "tar: xz, a name of 400 MiB", bomb("tar.gz", lambda: tar_with_xz(400))),
    "bulk": Case("reading 7.2", "a download with 400 MiB of zeros", bulk),
    "names": Case("reading 7.3", "zip: empty and equal names", bomb("zip", _OF["names.zip"])),
    "declared": Case("reading 7.3", "tar: 2^70 bytes declared", bomb("tar", _OF["declared.tar"])),
    "deep": Case("-", "notebook: 90,000 brackets", bomb("zip", _OF["deep.zip"])),
}  # fmt: skip
