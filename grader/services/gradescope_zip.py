"""The zip that Gradescope takes as an autograder: set-up, the script that it runs, and the rubric."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import grader

NAME = "autograder.zip"
ALWAYS = (1980, 1, 1, 0, 0, 0)
FOLDER = Path(__file__).parent
SCRIPTS = ("setup.sh", "run_autograder")


def autograder(rubric: bytes) -> bytes:
    """Return the zip for a rubric; the same rubric gives the same bytes.

    The rubric lies where root alone may read it: submissions run as another user, behind the sandbox's door.
    """
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in SCRIPTS:
            text = (FOLDER / name).read_text(encoding="utf-8").replace("@VERSION@", grader.__version__)
            _add(archive, name, text.encode(), 0o755)
        _add(archive, "rubric.yaml", rubric.replace(b"\r\n", b"\n"), 0o600)
    return buffer.getvalue()


def _add(archive: zipfile.ZipFile, name: str, data: bytes, mode: int) -> None:
    info = zipfile.ZipInfo(name, ALWAYS)
    info.compress_type = zipfile.ZIP_DEFLATED
    info.external_attr = (0o100000 | mode) << 16
    archive.writestr(info, data)
