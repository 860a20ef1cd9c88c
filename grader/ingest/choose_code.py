"""The code of a submission: the notebook or the modules to run, and what is only read."""

from __future__ import annotations

import fnmatch
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from grader.ingest.modules import choose_modules, defined, meant, read_modules, with_imports
from grader.ingest.notebooks import is_notebook, notebook_name, read_notebook
from grader.model import Cell, Document, Notice, NoticeCode, say


@dataclass
class Code:
    """The cells to run, the other modules, the text of notebooks, and the paths of all notebooks."""

    cells: list[Cell] = field(default_factory=list)
    other_modules: list[Cell] = field(default_factory=list)
    documents: list[Document] = field(default_factory=list)
    notebooks: tuple[str, ...] = ()
    notices: list[Notice] = field(default_factory=list)


def code_of(
    files: Mapping[str, bytes],
    pattern: str,
    targets: Sequence[str],
    begin: Callable[[str], None] = lambda path: None,
) -> Code:
    """Return the code among the files; `pattern` and `targets` choose the notebook, or the modules of a tree.

    `begin` is called with each notebook before it is read.
    """
    notebooks = []
    for path, data in sorted(files.items()):
        begin(path)
        notebooks += [path] if is_notebook(path, data) else []
    found = Code(notebooks=tuple(notebooks))
    code: dict[str, list[Cell]] = {}
    for path in found.notebooks:
        begin(path)
        cells, document, notice = read_notebook(path, files[path])
        found.documents += [document] if document else []
        found.notices += [notice] if notice else []
        if cells or not notice:
            code[path] = cells
    begin("")
    modules = read_modules(files)
    run = choose_modules(modules, targets)
    chosen, notice = _choose(code, pattern, targets, run)
    found.notices += [notice] if notice else []
    cells = code[chosen] if chosen is not None else []
    if cells and not (targets and run and not defined(cells) & set(targets)):
        run = []  # the notebook has the classes, and imports what it needs
    numbered = [replace(module, number=number) for number, module in enumerate(run, 1)]
    found.cells = [*numbered, *(replace(cell, number=cell.number + len(run)) for cell in cells)]
    origins = {module.origin for module in run}
    found.other_modules = with_imports(found.cells, _shown(modules, origins))
    return found


def _shown(modules: Sequence[Cell], run: set[str]) -> list[Cell]:
    """Return the modules that are not run by themselves, without empty ones such as `__init__.py`."""
    return [module for module in modules if module.origin not in run and module.source.strip()]


def _choose(
    code: Mapping[str, list[Cell]], pattern: str, targets: Sequence[str], modules: Sequence[Cell]
) -> tuple[str | None, Notice | None]:
    """Return the notebook to run, the one that matches the pattern and defines most of the targets, and a notice.

    The notice is serious if another notebook could be the one that counts.
    """
    names = [name for name in sorted(code) if fnmatch.fnmatch(notebook_name(name), pattern.lower())]
    if not names:
        return None, _no_match(code, pattern, modules)
    wanted = {name: meant(code[name], targets) for name in names}
    certain = {name: defined(code[name]) & set(targets) for name in names}
    best = max(names, key=lambda name: (len(certain[name]), bool(code[name]), -len(name)))
    others = [name for name in names if name != best]
    if not others:
        return best, None
    elsewhere = {name for other in others for name in wanted[other]} - certain[best] - meant(modules, targets)
    tied = any(len(wanted[name]) >= max(len(certain[best]), 1) for name in others)
    doubt = tied or bool(elsewhere)
    what = say("{file} was run; not run: {others}.", file=best, others=others)
    notice_code = NoticeCode.ambiguous_notebook if doubt else NoticeCode.several_notebooks
    return best, Notice(notice_code, what, say("Submit a single notebook."), serious=doubt)


def _no_match(code: Mapping[str, list[Cell]], pattern: str, modules: Sequence[Cell]) -> Notice | None:
    others = [name for name in sorted(code) if code[name]]
    if not others:
        return None
    what = say("No notebook has a name like {pattern}; not run: {others}.", pattern=pattern, others=others)
    hint = say("A tutor will decide which notebook counts.")
    if modules:
        return Notice(NoticeCode.several_notebooks, what, hint)
    return Notice(NoticeCode.ambiguous_notebook, what, hint, serious=True)
