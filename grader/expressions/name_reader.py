"""Reads names in formulas: their primes, indices and arguments, lists in brackets, and running sums and products."""

from __future__ import annotations

from abc import ABC, abstractmethod

from grader.expressions.matrices import vector_of
from grader.expressions.token_reader import VECTORS, TokenReader
from grader.expressions.tree import (
    EVERY_UNIT,
    Apply,
    Binary,
    Component,
    Delta,
    Entries,
    Index,
    Node,
    NotRead,
    Product,
    Symbol,
)
from grader.expressions.vocabulary import ELEMENTWISE
from grader.model.message import say

_UNITS = frozenset("ijlmpq")  # letters for one of the units, where k and t are steps

PRECEDENCE_OF_SUMS = 10


class Differential(Symbol):
    """`∂h`, which becomes the numerator or the denominator of a derivative."""

    def __init__(self, value: Node) -> None:
        object.__setattr__(self, "name", "∂")
        object.__setattr__(self, "index", None)
        object.__setattr__(self, "primes", 0)
        object.__setattr__(self, "value", value)

    value: Node


class NameReader(TokenReader, ABC):
    """A token reader that reads names; its subclass reads the expressions in their arguments."""

    @abstractmethod
    def expression(self, precedence: int) -> Node:
        """Read an expression up to an operator of lower precedence."""

    @abstractmethod
    def primary(self) -> Node:
        """Read a number, a name, a group or another operand."""

    @abstractmethod
    def postfix(self, node: Node) -> Node:
        """Read the powers, transposes and indices that follow an operand."""

    @abstractmethod
    def group(self) -> Node:
        """Read a braced group or a single sign."""

    def named(self, name: str, primes: int) -> Node:
        """Read a name with its primes, index and, for a function, its argument."""
        if name == "d" and self.is_differential():
            return Differential(self.postfix(self.primary()))
        primes, index, units, power = self.scripts(name, primes)
        if self.vocabulary.is_function(name):
            if units:
                raise _indexed(name)
            return self.function(name, primes, index, power)
        if self.vocabulary.is_declared:
            symbol = Symbol(name, index, primes)
        elif name == "delta" and len(units) == 2:
            return Delta(*units)
        else:
            symbol = Symbol({"w": "W"}.get(name, name) if units else name, index, primes)
        return Component(symbol, units) if units else symbol

    def is_differential(self) -> bool:
        """Return whether a `d` and the name behind it are a differential: `dz`, and not a product."""
        if self.peek() != "name" or "d" in self.vocabulary.names:
            return False
        following = self.tokens[self.at]
        if not self.vocabulary.is_declared:
            return following.text in ("h", "z", "sigma", "L")
        touching = following.at == self.tokens[self.at - 1].at + 1
        return touching or not self.vocabulary.means_value("d")

    def scripts(self, name: str, primes: int) -> tuple[int, Index | None, tuple[str, ...], Node | None]:
        """Read the primes, the step, the units and, for a function, the power that follow a name."""
        index: Index | None = None
        units: tuple[str, ...] = ()
        power: Node | None = None
        while self.peek() in ("'", "_", "^"):
            kind = self.peek()
            if kind == "'":
                self.take()
                primes += 1
            elif kind == "_":
                self.take()
                if index is not None or units:
                    raise NotRead(say("a name has two indices"))
                index, units = self.indices(name)
            elif self.is_prime():
                primes += self.primes()
            elif self.vocabulary.is_activation(name) and (order := self.order_above()):
                primes += order  # sigma^{(1)} is the first derivative
            elif self.vocabulary.is_function(name) and power is None and not self.is_transpose():
                self.take()
                power = self.group()
            elif name in VECTORS and not units and (unit := self.raised_unit()):
                units = (unit,)
            else:
                break
        return primes, index, units, power

    def function(self, name: str, primes: int, index: Index | None, power: Node | None) -> Node:
        """Read the argument of a function, if it has one."""
        argument: Node | None = None
        if name == "diag" and self.peek() in ("(", "[", "{") and (listed := self.listed()) is not None:
            return Apply(name, primes, listed)
        if name in ("max", "min") and (pair := self.pair(name)) is not None:
            return pair
        if name == "sqrt" and self.peek() == "[":
            raise NotRead(say("only square roots are supported"))
        if self.peek() in ("(", "["):
            argument = self.primary()
        elif self.peek() in self.arguments(name) or (
            self.peek() == "name" and self.tokens[self.at].text in ("z", "h", "W", "sigma", "phi")
        ):
            argument = self.postfix(self.primary())
        if argument is None:
            bare = Symbol(name, index, primes)
            return Binary("^", bare, power) if power is not None else bare
        if name == "diag" and index is not None and index.variable in _UNITS and not index.offset:
            return Entries(index.variable, index.variable, argument, diagonal=True)  # diag_j(f(z_j))
        if index is not None:
            raise _indexed(name)
        applied = Apply(name, primes, argument)
        return Binary("^", applied, power) if power is not None else applied

    def arguments(self, name: str) -> tuple[str, ...]:
        """Return what may stand behind a function as its argument without round brackets, as in `log p`."""
        return ("{", "name", "frac", "⌊", "⌈") if name in ELEMENTWISE | {"exp"} else ("{",)

    def pair(self, name: str) -> Node | None:
        """Read `(a, b)` behind max or min; None, without reading, if the brackets contain one thing."""
        start = self.at
        closing = {"(": ")", "{": "}", "[": "]"}.get(self.peek() or "", "")
        if not closing:
            return None
        self.take()
        first = self.expression(0)
        if self.peek() != ",":
            self.at = start
            return None
        self.take()
        second = self.expression(0)
        self.take(closing)
        return Binary(name, first, second)

    def listed(self) -> Node | None:
        """Read `(f_1, ..., f_n)` as the vector of f_i; None, without reading, if the brackets contain one thing."""
        start, depth = self.at, 0
        for place in range(start, len(self.tokens)):
            kind = self.tokens[place].kind
            depth += (kind in "([{") - (kind in ")]}")
            if depth == 0 or (kind == "," and depth == 1):
                break
        if self.tokens[place].kind != ",":
            return None
        closing = {"(": ")", "[": "]", "{": "}"}[self.take().kind]
        items: list[Node | None] = []
        while True:
            items.append(None if self.peek() == "dots" else self.expression(0))
            if items[-1] is None:
                self.take()
            if self.peek() != ",":
                break
            self.take()
        self.take(closing)
        return vector_of(items)

    def running(self, operator: str) -> Node:
        """Read `∏_{i=t}^{T-1} body`, or a sum over units `∑_i body`."""
        self.take("_")
        every = EVERY_UNIT if self.vocabulary.is_declared else Index("n", 0)
        if self.peek() == "name":
            return Product("sum", self.take().text, Index("", 1), every, self.expression(PRECEDENCE_OF_SUMS))
        self.take("{")
        variable = self.take("name").text
        if self.peek() == "}":
            self.take()
            return Product("sum", variable, Index("", 1), every, self.expression(PRECEDENCE_OF_SUMS))
        self.take("=")
        low = self.bound()
        self.take("}")
        self.take("^")
        high = self.index()
        return Product(
            "product" if operator == "∏" else "sum", variable, low, high, self.expression(PRECEDENCE_OF_SUMS)
        )


def _indexed(name: str) -> NotRead:
    return NotRead(say("the function '{name}' has an index", name=name))
