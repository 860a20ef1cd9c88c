"""Forty students with the names, files and attempts that have been assigned wrongly, and downloads made of them."""

from __future__ import annotations

import unicodedata
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from grader.ingest.discover import survey
from grader.ingest.source import Source
from grader.ingest.survey import Survey

NAMES = (
    "Ida Kron", "Ida Kron", "Änne Größe-Probe", "Jürgen Müller", "Juergen Mueller", "Seán O'Brien", "Ida von der Kron",
    "Juan de la Cruz", "Omar al-Sayed", "Anna-Lena Muster", "Ole Brand", "Ruth Oda", "Paul Martin", "Martin Paul",
    unicodedata.normalize("NFD", "Zoë Schäfer"), "Łukasz Wrona",
)  # fmt: skip


@dataclass(frozen=True)
class Student:
    """One student: what the platforms know, and the files; the text of each names the number, so that none is lost."""

    number: int  # of the participant, user or submission
    name: str
    login: str
    student_id: str
    files: tuple[str, ...]
    late: bool = False

    def content(self, file: str) -> bytes:
        text = f"# Exercise 1\nThis is {file} of {self.number}.\n".encode()
        if not file.endswith(".zip"):
            return text
        data = BytesIO()
        with zipfile.ZipFile(data, "w") as archive:
            archive.writestr(zipfile.ZipInfo("inside.md"), text)
        return data.getvalue()

    @property
    def email(self) -> str:
        return f"{self.login}@uni.example"


def _files(number: int) -> tuple[str, ...]:
    kinds = (
        ("answers.md",),
        ("answers.md", "net.py"),
        ("work.zip",),
        ("work.zip", "answers.md"),
        ("a-1.md", "lib/m.py"),
    )
    return kinds[number % len(kinds)]


def students(folders: bool = True) -> list[Student]:
    """Forty students; a platform that keeps no folders has only files at the top."""
    found = []
    for position in range(40):
        letters = "".join(chr(ord("a") + int(digit)) for digit in f"{position:02}")
        name = NAMES[position] if position < len(NAMES) else f"First{letters} Last{letters}"
        files = _files(position)
        files = files if folders else tuple(file.rpartition("/")[2] for file in files)
        found.append(
            Student(5200 + position, name, f"st{letters}", str(2400000 + position), files, late=position % 7 == 0)
        )
    return found


def written(folder: Path, files: Mapping[str, bytes]) -> list[Path]:
    """Write a download as a zip and as the folder that it unpacks to; return both."""
    archive = folder / "DL-Exercise 7.zip"
    with zipfile.ZipFile(archive, "w") as into:
        for name, data in files.items():
            into.writestr(zipfile.ZipInfo(name), data)
    unpacked = folder / "DL-Exercise 7"
    for name, data in files.items():
        path = unpacked / name
        if name.endswith("/"):
            path.mkdir(parents=True, exist_ok=True)
            continue
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return [archive, unpacked]


def owner(source: Source) -> int:
    """Return the number of the student whose files these are; every file has to name the same one."""
    numbers = {data.split(b" of ")[1].split(b".")[0] for data in source.read().files.values() if b" of " in data}
    assert len(numbers) == 1, f"{source.name}: files of {numbers}"
    return int(next(iter(numbers)))


def assert_read_right(found: Survey, expected: list[Student], layout: str) -> None:
    """Assert that each student has one submission with all of her files and no other, under a team of its own."""
    assert [one.name for one in found.layouts] == [layout]
    by_owner = {owner(source): source for source in found.sources}
    assert len(found.sources) == len(by_owner) == len(expected)
    assert by_owner.keys() == {one.number for one in expected}
    assert len({(source.name, source.team) for source in found.sources}) == len(expected)
    for one in expected:
        archives = sum(file.endswith(".zip") for file in one.files)
        texts = [data for data in by_owner[one.number].read().files.values() if b" of " in data]
        assert len(texts) == len(one.files), f"{one.name}: {archives} archives, {len(texts)} files were read"


def read_both(folder: Path, files: Mapping[str, bytes], layout: str, expected: list[Student]) -> list[Survey]:
    """Read a download as a zip and unpacked, and assert that both are read right and alike."""
    found = [survey([path], zone="Europe/Berlin") for path in written(folder, files)]
    for one in found:
        assert_read_right(one, expected, layout)
    packed, unpacked = ({owner(source): (source.team, source.members) for source in one.sources} for one in found)
    assert packed == unpacked
    assert found[0].stray == found[1].stray
    return found
