"""Cache evidence on disk, one file for each submission, so that unchanged submissions are not run again.

The key of a file depends on submission, cells, seeds and limits; the file counts only with the same versions and
isolation. Evidence that a limit cut short, or that was not asked for, is not cached: the
load of the machine may have been the reason.
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
from grader.definitions.libraries import version_of
from grader.model import Evidence, Submission
from grader.rubric.schema import Rubric
from grader.sandbox.limits import Limits

log = logging.getLogger(__name__)


FOLDER = "evidence"


FINDINGS = "-findings"  # after a key: the findings that follow from the evidence


READ = "-read"  # after a key: a submission as the confined reader gave it


SANDBOX = Path(__file__).parents[1] / "sandbox"  # the code that sends requests to a submission


VERSION = 6


_CUT_SHORT = ("cpu_time", "wall_time", "out_of_time", "died", "ended_before", "unreadable", "not_asked", "not run")

FOR_SPEED = ("warm", "level", "loads")  # limits that change no result


def evidence_key(submission: Submission, rubric: Rubric, limits: Limits, parts: Sequence[str] = ()) -> str:
    """Return a hash of the code that runs; requests have keys of their own, and the file names its environment."""
    execute = rubric.execute
    run = {
        "version": VERSION,
        "submission": submission.digest,
        "course": submission.course_digest,
        "cells": [[cell.number, cell.origin, cell.module, cell.source] for cell in submission.cells],
        **({"passed_over": list(submission.passed_over)} if submission.passed_over else {}),
        "targets": list(rubric.targets),
        "execute": execute.model_dump(mode="json"),
        "modules": {name: version_of(name) for name in execute.modules},
        "limits": {
            name: str(value) for name, value in asdict(limits).items() if name not in ("warm", "level", "loads")
        },
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
    """Return whether every cell ran to its end and every request was put and answered within its limits."""
    statuses = [*(run.status for run in evidence.cells), *(outcome.status for outcome in evidence.outcomes.values())]
    return not any(status in _CUT_SHORT for status in statuses)


class EvidenceCache(Protocol):
    """A cache of evidence: a folder, or the memory of a job on another machine."""

    def get(self, key: str) -> bytes | None:
        """Return the entry under `key`."""

    def put(self, key: str, data: bytes) -> None:
        """Save `data` under `key`, completely or not at all."""

    def forget(self, key: str) -> None:
        """Delete the entry under `key`, after a forced run that failed."""


_ENDINGS = {FINDINGS: "json.gz", READ: "zlib"}  # of files, by the end of their keys


class FolderCache:
    """The cache of one output folder, a file for each entry; a `fresh` one is written and not read."""

    def __init__(self, folder: Path, fresh: bool = False) -> None:
        self.folder = folder / FOLDER
        self.fresh = fresh

    def _path(self, key: str) -> Path:
        ending = next((ending for end, ending in _ENDINGS.items() if key.endswith(end)), "npz")
        return self.folder / key[:2] / f"{key}.{ending}"

    def get(self, key: str) -> bytes | None:
        """Return the entry under `key`; None if there is none that can be read."""
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
        """Save `data` under `key`, completely or not at all.

        Raises:
            GraderError: the file cannot be written.
        """
        atomic_write.write(self._path(key), data)

    def forget(self, key: str) -> None:
        """Delete the entry, if everything was to run again."""
        if self.fresh:
            for name in (key, key + FINDINGS):
                self._path(name).unlink(missing_ok=True)


class InMemoryCache:
    """Evidence in memory, for a job on another machine: the entries sent to it, and those to send back."""

    def __init__(self, sent: Mapping[str, bytes]) -> None:
        self.sent = sent
        self.made: dict[str, bytes] = {}

    def get(self, key: str) -> bytes | None:
        """Return the entry that was sent."""
        return self.made.get(key, self.sent.get(key))

    def put(self, key: str, data: bytes) -> None:
        """Save the entry to send back."""
        self.made[key] = data

    def forget(self, key: str) -> None:
        """Note that the entry is to be deleted, to send that back."""
        self.made[key] = b""
