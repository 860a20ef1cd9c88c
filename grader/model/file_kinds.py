"""Kinds of files: those that are read, and those that are known to hold no answers. Any other file was not read."""

from __future__ import annotations

from pathlib import PurePosixPath

READ_SUFFIXES = (".ipynb", ".py", ".md", ".markdown", ".txt", ".tex", ".pdf")


MIN_DATA_BYTES = 20_000  # a table or a data file of this size is no written answer


# Weights, arrays, sounds, and what compilers and operating systems write.
_NEVER_ANSWERS = (
    ".pt", ".pth", ".ckpt", ".safetensors", ".onnx", ".h5", ".hdf5", ".keras", ".tflite", ".pkl", ".pickle", ".joblib",
    ".npy", ".npz", ".mat", ".parquet", ".feather", ".arrow", ".tfrecord", ".idx", ".wav", ".flac", ".mp3", ".ogg",
    ".pyc", ".pyo", ".pyi", ".pyd", ".so", ".dll", ".o", ".a", ".lnk", ".lock",
)  # fmt: skip
_DATA = (
    ".csv", ".tsv", ".json", ".jsonl", ".yaml", ".yml", ".xml", ".dat", ".data", ".gz", ".bin", ".log", ".out", ".err",
    ".db", ".sqlite",
)  # fmt: skip
_PICTURES = (".png", ".jpg", ".jpeg", ".gif", ".bmp", ".webp", ".svg", ".tif", ".tiff", ".heic", ".ico", ".eps")


# Files of a template or a tool, by their names.
_KNOWN_NAMES = {
    "license", "copying", "makefile", "dockerfile", "codeowners", "pipfile", "py.typed", "package.json", "tox.ini",
    "mypy.ini", "pytest.ini", "setup.cfg", "pyproject.toml", "ruff.toml", "environment.yml", "environment.yaml",
    "conda.yml", "conda.yaml", "citation.cff", "desktop.ini", "manifest.in",
}  # fmt: skip
_KNOWN_FOLDERS = {".github", ".vscode", ".idea", ".pytest_cache", ".mypy_cache", ".ruff_cache", ".ipynb_checkpoints"}


def is_read(path: str) -> bool:
    """Return whether files with this ending are read, as code or as text."""
    return path.lower().endswith(READ_SUFFIXES)


def holds_no_answers(path: str, size: int) -> bool:
    """Return whether a file is known to hold no answers, by its name and its size in bytes."""
    parts = PurePosixPath(path.lower()).parts
    name = parts[-1] if parts else ""
    if name.startswith((".", "events.out.tfevents")) or name in _KNOWN_NAMES:
        return True
    if name.endswith(_NEVER_ANSWERS) or not _KNOWN_FOLDERS.isdisjoint(parts):
        return True
    return name.endswith(_DATA) and size >= MIN_DATA_BYTES


def holds_no_code(path: str) -> bool:
    """Return whether a file holds no code, by its ending: a picture, or data of any size."""
    return path.lower().endswith((*_PICTURES, *_DATA, ".xlsx", ".xls", ".ods"))
