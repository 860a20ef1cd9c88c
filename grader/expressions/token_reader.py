"""Reads tokens one after the other: indices, units, primes and transposes, which contain no expression."""

from __future__ import annotations

import re

from grader.expressions.tokens import Token
from grader.expressions.tree import Index, NotRead
from grader.expressions.vocabulary import RNN, Vocabulary
from grader.model.message import say

VECTORS = {"J", "h", "z", "x"}  # names with a step as their index


class TokenReader:
    """A place in a list of tokens."""

    def __init__(self, tokens: list[Token], vocabulary: Vocabulary = RNN) -> None:
        self.tokens, self.at, self.vocabulary = tokens, 0, vocabulary

    def peek(self, ahead: int = 0) -> str | None:
        place = self.at + ahead
        return self.tokens[place].kind if place < len(self.tokens) else None

    def take(self, kind: str | None = None) -> Token:
        if self.at >= len(self.tokens):
            raise NotRead(say("it ends too early"))
        token = self.tokens[self.at]
        if kind is not None and token.kind != kind:
            raise NotRead(say("'{sign}' is missing before '{text}'", sign=kind, text=token.text))
        self.at += 1
        return token

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
        raise NotRead(say("'{text}' is not a supported index", text=token.text))

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
                raise NotRead(say("'{text}' is not supported in an index", text=token.text))
            if self.peek() not in ("+", "-"):
                return Index(variable, offset)
            sign = 1 if self.take().kind == "+" else -1

    def units(self) -> tuple[str, ...]:
        """Read `_i`, `_{ij}`, `_{i,j}` or `_{11}`."""
        braced = self.peek() in ("{", "(")
        closing = {"{": "}", "(": ")"}.get(self.take().kind, "") if braced else ""
        found: list[str] = []
        while True:
            token = self.take()
            if token.kind not in ("name", "number"):
                raise NotRead(say("'{text}' is not a supported index", text=token.text))
            found += list(token.text) if token.kind == "number" and len(token.text) == 2 else [token.text]
            if self.peek() == ",":
                self.take()
            elif not braced or self.peek() == closing:
                break
        if braced:
            self.take(closing)
        return tuple(found)

    def indices(self, name: str) -> tuple[Index | None, tuple[str, ...]]:
        """Read the index of a name: a step, units, or a step and then units (`_{k+1,i}`)."""
        start = self.at
        if self.vocabulary.is_declared:
            try:
                return self.index(), ()
            except NotRead:
                self.at = start
                return None, self.units()
        if name in VECTORS:
            return self.index_and_units()
        if name == "D" and not {"i", "j"} & {token.text for token in self.tokens[start : start + 2]}:
            return self.index(), ()
        try:
            units = self.units()
        except NotRead:
            self.at = start
            found = self.index()
            return (None if name in ("W", "U", "b") else found), ()  # W_{k+1}: the same weights at every step
        if name in ("W", "U", "b") and units in (("k",), ("t",)):
            return None, ()
        if name in ("W", "w", "U", "delta", "D") or len(units) == 2:
            return (None, units) if set("".join(units)) != {"h"} else (None, ())  # W_hh is W
        if name == "e":
            return None, units
        return Index("" if units[0].isdigit() else units[0], int(units[0]) if units[0].isdigit() else 0), ()

    def index_and_units(self) -> tuple[Index, tuple[str, ...]]:
        if self.peek() not in ("{", "("):
            return self.index(), ()
        closing = "}" if self.take().kind == "{" else ")"
        found = self.bound()
        units: list[str] = []
        while self.peek() == ",":
            self.take()
            units.append(self.take().text)
        self.take(closing)
        return found, tuple(units)

    def raised_unit(self) -> str:
        """Take `^{(i)}`, `^i`, `^1` or `^n`: the unit of a vector. A power of two or of anything else is not taken."""
        if self.vocabulary.is_declared:
            return ""
        texts = [token.text for token in self.tokens[self.at + 1 : self.at + 6]]
        for form, length in (
            (["{", "(", None, ")", "}"], 5),
            (["(", None, ")"], 3),
            (["{", None, "}"], 3),
            ([None], 1),
        ):
            got = texts[:length]
            if len(got) == length and all(want in (None, found) for want, found in zip(form, got, strict=True)):
                unit = got[form.index(None)]
                if re.fullmatch(r"[ijnmHNd1]" if "(" not in form else r"[a-zA-Z]|\d+", unit):
                    self.at += 1 + length
                    return unit
                return ""
        return ""

    def is_bracketed(self) -> bool:
        """Return whether `(2)` or `{(i)}` comes next: above the line, an index and no power."""
        kinds = [self.peek(ahead) for ahead in range(5)]
        kinds = kinds[1:4] if kinds[0] == "{" and kinds[4] == "}" else kinds[:3]
        return kinds in [["(", kind, ")"] for kind in ("number", "name")]

    def order_above(self) -> int:
        """Take `^{(1)}` or `^(2)`, the order of a derivative; return 0 without reading for anything else."""
        kinds = [self.peek(ahead) for ahead in range(6)]
        forms = (["^", "{", "(", "number", ")", "}"], ["^", "(", "number", ")"])
        length = next((len(form) for form in forms if kinds[: len(form)] == form), 0)
        text = self.tokens[self.at + length // 2].text if length else "0"
        if not text.isdigit() or not 1 <= int(text) <= 3:
            return 0
        self.at += length
        return int(text)

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
        sign = "".join(texts[:1] if texts[:1] != ["{"] else texts[1:2] if texts[2:] == ["}"] else [])
        return sign == "⊤" or (sign in ("T", "t") and sign not in self.vocabulary.names)

    def group_transpose(self) -> None:
        braced = self.peek() == "{"
        if braced:
            self.take()
        self.take()
        if braced:
            self.take("}")
