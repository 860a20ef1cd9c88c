"""The readers that are fuzzed: samples, a call, and the exceptions with which it may end."""

from __future__ import annotations

import contextlib
import io
import json
import tarfile
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from fpdf import FPDF

from grader.checks.base import CheckContext
from grader.errors import GraderError
from grader.grading.judge import judge_check
from grader.ingest.archives import unpack
from grader.ingest.documents import MAX_CHARACTERS
from grader.ingest.notebooks import read_notebook
from grader.ingest.source import Source
from grader.lists.course_lists import read_extensions, read_intake, read_roster
from grader.lists.moodle_worksheet import NotAWorksheetError, read_worksheet
from grader.model import Answer, Evidence, Status, Submission
from grader.opening.open_confined import open_confined
from grader.opening.reader_protocol import BadReplyError, read_reply, write_line, write_submission
from grader.rubric.load import parse_rubric
from grader.sandbox.host.reply_schema import BadReply, check_value
from grader.text import decode
from tests import bombs
from tests.helpers import ROOT, make


@dataclass(frozen=True)
class Reader:
    """One reader: its samples, and what it does with bytes."""

    samples: Callable[[], Sequence[bytes]]
    read: Callable[[bytes], object]
    errors: tuple[type[Exception], ...] = ()


def _zips() -> Sequence[bytes]:
    inner = bombs.zip_of_entries(["net.py", "answers.md"])
    return [inner, bombs.zip_of_entries(["a.zip", "", "../x", "a/b.py"], inner), bombs.zip_of_bzip2(2)]


def _tars() -> Sequence[bytes]:
    made = []
    for mode in ("w", "w:gz", "w:bz2", "w:xz"):
        buffer = io.BytesIO()
        with tarfile.open(fileobj=buffer, mode=mode, format=tarfile.PAX_FORMAT) as archive:
            for name in ("net.py", "n" * 150, "folder/ü.md"):
                entry = tarfile.TarInfo(name)
                entry.size = 3
                archive.addfile(entry, io.BytesIO(b"abc"))
        made.append(buffer.getvalue())
    return [*made, bombs.tar_of_zeros(tarfile.GNUTYPE_LONGNAME, 1), bombs.tar_that_declares(tarfile.REGTYPE, 3)]


def _notebooks() -> Sequence[bytes]:
    cell = {"cell_type": "code", "metadata": {}, "source": ["%time\n", "x = 1"], "outputs": [{"text": "a"}]}
    cells = [cell, {"cell_type": "markdown", "metadata": {}, "source": "1) $J = W$"}]
    new = {"nbformat": 4, "metadata": {"kernelspec": {"name": "python3"}}, "cells": cells}
    old = {"nbformat": 3, "worksheets": [{"cells": cells}], "metadata": {}}
    return [json.dumps(new).encode(), json.dumps(old).encode()]


def _pdfs() -> Sequence[bytes]:
    document = FPDF()
    document.set_font("Helvetica", size=12)
    document.add_page()
    document.multi_cell(0, text="1) The loss is convex. 2) J = diag(z)")
    return [bytes(document.output()), bombs.pdf_of_forms(2, 3), bombs.pdf_packed_twice(30), bombs.pdf_of_pages(5)]


def _rubrics() -> Sequence[bytes]:
    return [path.read_bytes() for path in sorted((ROOT / "rubrics").glob("*.yaml"))]


def _lists() -> Sequence[bytes]:
    return [
        b"name,id,email\nAnna Beispiel,1000001,a@example.org\n",
        b"file,received\na.zip,2026-01-02 03:04\n",
        b"team;until;hours;by;reason\nA;2026-01-02;;T;ill\n",
        b"Identifier,Full name,Email address,Status,Grade\nParticipant 1,Anna,a@example.org,Submitted,\n",
    ]


def _read_lists(data: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "list.csv")
        path.write_bytes(data)
        for read in (read_roster, read_intake, read_extensions, lambda path: read_worksheet(path.read_bytes(), "w")):
            try:
                read(path)
            except (GraderError, NotAWorksheetError):
                continue


def _read_confined(data: bytes) -> None:
    """Read a PDF as the grader does: its library is not ours, so that only a process of its own bounds it."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "a.pdf")
        path.write_bytes(data)
        submission = open_confined(Source("a.pdf", path))
    assert all(len(document.text) <= MAX_CHARACTERS for document in submission.documents)


_FORMULAS = (
    r"$J_{k+1} = \mathrm{diag}(\sigma'(z_{k+1}))$ where $\tanh'(u) = 1 - \tanh^2(u)$",
    r"$$J = \sum_{n=1}^{N} \begin{bmatrix} a & b \\ c & d \end{bmatrix}$$ stride 2: 6x6x64",
    "J = diag(1 - h**2), not W; 7x7 for every stride, (N, L, 40)",
)


@cache
def _checks() -> tuple[object, ...]:
    jacobian = make("jacobian", cell="reference.rnn:VanillaRNN", of="h[k+1]", wrt="z[k+1]")
    plan = {"input": 13, "kernel": 3, "filters": 64, "strides": [2, 3, 4, 5]}
    return jacobian, make("numbers", convolution=plan)


def _judge(data: bytes) -> None:
    evidence = Evidence(answers={"q": Answer(decode(data), "a.md")})
    for check in _checks():
        context = CheckContext(Submission("t", "t.zip", ""), evidence, "q", {})
        finding = judge_check(check, context)  # type: ignore[arg-type]
        assert finding.status is not Status.error, finding.message


def _replies() -> Sequence[bytes]:
    buffer = io.BytesIO()
    write_line(buffer, "reading", "a.md")
    write_submission(buffer, Submission("t", "t.zip", "", files={"a.md": b"x"}))
    case = {"calls": [{"outputs": ["case0.call0.out0"], "shapes": [[1, 2]]}]}
    return [buffer.getvalue(), json.dumps([["call", case]]).encode(), json.dumps([["steps", {"results": []}]]).encode()]


def _read_replies(data: bytes) -> None:
    with contextlib.suppress(BadReplyError):
        read_reply(io.BytesIO(data))
    try:
        values = json.loads(data)
    except (ValueError, RecursionError):
        return
    for action in ("call", "steps", "train"):
        try:
            check_value(action, values, {"case0.call0.out0": np.zeros((1, 2))})
        except BadReply:
            continue


READERS = {
    "zips": Reader(_zips, lambda data: unpack(data, "a.zip")),
    "tars": Reader(_tars, lambda data: unpack(data, "a.tar.gz")),
    "notebooks": Reader(_notebooks, lambda data: read_notebook("a.ipynb", data)),
    "pdfs": Reader(_pdfs, _read_confined),
    "rubrics": Reader(_rubrics, lambda data: parse_rubric(decode(data), "r.yaml"), (GraderError,)),
    "lists": Reader(_lists, _read_lists),
    "formulas": Reader(lambda: [text.encode() for text in _FORMULAS], _judge),
    "replies": Reader(_replies, _read_replies),
}
