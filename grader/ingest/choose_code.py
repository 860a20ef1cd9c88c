"""The code of a submission: the notebook or the modules to run, and what is only read."""

from __future__ import annotations

import fnmatch
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace

from grader.ingest.import_paths import reached
from grader.ingest.modules import choose_modules, defined, meant, read_modules, with_imports
from grader.ingest.notebooks import is_notebook, notebook_name, read_notebook
from grader.ingest.which_code import Meant, settle
from grader.lists.code_choices import CodeChoice
from grader.model import Cell, Document, Notice, NoticeCode, say

HINT = say("Tutor: name the files that count in a list (--code).")


@dataclass
class Code:
    """The cells to run, other modules and notebooks, the text of notebooks, and the paths of all notebooks.

    `passed_over` are modules with another definition of a target, which does not count.
    """

    cells: list[Cell] = field(default_factory=list)
    other_modules: list[Cell] = field(default_factory=list)
    documents: list[Document] = field(default_factory=list)
    notebooks: tuple[str, ...] = ()
    passed_over: tuple[str, ...] = ()
    notices: list[Notice] = field(default_factory=list)


@dataclass(frozen=True)
class _Files:
    """The code cells of each notebook and the modules, by path."""

    notebooks: Mapping[str, list[Cell]]
    modules: Sequence[Cell]

    def all(self) -> dict[str, Sequence[Cell]]:
        return {**self.notebooks, **{module.origin: [module] for module in self.modules}}


def code_of(
    files: Mapping[str, bytes],
    pattern: str,
    targets: Sequence[str],
    begin: Callable[[str], None] = lambda path: None,
    choice: CodeChoice | None = None,
) -> Code:
    """Return the code among the files: what a tutor chose, or what `pattern` and `targets` lead to.

    `begin` is called with each notebook before it is read.
    """
    found = Code()
    there = _read(files, found, begin)
    run = _decided(there, pattern, targets, found) if choice is None else _chosen(there, choice, targets, found)
    _number(run, there, found)
    return found


def _read(files: Mapping[str, bytes], found: Code, begin: Callable[[str], None]) -> _Files:
    notebooks = []
    for path, data in sorted(files.items()):
        begin(path)
        notebooks += [path] if is_notebook(path, data) else []
    found.notebooks = tuple(notebooks)
    code: dict[str, list[Cell]] = {}
    for path in found.notebooks:
        begin(path)
        cells, document, notice = read_notebook(path, files[path])
        found.documents += [document] if document else []
        found.notices += [notice] if notice else []
        if cells or not notice:
            code[path] = cells
    begin("")
    return _Files(code, read_modules(files))


def _chosen(there: _Files, choice: CodeChoice, targets: Sequence[str], found: Code) -> list[str]:
    """Return the files that a tutor named; one that is no code of the submission is said and needs review."""
    every = there.all()
    run = [path for path in choice.files if path in every]
    if lacking := [path for path in choice.files if path not in every]:
        what = say("{place}: {files} is no code of this submission.", place=choice.place, files=lacking)
        hint = say("Tutor: correct the line.")
        found.notices.append(Notice(NoticeCode.ambiguous_notebook, what, hint, serious=True))
        return []
    what = say("{by} chose the code that counts: {files}. {reason}", by=choice.by, files=run, reason=choice.reason)
    found.notices.append(Notice(NoticeCode.several_notebooks, what))
    rivals = {path for path in every if path not in run and meant(every[path], targets)}
    found.passed_over = tuple(sorted(rivals - reached(run, every)))
    return [*(path for path in run if path not in there.notebooks), *(path for path in run if path in there.notebooks)]


def _decided(there: _Files, pattern: str, targets: Sequence[str], found: Code) -> list[str]:
    """Return the files to run, by what defines the targets; none where that is not clear, with a serious notice."""
    names = [name for name in sorted(there.notebooks) if fnmatch.fnmatch(notebook_name(name), pattern.lower())]
    every = {path: cells for path, cells in there.all().items() if path in names or path not in there.notebooks}
    which = settle(every, targets)
    if which.conflicts:
        found.notices += [_conflict(target, paths) for target, paths in which.conflicts.items()]
        return []
    usual = [module for module in there.modules if module.origin not in which.passed_over]
    run = choose_modules(usual, targets)
    chosen, notice = _choose(there, names, pattern, which, run)
    found.notices += [notice] if notice else []
    cells = there.notebooks[chosen] if chosen is not None else []
    if cells and not (targets and run and not defined(cells) & set(targets)):
        run = []  # the notebook has the classes, and imports what it needs
    paths = [*(module.origin for module in run), *([chosen] if cells and chosen is not None else [])]
    found.passed_over = tuple(sorted(which.passed_over - reached(paths, every) - set(paths)))
    if passed := [path for path in found.passed_over if path not in there.notebooks]:
        what = say("{files} defines again what {others} defines; it was passed over.", files=passed, others=paths)
        found.notices.append(Notice(NoticeCode.several_notebooks, what))
    return paths


def _conflict(target: str, paths: Sequence[str]) -> Notice:
    what = say("{target} is defined in different ways in {files}, so nothing was run.", target=target, files=paths)
    return Notice(NoticeCode.ambiguous_notebook, what, HINT, serious=True)


def _number(run: Sequence[str], there: _Files, found: Code) -> None:
    """Number the cells to run, and add all other code, which a tutor is shown."""
    every = there.all()
    cells = [cell for path in run for cell in every[path]]
    found.cells = [replace(cell, number=number) for number, cell in enumerate(cells, 1)]
    # empty modules, such as `__init__.py`, show nothing
    others = [module for module in there.modules if module.origin not in run and module.source.strip()]
    found.other_modules = with_imports(found.cells, others)
    rest = (cell for path in sorted(there.notebooks) if path not in run for cell in there.notebooks[path])
    found.other_modules += [replace(cell, number=0) for cell in rest]


def _choose(
    there: _Files, names: Sequence[str], pattern: str, which: Meant, modules: Sequence[Cell]
) -> tuple[str | None, Notice | None]:
    """Return the notebook to run, the one that counts for most of the targets, and a notice on the others.

    The notice is serious if another notebook has a target that this one lacks, or if nothing distinguishes them.
    """
    code = there.notebooks
    if not names:
        return None, _no_match(code, pattern, modules)
    counts = {name: sum(path == name for path in which.counts.values()) for name in names}
    best = max(names, key=lambda name: (counts[name], bool(code[name]), -len(name)))
    others = [name for name in names if name != best]
    if not others:
        return best, None
    elsewhere = set(which.counts.values()) & set(others)
    rivals = which.alike & set(others) if which.counts else set(() if modules else others)
    doubt = bool(elsewhere) or _other_code(code, best, rivals)
    what = say("{file} was run; not run: {others}.", file=best, others=others)
    notice_code = NoticeCode.ambiguous_notebook if doubt else NoticeCode.several_notebooks
    return best, Notice(notice_code, what, HINT if doubt else say("Submit a single notebook."), serious=doubt)


def _other_code(code: Mapping[str, list[Cell]], best: str, others: Collection[str]) -> bool:
    """Return whether other notebooks have code of their own, which neither is a copy nor runs or is run by the best."""
    own = [cell.source for cell in code[best]]
    related = reached([best], code)
    different = [name for name in others if code[name] and [cell.source for cell in code[name]] != own]
    return any(name not in related and best not in reached([name], code) for name in different)


def _no_match(code: Mapping[str, list[Cell]], pattern: str, modules: Sequence[Cell]) -> Notice | None:
    others = [name for name in sorted(code) if code[name]]
    if not others:
        return None
    what = say("No notebook has a name like {pattern}; not run: {others}.", pattern=pattern, others=others)
    if modules:
        return Notice(NoticeCode.several_notebooks, what, say("A tutor will decide which notebook counts."))
    return Notice(NoticeCode.ambiguous_notebook, what, HINT, serious=True)
