"""What is known of a submission where something failed: its code, how its cells ran, and places of lines."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from grader.blame.circumstance import Surroundings
from grader.model import CellRun, Evidence, Frame, Place, Raised, Submission
from grader.model.evidence import DEFINITIONS
from grader.syntax import parse


@dataclass(frozen=True)
class Scene:
    """What is known of a submission: its code, how its cells ran, and the places of its definitions."""

    submission: Submission
    evidence: Evidence
    definition_lines: tuple[tuple[int, Place], ...] = ()  # lines of the definitions' source, and their places

    def place_of(self, frame: Frame) -> Place:
        """Return the place of a line of the student's own."""
        if frame.cell is not None:
            known = next((cell.place for cell in self.submission.cells if cell.number == frame.cell), Place())
            return known.at_line(frame.line)
        if frame.file != DEFINITIONS:
            return Place() if frame.file.startswith("<") else Place(frame.file, frame.line or None)
        earlier = [place for line, place in self.definition_lines if line <= frame.line]
        return earlier[-1] if earlier else Place()

    def line_of(self, frame: Frame) -> str:
        """Return the text of that line, or nothing where it is not known."""
        place = self.place_of(frame)
        texts = [
            cell.source
            for cell in self.submission.cells
            if (cell.place.file, cell.place.cell) == (place.file, place.cell)
        ]
        if (data := self.submission.laid_out.get(place.file)) is not None:
            texts.append(data.decode("utf-8", "replace"))
        lines = texts[0].splitlines() if texts else []
        return lines[place.line - 1] if place.line and place.line <= len(lines) else ""

    def surroundings(self, raised: Raised) -> Surroundings:
        """Return what the table of circumstances may need to know about the code around an exception."""
        frame = raised.frames[-1] if raised.frames else Frame()
        paths = [path for path in self.submission.laid_out if path.endswith(".py")]
        modules = {part for path in paths for part in path.removesuffix(".py").split("/")}
        defined = re.compile(r"(?m)^[ \t]*(?:async[ \t]+)?(?:class|def)[ \t]+(\w+)")
        names = {name for cell in self.submission.cells for name in defined.findall(cell.source)}
        line = self.line_of(frame) if raised.frames else ""
        return Surroundings(frozenset(modules), frozenset(names), line, frame.function)

    def stopped(self) -> Iterator[CellRun]:
        """Yield the cells that did not run to their end."""
        yield from (run for run in self.evidence.cells if run.status not in ("ok", "not needed"))

    def source_of(self, run: CellRun) -> str:
        """Return the source of a cell."""
        return next((cell.source for cell in self.submission.cells if cell.number == run.number), "")


@lru_cache(maxsize=1024)
def bound(source: str) -> Names:
    """Return the names that the source of a cell binds; where it does not parse, all of its words."""
    try:
        tree = parse("\n".join(line if line.lstrip()[:1] not in "!%?" else "" for line in source.splitlines()))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return Names(frozenset(re.findall(r"\w+", source)))
    names: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            names.add(node.name)
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            names.add(node.id)
        elif isinstance(node, ast.alias):
            names.add((node.asname or node.name).partition(".")[0])
    return Names(frozenset(names))


@dataclass(frozen=True)
class Names:
    """Names that a cell binds; with `from m import *` it may bind any."""

    names: frozenset[str]

    def __contains__(self, name: str) -> bool:
        return name in self.names or "*" in self.names
