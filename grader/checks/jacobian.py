"""The kind `jacobian`: a formula for a derivative of the RNN, compared by value with automatic differentiation.

Known mistakes are recognised by their value too: argument, order of the derivative, W left or right or transposed.
What equals nothing known waits for a person; it is never wrong for that.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field

from grader.checks.base import Check, Credit, Seen, Verdict, failed, passed, waiting
from grader.model import Quote

if TYPE_CHECKING:
    from grader.expressions.recurrence import Value, World
    from grader.expressions.statements import Statement
    from grader.expressions.tree import Node

_NEGATION = re.compile(r"(?i)\b(?:not|no|never|kein\w*|nicht|without|except|instead of|statt|rather than)\b")
# Words that can change what a formula means, where they stand beside it.
_OPERATION = re.compile(
    r"(?i)\b(?:times|multipl\w+|inverse|negative|sum\w*|product|transpos\w*|norm|mal|invers\w*|summe|produkt|absolute?|squared?)\b"
)


class PartialCredit(BaseModel):
    """A form that earns a part of the points."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    wrt: str
    credit: Credit
    because: str


class Jacobian(Check):
    """The formula is the derivative that is asked for, in whatever notation it is written."""

    label: ClassVar[str] = "The Jacobian"
    needs_answer: ClassVar[bool] = True
    example: ClassVar[str] = """\
kind: jacobian
points: 0.5
cell: "reference.rnn:VanillaRNN"
of: "h[k+1]"
wrt: "z[k+1]"
partial:
  - {wrt: "h[k]", credit: 0.5, because: "W is counted twice"}"""
    kind: Literal["jacobian"] = "jacobian"
    cell: str = Field(description="the reference cell, as module:name")
    of: str = Field(description="what is derived, such as h[k+1]")
    wrt: str = Field(description="with respect to what, such as z[k+1]")
    partial: list[PartialCredit] = Field([], description="other derivatives that earn a part of the points")

    def wrong(self) -> str:
        """The names are h or z with an index in k."""
        names = [self.of, self.wrt, *(part.wrt for part in self.partial)]
        bad = [name for name in names if not re.fullmatch(r"[hz]\[k([+-]\d)?\]", name)]
        return f"'{bad[0]}' is not of the form h[k+1] or z[k]" if bad else ""

    def judge(self, seen: Seen) -> Verdict:
        """Read every formula, take the last form of J, and find its value among the right and the known wrong ones."""
        from grader.expressions.statements import statements

        if seen.answer is None:
            return waiting("There is no answer to read.")
        quote = Quote("The answer", seen.answer.text, seen.answer.where)
        found = statements(seen.answer.text)
        chosen = [s for s in found if _defines_j(s)]
        unread = [s for s in found if s.problem]
        if unread:
            what = f"Not read: {unread[0].text[:80]} ({unread[0].problem})."
            return waiting(what, "A person reads the formula.", quote)
        if not chosen:
            return waiting("No formula for J was found in the answer.", "A person reads the answer.", quote)
        return _Reader(self, seen.seed, quote, seen.answer.text).verdict(chosen, found)


def _defines_j(statement: Statement) -> bool:
    from grader.expressions.tree import Symbol, show

    if not statement.links:
        return "J" in statement.text
    head = statement.links[0]
    if isinstance(head, Symbol) and head.name == "J":
        return len(statement.links) > 1
    return "d h" in show(head) and len(statement.links) > 1


class _Reader:
    """One answer's reading."""

    def __init__(self, check: Jacobian, seed: int, quote: Quote, text: str) -> None:
        from grader.expressions.recurrence import worlds

        self.check, self.quote, self.text, self.seed = check, quote, text, seed
        self.worlds = worlds(seed)

    def verdict(self, chosen: Sequence[Statement], found: Sequence[Statement]) -> Verdict:
        from grader.expressions.tree import NotRead, Symbol, show

        links = [link for link in chosen[-1].links if not (isinstance(link, Symbol) and link.name == "J")]
        head = chosen[-1].links[0]
        index = head.index if isinstance(head, Symbol) else None
        last = links[-1]
        reading = show(last)
        try:
            values = self._values(last, index)
            doubt = self._other_claims(chosen, found, links, index)
        except NotRead as error:
            return waiting(f"Read as {reading}, which has no value here: {error}.", "A person decides.", self.quote)
        if doubt:
            return waiting(f"Read as {reading}. {doubt}", "A person decides.", self.quote, reading=reading)
        return self._judged(last, values, reading, index)

    def _values(self, node: Node, index: object) -> list[Value]:
        from grader.expressions.evaluate import Evaluator
        from grader.expressions.recurrence import K
        from grader.expressions.tree import Index

        bound = {}
        if isinstance(index, Index) and index.variable:
            bound[index.variable] = K + 1 - index.offset
        return [Evaluator(world, bound).value(node) for world in self.worlds]

    def _other_claims(
        self, chosen: Sequence[Statement], found: Sequence[Statement], links: Sequence[Node], index: object
    ) -> str:
        """Say what else in the answer is false or contradicts the last form; empty when all of it holds."""
        from grader.expressions.evaluate import same
        from grader.expressions.tree import show

        last = self._values(links[-1], index)
        for link in links[:-1]:
            if not all(same(a, b) for a, b in zip(self._values(link, index), last, strict=True)):
                return f"But {show(link)} is not equal to it."
        for other in chosen[:-1]:
            values = self._values(other.links[-1], index)
            if not all(same(a, b) for a, b in zip(values, last, strict=True)):
                return f"The answer also says {other.text[:80]}, which is not equal to it."
        if _NEGATION.search(self.text):
            return "The words around it contain a negation, which a person should read."
        if word := _OPERATION.search(_prose(self.text)):
            return f"The words around it say '{word[0]}', which a person should read."
        return self._false_side_claim(chosen, found)

    def _false_side_claim(self, chosen: Sequence[Statement], found: Sequence[Statement]) -> str:
        """Check equations beside the chosen ones, such as sigma' = sigma (1 - sigma)."""
        from grader.expressions.evaluate import same
        from grader.expressions.tree import NotRead

        for other in found:
            if other in chosen or len(other.links) < 2:
                continue
            try:
                left, right = (self._values(link, None) for link in (other.links[0], other.links[-1]))
            except NotRead:
                return f"The answer also says {other.text[:80]}, which was not checked."
            holds = [all(same(a, b) for a, b in list(zip(left, right, strict=True))[i : i + 2]) for i in (0, 2, 4)]
            if not any(holds):
                return f"The answer also says {other.text[:80]}, which is false."
        return ""

    def _judged(self, last: Node, values: Sequence[Value], reading: str, index: object) -> Verdict:
        from grader.expressions.tree import Partial, contains

        right = self._target(self.check.wrt)
        if self._equal(values, right):
            if isinstance(last, Partial):
                what = f"Read as {reading}: that is the right derivative, but it is not worked out."
                return waiting(
                    what, "A person decides how much the unevaluated form is worth.", self.quote, reading=reading
                )
            what = f"Read as {reading}: equal to d{self.check.of}/d{self.check.wrt} under three activations."
            return passed(what, self.quote, reading=reading)
        for part in self.check.partial:
            wanted = self._target(part.wrt)
            for layout, transform in (("", lambda v: v), (" in denominator layout", lambda v: v.T)):
                if self._equal(values, lambda w, f=wanted, t=transform: t(f(w))):  # type: ignore[misc]
                    what = f"Read as {reading}: that is d{self.check.of}/d{part.wrt}{layout}. {part.because}."
                    if contains(last, Partial):
                        return waiting(
                            f"{what} It is not worked out.", "A person decides.", self.quote, reading=reading
                        )
                    hint = _counterexample(self.seed)
                    return failed(what, hint, self.quote, credit=Decimal(part.credit), reading=reading)
        return self._named_mistake(values, reading, index)

    def _named_mistake(self, values: Sequence[Value], reading: str, index: object) -> Verdict:
        from grader.expressions.catalogue import NO_BIAS, catalogue

        right = self._target(self.check.wrt)
        if self._equal(values[:2], right, 2) or self._equal(values[2:4], right, 2, 2):
            name = "tanh" if self._equal(values[:2], right, 2) else "the logistic sigmoid"
            what = f"Read as {reading}: right for {name} as the activation."
            return passed(what, self.quote, reading=reading)
        for known in catalogue():
            if self._equal(values, known.value):
                if doubt := self._doubt(known.mistakes, index):
                    return waiting(f"Read as {reading}. {doubt}", "A person decides.", self.quote, reading=reading)
                if known.mistakes == (NO_BIAS,):
                    what = f"Read as {reading}: right but for the bias in the argument."
                    return waiting(what, "A person decides how much that is worth.", self.quote, reading=reading)
                what = f"Read as {reading}: that is {known.name}. {' '.join(known.mistakes)}"
                return failed(
                    what,
                    "J is the derivative of h with respect to z: one factor per step.",
                    self.quote,
                    reading=reading,
                )
        what = f"Read as {reading}: it equals neither the right form nor a known mistake."
        return waiting(what, "A person decides.", self.quote, reading=reading)

    def _doubt(self, mistakes: tuple[str, ...], index: object) -> str:
        """What could explain a seeming mistake: sigma named as the derivative, or J with an index of its own."""
        from grader.expressions.catalogue import NO_DERIVATIVE, OFF_BY_ONE
        from grader.expressions.tree import Index

        if NO_DERIVATIVE in mistakes and re.search(r"(?i)derivative|ableitung", _prose(self.text)):
            return "The words around it speak of a derivative: sigma may stand for it."
        own = isinstance(index, Index) and (index.variable, index.offset) != ("k", 1)
        return "J has another index than on the sheet." if own and OFF_BY_ONE in mistakes else ""

    def _equal(self, values: Sequence[Value], known: Callable[[World], Value], count: int = 6, first: int = 0) -> bool:
        from grader.expressions.evaluate import same

        chosen = self.worlds[first : first + count]
        return len(values) == len(chosen) and all(same(v, known(w)) for v, w in zip(values, chosen, strict=True))

    def _target(self, wrt: str) -> Callable[[World], Value]:
        of, inner = _step(self.check.of), _step(wrt)
        return (lambda w: w.dh_dz(of, inner)) if wrt[0] == "z" else (lambda w: w.dh_dh(of, inner))


def _prose(text: str) -> str:
    """The words of an answer without its formulas and code."""
    return re.sub(r"```.*?```|\$\$.*?\$\$|\$[^$]*\$|`[^`]*`|\\\[.*?\\\]", " ", text, flags=re.S)


def _step(name: str) -> int:
    from grader.expressions.recurrence import K

    return K + int(name[3:-1] or 0)


def _counterexample(seed: int) -> str:
    from reference.rnn import bound_violated_with_w_inside

    left, right = bound_violated_with_w_inside(seed)
    return (
        f"With W inside J, (1) is false for some W: one step with ||W|| = 0.5 gives {left:.3f} on the left "
        f"and only {right:.3f} on the right (seed {seed})."
    )
