"""Which notebook or module is meant where several define a target: decided by what each one defines and imports."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from grader.ingest.import_paths import reached
from grader.ingest.modules import is_for_tests, meant, statements
from grader.ingest.needed_cells import needed_source
from grader.model import Cell

Files = Mapping[str, Sequence[Cell]]  # the cells of each notebook and module, by path


@dataclass
class Meant:
    """The file that counts for each target, the files that do not, and the targets with several in question."""

    counts: dict[str, str] = field(default_factory=dict)
    conflicts: dict[str, tuple[str, ...]] = field(default_factory=dict)
    passed_over: set[str] = field(default_factory=set)  # files with a target of which none counts
    alike: set[str] = field(default_factory=set)  # those of them that define it with the same code


def settle(files: Files, targets: Iterable[str]) -> Meant:
    """Return which file is meant for each target.

    Files that define it with the same code are one; one that only raises `NotImplementedError` is a template. Among
    different definitions, the one counts that other code imports; if that is none or several, nobody can know.
    """
    found = Meant()
    defining: set[str] = set()
    wanted = list(targets)
    names = {path: meant(cells, wanted) for path, cells in files.items()}
    for target in wanted:
        every = [path for path in files if target in names[path]]
        several = [path for path in every if not _is_for_tests(path)]
        defining |= set(every) if several else set()
        finished = _without_templates(several, files, target)
        groups = _by_definition(finished, files, target)
        if not groups:
            continue
        others = (path for path in files if path not in several and not _is_for_tests(path))
        imported = reached(others, files) if len(finished) > 1 else set()
        likely = [group for group in groups if len(groups) == 1 or not imported.isdisjoint(group)]
        if len(likely) == 1:
            found.counts[target] = min(likely[0], key=lambda path: _preference(path, imported))
            found.alike |= set(likely[0])
        else:
            found.conflicts[target] = tuple(sorted(finished))
    kept = {*found.counts.values(), *(path for paths in found.conflicts.values() for path in paths)}
    found.passed_over = defining - kept
    found.alike &= found.passed_over
    return found


def _by_definition(paths: Sequence[str], files: Files, target: str) -> list[list[str]]:
    """Return the files in groups that define a target with the same code; one with a mistake has its own group."""
    groups: dict[object, list[str]] = {}
    for path in paths:
        groups.setdefault(path if _is_broken(files[path]) else needed_source(files[path], target), []).append(path)
    return list(groups.values())


def _preference(path: str, imported: set[str]) -> tuple[bool, bool, int, str]:
    return path.endswith(".py"), path not in imported, len(path), path


def _is_for_tests(path: str) -> bool:
    return path.endswith(".py") and is_for_tests(path)


def _is_broken(cells: Sequence[Cell]) -> bool:
    return any(cell.mistake is not None for cell in cells)


def _without_templates(paths: Sequence[str], files: Files, target: str) -> Sequence[str]:
    """Return the files without templates, if one of the others can be read."""
    finished = [path for path in paths if not _is_template(files[path], target)]
    return finished if any(not _is_broken(files[path]) for path in finished) else paths


def _is_template(cells: Sequence[Cell], target: str) -> bool:
    """Return whether a definition has nothing in it yet: each of its functions only passes or is not implemented."""
    every = [one for cell in cells for one in statements(cell)]
    kinds = (ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    named = [one for one in every if isinstance(one, kinds) and one.name == target]
    if not named:
        return False
    functions = [part for part in ast.walk(named[-1]) if isinstance(part, kinds[1:])]
    return all(_is_empty(one) for one in [*functions, *(named[-1:] if not functions else [])])


def _is_empty(node: ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    body = [part for part in node.body if not (isinstance(part, ast.Expr) and isinstance(part.value, ast.Constant))]
    return all(isinstance(part, ast.Pass) or _is_not_implemented(part) for part in body)


def _is_not_implemented(part: ast.stmt) -> bool:
    return isinstance(part, ast.Raise) and part.exc is not None and "NotImplemented" in ast.unparse(part.exc)
