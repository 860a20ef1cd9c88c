"""Find out what an assignment was made for, and read it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from grader.errors import GraderError
from grader.importers.assignment import Assignment
from grader.importers.nbgrader_notebook import is_nbgrader_notebook, read_nbgrader_notebook
from grader.importers.notebook_files import is_percent_script, read_bytes, read_cells
from grader.importers.otter_made import metadata_tests, read_otter_made
from grader.importers.otter_notebook import is_otter_notebook, read_otter_notebook
from grader.importers.otter_tests import is_otter_test, read_otter_folder
from grader.importers.pytest_tree import files_of, is_test_file, read_pytest_tree
from grader.text import decode

NOTHING_KNOWN = (
    "nothing to import was found; it reads source notebooks of otter and nbgrader, folders with tests of otter, and "
    "folders with tests for pytest"
)


def assignments_in(path: Path) -> Mapping[str, Path]:
    """Return what to import, by the folder in the course's: one assignment as it is, and each of several notebooks.

    Raises:
        GraderError: two of several notebooks have the same name, or a file cannot be read.
    """
    sources = _sources(files_of(path)) if path.is_dir() else []
    if len(sources) < 2:
        return {"": path}
    found = {source.stem: source for source in sources}
    if len(found) < len(sources):
        names = ", ".join(str(source.relative_to(path)) for source in sources)
        raise GraderError(f"{path}: notebooks have the same name ({names}); import them one at a time")
    return found


def read_assignment(path: Path) -> Assignment:
    """Return the assignment of a notebook, a percent script or a folder. Nothing of it is run.

    Raises:
        GraderError: it cannot be read, or it is in no known format.
    """
    if not path.exists():
        raise GraderError(f"{path}: no such file or folder")
    if path.is_dir():
        return _of_folder(path)
    if path.suffix == ".ipynb" or (path.suffix == ".py" and is_percent_script(decode(read_bytes(path)))):
        found = _of_notebook(path)
        if found is not None:
            return found
    raise GraderError(f"{path}: {NOTHING_KNOWN}")


def _of_notebook(path: Path) -> Assignment | None:
    cells, metadata = read_cells(path)
    if is_otter_notebook(cells):
        return read_otter_notebook(path)
    if is_nbgrader_notebook(cells):
        return read_nbgrader_notebook(path)
    return read_otter_made(path) if metadata_tests(metadata) else None


def _of_folder(folder: Path) -> Assignment:
    paths = files_of(folder)
    sources = _sources(paths)
    if len(sources) > 1:
        names = ", ".join(path.name for path in sources)
        raise GraderError(f"{folder}: there are several source notebooks ({names}); import one at a time")
    if sources:
        found = _of_notebook(sources[0])
        assert found is not None
        return found
    tests = [paths[path] for path, text in _texts(paths).items() if is_otter_test(text)]
    if tests:
        return read_otter_folder(folder, tests)
    if any(map(is_test_file, paths)):
        return read_pytest_tree(folder)
    raise GraderError(f"{folder}: {NOTHING_KNOWN}")


def _texts(paths: Mapping[str, Path]) -> Mapping[str, str]:
    return {path: decode(read_bytes(at)) for path, at in paths.items() if path.endswith(".py")}


def _sources(paths: Mapping[str, Path]) -> list[Path]:
    """Return the source notebooks of a folder, also those that are percent scripts."""
    scripts = [paths[path] for path, text in _texts(paths).items() if is_percent_script(text)]
    notebooks = [at for path, at in paths.items() if path.endswith(".ipynb")]
    return [at for at in (*notebooks, *scripts) if _is_source(at)]


def _is_source(path: Path) -> bool:
    cells, metadata = read_cells(path)
    return is_otter_notebook(cells) or is_nbgrader_notebook(cells) or bool(metadata_tests(metadata))
