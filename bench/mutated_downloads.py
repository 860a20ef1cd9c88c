"""Lists and downloads with random damage, read as the grader reads them: only its own errors may be raised.

    python -m bench.mutated_downloads --lists 2000 --archives 3000

Each case is made from its number alone, so that one that fails can be made again: `--seed N --lists 1`.
"""

from __future__ import annotations

import argparse
import io
import random
import tarfile
import tempfile
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path

from grader.errors import GraderError
from grader.exports.per_member import read_adjustments
from grader.ingest.discover import survey
from grader.ingest.layouts.recognise import LAYOUTS
from grader.ingest.open_submission import open_submission
from grader.lists.course_lists import read_extensions, read_intake, read_roster
from grader.scoring.overrides_csv import read_overrides

LISTS: dict[str, tuple[str, Callable[[Path], object]]] = {
    "roster": ("name,id,email\nIda Kron,2400017,ida@uni.example\nÄnne Größe,2400018,\n", read_roster),
    "intake": ("file,received\nKron_2400017.zip,2025-01-15T23:40:00+01:00\na.zip,15.01.2025 10:00\n", read_intake),
    "worksheet": (
        "Identifier,Full name,Email address,Group,Grade,Maximum Grade,Last modified (submission),Feedback comments\n"
        'Participant 5201,Ida Kron,ida@uni.example,Ahorn,,4.00,"Wednesday, 15 January 2025, 11:40 PM",\n',
        lambda path: read_intake(path, "Europe/Berlin"),
    ),
    "extensions": ("team,until,hours,reason,by\nIda Kron,,48,ill,A. Tutor\n", read_extensions),
    "overrides": ('team,check,points,by,reason\nIda,why,"1,5",A. Tutor,"right, in words"\n', read_overrides),
    "adjustments": ("id,email,points,reason\n2400017,,+1,helped\n", read_adjustments),
}
ENCODINGS = ("utf-8", "utf-8-sig", "utf-16", "cp1252")
SIGNS = ('"', ",", ";", "\t", "\n", "\r", "\0", "'", "\ufeff", "sep=;\n", "2.4E+06", "=1+1", "\U0001f600", " " * 50)


def mutated(data: bytes, chance: random.Random, signs: Sequence[bytes]) -> bytes:
    """Return bytes with one to six changes: other bytes, signs put in, parts left out, repeated or exchanged."""
    for _ in range(chance.randint(1, 6)):
        at, end = sorted(chance.choices(range(len(data) + 1), k=2))
        end = min(end, at + chance.choice((1, 4, 40, 4000)))
        part = data[at:end]
        new = chance.choice((b"", part * 2, part[::-1], chance.choice(signs), chance.randbytes(len(part) or 1)))
        data = data[:at] + new + data[end:]
    return data


def one_list(number: int, folder: Path) -> str:
    """Read one list with damage, and return its kind.

    Raises:
        Exception: the reader raises another error than the grader's.
    """
    chance = random.Random(number)
    name = chance.choice(list(LISTS))
    text, read = LISTS[name]
    text = text.replace(",", chance.choice((",", ",", ";", "\t"))).replace("\n", chance.choice(("\n", "\r\n", "\r")))
    encoding = chance.choice(ENCODINGS)
    signs = [sign.encode(encoding, "replace") for sign in SIGNS]
    path = folder / f"{name}.csv"
    path.write_bytes(mutated(text.encode(encoding), chance, signs))
    _only_own_errors(lambda: read(path))
    return name


def _zip_of(files: dict[str, bytes]) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name), content)
    return data.getvalue()


def _tar_of(files: dict[str, bytes]) -> bytes:
    data = io.BytesIO()
    with tarfile.open(fileobj=data, mode="w:gz") as archive:
        for name, content in files.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            archive.addfile(entry, io.BytesIO(content))
    return data.getvalue()


def one_download(number: int, folder: Path) -> str:
    """Read one download with damage and all of its submissions, and return its layout.

    Raises:
        Exception: reading raises another error than the grader's.
    """
    chance = random.Random(number)
    layout = chance.choice(list(LAYOUTS.values()))
    work = {"net.py": b"x = 1\n", "answers.md": b"# 4.1\nIda Kron, 2400017\n"}
    files = {name: chance.choice((b"x", _zip_of(work), _tar_of(work))) for name in layout.sample}
    files |= {f"{name}.tar.gz": _tar_of(work) for name in layout.sample if chance.random() < 0.3}
    if chance.random() < 0.5:  # names with damage in a zip that is whole
        names = [mutated(name.encode(), chance, [b"/", b"..", b"\\", b"_", b"\0", b":"]) for name in files]
        files = {name.decode("latin-1"): content for name, content in zip(names, files.values(), strict=True)}
        data = _zip_of({name: content for name, content in files.items() if name})
    else:
        data = mutated(_zip_of(files), chance, [b"PK\x01\x02", b"PK\x05\x06", b"\xff\xff\xff\xff", b"/", b"\0"])
    path = folder / "download.zip"
    path.write_bytes(data)
    _only_own_errors(lambda: [open_submission(source) for source in survey([path], zone="Europe/Berlin").sources])
    return layout.name


def _only_own_errors(read: Callable[[], object]) -> None:
    try:
        read()
    except GraderError as error:
        if not str(error).strip():
            raise AssertionError("an error without words") from error


def main(arguments: Sequence[str] | None = None) -> int:
    """Read as many lists and downloads as are wanted; print the cases that fail, and return how many there are."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--lists", type=int, default=2000)
    parser.add_argument("--archives", type=int, default=3000)
    parser.add_argument("--seed", type=int, default=0, help="the number of the first case")
    given = parser.parse_args(arguments)
    failures = 0
    with tempfile.TemporaryDirectory() as folder:
        for read, count in ((one_list, given.lists), (one_download, given.archives)):
            for number in range(given.seed, given.seed + count):
                try:
                    read(number, Path(folder))
                except Exception as error:
                    failures += 1
                    print(f"{read.__name__} {number}: {type(error).__name__}: {error}")
    print(f"{given.lists} lists, {given.archives} archives: {failures} with another error than the grader's")
    return failures


if __name__ == "__main__":
    raise SystemExit(min(main(), 1))
