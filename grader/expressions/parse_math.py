"""A Pratt parser over a closed subset of matrix calculus, for LaTeX and Unicode; it reads everything or fails."""

from __future__ import annotations

from grader.expressions.matrices import read_block, take_out, vector_of
from grader.expressions.token_reader import VECTORS, TokenReader
from grader.expressions.tokens import FUNCTIONS, Token, tokenize
from grader.expressions.tree import (
    MAX_NODES,
    Absolute,
    Apply,
    Binary,
    Component,
    Delta,
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
MAX_DEPTH = 40
_STARTS = {"number", "name", "(", "{", "[", "frac", "∂", "∏", "∑", "‖", "|", "dot", "∇", "block"}
ACTIVATIONS = {"sigma", "phi", "psi", "f", "g", "tanh", "sigmoid"}


def parse_chain(text: str) -> list[Node]:
    """Read `a = b = c` into its links.

    Raises:
        NotRead: something was not understood; nothing is skipped.
    """
    text, blocks = take_out(text.replace("\x01", " "))
    parser = _Parser(_closed(tokenize(text)), [read_block(block, parse_one) for block in blocks])
    links = [parser.expression(0)]
    while parser.peek() == "=":
        parser.take()
        links.append(parser.expression(0))
    if parser.peek() is not None:
        raise NotRead(f"'{parser.tokens[parser.at].text}' was not expected here")
    return links


def parse_one(text: str) -> Node:
    """Read one expression without `=`."""
    links = parse_chain(text)
    if len(links) != 1:
        raise NotRead("an equation where an expression belongs")
    return links[0]


def _closed(tokens: list[Token]) -> list[Token]:
    """Round brackets that were opened and forgotten at the very end are closed there."""
    left = sum((token.kind == "(") - (token.kind == ")") for token in tokens)
    return tokens + [Token(")", ")", -1)] * left if 0 < left <= 2 else tokens


class _Parser(TokenReader):
    def __init__(self, tokens: list[Token], blocks: list[Node]) -> None:
        super().__init__(tokens)
        self.nodes, self.depth = 0, 0
        self.blocks = blocks
        self.bars: list[str] = []  # the norms and absolute values that are open

    def expression(self, binding: int) -> Node:
        self.nodes += 1
        self.depth += 1
        if self.nodes > MAX_NODES or self.depth > MAX_DEPTH:
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
            elif operator in _STARTS and operator not in self.bars[-1:]:
                if binding >= _PRODUCT:
                    break
                right = self.factor()
                lost = isinstance(left, _Differential) and isinstance(right, _Differential)  # the line of a fraction
                left = self.derivative(left, right) if lost else Binary(".", left, right)
            else:
                break
        return left

    def factor(self) -> Node:
        return self.expression(_PRODUCT)

    def quotient(self, left: Node) -> Node:
        """`∂h/∂z` written on one line is a derivative; every other quotient is a quotient."""
        right = self.factor()
        if isinstance(left, Binary) and left.operator == "." and isinstance(left.right, _Differential):
            return Binary(".", left.left, self.derivative(left.right, right))  # a product of derivatives on one line
        return self.derivative(left, right)

    def derivative(self, left: Node, right: Node) -> Node:
        """The quotient of two differentials, or of anything else."""
        if isinstance(left, _Differential) and isinstance(right, _Differential):
            if self.is_function(left.value):
                return self.function_of(left.value, 1)
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
            case "∇":
                self.take("_")
                wrt = self.group()
                return Partial(self.postfix(self.primary()), wrt)
            case "block":
                return self.blocks[int(token.text)]
            case "|":
                return Absolute(self.between("|"))
            case "∏" | "∑":
                return self.running(token.kind)
            case "‖":
                return Norm(self.between("‖"))
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

    def between(self, bar: str) -> Node:
        """What stands between two bars."""
        self.bars.append(bar)
        inner = self.expression(0)
        self.bars.pop()
        self.take(bar)
        return inner

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
        above, order = self.differential()
        below, _ = self.differential()
        if above is not None and below is not None:
            return self.function_of(above, order) if self.is_function(above) else Partial(above, below)
        self.at = start
        upper, lower = self.group(), self.group()
        return Binary("/", upper, lower)

    def differential(self) -> tuple[Node | None, int]:
        """Read `{d h}`, `{∂ h}` or `{d^2 h}` and its order; None where the group is something else."""
        if self.peek() != "{":
            return None, 1
        head = self.tokens[self.at + 1] if self.at + 1 < len(self.tokens) else None
        if head is None or not (head.kind == "∂" or (head.kind == "name" and head.text == "d")):
            return None, 1
        if self.peek(2) == "}":
            raise NotRead("a derivative without what is derived")
        self.take()
        self.take()
        order = 1
        if self.peek() == "^":
            self.take()
            order = int(float(self.take("number").text))
        inner = self.expression(0)
        if isinstance(inner, Binary) and inner.operator == "^" and isinstance(inner.right, Number):
            inner = inner.left  # dz^2
        self.take("}")
        return inner, order

    @staticmethod
    def is_function(node: Node) -> bool:
        """Whether a name stands for the activation itself, without an argument."""
        return isinstance(node, Symbol) and node.name in ACTIVATIONS and node.index is None

    def function_of(self, node: Node, order: int) -> Node:
        r"""`\frac{d\sigma}{dz}` is sigma', at the argument in brackets or behind a bar if there is one."""
        assert isinstance(node, Symbol)
        if self.peek() == "|":
            self.take()
            self.take("_")
            braced = self.peek() == "{"
            if braced:
                self.take()
            at = self.expression(0)
            if self.peek() == "=":
                self.take()
                at = self.expression(0)
            if braced:
                self.take("}")
            return Apply(node.name, order, at)
        if self.peek() == "(":
            return Apply(node.name, order, self.primary())
        return Symbol(node.name, None, order)

    def named(self, name: str, primes: int) -> Node:
        """A name with its primes, index and, for a function, its argument."""
        if name == "d" and self.peek() == "name" and self.tokens[self.at].text in ("h", "z", "sigma", "L"):
            return _Differential(self.postfix(self.primary()))
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
                    raise NotRead("two indices on one name")
                index, units = self.indices(name)
            elif self.is_prime():
                primes += self.primes()
            elif name in FUNCTIONS and power is None and not self.is_transpose():
                self.take()
                power = self.group()
            elif name in VECTORS and not units and (unit := self.raised_unit()):
                units = (unit,)
            else:
                break
        if name in FUNCTIONS:
            if units:
                raise NotRead(f"an index on the function '{name}'")
            return self.function(name, primes, index, power)
        if name == "delta" and len(units) == 2:
            return Delta(*units)
        symbol = Symbol({"w": "W"}.get(name, name) if units else name, index, primes)
        return Component(symbol, units) if units else symbol

    def function(self, name: str, primes: int, index: Index | None, power: Node | None) -> Node:
        argument: Node | None = None
        if name == "diag" and self.peek() in ("(", "[", "{") and (listed := self.listed()) is not None:
            return Apply(name, primes, listed)
        if self.peek() in ("(", "["):
            argument = self.primary()
        elif self.peek() == "{" or (
            self.peek() == "name" and self.tokens[self.at].text in ("z", "h", "W", "sigma", "phi")
        ):
            argument = self.postfix(self.primary())
        if argument is None:
            bare = Symbol(name, index, primes)
            return Binary("^", bare, power) if power is not None else bare
        if index is not None:
            raise NotRead(f"an index on the function '{name}'")
        applied = Apply(name, primes, argument)
        return Binary("^", applied, power) if power is not None else applied

    def listed(self) -> Node | None:
        """Read `(f_1, ..., f_n)` as the vector of f_i; None, and nothing taken, where the brackets hold one thing."""
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
        if self.peek() == "name":
            return Product("sum", self.take().text, Index("", 1), Index("n", 0), self.expression(_SUM))
        self.take("{")
        variable = self.take("name").text
        if self.peek() == "}":
            self.take()
            return Product("sum", variable, Index("", 1), Index("n", 0), self.expression(_SUM))
        self.take("=")
        low = self.bound()
        self.take("}")
        self.take("^")
        high = self.index()
        return Product("product" if operator == "∏" else "sum", variable, low, high, self.expression(_SUM))

    def postfix(self, node: Node) -> Node:
        while self.peek() in ("^", "⊤", "_"):
            if self.peek() == "_":
                self.take()
                node = Component(node, self.units())
            elif self.peek() == "⊤":
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


class _Differential(Symbol):
    """`∂h` on its way to becoming half of a derivative."""

    def __init__(self, value: Node) -> None:
        object.__setattr__(self, "name", "∂")
        object.__setattr__(self, "index", None)
        object.__setattr__(self, "primes", 0)
        object.__setattr__(self, "value", value)

    value: Node
