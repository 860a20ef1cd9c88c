"""Hashes of the code, the reference and the installed packages that a result depends on."""

from __future__ import annotations

import hashlib
import importlib.metadata
import importlib.util
import platform
import sys
from collections.abc import Iterable
from functools import cache
from pathlib import Path

import grader
from grader.checks.own_kinds import packages_with_kinds


@cache
def code_digest() -> str:
    """Return a hash of the source of grader and installed kinds, the references, their calibration, torch and NumPy."""
    versions = (platform.python_version(), *map(_version, ("torch", "numpy")))
    digest = hashlib.sha256("\0".join((*versions, reference())).encode())
    for root in (Path(str(grader.__file__)).parent, *filter(None, map(_folder, packages_with_kinds()))):
        for path in sorted(root.rglob("*.py")) if root.is_dir() else [root.with_suffix(".py")]:
            digest.update(f"{path.relative_to(root.parent)}\0".encode() + path.read_bytes())
    return digest.hexdigest()


@cache
def reference() -> str:
    """Return a hash of the reference solutions and their calibration."""
    folder = _folder("reference")
    paths = sorted(path for path in folder.rglob("*") if path.suffix in (".py", ".json")) if folder else []
    return digest_of(f"{path.name}\n{path.read_text(encoding='utf-8')}" for path in paths)


def digest_of(parts: Iterable[str]) -> str:
    """Return one hash of several texts; the same words cut at other places give another hash."""
    digest = hashlib.sha256()
    for part in parts:
        data = part.encode("utf-8", "surrogatepass")
        digest.update(len(data).to_bytes(8, "big") + data)
    return digest.hexdigest()


@cache
def packages() -> str:
    """Return a hash of the names and versions of all installed packages, from their metadata folders."""
    folders = [Path(entry) for entry in sys.path if entry and Path(entry).is_dir()]
    endings = (".dist-info", ".egg-info")
    return digest_of(sorted(path.name for folder in folders for path in folder.iterdir() if path.suffix in endings))


def _version(package: str) -> str:
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return ""


@cache
def _folder(top: str) -> Path | None:
    """Return the path of a package or of a single module."""
    spec = importlib.util.find_spec(top) if top else None
    if spec is None or spec.origin is None:
        return None
    origin = Path(spec.origin)
    return origin.parent if origin.name == "__init__.py" else origin.with_suffix("")
