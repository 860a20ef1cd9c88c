"""The package for students: without the reference solutions, and without the libraries that only grading needs."""

from __future__ import annotations

import base64
import hashlib
import io
import re
import zipfile

from grader.errors import GraderError

# Of the libraries that the wheel requires, those that a check by students does without: an exercise that needs one
# of them says so by its imports.
FOR_GRADING = ("torch", "matplotlib", "copydetect", "pillow", "latex2mathml", "jinja2")
EXTRA = "grading"


def without_reference(wheel: bytes) -> bytes:
    """Return the wheel of the grader for students to install: no reference solutions, and a small installation.

    Raises:
        GraderError: it is not a complete wheel of the grader.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(wheel)) as old:
            files = {info.filename: old.read(info) for info in old.infolist()}
    except zipfile.BadZipFile:
        raise GraderError("not a wheel; build one with 'pip wheel --no-deps .'") from None
    if not any(name.startswith("reference/") for name in files):
        raise GraderError("the wheel has no reference/: it is not a complete wheel of the grader")
    files = {name: data for name, data in files.items() if not _is_solution(name)}
    lines = {}
    for name in files:
        if name.endswith(".dist-info/METADATA"):
            files[name] = _with_fewer_requirements(files[name].decode()).encode()
            lines[name] = _record(name, files[name])
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as new:
        for name, data in files.items():
            new.writestr(name, _changed(data, lines) if name.endswith(".dist-info/RECORD") else data)
    return buffer.getvalue()


def _with_fewer_requirements(metadata: str) -> str:
    """Return the metadata with the libraries for grading as an extra."""
    head, blank, text = metadata.partition("\n\n")
    pattern = rf"(?mi)^(Requires-Dist: (?:{'|'.join(FOR_GRADING)})\b[^;\n]*)$"
    changed, count = re.subn(pattern, rf'\1; extra == "{EXTRA}"', head)
    return changed + (f"\nProvides-Extra: {EXTRA}" if count else "") + blank + text


def _record(name: str, data: bytes) -> str:
    digest = base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()
    return f"{name},sha256={digest},{len(data)}\n"


def _changed(record: bytes, lines: dict[str, str]) -> bytes:
    """Return the list of files without the solutions, and with the new lines of changed files."""
    kept = [line for line in record.decode().splitlines(keepends=True) if not _is_solution(line)]
    return "".join(lines.get(line.partition(",")[0], line) for line in kept).encode()


def _is_solution(name: str) -> bool:
    """Return whether a file belongs to the references; those in `inside/` run beside student code, without answers."""
    return name.startswith("reference/") and not name.startswith(("reference/__init__.py", "reference/inside/"))
