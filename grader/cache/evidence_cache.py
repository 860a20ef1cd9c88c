"""Evidence as bytes, kept on disk so that a submission that was observed is not run again: one file each.

A file is found again only for the same submission, cells, seeds and limits, and holds only where it was made with the
same versions and isolation. What was cut short by a limit, or not asked, is not kept: a loaded machine may have been
the reason.
"""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from functools import cache
from pathlib import Path
from typing import Protocol

from grader import atomic_write
from grader.model import Evidence, Submission
from grader.rubric.schema import Rubric
from grader.sandbox.limits import Limits

log = logging.getLogger(__name__)


FOLDER = "evidence"


FINDINGS = "-findings"  # after an address: what was made of the evidence


SANDBOX = Path(__file__).parents[1] / "sandbox"  # all that asks a submission's code


VERSION = 4


_CUT_SHORT = ("timeout", "out_of_time", "died", "not_asked", "not run")


def evidence_key(submission: Submission, rubric: Rubric, limits: Limits, parts: Sequence[str] = ()) -> str:
    """Return a hash of what is run; the requests have keys of their own, and the file says where it ran."""
    execute = rubric.execute
    run = {
        "version": VERSION,
        "submission": submission.digest,
        "cells": [[cell.number, cell.origin, cell.module, cell.source] for cell in submission.cells],
        "targets": list(rubric.targets),
        "execute": execute.model_dump(mode="json"),
        "limits": {name: str(value) for name, value in asdict(limits).items() if name not in ("warm", "level")},
        "sandbox": _source_digest(SANDBOX),
        "parts": list(parts),
    }
    return hashlib.sha256(json.dumps(run, sort_keys=True).encode("utf-8", "surrogatepass")).hexdigest()


@cache
def _source_digest(folder: Path) -> str:
    """Return a hash of the source below `folder`; it is read, as importing the sandbox would load torch."""
    paths = sorted(folder.rglob("*.py"))
    return hashlib.sha256(b"\0".join(path.read_bytes() for path in paths)).hexdigest()


def is_complete(evidence: Evidence) -> bool:
    """Whether nothing in it was cut short or not asked."""
    statuses = [*(run.status for run in evidence.cells), *(outcome.status for outcome in evidence.outcomes.values())]
    return not any(status in _CUT_SHORT for status in statuses)


class EvidenceCache(Protocol):
    """Where evidence is kept: a folder, or the memory of a job that travels."""

    def get(self, key: str) -> bytes | None:
        """Return what was kept under `key`."""

    def put(self, key: str, data: bytes) -> None:
        """Keep `data` under `key`, whole or not at all."""

    def forget(self, key: str) -> None:
        """Have nothing under `key` any more, where it was to be made anew and could not be."""


class FolderCache:
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
            log.warning("%s cannot be read (%s); the submission is run again", self._path(key), error)
            return None

    def put(self, key: str, data: bytes) -> None:
        """Keep `data` under `key`, whole or not at all.

        Raises:
            GraderError: it cannot be written.
        """
        atomic_write.write(self._path(key), data)

    def forget(self, key: str) -> None:
        """Remove what was kept, where everything was to be run anew."""
        if self.fresh:
            for name in (key, key + FINDINGS):
                self._path(name).unlink(missing_ok=True)


class InMemoryCache:
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
