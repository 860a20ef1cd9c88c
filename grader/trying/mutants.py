"""The mutants of a solution: wrong variants made by small changes, each with the checks that may notice it."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from grader.checks import Check
from grader.definitions.bindings import Bindings, bindings_of, is_module_file
from grader.definitions.extract import extract_definitions
from grader.model import Place, Submission
from grader.rubric.schema import Question, Rubric
from grader.syntax import parse_cell
from grader.text import decode
from grader.trying.changed_source import changed, changed_lines, sites
from grader.trying.operators import operators
from grader.trying.operators.base import Site

Lines = dict[Place, tuple[str, ...]]  # the checks that read the statement at a place


@dataclass(frozen=True)
class Mutant:
    """One wrong variant: the changed text of a file or a cell, the operator that made it, and what to ask it."""

    operator: str
    title: str
    place: Place
    source: str  # the whole changed text of the file or the cell
    diff: str  # the lines before with a minus, those after with a plus
    checks: tuple[str, ...]

    def of(self, submission: Submission) -> Submission:
        """Return the submission with the changed text."""
        place = replace(self.place, line=None)
        cells = tuple(replace(one, source=self.source) if one.place == place else one for one in submission.cells)
        modules = tuple(
            replace(one, source=self.source) if one.place == place else one for one in submission.other_modules
        )
        files = dict(submission.files)
        if is_module_file(place.file) and place.file in files:
            files[place.file] = self.source.encode()
        digest = f"{submission.digest} {self.operator} {self.place}"
        return replace(submission, cells=cells, other_modules=modules, files=files, digest=digest)


def mutants_of(submission: Submission, rubric: Rubric) -> list[Mutant]:
    """Return the mutants of a solution that a check of the rubric could notice, in the order of the text.

    Only definitions are changed that a check calls, or that they use; each variant of the text is there once.
    """
    bindings = bindings_of(submission)
    lines = _lines(bindings, rubric)
    found: dict[tuple[Place, str], Mutant] = {}
    for place, source in _texts(submission):
        for mutant in _of_text(place, source, lines):
            found.setdefault((place, mutant.source), mutant)
    return list(found.values())


def _lines(bindings: Bindings, rubric: Rubric) -> Lines:
    """Return for each statement of the solution the checks whose target is made of it."""
    found: Lines = {}
    places: dict[str, list[Place]] = {}
    for _, check in rubric.checks():
        for name in check.called_names if not check.note_only else ():
            if name not in places:
                places[name] = list(_places_of(bindings, name))
            for place in places[name]:
                found[place] = (*found.get(place, ()), check.id)
    return {place: tuple(dict.fromkeys(checks)) for place, checks in found.items()}


def _places_of(bindings: Bindings, name: str) -> Iterator[Place]:
    """Yield the places of the statements that a target is made of, its own only if it cannot be read to the end."""
    definitions = extract_definitions(bindings, [name])
    if definitions.targets:
        yield from (place for _, place in definitions.lines)
        return
    for binding in bindings.of(name):
        yield from (binding.place.at_line(part.lineno) for part in ast.walk(binding.node) if isinstance(part, ast.stmt))


def _texts(submission: Submission) -> Iterator[tuple[Place, str]]:
    """Yield the texts of the solution by place: modules as files, other cells as they are."""
    for path, data in sorted(submission.files.items()):
        if is_module_file(path) and path not in submission.course_files:
            yield Place(path), decode(data)
    for cell in submission.cells:
        if not cell.module and not is_module_file(cell.place.file):
            yield cell.place, cell.source


def _of_text(place: Place, source: str, lines: Mapping[Place, tuple[str, ...]]) -> Iterator[Mutant]:
    try:
        tree = parse_cell(source)
    except (SyntaxError, ValueError):
        return
    for site in sites(tree):
        checks = lines.get(place.at_line(_statement_line(site)), ())
        if not checks:
            continue
        for one in operators().values():
            for new in one(site):
                if (made := changed(source, site.node, new)) is not None:
                    where = place.at_line(getattr(site.node, "lineno", 1))
                    yield Mutant(one.name, one.title, where, made, changed_lines(source, made), checks)


def _statement_line(site: Site) -> int:
    """Return the line of the innermost statement that a node is part of."""
    statement = next((node for node in (site.node, *reversed(site.around)) if isinstance(node, ast.stmt)), None)
    return statement.lineno if statement is not None else 0


def part_of(rubric: Rubric, checks: Mapping[str, Check]) -> Rubric:
    """Return the rubric with these checks instead of its own, none of which needs another one."""
    free = [check.model_copy(update={"needs": ()}) for check in checks.values()]
    only = Question(id="mutant", title="", points=Decimal(0), checks=())
    return rubric.model_copy(update={"submission": (), "questions": (only.model_copy(update={"checks": tuple(free)}),)})
