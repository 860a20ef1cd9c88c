"""Read matrices with dots, case distinctions and lists of entries as one entry for any row and column."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

from grader.expressions.tree import (
    Binary,
    Component,
    Delta,
    Entries,
    Index,
    Node,
    NotRead,
    Number,
    Stacked,
    Symbol,
    children,
    mapped,
    renamed,
)
from grader.expressions.vocabulary import RNN, Vocabulary
from grader.model.message import say

_BLOCK = re.compile(
    r"\\begin\{(?P<kind>[pbvB]?matrix|array|cases)\}(?:\{[lcr|]*\})?(?P<body>.*?)\\end\{(?P=kind)\}", re.S
)
_DOTS = re.compile(r"\\(?:[cldv]?dots|ddots)|[.…⋯⋮⋱]+")
_LAST = {"n", "m", "N", "H", "d", "h", "p"}  # names of the last unit
ROW, COLUMN = "row", "column"
_UNITS = re.compile(r"([a-z])\s*=\s*([a-z])")
_UNITS_DIFFER = re.compile(r"[a-z]\s*(?:\\neq?|≠|!=)\s*[a-z]")
_OTHERWISE = re.compile(r"(?i)otherwise|else|sonst")


_COLUMN = re.compile(r"\[([^\[\];\n]{1,200}(?:;[^\[\];\n]{1,200}){1,9})\]")


def with_columns(text: str) -> str:
    """Return the text with `[a; b]`, blocks below each other, as a matrix of LaTeX."""

    def matrix(found: re.Match[str]) -> str:
        rows = (" & ".join(row.split(",")) for row in found[1].split(";"))
        return r"\begin{pmatrix}" + r" \\ ".join(rows) + r"\end{pmatrix}"

    return _COLUMN.sub(matrix, text)


def take_out(text: str) -> tuple[str, list[str]]:
    """Replace every matrix and case distinction by a placeholder; return the text and the replaced parts."""
    blocks: list[str] = []

    def placeholder(found: re.Match[str]) -> str:
        blocks.append(("cases " if found["kind"] == "cases" else "matrix ") + found["body"])
        return f" \x01{len(blocks) - 1}\x01 "

    replaced = _BLOCK.sub(placeholder, text)
    # brackets around only a matrix, as array needs them
    return re.sub(r"\\left[(\[]\s*(\x01\d+\x01)\s*\\right[)\]]", r"\1", replaced), blocks


def read_block(block: str, parse: Callable[[str], Node], vocabulary: Vocabulary = RNN) -> Node:
    """Read a part that `take_out` replaced; `parse` reads one entry.

    Over declared names, a case distinction is one entry of a matrix, and a matrix without dots is made of blocks.
    """
    kind, _, body = block.partition(" ")
    rows = [[cell.strip() for cell in row.split("&")] for row in re.split(r"\\\\(?:\[[^\]]*\])?", body) if row.strip()]
    if not vocabulary.is_declared:
        return _cases(rows, parse) if kind == "cases" else _matrix(rows, parse)
    if kind == "cases":
        return _entry_by_cases(rows, parse)
    if len({len(row) for row in rows}) != 1 or any(_DOTS.fullmatch(cell) or not cell for row in rows for cell in row):
        raise NotRead(say("a matrix has dots, or rows of different lengths"))
    return Stacked(tuple(tuple(map(parse, row)) for row in rows))


def _entry_by_cases(rows: Sequence[Sequence[str]], parse: Callable[[str], Node]) -> Node:
    """Read `f if i = j, g otherwise`: the entry in row i and column j."""
    (first, units), (second, other) = _two_cases(rows)
    if units is None or not (_UNITS_DIFFER.search(other) or _OTHERWISE.search(other)):
        raise NotRead(say("the cases are not those of equal and different indices"))
    same = Delta(units[1], units[2])
    differ = Binary("-", Number(1.0), same)
    on, off = (parse(part.strip(" ,")) for part in (first, second))
    return Binary("+", Binary(".", same, on), Binary(".", differ, off))


def _two_cases(rows: Sequence[Sequence[str]]) -> tuple[tuple[str, re.Match[str] | None], tuple[str, str]]:
    """Return the value where two indices are equal with the indices, if they are named, and the other case."""
    if len(rows) != 2 or any(len(row) != 2 for row in rows):
        raise NotRead(say("a case distinction does not have two cases"))
    (first, when), (second, other) = rows
    if re.search(r"\\ne|≠", when):
        (first, when), (second, other) = (second, other), (first, when)
    return (first, _UNITS.search(re.sub(r"\\(?:text|mathrm|textrm)\{|\}|\$", " ", when))), (second, other)


def _cases(rows: Sequence[Sequence[str]], parse: Callable[[str], Node]) -> Node:
    """Read a case distinction; `f if i = j, 0 otherwise` is a diagonal matrix."""
    (first, equal), (second, _) = _two_cases(rows)
    if equal is None or parse(second.strip(" ,")) != Number(0.0):
        raise NotRead(say("a case distinction does not describe a diagonal matrix"))
    row, column = equal[1], equal[2]
    return Entries(row, column, renamed(parse(first.strip(" ,")), {column: row}), diagonal=True)


def _matrix(rows: Sequence[Sequence[str]], parse: Callable[[str], Node]) -> Node:
    cells = {(r, c): cell for r, row in enumerate(rows) for c, cell in enumerate(row) if cell}
    read = {place: _as_units(parse(cell)) for place, cell in cells.items() if not _DOTS.fullmatch(cell)}
    size = max(r for r, _ in read) + 1 if read else 0
    if size < 2 or any(len(row) > max(len(other) for other in rows) for row in rows):
        raise NotRead(say("a matrix has fewer than two rows or rows of different lengths"))
    off = [node for (r, c), node in read.items() if r != c]
    diagonal = [node for (r, c), node in sorted(read.items()) if r == c]
    if not off or all(node == Number(0.0) for node in off):
        return Entries(ROW, COLUMN, _general([*diagonal], ROW), diagonal=True)
    last_row, last_column = max(r for r, _ in read), max(c for _, c in read)
    corners = [read.get(place) for place in ((0, 0), (0, last_column), (last_row, 0), (last_row, last_column))]
    if any(corner is None for corner in corners):
        raise NotRead(say("a corner of a matrix is missing"))
    first, right, below, final = (corner for corner in corners if corner is not None)
    body = _two_ways(first, right, below, final)
    return Entries(ROW, COLUMN, body)


def _two_ways(first: Node, right: Node, below: Node, final: Node) -> Node:
    """Return the entry for any row and column, from the four corners."""
    one, last = _unit_names(first), _unit_names(final) - _unit_names(first)
    if one != {"1"} or len(last) != 1:
        raise NotRead(say("the entries of a matrix are not numbered from 1 to the last"))
    end = last.pop()
    places = _occurrences(first)
    for choice in range(1 << len(places)):
        names = [ROW if choice >> n & 1 else COLUMN for n in range(len(places))]
        body = _filled(first, iter(names))
        forms = ((first, "1", "1"), (right, "1", end), (below, end, "1"), (final, end, end))
        if all(renamed(body, {ROW: r, COLUMN: c}) == corner for corner, r, c in forms):
            return body
    raise NotRead(say("the entries of a matrix follow no common form"))


def _occurrences(node: Node) -> list[str]:
    own = list(node.units) if isinstance(node, Component) else []
    return own + [name for child in children(node) for name in _occurrences(child)]


def _filled(node: Node, names: Iterator[str]) -> Node:
    """Return `node` with its units named one after the other."""
    if isinstance(node, Component):
        return Component(node.value, tuple(next(names) for _ in node.units))
    return mapped(node, lambda part: _filled(part, names))


def _unit_names(node: Node) -> set[str]:
    return set(_occurrences(node))


def _general(items: Sequence[Node], unit: str) -> Node:
    """Return the entry for any unit that `f_1, f_2, ..., f_n` list; they may differ only in its number."""
    bodies = []
    for position, item in enumerate(items):
        names = _unit_names(item)
        wanted = str(position + 1)
        last = position == len(items) - 1 and len(names) == 1 and names <= _LAST
        same = names == {"i"} or names == {"k"}
        if not (names == {wanted} or last or same):
            raise NotRead(say("the entries of a list are not numbered from 1 to the last"))
        bodies.append(renamed(item, dict.fromkeys(names, unit)))
    if len(bodies) < 2 or any(body != bodies[0] for body in bodies):
        raise NotRead(say("the entries of a list follow no common form"))
    return bodies[0]


def vector_of(items: Sequence[Node | None]) -> Node:
    """Return the vector that `f_1, ..., f_n` lists, as a function of its unit; dots are None."""
    return Entries(ROW, "", _general([_as_units(item) for item in items if item is not None], ROW))


def _as_units(node: Node) -> Node:
    """Return an entry with indices as units: in a list or matrix, `z_1` is the first unit of z, not its first step."""
    match node:
        case Symbol(name=n, index=Index(variable=v, offset=o), primes=p) if n in ("z", "h") and (not v or v in _LAST):
            return Component(Symbol(n, None, p), (v or str(o),))
        case Component():
            return node
    return mapped(node, _as_units)
