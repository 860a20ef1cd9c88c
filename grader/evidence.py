"""Evidence kept on disk, so that a hand-in that was observed is not run again: one file each, by what it depends on.

A file is found again only for the same hand-in, cells, seeds, limits, isolation and versions. What was cut short by a
limit is not kept: a loaded machine may have been the reason.
"""

from __future__ import annotations

import hashlib
import io
import json
import logging
from collections.abc import Mapping
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import numpy as np

from grader import files
from grader.model import CellRun, Evidence, Outcome, Submission
from grader.rubric import Rubric
from grader.sandbox.host import Limits

log = logging.getLogger(__name__)

FOLDER = "evidence"
VERSION = 1
_CUT_SHORT = ("timeout", "died", "not run")


def address(submission: Submission, rubric: Rubric, limits: Limits, environment: Mapping[str, str]) -> str:
    """A hash of all that evidence depends on besides the questions, which have addresses of their own."""
    from grader.sandbox import beside, worker

    execute = rubric.execute
    parts = {
        "version": VERSION,
        "hand-in": submission.digest,
        "cells": [[cell.number, cell.origin, cell.module, cell.source] for cell in submission.cells],
        "targets": list(rubric.targets),
        "execute": execute.model_dump(mode="json"),
        "limits": {name: str(value) for name, value in asdict(limits).items() if name != "warm"},
        "environment": dict(environment),
        "worker": [Path(str(module.__file__)).read_text(encoding="utf-8") for module in (beside, worker)],
    }
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode("utf-8", "surrogatepass")).hexdigest()


def steady(evidence: Evidence) -> bool:
    """Whether nothing in it was cut short."""
    statuses = [*(run.status for run in evidence.cells), *(outcome.status for outcome in evidence.outcomes.values())]
    return not any(status in _CUT_SHORT for status in statuses)


class EvidenceStore:
    """The evidence of one output folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / FOLDER

    def _path(self, key: str) -> Path:
        return self.folder / key[:2] / f"{key}.npz"

    def get(self, key: str, rest: Evidence) -> Evidence | None:
        """Return what was kept under `key`, joined with `rest`; None where there is nothing, or nothing readable."""
        try:
            with np.load(io.BytesIO(self._path(key).read_bytes()), allow_pickle=False) as stored:
                arrays = {name: stored[name] for name in stored.files}
            told = json.loads(arrays.pop("evidence").tobytes())
            outcomes = {}
            for number, (name, one) in enumerate(told["outcomes"].items()):
                sent = {k.split("/", 1)[1]: v for k, v in arrays.items() if k.startswith(f"{number}/")}
                outcomes[name] = Outcome(one["status"], one["value"], sent, one["message"])
            cells = tuple(CellRun(**cell) for cell in told["cells"])
            return replace(rest, cells=cells, outcomes=outcomes, records=tuple(told["records"]))
        except FileNotFoundError:
            return None
        except Exception as error:  # damaged in any way: it is observed again
            log.warning("%s cannot be read (%s); the hand-in is run again", self._path(key), error)
            return None

    def put(self, key: str, evidence: Evidence) -> None:
        """Keep evidence under `key`, whole or not at all.

        Raises:
            GraderError: it cannot be written.
        """
        arrays: dict[str, Any] = {}
        outcomes = {}
        for number, (name, one) in enumerate(evidence.outcomes.items()):
            outcomes[name] = {"status": one.status, "value": dict(one.value), "message": one.message}
            arrays |= {f"{number}/{key_}": array for key_, array in one.arrays.items()}
        told = {
            "cells": [asdict(cell) for cell in evidence.cells],
            "outcomes": outcomes,
            "records": [dict(record) for record in evidence.records],
        }
        arrays["evidence"] = np.frombuffer(json.dumps(told).encode("utf-8", "surrogatepass"), dtype=np.uint8)
        buffer = io.BytesIO()
        np.savez(buffer, **arrays)
        files.write(self._path(key), buffer.getvalue())
