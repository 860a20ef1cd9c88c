"""Keep how many mutants a rubric notices, beside the rubric, while everything that this depends on is the same."""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Iterator
from pathlib import Path

from grader import atomic_write
from grader.cache.evidence_cache import FINDINGS, FolderCache
from grader.cache.fingerprint import code_digest, digest_of, packages
from grader.errors import GraderError
from grader.rubric.schema import Rubric

log = logging.getLogger(__name__)

FOLDER = ".grader"
IGNORE = "*\n"  # the content of its `.gitignore`: what is kept belongs to this machine


def kept_folder(rubric: Rubric) -> Path:
    """Return the folder beside the rubric in which the results of tries are kept."""
    return Path(rubric.folder, FOLDER)


def keep(path: Path, data: bytes, level: int = logging.WARNING) -> None:
    """Write a file into the folder of kept results; where that is not possible, the log says so and nothing is kept."""
    try:
        atomic_write.write(path, data)
        ignored = next(parent for parent in path.parents if parent.name == FOLDER) / ".gitignore"
        atomic_write.write(ignored, IGNORE.encode())
    except GraderError as error:
        log.log(level, "%s; the result is not kept", error)


class SolutionCache(FolderCache):
    """The evidence of the solution, beside the rubric: of its last run only, and only where it can be written."""

    def __init__(self, rubric: Rubric, fresh: bool = False) -> None:
        super().__init__(kept_folder(rubric) / f"solution-{rubric.name}", fresh)

    def put(self, key: str, data: bytes) -> None:
        """Save `data` under `key`, and delete what was kept of other runs."""
        for path in self.folder.glob("*/*"):
            if not path.name.startswith(key.removesuffix(FINDINGS)):
                path.unlink(missing_ok=True)
        keep(self._path(key), data, logging.DEBUG)


def rubric_digest(rubric: Rubric) -> str:
    """Return a hash of all that decides what a rubric says: its text, its files, the grader, the installed packages.

    It is the same from wherever the rubric is named.
    """
    files = [
        *rubric.course_files.items(),
        *rubric.sheet_files.items(),
        *((file.name, file.content) for file in rubric.kind_files),
    ]
    beside = sorted({os.path.relpath(path, rubric.folder or ".") for path in _beside(rubric)})
    files += [(name, Path(rubric.folder, name).read_bytes()) for name in beside]
    content = (part for name, data in files for part in (name, data.hex()))
    return digest_of([rubric.digest, code_digest(), packages(), *content])


def _beside(rubric: Rubric) -> Iterator[Path]:
    """Yield the files of the solution, and the modules beside the rubric, which a reference may import."""
    folder = Path(rubric.folder)
    solution = folder / rubric.solution
    yield from [solution] if solution.is_file() else (path for path in solution.rglob("*") if path.is_file())
    yield from (path for pattern in ("*.py", "*/*.py") for path in folder.glob(pattern) if path.is_file())


def write_strength(rubric: Rubric, noticed: int, mutants: int) -> None:
    """Keep the result of a try with mutants."""
    data = {"rubric": rubric_digest(rubric), "noticed": noticed, "mutants": mutants}
    keep(_path(rubric), json.dumps(data, indent=1).encode() + b"\n")


def read_strength(rubric: Rubric) -> tuple[int, int] | None:
    """Return how many mutants were noticed, and of how many; None if that is unknown or something changed since."""
    try:
        found = json.loads(_path(rubric).read_bytes())
        if found["rubric"] == rubric_digest(rubric):
            return int(found["noticed"]), int(found["mutants"])
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return None


def _path(rubric: Rubric) -> Path:
    return kept_folder(rubric) / f"proof-{rubric.name}.json"
