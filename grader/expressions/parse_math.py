"""A Pratt parser over a closed subset of matrix calculus, for LaTeX and Unicode; it reads everything or fails."""

from __future__ import annotations

from grader.expressions.matrices import read_block, take_out, with_columns
from grader.expressions.name_reader import PRECEDENCE_OF_SUMS, Differential, NameReader
from grader.expressions.tokens import Token, tokenize
from grader.expressions.tree import (
    MAX_NODES,
    Absolute,
    Apply,
    Binary,
    Component,
    Negative,
    Node,
    NotRead,
    Number,
    Partial,
    Symbol,
    Transposed,
)
from grader.expressions.vocabulary import RNN, Vocabulary
from grader.model.message import say

_SUM, _PRODUCT, _PREFIX = PRECEDENCE_OF_SUMS, 20, 25
MAX_DEPTH = 40
_PRODUCTS = (".", "o", "*", "@", "⊗")
_STARTS = {"number", "name", "(", "{", "[", "frac", "∂", "∏", "∑", "‖", "|", "dot", "∇", "block", "⌊", "⌈"}


def parse_chain(text: str, vocabulary: Vocabulary = RNN) -> list[Node]:
    """Read `a = b = c` into its links; a declared name of `vocabulary` has no other meaning.

    Raises:
        NotRead: a part was not understood; no part is skipped.
    """
    text = with_columns(text) if vocabulary.is_declared else text
    text, blocks = take_out(text.replace("\x01", " "))

    def entry(text: str) -> Node:
        return parse_one(text, vocabulary)

    read = [read_block(block, entry, vocabulary) for block in blocks]
    parser = _Parser(_closed(tokenize(text, vocabulary)), read, vocabulary)
    links = [parser.expression(0)]
    while parser.peek() == "=":
        parser.take()
        links.append(parser.expression(0))
    if parser.peek() is not None:
        raise NotRead(say("'{text}' was not expected", text=parser.tokens[parser.at].text))
    return links


def parse_one(text: str, vocabulary: Vocabulary = RNN) -> Node:
    """Read one expression without `=`."""
    links = parse_chain(text, vocabulary)
    if len(links) != 1:
        raise NotRead(say("an entry is an equation"))
    return links[0]


def _closed(tokens: list[Token]) -> list[Token]:
    """Return the tokens with up to two missing round brackets closed at the end."""
    left = sum((token.kind == "(") - (token.kind == ")") for token in tokens)
    return tokens + [Token(")", ")", -1)] * left if 0 < left <= 2 else tokens


class _Parser(NameReader):
    def __init__(self, tokens: list[Token], blocks: list[Node], vocabulary: Vocabulary) -> None:
        super().__init__(tokens, vocabulary)
        self.nodes, self.depth = 0, 0
        self.blocks = blocks

    def expression(self, precedence: int) -> Node:
        self.nodes += 1
        self.depth += 1
        if self.nodes > MAX_NODES or self.depth > MAX_DEPTH:
            raise NotRead(say("it is too large"))
        try:
            return self.operators(precedence)
        finally:
            self.depth -= 1

    def operators(self, precedence: int) -> Node:
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
                if precedence >= _SUM:
                    break
                self.take()
                left = Binary(operator, left, self.expression(_SUM))
            elif operator in (*_PRODUCTS, "/"):
                if precedence >= _PRODUCT:
                    break
                sign = self.take().text
                left = self.quotient(left) if operator == "/" else Binary(self.product(sign), left, self.factor())
            elif operator in _STARTS and operator not in self.bars[-1:]:
                if precedence >= _PRODUCT:
                    break
                right = self.factor()
                lost = isinstance(left, Differential) and isinstance(right, Differential)  # the line of a fraction
                left = self.derivative(left, right) if lost else Binary(".", left, right)
            else:
                break
        return left

    def product(self, sign: str) -> str:
        """Return the operator for the sign of a product; a star is NumPy's product only where names are declared."""
        if not self.vocabulary.is_declared:
            return "." if sign in ("*", "×") else sign
        return {"×": ".", ".": "·"}.get(sign, sign)  # a cross between two vectors is not their inner product

    def factor(self) -> Node:
        return self.expression(_PRODUCT)

    def quotient(self, left: Node) -> Node:
        """Return a derivative for `∂h/∂z` written on one line, and a quotient for all others."""
        right = self.factor()
        if isinstance(left, Binary) and left.operator == "." and isinstance(left.right, Differential):
            return Binary(".", left.left, self.derivative(left.right, right))  # a product of derivatives on one line
        return self.derivative(left, right)

    def derivative(self, left: Node, right: Node) -> Node:
        """Return the quotient of two differentials, or of anything else."""
        if isinstance(left, Differential) and isinstance(right, Differential):
            of = self.without_argument(left.value, right.value)
            if self.is_activation(of):
                return self.function_of(of, 1)
            return self.postfix(Partial(left.value, right.value))
        if isinstance(left, Differential) or isinstance(right, Differential):
            raise NotRead(say("a derivative needs a d above and below the line"))
        return Binary("/", left, right)

    def primary(self) -> Node:
        token = self.take()
        match token.kind:
            case "number":
                return Number(float(token.text))
            case "(" | "[" | "{":
                inner = self.expression(0)
                if token.kind == "[" and self.vocabulary.is_declared and self.peek() == ",":
                    return self.row(inner)
                self.take({"(": ")", "[": "]", "{": "}"}[token.kind])
                return inner
            case "⌊" | "⌈":
                inner = self.expression(0)
                self.take({"⌊": "⌋", "⌈": "⌉"}[token.kind])
                return Apply({"⌊": "floor", "⌈": "ceil"}[token.kind], 0, inner)
            case "frac":
                return self.fraction()
            case "∂":
                return Differential(self.postfix(self.primary()))
            case "∇":
                return self.gradient()
            case "block":
                return self.blocks[int(token.text)]
            case "|":
                return Absolute(self.between("|"))
            case "∏" | "∑":
                return self.running(token.kind)
            case "‖":
                return self.norm()
            case "dot":
                return self.dotted()
            case "name":
                return self.named(token.text, 0)
        raise NotRead(say("'{text}' was not expected", text=token.text))

    def gradient(self) -> Node:
        """Read `∇_x f`, or `∇ f` where names are declared."""
        wrt: Node = Symbol("")
        if self.peek() == "_" or not self.vocabulary.is_declared:
            self.take("_")
            wrt = self.group()
        return Partial(self.postfix(self.primary()), wrt)

    def dotted(self) -> Node:
        """Read the name under a dot, which is a derivative."""
        if self.peek() == "name":
            return self.named(self.take().text, 1)
        inner = self.group()
        if isinstance(inner, Symbol):
            return self.named(inner.name, 1)
        raise NotRead(say("a dot is not above a name"))

    def group(self) -> Node:
        r"""Read the argument of a command such as `\frac` takes: a braced group or a single sign."""
        if self.peek() == "{":
            self.take()
            inner = self.expression(0)
            self.take("}")
            return inner
        return self.primary()

    def fraction(self) -> Node:
        start = self.at
        if [self.peek(ahead) for ahead in range(3)] == ["{", "∂", "}"]:  # \\frac{\\partial}{\\partial z} f(z)
            self.at += 3
            wrt, _ = self.differential()
            if wrt is None:
                raise NotRead(say("a derivative needs a d above and below the line"))
            return Partial(self.factor(), wrt)
        above, order = self.differential()
        below, _ = self.differential()
        if above is not None and below is not None:
            above = self.without_argument(above, below)
            return self.function_of(above, order) if self.is_activation(above) else Partial(above, below)
        self.at = start
        upper, lower = self.group(), self.group()
        return Binary("/", upper, lower)

    def differential(self) -> tuple[Node | None, int]:
        """Read `{d h}`, `{∂ h}` or `{d^2 h}` and its order; None if the group is something else."""
        if self.peek() != "{":
            return None, 1
        head = self.tokens[self.at + 1] if self.at + 1 < len(self.tokens) else None
        if head is None or not (head.kind == "∂" or (head.kind == "name" and head.text == "d")):
            return None, 1
        if head.kind == "name" and ("d" in self.vocabulary.names or not self._differs(head)):
            return None, 1
        if self.peek(2) == "}":
            raise NotRead(say("the numerator of a derivative is empty"))
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

    def _differs(self, head: Token) -> bool:
        """Return whether the d at the start of a group is no length: `{d}` and `{d x}` are, `{dx}` is not."""
        following = self.tokens[self.at + 2] if self.at + 2 < len(self.tokens) else None
        touching = following is not None and following.kind == "name" and following.at == head.at + 1
        return touching or not self.vocabulary.means_value("d")

    def without_argument(self, above: Node, below: Node) -> Node:
        r"""Return sigma for the sigma(u) of `\\frac{d sigma(u)}{du}` where a bar behind it says what u is."""
        named = isinstance(above, Apply) and above.argument == below and self.peek() == "|"
        return Symbol(above.function) if named and isinstance(above, Apply) and not above.order else above

    def function_of(self, node: Node, order: int) -> Node:
        r"""`\frac{d\sigma}{dz}` is sigma', at the argument in brackets or behind a bar if there is one."""
        assert isinstance(node, Symbol)
        if self.peek() == "|":
            self.take()
            if self.peek() == "_":
                self.take()
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
                if self.vocabulary.is_declared and self.is_bracketed():
                    raise NotRead(say("a number or name in brackets above the line can be an index"))
                node = Binary("^", node, self.group())
        return node

    def is_activation(self, node: Node) -> bool:
        """Return whether a name is the activation itself, without an argument."""
        return isinstance(node, Symbol) and node.index is None and self.vocabulary.is_activation(node.name)
