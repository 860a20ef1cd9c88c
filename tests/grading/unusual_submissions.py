"""Make the archives of `submissions/unusual`; its README describes the text files."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.helpers import ROOT

FOLDER = ROOT / "submissions" / "unusual"
CELLS = {"md": "markdown", "code": "code", "raw": "raw"}
METADATA: dict[str, dict[str, Any]] = {  # as the program that wrote the notebook leaves it
    "plain": {"kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}},
    "colab": {
        "accelerator": "GPU",
        "colab": {"provenance": []},
        "kernelspec": {"display_name": "x", "name": "python3"},
    },
    "vscode": {"language_info": {"name": "python", "version": "3.12.4"}, "vscode": {"interpreter": {"hash": "0"}}},
    "conda": {"kernelspec": {"display_name": "Python [conda env:dl] *", "name": "conda-env-dl-py"}},
    "pytorch": {"kernelspec": {"display_name": "PyTorch 2.1 (GPU)", "language": "python", "name": "pytorch"}},
    "py313": {"kernelspec": {"display_name": "uv-dl (3.13)", "name": "uv-dl"}, "language_info": {"name": "python"}},
    "py38": {"language_info": {"name": "python", "version": "3.8.10"}, "toc": {"base_numbering": 1}},
    "kaggle": {"kaggle": {"accelerator": "gpu"}, "papermill": {"duration": 61.2, "status": None}},
    "widgets": {"widgets": {"application/vnd.jupyter.widget-state+json": {"state": {"0a": {}}, "version_major": 2}}},
    "widgets_broken": {"widgets": {"application/vnd.jupyter.widget-state+json": {"0a": {"model_name": "HBoxModel"}}}},
}


@dataclass
class Cell:
    """A cell of a notebook, or the stored output of the cell before it (`out`)."""

    sort: str
    count: str = ""
    lines: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        return "\n".join(self.lines).strip("\n")


@dataclass
class Unusual:
    """One submission as its text file describes it."""

    half: str
    name: str
    headers: dict[str, str] = field(default_factory=dict)
    notebooks: dict[str, list[Cell]] = field(default_factory=dict)
    files: dict[str, list[str]] = field(default_factory=dict)

    @property
    def expected(self) -> list[str]:
        """The letters of the five checks, in the order of the rubric."""
        return [part.split()[0] for part in self.headers["exp"].split("|")]

    def write(self, folder: Path) -> Path:
        """Write the archive into `folder`."""
        path = folder / f"Team_{self.name}.zip"
        with zipfile.ZipFile(path, "w") as box:
            for name, cells in self.notebooks.items():
                box.writestr(name, self._notebook(cells))
            for name, lines in self.files.items():
                box.writestr(name, "\n".join(lines).rstrip("\n") + "\n")
        return path

    def _notebook(self, cells: list[Cell]) -> str:
        made: list[Any] = []
        for cell in cells:
            if cell.sort == "out":
                made[-1]["outputs"].append({"output_type": "stream", "name": "stdout", "text": f"{cell.text}\n"})
                continue
            made.append({"cell_type": CELLS[cell.sort], "metadata": {}, "source": cell.text})
            if cell.sort == "code":
                made[-1] |= {"execution_count": int(cell.count) if cell.count else None, "outputs": []}
        metadata = METADATA[self.headers.get("meta", "plain")]
        minor = int(self.headers.get("minor", "5"))
        if minor >= 5:
            made = [cell | {"id": f"c{number}"} for number, cell in enumerate(made)]
        notebook = {"cells": made, "metadata": metadata, "nbformat": 4, "nbformat_minor": minor}
        return json.dumps(notebook)


def unusual_submissions() -> Iterator[Unusual]:
    """Return every submission of the text files."""
    for path in sorted(FOLDER.glob("*.txt")):
        yield from _read(path)


def _read(path: Path) -> Iterator[Unusual]:
    one, lines = Unusual("", ""), list[str]()
    cells: list[Cell] = []
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith("@@@ "):
            if one.name:
                yield one
            _, half, name = line.split()
            one = Unusual(half, name)
        elif line.startswith("@@ "):
            word, _, rest = line.removeprefix("@@ ").partition(" ")
            if word.endswith(":"):
                one.headers[word.removesuffix(":")] = rest
            elif word == "nb":
                cells = one.notebooks.setdefault(rest, [])
            elif word == "file":
                lines = one.files.setdefault(rest, [])
            else:
                cells.append(Cell(word, rest.strip()))
                lines = cells[-1].lines
        else:
            lines.append(line)
    yield one
