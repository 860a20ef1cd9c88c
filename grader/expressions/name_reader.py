"""Reads names in formulas: their primes, indices and arguments, lists in brackets, and running sums and products."""

from __future__ import annotations

from abc import ABC, abstractmethod

from grader.expressions.matrices import vector_of
from grader.expressions.token_reader import VECTORS, TokenReader
from grader.expressions.tokens import Token
from grader.expressions.tree import (
    EVERY_UNIT,
    Apply,
    Binary,
    Component,
    Delta,
    Entries,
    Index,
    Node,
    Norm,
    NotRead,
    Number,
    Product,
    Stacked,
    Symbol,
)
from grader.expressions.vocabulary import ELEMENTWISE, Vocabulary
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

    def __init__(self, tokens: list[Token], vocabulary: Vocabulary) -> None:
        super().__init__(tokens, vocabulary)
        self.bars: list[str] = []  # the norms and absolute values that are open

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
        if name == "delta" and len(units) == 2 and name not in self.vocabulary.own:
            return Delta(*units)
        if self.vocabulary.is_declared:
            if index is not None and index.variable and not index.offset:
                return Component(Symbol(name, None, primes), (index.variable,))
            symbol = Symbol(name, index, primes)
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
        if name == "log" and index is not None and not index.variable and index.offset > 1:
            base = Apply("log", 0, Number(index.offset))
            return Binary("/", Apply(name, primes, argument), base)
        if name == "norm" and index == Index("", 2):
            index = None  # the Euclidean norm
        if index is not None:
            raise _indexed(name)
        applied = Apply(name, primes, argument)
        return Binary("^", applied, power) if power is not None else applied

    def arguments(self, name: str) -> tuple[str, ...]:
        """Return what may stand behind a function as its argument without round brackets, as in `log p`."""
        bare = ELEMENTWISE | {"exp", "tanh", "cosh", "sech"} if self.vocabulary.is_declared else ELEMENTWISE | {"exp"}
        return ("{", "name", "frac", "⌊", "⌈") if name in bare else ("{",)

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

    def row(self, first: Node) -> Node:
        """Read the rest of `[A, B]`, blocks beside each other."""
        blocks = [first]
        while self.peek() == ",":
            self.take()
            blocks.append(self.expression(0))
        self.take("]")
        return Stacked((tuple(blocks),))

    def norm(self) -> Node:
        """Read `‖x‖` and `‖x‖_2`, the Euclidean norm."""
        inner = self.between("‖")
        is_two = self.vocabulary.is_declared and self.peek() == "_" and self.at + 1 < len(self.tokens)
        if is_two and self.tokens[self.at + 1].text == "2":
            self.at += 2
        return Norm(inner)

    def between(self, bar: str) -> Node:
        """Read the expression between two bars."""
        self.bars.append(bar)
        inner = self.expression(0)
        self.bars.pop()
        self.take(bar)
        return inner

    def running(self, operator: str) -> Node:
        """Read `∏_{i=t}^{T-1} body`, or a sum over units `∑_i body`."""
        self.take("_")
        every = EVERY_UNIT if self.vocabulary.is_declared else Index("n", 0)
        kind = "product" if operator == "∏" else "sum"
        if self.peek() == "name":
            return Product(kind, self.take().text, Index("", 1), every, self.expression(PRECEDENCE_OF_SUMS))
        self.take("{")
        variable = self.take("name").text
        if self.peek() == "}":
            self.take()
            return Product(kind, variable, Index("", 1), every, self.expression(PRECEDENCE_OF_SUMS))
        self.take("=")
        low = self.bound()
        self.take("}")
        self.take("^")
        high = self.index()
        return Product(kind, variable, low, high, self.expression(PRECEDENCE_OF_SUMS))


def _indexed(name: str) -> NotRead:
    return NotRead(say("the function '{name}' has an index", name=name))
