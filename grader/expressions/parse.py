"""A Pratt parser over a closed subset of matrix calculus, for LaTeX and Unicode; it reads everything or fails."""

from __future__ import annotations

from grader.expressions.tokens import FUNCTIONS, Token, tokenize
from grader.expressions.tree import (
    MOST_NODES,
    Apply,
    Binary,
    Index,
    Negative,
    Node,
    Norm,
    NotRead,
    Number,
    Partial,
    Product,
    Symbol,
    Transposed,
)

_SUM, _PRODUCT, _PREFIX = 10, 20, 25
MOST_DEPTH = 40
_STARTS = {"number", "name", "(", "{", "[", "frac", "∂", "∏", "∑", "‖", "dot"}
ACTIVATIONS = {"sigma", "phi", "psi", "f", "g", "tanh", "sigmoid"}


def parse_chain(text: str) -> list[Node]:
    """Read `a = b = c` into its links.

    Raises:
        NotRead: something was not understood; nothing is skipped.
    """
    parser = _Parser(tokenize(text))
    links = [parser.expression(0)]
    while parser.peek() == "=":
        parser.take()
        links.append(parser.expression(0))
    if parser.peek() is not None:
        raise NotRead(f"'{parser.tokens[parser.at].text}' was not expected here")
    return links


class _Parser:
    def __init__(self, tokens: list[Token]) -> None:
        self.tokens, self.at, self.nodes, self.depth = tokens, 0, 0, 0

    def peek(self, ahead: int = 0) -> str | None:
        place = self.at + ahead
        return self.tokens[place].kind if place < len(self.tokens) else None

    def take(self, kind: str | None = None) -> Token:
        if self.at >= len(self.tokens):
            raise NotRead("the formula ends too early")
        token = self.tokens[self.at]
        if kind is not None and token.kind != kind:
            raise NotRead(f"'{kind}' was expected before '{token.text}'")
        self.at += 1
        return token

    def expression(self, binding: int) -> Node:
        self.nodes += 1
        self.depth += 1
        if self.nodes > MOST_NODES or self.depth > MOST_DEPTH:
            raise NotRead("the formula is too large")
        try:
            return self.operators(binding)
        finally:
            self.depth -= 1

    def operators(self, binding: int) -> Node:
        if self.peek() == "-":
            self.take()
            left: Node = Negative(self.expression(_PREFIX))
        elif self.peek() == "+":
            self.take()
            left = self.expression(_PREFIX)
        else:
            left = self.postfix(self.primary())
        while (operator := self.peek()) is not None:
            if operator in "+-":
                if binding >= _SUM:
                    break
                self.take()
                left = Binary(operator, left, self.expression(_SUM))
            elif operator in (".", "o", "*", "@", "/"):
                if binding >= _PRODUCT:
                    break
                self.take()
                left = self.quotient(left) if operator == "/" else Binary(operator, left, self.factor())
            elif operator in _STARTS:
                if binding >= _PRODUCT:
                    break
                left = Binary(".", left, self.factor())
            else:
                break
        return left

    def factor(self) -> Node:
        return self.expression(_PRODUCT)

    def quotient(self, left: Node) -> Node:
        """`∂h/∂z` written on one line is a derivative; every other quotient is a quotient."""
        right = self.factor()
        if isinstance(left, _Differential) and isinstance(right, _Differential):
            return self.postfix(Partial(left.value, right.value))
        if isinstance(left, _Differential) or isinstance(right, _Differential):
            raise NotRead("a derivative needs d above and below")
        return Binary("/", left, right)

    def primary(self) -> Node:
        token = self.take()
        match token.kind:
            case "number":
                return Number(float(token.text))
            case "(" | "[":
                inner = self.expression(0)
                self.take(")" if token.kind == "(" else "]")
                return inner
            case "{":
                inner = self.expression(0)
                self.take("}")
                return inner
            case "frac":
                return self.fraction()
            case "∂":
                return _Differential(self.postfix(self.primary()))
            case "∏" | "∑":
                return self.running(token.kind)
            case "‖":
                inner = self.expression(0)
                self.take("‖")
                return Norm(inner)
            case "dot":
                if self.peek() == "name":
                    return self.named(self.take().text, 1)
                inner = self.group()
                if isinstance(inner, Symbol):
                    return self.named(inner.name, 1)
                raise NotRead("a dot over something that is not a name")
            case "name":
                return self.named(token.text, 0)
        raise NotRead(f"'{token.text}' was not expected here")

    def group(self) -> Node:
        r"""What a command such as `\frac` takes: a braced group or a single sign."""
        if self.peek() == "{":
            self.take()
            inner = self.expression(0)
            self.take("}")
            return inner
        return self.primary()

    def fraction(self) -> Node:
        start = self.at
        above = self.differential()
        below = self.differential()
        if above is not None and below is not None:
            return Partial(above, below)
        self.at = start
        upper, lower = self.group(), self.group()
        return Binary("/", upper, lower)

    def differential(self) -> Node | None:
        """Read `{d h}` or `{∂ h}`; None where the group is something else."""
        if self.peek() != "{":
            return None
        head = self.tokens[self.at + 1] if self.at + 1 < len(self.tokens) else None
        if head is None or not (head.kind == "∂" or (head.kind == "name" and head.text == "d")):
            return None
        if self.peek(2) == "}":
            raise NotRead("a derivative without what is derived")
        self.take()
        self.take()
        inner = self.expression(0)
        self.take("}")
        return inner

    def named(self, name: str, primes: int) -> Node:
        """A name with its primes, index and, for a function, its argument."""
        if name == "d" and self.peek() == "name" and self.tokens[self.at].text in ("h", "z", "sigma", "L"):
            return _Differential(self.postfix(self.primary()))
        index: Index | None = None
        power: Node | None = None
        while self.peek() in ("'", "_", "^"):
            kind = self.peek()
            if kind == "'":
                self.take()
                primes += 1
            elif kind == "_":
                self.take()
                if index is not None:
                    raise NotRead("two indices on one name")
                index = self.index()
            elif self.is_prime():
                primes += self.primes()
            elif name in FUNCTIONS and power is None and not self.is_transpose():
                self.take()
                power = self.group()
            else:
                break
        if name in FUNCTIONS:
            return self.function(name, primes, index, power)
        return Symbol(name, index, primes)

    def function(self, name: str, primes: int, index: Index | None, power: Node | None) -> Node:
        argument: Node | None = None
        if self.peek() in ("(", "["):
            argument = self.primary()
        elif self.peek() == "{" or (
            self.peek() == "name" and self.tokens[self.at].text in ("z", "h", "W", "sigma", "phi")
        ):
            argument = self.postfix(self.primary())
        if argument is None:
            if power is not None:
                raise NotRead(f"'{name}' has a power and no argument")
            return Symbol(name, index, primes)
        if index is not None:
            raise NotRead(f"an index on the function '{name}'")
        applied = Apply(name, primes, argument)
        return Binary("^", applied, power) if power is not None else applied

    def is_prime(self) -> bool:
        return self.peek(1) == "'" or (self.peek(1) == "{" and self.peek(2) == "'")

    def primes(self) -> int:
        self.take("^")
        braced = self.peek() == "{"
        if braced:
            self.take()
        count = 0
        while self.peek() == "'":
            self.take()
            count += 1
        if braced:
            self.take("}")
        return count

    def is_transpose(self) -> bool:
        here = self.tokens[self.at + 1 : self.at + 4]
        texts = [token.text for token in here]
        return texts[:1] in (["T"], ["⊤"], ["t"]) or texts in (["{", "T", "}"], ["{", "⊤", "}"])

    def index(self) -> Index:
        """Read `_k`, `_{k+1}`, `_{t-1}` or `_1`."""
        if self.peek() in ("{", "("):
            opening = self.take().kind
            found = self.bound()
            self.take("}" if opening == "{" else ")")
            return found
        token = self.take()
        if token.kind == "number":
            return Index("", int(float(token.text)))
        if token.kind == "name":
            return Index(token.text, 0)
        raise NotRead(f"'{token.text}' as an index")

    def bound(self) -> Index:
        """Read a linear index without its braces."""
        variable, offset, sign = "", 0, 1
        while True:
            token = self.take()
            if token.kind == "name" and not variable and sign == 1:
                variable = token.text
            elif token.kind == "number":
                offset += sign * int(float(token.text))
            else:
                raise NotRead(f"'{token.text}' in an index")
            if self.peek() not in ("+", "-"):
                return Index(variable, offset)
            sign = 1 if self.take().kind == "+" else -1

    def running(self, operator: str) -> Node:
        """Read `∏_{i=t}^{T-1} body`."""
        self.take("_")
        self.take("{")
        variable = self.take("name").text
        self.take("=")
        low = self.bound()
        self.take("}")
        self.take("^")
        high = self.index()
        return Product("product" if operator == "∏" else "sum", variable, low, high, self.expression(_SUM))

    def postfix(self, node: Node) -> Node:
        while self.peek() == "^" or self.peek() == "⊤":
            if self.peek() == "⊤":
                self.take()
                node = Transposed(node)
            elif self.is_transpose():
                self.take()
                self.group_transpose()
                node = Transposed(node)
            else:
                self.take()
                node = Binary("^", node, self.group())
        return node

    def group_transpose(self) -> None:
        braced = self.peek() == "{"
        if braced:
            self.take()
        self.take()
        if braced:
            self.take("}")


class _Differential(Symbol):
    """`∂h` on its way to becoming half of a derivative."""

    def __init__(self, value: Node) -> None:
        object.__setattr__(self, "name", "∂")
        object.__setattr__(self, "index", None)
        object.__setattr__(self, "primes", 0)
        object.__setattr__(self, "value", value)

    value: Node
