"""A small submission and rubric that come with the package, so that `grader demo` works anywhere."""

from __future__ import annotations

import zipfile
from pathlib import Path

from grader.errors import GraderError
from grader.rubric.load import parse_rubric
from grader.rubric.schema import Rubric

_HERE = Path(__file__).parent
_NAME = "Muster_1000001_Beispiel_1000002.zip"


def demo_rubric() -> Rubric:
    """Return the rubric of the demonstration."""
    return parse_rubric((_HERE / "demo.yaml").read_text(encoding="utf-8"), "demo.yaml")


def demo_submission(folder: Path) -> Path:
    """Write the submission of the demonstration into `folder` and return its path.

    Raises:
        GraderError: the folder cannot be written.
    """
    path = folder / _NAME
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for name in ("model.py", "answers.md"):
                archive.writestr(name, (_HERE / f"{name}.txt").read_bytes())
    except OSError as error:
        raise GraderError(f"{path}: cannot be written: {error.strerror}; choose another --out") from None
    return path
