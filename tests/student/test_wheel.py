"""The wheel for students installs without what only grading needs; its list of files has the new hashes."""

from __future__ import annotations

import base64
import hashlib
import io
import zipfile

import pytest
from packaging.metadata import Metadata

from grader.errors import GraderError
from grader.student.wheel import FOR_GRADING, without_reference
from tests.test_docs import project

METADATA = "dl_grader-1.dist-info/METADATA"
RECORD = "dl_grader-1.dist-info/RECORD"


def wheel(*requirements: str) -> bytes:
    text = "Metadata-Version: 2.1\nName: dl-grader\nVersion: 1\n" + "".join(
        f"Requires-Dist: {one}\n" for one in requirements
    )
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as file:
        file.writestr("grader/__init__.py", "1")
        file.writestr("reference/lstm.py", "the solution")
        file.writestr("reference/inside/cell.py", "runs beside student code")
        file.writestr(METADATA, text + "\nRequires-Dist: torch is only text here.\n")
        file.writestr(
            RECORD, f"grader/__init__.py,sha256=a,1\nreference/lstm.py,sha256=b,2\n{METADATA},sha256=c,3\n{RECORD},,\n"
        )
    return buffer.getvalue()


def test_what_only_grading_needs_is_an_extra() -> None:
    with zipfile.ZipFile(
        io.BytesIO(without_reference(wheel("torch>=2.4", "torchaudio", 'starlette; extra == "desk"', "numpy")))
    ) as file:
        data, record = file.read(METADATA), file.read(RECORD).decode()
        assert sorted(file.namelist()) == [METADATA, RECORD, "grader/__init__.py", "reference/inside/cell.py"]
    found = Metadata.from_email(data)
    assert [str(one) for one in found.requires_dist or ()] == [
        'torch>=2.4; extra == "grading"', "torchaudio", 'starlette; extra == "desk"', "numpy"
    ]  # fmt: skip
    assert found.provides_extra == ["grading"]
    assert data.decode().endswith("\nRequires-Dist: torch is only text here.\n")
    digest = base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()
    assert f"{METADATA},sha256={digest},{len(data)}\n" in record
    assert "reference/lstm.py" not in record


def test_the_libraries_for_grading_are_requirements_of_the_project() -> None:
    required = {one.partition(">")[0] for one in project()["dependencies"]}
    assert set(FOR_GRADING) < required


def test_another_file_is_refused() -> None:
    with pytest.raises(GraderError, match="not a wheel"):
        without_reference(b"x")
