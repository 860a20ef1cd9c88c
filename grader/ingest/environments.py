"""Installed libraries among a submission's files, recognised by what is in them and not by the names of folders."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import PurePosixPath

_LIBRARIES = re.compile(r"(?i)(?:^|/)(?:site-packages|dist-packages|[^/]+\.(?:dist-info|egg-info))(?:/|$)")
_OF_AN_ENVIRONMENT = re.compile(r"(?i)(?:pyvenv\.cfg$|(?:bin|scripts|include|share)/|lib(?:64)?/python[\d.]+t?/)")
MARK = "pyvenv.cfg"  # stands in the folder of every environment
_CONDA = "conda-meta/"  # a folder of every environment of conda
_OF_CONDA = re.compile(
    r"(?:conda-meta|bin|Scripts|include|share|etc|ssl|man|pkgs|Lib|Library|DLLs|libs|Tools)/|"
    r"lib/(?:python[\d.]+t?|pkgconfig|cmake)/|lib/[^/]+\.(?:so|a|dylib)[\d.]*$"
)


def is_record(path: str) -> bool:
    """Return whether a path is that of an installer's list of the files that it wrote."""
    parts = PurePosixPath(path).parts
    return len(parts) > 1 and parts[-1] == "RECORD" and parts[-2].endswith(".dist-info")


def is_installed(path: str) -> bool:
    """Return whether a path is that of an installed library, by the names that installers give to folders."""
    return _LIBRARIES.search(path) is not None


def environments_in(paths: Iterable[str]) -> set[str]:
    """Return the folders of the virtual environments among the paths, each with a slash at its end.

    For one of conda, that is the folder `conda-meta/` in it.
    """
    found: set[str] = set()
    for path in paths:
        if path.rpartition("/")[2] == MARK:
            found.add(path[: -len(MARK)])
        elif f"/{path}".endswith(f"/{_CONDA}history"):
            found.add(path[: -len("history")])
    return found


def in_environment(path: str, environments: Iterable[str]) -> bool:
    """Return whether a path belongs to a virtual environment; a team's own files in the same folder do not."""
    for marked in environments:
        conda = f"/{marked}".endswith(f"/{_CONDA}")
        top = marked[: -len(_CONDA)] if conda else marked
        pattern = _OF_CONDA if conda else _OF_AN_ENVIRONMENT
        if path.startswith(top) and pattern.match(path[len(top) :]):
            return True
    return False


def recorded(files: Mapping[str, bytes]) -> set[str]:
    """Return the files that an installer wrote beside each other, by its own list of them (`*.dist-info/RECORD`)."""
    found: set[str] = set()
    for path, data in files.items():
        if not is_record(path):
            continue
        folder = "/".join(PurePosixPath(path).parts[:-2])
        for line in data.decode("utf-8", "replace").splitlines():
            name = line.partition(",")[0]
            found.add(f"{folder}/{name}" if folder else name)
    return found & files.keys()


def without_installed(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """Return the files without virtual environments and installed libraries."""
    environments, listed = environments_in(files), recorded(files)
    return {
        path: data
        for path, data in files.items()
        if path not in listed and not is_installed(path) and not in_environment(path, environments)
    }
