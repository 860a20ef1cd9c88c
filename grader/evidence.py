"""Evidence as bytes, kept on disk so that a hand-in that was observed is not run again: one file each.

A file is found again only for the same hand-in, cells, seeds and limits, and holds only where it was made with the same
versions and isolation. What was cut short by a limit is not kept: a loaded machine may have been the reason.
"""

from __future__ import annotations

import hashlib
import io
import json
import logging
import math
from collections.abc import Mapping
from dataclasses import asdict, replace
from functools import cache
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from grader import files
from grader.model import Array, CellRun, Evidence, Outcome, Submission
from grader.rubric import Rubric
from grader.sandbox.host import Limits

log = logging.getLogger(__name__)

FOLDER = "evidence"
FINDINGS = "-findings"  # after an address: what was made of the evidence
VERSION = 3
_CUT_SHORT = ("timeout", "died", "not run")


def address(submission: Submission, rubric: Rubric, limits: Limits) -> str:
    """A hash of what is run; the questions have addresses of their own, and where it ran stands in the file."""
    execute = rubric.execute
    parts = {
        "version": VERSION,
        "hand-in": submission.digest,
        "cells": [[cell.number, cell.origin, cell.module, cell.source] for cell in submission.cells],
        "targets": list(rubric.targets),
        "execute": execute.model_dump(mode="json"),
        "limits": {name: str(value) for name, value in asdict(limits).items() if name not in ("warm", "level")},
        "sandbox": _sandbox(),
    }
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode("utf-8", "surrogatepass")).hexdigest()


@cache
def _sandbox() -> str:
    """A hash of the source of all that asks a hand-in's code; read, as importing it would load torch."""
    paths = sorted(Path(__file__).with_name("sandbox").glob("*.py"))
    return hashlib.sha256(b"\0".join(path.read_bytes() for path in paths)).hexdigest()


def steady(evidence: Evidence) -> bool:
    """Whether nothing in it was cut short."""
    statuses = [*(run.status for run in evidence.cells), *(outcome.status for outcome in evidence.outcomes.values())]
    return not any(status in _CUT_SHORT for status in statuses)


class Kept(Protocol):
    """Where evidence is kept: a folder, or the memory of a job that travels."""

    def get(self, key: str) -> bytes | None:
        """Return what was kept under `key`."""

    def put(self, key: str, data: bytes) -> None:
        """Keep `data` under `key`, whole or not at all."""

    def forget(self, key: str) -> None:
        """Have nothing under `key` any more, where it was to be made anew and could not be."""


class EvidenceStore:
    """The evidence of one output folder, a file each; a `fresh` one is written and not read."""

    def __init__(self, folder: Path, fresh: bool = False) -> None:
        self.folder = folder / FOLDER
        self.fresh = fresh

    def _path(self, key: str) -> Path:
        return self.folder / key[:2] / (f"{key}.json" if key.endswith(FINDINGS) else f"{key}.npz")

    def get(self, key: str) -> bytes | None:
        """Return what was kept under `key`; None where there is nothing that can be read."""
        if self.fresh:
            return None
        try:
            return self._path(key).read_bytes()
        except FileNotFoundError:
            return None
        except OSError as error:
            log.warning("%s cannot be read (%s); the hand-in is run again", self._path(key), error)
            return None

    def put(self, key: str, data: bytes) -> None:
        """Keep `data` under `key`, whole or not at all.

        Raises:
            GraderError: it cannot be written.
        """
        files.write(self._path(key), data)

    def forget(self, key: str) -> None:
        """Remove what was kept, where everything was to be run anew."""
        if self.fresh:
            for name in (key, key + FINDINGS):
                self._path(name).unlink(missing_ok=True)


class Carried:
    """Evidence in memory, for a job on another machine: what it was sent, and what it has to bring back."""

    def __init__(self, sent: Mapping[str, bytes]) -> None:
        self.sent = sent
        self.made: dict[str, bytes] = {}

    def get(self, key: str) -> bytes | None:
        """Return what was sent."""
        return self.made.get(key, self.sent.get(key))

    def put(self, key: str, data: bytes) -> None:
        """Hold it until it is brought back."""
        self.made[key] = data

    def forget(self, key: str) -> None:
        """Bring back that nothing is to be kept."""
        self.made[key] = b""


def to_bytes(evidence: Evidence) -> bytes:
    """Pack evidence as `.npz`: JSON and, one after the other, the bytes of all arrays."""
    outcomes, parts, offset = {}, [], 0
    for name, one in evidence.outcomes.items():
        arrays = {}
        for key, array in one.arrays.items():
            parts.append(np.ascontiguousarray(array).tobytes())
            arrays[key] = [array.dtype.str, list(array.shape), offset]
            offset += len(parts[-1])
        told = {"status": one.status, "value": dict(one.value), "message": one.message, "training": one.training}
        outcomes[name] = {**told, "arrays": arrays}
    head = {
        "environment": dict(evidence.environment),
        "cells": [asdict(cell) for cell in evidence.cells],
        "records": [dict(record) for record in evidence.records],
    }
    buffer = io.BytesIO()
    np.savez(buffer, evidence=_packed(head), outcomes=_packed(outcomes), arrays=_bytes(b"".join(parts)))
    return buffer.getvalue()


def _packed(value: Mapping[str, Any]) -> Array:
    return _bytes(json.dumps(value).encode("utf-8", "surrogatepass"))


def _bytes(data: bytes) -> Array:
    return np.frombuffer(data, dtype=np.uint8)


def from_bytes(data: bytes, rest: Evidence) -> Evidence | None:
    """Unpack evidence and join it with `rest`; None where it is damaged or was made in another environment."""
    try:
        with np.load(io.BytesIO(data), allow_pickle=False) as stored:
            head, told, blob = json.loads(stored["evidence"].tobytes()), stored["outcomes"], stored["arrays"]
        if head["environment"] != dict(rest.environment):
            return None
        outcomes = _outcomes(told, blob)
        cells = tuple(CellRun(**cell) for cell in head["cells"])
        return replace(rest, cells=cells, outcomes=outcomes, records=tuple(head["records"]))
    except Exception as error:  # damaged in any way: it is observed again
        log.warning("kept evidence cannot be read (%s); the hand-in is run again", error)
        return None


def _outcomes(told: Array, blob: Array) -> dict[str, Outcome]:
    outcomes = {}
    for name, one in json.loads(told.tobytes()).items():
        arrays = {key: _array(blob, *place) for key, place in one["arrays"].items()}
        outcomes[name] = Outcome(one["status"], one["value"], arrays, one["message"], one["training"])
    return outcomes


def _array(blob: Array, dtype: str, shape: list[int], offset: int) -> Array:
    kind = np.dtype(dtype)
    if kind.hasobject:
        raise ValueError("not an array of numbers")
    return np.frombuffer(blob, kind, math.prod(shape), offset).reshape(shape)
