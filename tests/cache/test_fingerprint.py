"""Hashes of the inputs of results: a changed byte gives another hash, and so does another cut of the same bytes."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import grader
import reference
from grader.cache import fingerprint

CACHED = (fingerprint.code_digest, fingerprint.reference, fingerprint.packages, fingerprint._folder)


@pytest.fixture(autouse=True)
def fresh() -> Iterator[None]:
    """Nothing is remembered from before, nor after."""
    for function in CACHED:
        function.cache_clear()
    yield
    for function in CACHED:
        function.cache_clear()


def test_texts_are_not_the_same_when_cut_elsewhere() -> None:
    parts = [["ab", "c"], ["a", "bc"], ["abc"], ["ab", "c", ""], ["", "ab", "c"], ["c", "ab"], ["\ud800"], []]
    assert len({fingerprint.digest_of(one) for one in parts}) == len(parts)
    assert fingerprint.digest_of(iter(["ab", "c"])) == fingerprint.digest_of(["ab", "c"])


@pytest.fixture
def copied(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the package that the hashes are of."""
    folder = tmp_path / "grader"
    ignored = shutil.ignore_patterns("__pycache__")
    shutil.copytree(Path(str(grader.__file__)).parent, folder, ignore=ignored)
    shutil.copytree(Path(str(reference.__file__)).parent, tmp_path / "reference", ignore=ignored)
    before = fingerprint.code_digest()
    monkeypatch.setattr(grader, "__file__", str(folder / "__init__.py"))
    monkeypatch.setattr(fingerprint, "_folder", lambda top: tmp_path / top)
    assert digest() == before
    return tmp_path


def digest() -> str:
    fingerprint.code_digest.cache_clear()
    fingerprint.reference.cache_clear()
    return fingerprint.code_digest()


@pytest.mark.parametrize(
    "file",
    ["grader/checks/shapes.py", "grader/sandbox/child/worker.py", "reference/noise.py",
     "reference/calibration/noise-removal.json"],
)  # fmt: skip
def test_a_byte_of_code_or_of_what_was_measured_changes_the_hash(copied: Path, file: str) -> None:
    before = digest()
    path = copied / file
    path.write_bytes(path.read_bytes() + b"\n")
    assert digest() != before


def test_a_module_under_another_name_changes_the_hash(copied: Path) -> None:
    before = digest()
    (copied / "grader" / "syntax.py").rename(copied / "grader" / "syntaxes.py")
    assert digest() != before


def test_a_page_of_the_package_does_not_change_the_hash(copied: Path) -> None:
    before = digest()
    (copied / "grader" / "notes.txt").write_text("no code")
    assert digest() == before


def test_an_installed_package_changes_the_hash(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "path", [str(tmp_path), ""])
    found = []
    for name in ("numpy-1.0.dist-info", "numpy-1.1.dist-info", "own.egg-info"):
        (tmp_path / name).mkdir()
        fingerprint.packages.cache_clear()
        found.append(fingerprint.packages())
    (tmp_path / "numpy").mkdir()
    fingerprint.packages.cache_clear()
    assert fingerprint.packages() == found[-1]
    assert len(set(found)) == 3
