"""What a student will submit: an archive or a folder as it is, or a notebook with the answers and modules beside it."""

from __future__ import annotations

import io
import os
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path

from grader.errors import GraderError
from grader.ingest.archives import files_of, is_archive
from grader.ingest.discover import Source, discover
from grader.ingest.layouts.recognise import ONE
from grader.ingest.unpacked import is_junk
from grader.model.file_kinds import READ_SUFFIXES
from grader.student.student_pack import ENDING

ANSWERS_AND_MODULES = tuple(sorted({*READ_SUFFIXES, ".docx", ".odt", ".html"} - {".ipynb"}))
NO_ANSWERS = re.compile(r"requirements.*\.txt|license.*", re.I)
MAX_DEPTH, MAX_FILES = 3, 5000  # of the folder around a notebook that is looked through
MAX_BYTES = 50 << 20  # of one file that a notebook names


def work_of(path: Path) -> Source:
    """Return what is checked where a student names `path`.

    A notebook comes with the documents and modules in its folder, the packages it imports and the files that it names.

    Raises:
        GraderError: there is no such file.
    """
    if not path.exists():
        raise GraderError(f"{path}: not found; give your notebook, your folder or your zip")
    if path.is_dir() or ".ipynb" not in path.name.lower():  # a browser may add an ending
        return discover([path], ONE)[0]
    return Source(path.name, parts=((path.name, path), *_beside(path)))


def is_in_archive(source: Source) -> bool:
    """Return whether the work is an archive, whose name can be judged."""
    return is_archive(source.name)


def zip_of(source: Source, path: Path) -> bytes:
    """Return the work as a zip to be written to `path`, with the same bytes for the same files.

    Archives in a folder, such as an earlier zip, and the student pack are left out.

    Raises:
        GraderError: it is an archive already, or `path` is no name of a zip.
    """
    if path.suffix.lower() != ".zip":
        raise GraderError(f"--submit {path}: expected a name that ends in .zip")
    if is_in_archive(source):
        raise GraderError(f"{source.name} is an archive already; give the notebook or the folder with --submit")
    files = dict(source.parts) if source.parts else {source.name: source.path} if source.path is not None else {}
    if source.path is not None and source.path.is_dir():
        found = files_of(source.path).result.files
        contents = {name: data for name, data in found.items() if not (is_archive(name) or name.endswith(ENDING))}
    else:
        contents = {name: file.read_bytes() for name, file in files.items() if file is not None}
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(contents):
            archive.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), contents[name], zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


def _beside(notebook: Path) -> Iterator[tuple[str, Path]]:
    """Yield the files of a notebook's folder that belong to it, with their paths in the submission."""
    folder, text = notebook.resolve().parent, notebook.read_text(encoding="utf-8", errors="replace")
    text = text.replace("\\n", "\n")  # a cell may be one text of JSON
    imported = set(re.findall(r"\b(?:import|from)\s+(\w+)", text))
    for file in _files_below(folder):
        name = file.relative_to(folder).as_posix()
        first, deeper, _ = name.partition("/")
        beside = not deeper and name.lower().endswith(ANSWERS_AND_MODULES) and not NO_ANSWERS.fullmatch(name)
        if beside or (deeper and first in imported and name.endswith(".py")) or _is_named(name, file, text):
            yield name, file


def _is_named(name: str, file: Path, text: str) -> bool:
    return name in text and file.stat().st_size <= MAX_BYTES


def _files_below(folder: Path) -> Iterator[Path]:
    """Yield the regular files of a folder, without other notebooks, archives and what begins with a dot."""
    count = 0
    for root, folders, names in os.walk(folder, followlinks=False):
        depth = len(Path(root).relative_to(folder).parts)
        kept = (name for name in folders if depth < MAX_DEPTH and not is_junk(name) and not name.startswith("."))
        folders[:] = sorted(kept)
        for name in sorted(names):
            count += 1
            file = Path(root) / name
            if count > MAX_FILES:
                return
            if name.startswith(".") or is_junk(name) or is_archive(name) or ".ipynb" in name.lower():
                continue
            if file.is_file() and not file.is_symlink():
                yield file
