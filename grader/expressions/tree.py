"""The tree that every notation of a formula is read into."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from grader.model.message import Message

MAX_NODES = 400


class NotRead(Exception):
    """A formula that could not be read or evaluated; `reason` is a clause for the tutor."""

    def __init__(self, reason: Message) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class Index:
    """An index such as `k+1`: a variable (or none) and an offset."""

    variable: str
    offset: int

    def __str__(self) -> str:
        if not self.variable:
            return str(self.offset)
        return self.variable + (f"{self.offset:+d}" if self.offset else "")


EVERY_UNIT = Index("", 0)  # the end of a sum that names none: over all units


@dataclass(frozen=True)
class Number:
    value: float


@dataclass(frozen=True)
class Symbol:
    """A variable, perhaps with an index; `primes` counts primes and dots."""

    name: str
    index: Index | None = None
    primes: int = 0


@dataclass(frozen=True)
class Apply:
    """A function of one argument; `order` counts derivatives."""

    function: str
    order: int
    argument: Node


@dataclass(frozen=True)
class Binary:
    """`+ - / ^`, `@` matrix product, `.` nothing between two factors, `·` a dot, `o` elementwise, `*` as in NumPy."""

    operator: str
    left: Node
    right: Node


@dataclass(frozen=True)
class Negative:
    value: Node


@dataclass(frozen=True)
class Transposed:
    value: Node


@dataclass(frozen=True)
class Partial:
    """A derivative that is written as a fraction and not evaluated."""

    of: Node
    wrt: Node


@dataclass(frozen=True)
class Product:
    """A product (or sum) over a running index, from `low` to `high`."""

    operator: str
    variable: str
    low: Index
    high: Index
    body: Node


@dataclass(frozen=True)
class Norm:
    value: Node


@dataclass(frozen=True)
class Absolute:
    value: Node


@dataclass(frozen=True)
class Component:
    """One entry of a vector or matrix: units by name (`i`), by number from 1, or `n` for the last."""

    value: Node
    units: tuple[str, ...]


@dataclass(frozen=True)
class Delta:
    """The Kronecker delta of two units."""

    row: str
    column: str


@dataclass(frozen=True)
class Entries:
    """The matrix whose entry in `row` and `column` is `body`; on the diagonal only where `diagonal`."""

    row: str
    column: str
    body: Node
    diagonal: bool = False


@dataclass(frozen=True)
class Stacked:
    """A matrix or vector put together from `rows` of blocks."""

    rows: tuple[tuple[Node, ...], ...]


UNNAMED = Symbol("")  # the left side of an equation that is a word or a sentence

Node = (
    Number | Symbol | Apply | Binary | Negative | Transposed | Partial | Product | Norm | Absolute | Component | Delta
    | Entries | Stacked
)  # fmt: skip


def children(node: Node) -> tuple[Node, ...]:
    """Return the parts of a node."""
    match node:
        case Apply(argument=a) | Negative(value=a) | Transposed(value=a) | Norm(value=a) | Absolute(value=a):
            return (a,)
        case Component(value=a) | Entries(body=a):
            return (a,)
        case Binary(left=a, right=b) | Partial(of=a, wrt=b):
            return (a, b)
        case Product(body=a):
            return (a,)
        case Stacked(rows=rows):
            return tuple(block for row in rows for block in row)
    return ()


def contains(node: Node, kind: type) -> bool:
    """Return whether a node of this kind is anywhere in the tree."""
    return isinstance(node, kind) or any(contains(child, kind) for child in children(node))


def mapped(node: Node, change: Callable[[Node], Node]) -> Node:
    """Return the tree with `change` applied to the parts of its root."""
    match node:
        case Apply(function=f, order=o, argument=a):
            return Apply(f, o, change(a))
        case Binary(operator=op, left=a, right=b):
            return Binary(op, change(a), change(b))
        case Partial(of=a, wrt=b):
            return Partial(change(a), change(b))
        case Negative(value=a):
            return Negative(change(a))
        case Transposed(value=a):
            return Transposed(change(a))
        case Norm(value=a):
            return Norm(change(a))
        case Absolute(value=a):
            return Absolute(change(a))
        case Component(value=a, units=u):
            return Component(change(a), u)
        case Entries(row=r, column=c, body=b, diagonal=d):
            return Entries(r, c, change(b), d)
        case Product(operator=op, variable=v, low=lo, high=hi, body=b):
            return Product(op, v, lo, hi, change(b))
        case Stacked(rows=rows):
            return Stacked(tuple(tuple(map(change, row)) for row in rows))
    return node


def renamed(node: Node, units: Mapping[str, str]) -> Node:
    """Return the tree with units renamed: `{"1": "i"}` makes entry 1 the entry i."""
    changed = mapped(node, lambda part: renamed(part, units))
    if isinstance(changed, Component):
        return Component(changed.value, tuple(units.get(name, name) for name in changed.units))
    return changed


def substituted(node: Node, names: Mapping[str, Node]) -> Node:
    """Return the tree with symbols, at any step, replaced by their definitions; a name has its primes, as in `w'`."""
    if isinstance(node, Symbol) and (own := node.name + "'" * node.primes) in names:
        return names[own]
    return mapped(node, lambda part: substituted(part, names))


def has_factor(node: Node, name: str) -> bool:
    """Return whether a symbol is in the expression itself and not in the argument of a function."""
    if isinstance(node, Apply):
        return node.function == "diag" and has_factor(node.argument, name)
    if isinstance(node, Symbol):
        return node.name == name
    return any(has_factor(child, name) for child in children(node))


def show(node: Node) -> str:
    """Return the tree as one line, with every product written out: the reading that a tutor checks."""
    match node:
        case Number(value=v):
            return f"{v:g}"
        case Symbol(name=n, index=i, primes=p):
            return n + "'" * p + (f"[{i}]" if i is not None else "")
        case Apply(function=f, order=o, argument=a):
            return f + "'" * o + f"({show(a)})"
        case Binary(operator="max" | "min" as op, left=a, right=b):
            return f"{op}({show(a)}, {show(b)})"
        case Binary(operator=op, left=a, right=b):
            shown = {".": " ", "o": " elementwise "}.get(op, f" {op} ")
            return f"({show(a)}{shown}{show(b)})"
        case Negative(value=a):
            return f"-{show(a)}"
        case Transposed(value=a):
            return f"{show(a)}^T"
        case Partial(of=a, wrt=Symbol(name="")):
            return f"nabla {show(a)}"
        case Partial(of=a, wrt=b):
            return f"d {show(a)} / d {show(b)}"
        case Product(operator=op, variable=v, high=hi, body=b) if hi == EVERY_UNIT:
            return f"{op}({v}: {show(b)})"
        case Product(operator=op, variable=v, low=lo, high=hi, body=b):
            return f"{op}({v} from {lo} to {hi}: {show(b)})"
        case Norm(value=a):
            return f"||{show(a)}||"
        case Absolute(value=a):
            return f"|{show(a)}|"
        case Component(value=a, units=u):
            return f"{show(a)}[{','.join(u)}]"
        case Delta(row=r, column=c):
            return f"delta[{r},{c}]"
        case Entries(row=r, column=c, body=b, diagonal=d):
            what = "vector" if not c else "diagonal matrix" if d else "matrix"
            return f"the {what} of {show(b)} over {r}{',' if c else ''}{c}"
        case Stacked(rows=rows):
            return f"[{'; '.join(', '.join(map(show, row)) for row in rows)}]"
