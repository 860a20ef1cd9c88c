"""The package without the reference solutions, for a student pack."""

from __future__ import annotations

import io
import zipfile

from grader.errors import GraderError


def without_reference(wheel: bytes) -> bytes:
    """Return the wheel of the grader without the reference solutions, for students to install.

    Raises:
        GraderError: it is not a complete wheel of the grader.
    """
    buffer = io.BytesIO()
    try:
        with zipfile.ZipFile(io.BytesIO(wheel)) as old, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as new:
            if not any(name.startswith("reference/") for name in old.namelist()):
                raise GraderError("the wheel has no reference/: it is not a complete wheel of the grader")
            for info in old.infolist():
                data = old.read(info)
                if _is_solution(info.filename):
                    continue
                if info.filename.endswith(".dist-info/RECORD"):
                    data = b"".join(line for line in data.splitlines(True) if not _is_solution(line.decode()))
                new.writestr(info, data, zipfile.ZIP_DEFLATED)
    except zipfile.BadZipFile:
        raise GraderError("not a wheel; build one with 'pip wheel --no-deps .'") from None
    return buffer.getvalue()


def _is_solution(name: str) -> bool:
    """Return whether a file belongs to the references; those in `inside/` run beside student code, without answers."""
    return name.startswith("reference/") and not name.startswith(("reference/__init__.py", "reference/inside/"))
