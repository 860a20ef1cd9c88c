"""Write the tests of a question as a file for pytest and the kind `tests`."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from math import lcm
from textwrap import indent

from grader.definitions.names_in_tests import BadTests, names_in_tests
from grader.importers.assignment import CannotImport, Case
from grader.importers.free_names import bound_by, free_names
from grader.importers.namespace import Names, Namespace

MODULE = "submission"  # the name by which a test imports from the cells of a notebook
_CAPSYS = "capsys"  # pytest's fixture, which reads what was printed
_LINE = 110


@dataclass(frozen=True)
class TestFile:
    """A file for pytest, the cases that are in it, those that could not be brought over, and remarks on the others."""

    __test__ = False
    source: str
    cases: tuple[Case, ...]
    left_out: tuple[tuple[Case, CannotImport], ...]
    changeable: tuple[tuple[Case, str], ...]  # a case and a value of the course that a team can change


@dataclass(frozen=True)
class _Written:
    case: Case
    names: Names
    source: str


def file_of(cases: Sequence[Case], common: str, namespace: Namespace, label: str) -> TestFile:
    """Return the file with the tests of a question; `label` names their functions."""
    written: list[_Written] = []
    left_out: list[tuple[Case, CannotImport]] = []
    taken: set[str] = set()
    for number, case in enumerate(cases, 1):
        try:
            if case.mistake is not None:
                raise case.mistake
            one = _written(case, common, namespace, _name(case, f"{label}_{number}", taken))
            _check(_joined([one], common))
        except CannotImport as error:
            left_out.append((case, error))
        else:
            written.append(one)
    brought = tuple(one.case for one in written)
    changeable = tuple((one.case, name) for one in written for name in one.names.changeable)
    scaled = _scaled([one.case.points for one in written])
    marked = [_with_points(one, points) for one, points in zip(written, scaled, strict=True)]
    return TestFile(_joined(marked, common) if marked else "", brought, tuple(left_out), changeable)


def _name(case: Case, otherwise: str, taken: set[str]) -> str:
    name = case.name if case.name.isidentifier() else otherwise
    name = name if name.startswith("test_") else f"test_{name}"
    while name in taken:
        name += "_"
    taken.add(name)
    return name


def _scaled(points: Sequence[Fraction | None]) -> list[str]:
    """Return points as decimals; all are made whole numbers in the same proportion where one is no decimal."""
    known = [one if one is not None else Fraction(1) for one in points]
    if not any(known):
        return [""] * len(known)
    if any(not _is_decimal(one) for one in known):
        whole = lcm(*(one.denominator for one in known))
        known = [one * whole for one in known]
    return ["" if one == 1 else decimal(one) for one in known]


def _is_decimal(value: Fraction) -> bool:
    rest = value.denominator
    for prime in (2, 5):
        while rest % prime == 0:
            rest //= prime
    return rest == 1


def decimal(value: Fraction) -> str:
    """Return a number as a decimal, rounded to six places."""
    text = f"{float(round(value, 6)):f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _with_points(one: _Written, points: str) -> _Written:
    """Return a written test with the decorator for its points."""
    return replace(one, source=f"@pytest.mark.points({points})\n{one.source}" if points else one.source)


def _written(case: Case, common: str, namespace: Namespace, name: str) -> _Written:
    """Return the function of a case, and the names that it needs.

    Raises:
        CannotImport: the case does not work as a function beside the submission.
    """
    code = case.code.strip("\n") or "pass"
    tree = _parsed(code)
    names = namespace.names_of(f"{common}\n{code}", case.cell, (_CAPSYS,))
    bound = {one for node in tree.body for one in bound_by(node)}
    if bound & set(free_names(code)):  # such a name would be the function's own, and have no value at its beginning
        code = "\n".join([*_needs(names, common=""), code])
        names = replace(names, of_submission=[], statements=[])
    parameter = _CAPSYS if _CAPSYS in code else ""
    lines = [f"def {name}({parameter}):", indent(_on_single_lines(code, tree), "    ")]
    if case.hint:
        lines.insert(0, f"@pytest.mark.hint({case.hint!r})")
    if case.hidden:
        lines.insert(0, "@pytest.mark.hidden")
    return _Written(case, names, "\n".join(lines))


def _parsed(code: str) -> ast.Module:
    """Return the tree of statements that can be the body of a function.

    Raises:
        CannotImport: they cannot.
    """
    try:
        tree = ast.parse(code)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise CannotImport(f"the test is no Python: {error}", "correct it") from None
    for node in ast.walk(tree):
        if isinstance(node, ast.Global):
            raise CannotImport("the test has a 'global' statement", "write it without one")
        if isinstance(node, ast.ImportFrom) and any(entry.name == "*" for entry in node.names):
            raise CannotImport(f"the test imports all names of {node.module}", "import those that it needs")
    return tree


def _on_single_lines(code: str, tree: ast.Module) -> str:
    """Return code in which no text spans lines, as indenting these would change it."""
    texts = (node for node in ast.walk(tree) if isinstance(node, ast.Constant | ast.JoinedStr))
    if any(text.lineno != text.end_lineno for text in texts):
        return ast.unparse(ast.parse(code))
    return code


def _needs(names: Names, common: str) -> list[str]:
    """Return the statements that come before the functions, or at the beginning of one."""
    parts = list(names.imports)
    if names.of_submission:
        line = f"from {MODULE} import {', '.join(sorted(names.of_submission))}"
        if len(line) > _LINE:
            inner = "".join(f"    {one},\n" for one in sorted(names.of_submission))
            line = f"from {MODULE} import (\n{inner})"
        parts.append(line)
    more = [*names.statements, *([common.strip("\n")] if common.strip() else [])]
    return [*parts, "", *more] if parts and more else [*parts, *more]


def _joined(written: Sequence[_Written], common: str) -> str:
    """Return the file with these functions."""
    imports = sorted({line for one in written for line in one.names.imports} | {"import pytest"}, key=_import_order)
    if not any("pytest" in one.source or "pytest" in common for one in written):
        imports.remove("import pytest")
    own = {name for one in written for name in one.names.of_submission}
    statements = dict.fromkeys(line for one in written for line in one.names.statements)
    names = Names(imports, list(statements), sorted(own))
    return "\n\n\n".join(["\n".join(_needs(names, common)), *(one.source for one in written)]).lstrip("\n") + "\n"


def _import_order(line: str) -> tuple[bool, str]:
    return line.startswith("from "), line


def _check(source: str) -> None:
    """Read a file as the kind `tests` does.

    Raises:
        CannotImport: it does not follow the rules of the kind.
    """
    try:
        found = names_in_tests(source, (MODULE,))
    except BadTests as error:
        raise CannotImport(
            f"the kind 'tests' cannot run it: {error}", "install what it imports, or change it"
        ) from None
    if not found.names:
        raise CannotImport("the test uses nothing of the submission", "name what it tests")
