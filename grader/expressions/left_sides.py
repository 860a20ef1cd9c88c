"""The equations of an answer: which one is about the wanted formula, and the names that the answer defines itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from grader.expressions.elementary import every_part
from grader.expressions.name_reader import Differential
from grader.expressions.statements import Statement
from grader.expressions.tree import (
    UNNAMED,
    Apply,
    Binary,
    Component,
    Entries,
    Negative,
    Node,
    Partial,
    Symbol,
    Transposed,
    substituted,
)
from grader.expressions.vocabulary import GROWTH
from grader.expressions.wanted_formula import WantedFormula, plain_head


def with_left_sides(found: Sequence[Statement], wanted: WantedFormula) -> list[Statement]:
    """Return the statements; an equation about the wanted formula has `UNNAMED` on its left and whole values behind it.

    `y_i = a_i b_i` gives the vector with these entries, `-y = a` and `y^T = a` give y.
    """
    read = [replace(one, links=_about(one.links, wanted) or one.links) for one in found]
    if any(one.links[0] == UNNAMED for one in read):
        return read
    equations = [one for one in read if len(one.links) > 1]
    if len(equations) == 1 and not isinstance(equations[0].links[0], Symbol | Partial | Component | Differential):
        [only] = equations  # a chain without a left side: `f (c k^2 + 1) = f c k^2 + f`
        return [replace(one, links=(UNNAMED, *one.links)) if one is only else one for one in read]
    return read


def chosen_formula(found: Sequence[Statement], wanted: WantedFormula) -> Statement | None:
    """Return the last equation about the wanted formula, or the only formula of the answer; None if there is none."""
    given = [statement for statement in found if len(statement.links) > 1 and statement.links[0] == UNNAMED]
    if given:
        return given[-1]
    bare = [one for one in found if not (len(one.links) == 1 and isinstance(one.links[0], Symbol | Component))]
    bare = bare or list(found)
    if _is_growth(wanted.tree(wanted.equals)):
        bare = [one for one in bare if _is_growth(one.links[-1])]
    return bare[0] if len(bare) == 1 and len(bare[0].links) == 1 else None


def with_own_names(found: Sequence[Statement], wanted: WantedFormula) -> list[Statement]:
    """Return the statements with the answer's own names (`r = A x - b`) put in, and without their definitions.

    `f(x) = ...` names a function and defines nothing.
    """
    names: dict[str, Node] = {}
    rest = []
    symbols: list[Node] = [Symbol(name) for name in wanted.vocabulary.names]
    for statement in found:
        head, *links = statement.links
        own = _own_name(head, wanted) if len(links) == 1 and wanted.gives else ""
        if own and own not in names:  # a second definition is a claim
            value = substituted(links[0], names)
            names[own] = Entries(*_both(head.units), value) if isinstance(head, Component) else value
        elif not (isinstance(head, Apply) and head.function in ("f", "g") and head.argument in symbols):
            rest.append(statement)
    return [replace(one, links=_put_in(one.links, names)) for one in rest]


def _put_in(links: Sequence[Node], names: Mapping[str, Node]) -> tuple[Node, ...]:
    kept = 1 if links[0] == UNNAMED and len(links) > 1 else 0
    return (*links[:kept], *(substituted(link, names) for link in links[kept:]))


def _own_name(head: Node, wanted: WantedFormula) -> str:
    """Return the name that an equation with this left side defines; empty if it defines none."""
    bare = head.value if isinstance(head, Component) and len(head.units) <= 2 else head
    if not isinstance(bare, Symbol) or bare == UNNAMED or bare.index is not None:
        return ""
    declared = bare.name in wanted.vocabulary.names and not bare.primes
    return "" if declared else bare.name + "'" * bare.primes


def _about(links: Sequence[Node], wanted: WantedFormula) -> tuple[Node, ...] | None:
    """Return `UNNAMED` and the right sides of an equation about the wanted formula; None for all others."""
    if len(links) < 2:
        return None
    head, *right = links
    if isinstance(head, Negative | Transposed):
        turn = type(head)
        return _about([head.value, *(turn(link) for link in right)], wanted)
    if _is_growth(right[-1]):
        right = [link if _is_growth(link) else Apply("O", 0, link) for link in right]
    others = [link for link in right[:-1] if not _is_wanted(link, wanted)]
    if _is_wanted(head, wanted) or (len(others) < len(right) - 1 and isinstance(head, Partial | Symbol)):
        return (UNNAMED, *others, right[-1])  # also `∇f = g = 2 A x`, which names it twice
    bare, units = _without_units(head)
    if 1 <= len(units) <= 2 and _is_wanted(bare, wanted):
        return (UNNAMED, *(link if isinstance(link, Entries) else Entries(*_both(units), link) for link in right))
    return None


def _is_growth(node: Node) -> bool:
    return isinstance(node, Apply) and node.function in GROWTH


def _both(units: Sequence[str]) -> tuple[str, str]:
    """Return the running names of row and column; a vector has no second one."""
    return (units[0], units[1]) if len(units) == 2 else (units[0], "")


def _without_units(head: Node) -> tuple[Node, tuple[str, ...]]:
    """Return a left side without the entries that it names: `dL/dz_i` is about `dL/dz`."""
    match head:
        case Component(value=value, units=units) if all(unit.isalpha() for unit in units):
            return value, units
        case Partial(of=of, wrt=wrt):
            (upper, rows), (lower, columns) = _without_units(of), _without_units(wrt)
            return Partial(upper, lower), rows + columns
    return head, ()


def _is_wanted(node: Node, wanted: WantedFormula) -> bool:
    """Return whether a left side is that of the wanted formula, or words."""
    if node == UNNAMED:
        return True
    if isinstance(node, Binary) and node.operator == "." and isinstance(node.left, Partial):
        node = node.left  # `∇f(x)`, with its argument
    node, head = plain_head(node), wanted.head
    if head is None:
        return isinstance(node, Partial) or (
            isinstance(node, Symbol) and not isinstance(node, Differential) and node.name not in wanted.vocabulary.names
        )
    if isinstance(head, Partial) and isinstance(node, Differential):
        return node.value == head.wrt  # `dz` of code is the gradient for z
    if isinstance(node, Partial) and isinstance(head, Partial) and UNNAMED in (node.wrt, head.wrt):
        return node.of == head.of  # a gradient that does not name its variable
    return node == head or (isinstance(node, Symbol) and Symbol(node.name) == head and not node.primes)


def names_in(node: Node) -> set[str]:
    """Return the names of a formula, also those with an index or entries."""
    return {part.name for part in every_part(node) if isinstance(part, Symbol)}
