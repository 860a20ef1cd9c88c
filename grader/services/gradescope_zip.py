"""Make the autograder zip for Gradescope: scripts, the rubric, the wheel of the grader and a lock of versions."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Mapping
from pathlib import Path

from grader.errors import GraderError

NAME = "autograder.zip"
ALWAYS = (1980, 1, 1, 0, 0, 0)
FOLDER = Path(__file__).parent
SCRIPTS = ("setup.sh", "run_autograder")
RUBRIC = "rubric.yaml"
VERSIONS = "versions.txt"  # a constraints file for pip
WHEEL = re.compile(r"dl_grader-[\w.+-]+\.whl")


def autograder(
    rubric: bytes, wheel_name: str, wheel: bytes, beside: Mapping[str, bytes] = {}, versions: str = ""
) -> bytes:
    """Return the zip for a rubric and the files `beside` it, by path; the same content gives the same bytes.

    `versions` has a line for each distribution that is to be installed in one version.

    Only root may read the rubric, the files and the wheel: submissions run as another user in a sandbox.

    Raises:
        GraderError: `wheel` is not a complete wheel of the grader, or a file has the name of one of the zip's own.
    """
    if taken := sorted({*SCRIPTS, RUBRIC, VERSIONS} & beside.keys()):
        raise GraderError(f"{taken[0]}: the autograder has a file of this name; give the course's another one")
    _expect_complete(wheel_name, wheel)
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in SCRIPTS:
            _add(archive, name, (FOLDER / name).read_bytes(), 0o755)
        _add(archive, RUBRIC, rubric.replace(b"\r\n", b"\n"), 0o600)
        _add(archive, VERSIONS, versions.encode(), 0o600)
        for name, data in beside.items():
            _add(archive, name, data, 0o600)
        _add(archive, wheel_name, wheel, 0o600)
    return buffer.getvalue()


def _expect_complete(name: str, wheel: bytes) -> None:
    """Refuse a file that pip would not install as the grader, or that lacks the reference solutions."""
    try:
        with zipfile.ZipFile(io.BytesIO(wheel)) as archive:
            folders = {entry.partition("/")[0] for entry in archive.namelist()}
    except zipfile.BadZipFile:
        folders = set()
    if not WHEEL.fullmatch(name) or not {"grader", "reference"} <= folders:
        raise GraderError(f"{name}: not a complete wheel of the grader; build one with 'pip wheel --no-deps .'")


def _add(archive: zipfile.ZipFile, name: str, data: bytes, mode: int) -> None:
    info = zipfile.ZipInfo(name, ALWAYS)
    info.compress_type = zipfile.ZIP_DEFLATED
    info.external_attr = (0o100000 | mode) << 16
    archive.writestr(info, data)
