"""The kind `expression`: a formula over declared names, compared by value with the one in the rubric."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING, ClassVar, Literal

import numpy as np
from pydantic import BaseModel, ConfigDict, Field

from grader.checks.base import Check, CheckContext, Credit
from grader.model import Quote
from grader.model.message import Text, say
from grader.model.verdict import Verdict, failed, needs_review, passed

if TYPE_CHECKING:
    from grader.expressions.evaluate import Evaluator
    from grader.expressions.simulated_rnn import Value
    from grader.expressions.statements import Statement
    from grader.expressions.tree import Node


# Words under which a formula is not what the answer gives: denied, supposed, or under a condition.
_SUPPOSED = re.compile(
    r"(?i)\b(?:might|may|could|would|one\s+may|suppose|assum\w+|wenn|falls|if|only\s+for|nur\s+f(?:ü|ue)r|angenommen|unless|except)\b"
    r"|\b(?:not|nicht|never|kein\w*|wrong|false|falsch|incorrect)\b|\?|~~"
)


MAX_LENGTH = 50


class Known(BaseModel):
    """A form that is not right and that teams write: what it shows, and the share that it earns."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    form: str
    because: str
    credit: Credit = Decimal(0)


class Expression(Check):
    """The formula equals the rubric's at random points, in whatever notation it is written."""

    label: ClassVar[Text] = say("The formula")
    needs_answer: ClassVar[bool] = True
    example: ClassVar[str] = """\
kind: expression
points: 1
gives: g
names: {A: [m, n], x: [n], b: [m]}
equals: "2 A^T (A x - b)"
known: [{form: "A^T (A x - b)", because: "The factor 2 of the square is missing", credit: 0.5}]"""
    kind: Literal["expression"] = "expression"
    names: dict[str, list[int | str]] = Field(
        min_length=1, description="the names that a formula may use, with their shapes: [] is a number"
    )
    equals: str = Field(description="the right formula")
    gives: str = Field("", description="the name that the formula is given for; without one, the last formula counts")
    known: list[Known] = Field([], description="forms that are not right, and what each shows")
    layout: Literal["any", "as written"] = Field("any", description="whether the transposed result is right too")

    def mistake_in_keys(self) -> str:
        """The rubric's own formulas have to be read and to have a value."""
        from grader.expressions.tree import NotRead

        bad = [name for name, shape in self.names.items() if len(shape) > 2 or any(not _is_length(n) for n in shape)]
        if bad:
            return f"the shape of {bad[0]} is at most two lengths, each a name or a number from 1 to {MAX_LENGTH}"
        for form in (self.equals, *(known.form for known in self.known)):
            try:
                values = [value for seed in range(4) for value in _evaluate(form, self._drawn(seed))]
            except NotRead as error:
                return f"'{form}' cannot be used: {error}"
            if not all(np.isfinite(value).all() for value in values):
                return f"'{form}' has no finite value for every number; numbers of both signs are put in"
        return ""

    def _drawn(self, seed: int) -> Sequence[Evaluator]:
        from grader.expressions.declared_names import draw

        return draw(self.names, seed)

    def explain(self, text: str) -> Iterator[str]:
        """See `Check.explain`."""
        from grader.expressions.explain_statement import explain_statements

        return explain_statements(text, self.names)

    def judge(self, context: CheckContext) -> Verdict:
        """Read every formula; compare the last form of the one that counts, and hold everything else against it."""
        from grader.expressions.statements import statements
        from grader.expressions.tree import NotRead, show

        if context.answer is None:
            return needs_review("There is no answer to read.")
        quote = Quote("The answer", context.answer.text, context.answer.where)
        found: Sequence[Statement] = statements(context.answer.text, {*self.names, self.gives} - {""})
        if unread := [statement for statement in found if statement.problem]:
            return _open(f"Not read: {unread[0].text[:80]} ({unread[0].problem}).", quote)
        chosen = self._chosen(found)
        if chosen is None:
            return _open(f"No formula{f' for {self.gives}' if self.gives else ''} was found in the answer.", quote)
        found, chosen = self._with_own_names(found, chosen)
        rendered = self._drawn(context.seed)
        reading = show(chosen.links[-1])
        try:
            values = _values(chosen.links[-1], rendered)
            doubt = self._doubt(chosen, found, values, rendered, context.answer.text)
        except NotRead as error:
            return _open(f"Read as {reading}, which has no value here: {error}.", quote, reading)
        if doubt:
            return _open(f"Read as {reading}. {doubt}", quote, reading)
        return self._compared(values, rendered, reading, quote)

    def _chosen(self, found: Sequence[Statement]) -> Statement | None:
        given = [statement for statement in found if len(statement.links) > 1 and self._is_head(statement.links[0])]
        if given:
            return given[-1]
        bare = [statement for statement in found if len(statement.links) == 1]
        return bare[0] if len(bare) == len(found) == 1 else None

    def _with_own_names(self, found: Sequence[Statement], chosen: Statement) -> tuple[Sequence[Statement], Statement]:
        """Put in what the answer defines itself (`r = A x - b`); `f(x) = ...` says what is derived, and is left out."""
        from grader.expressions.tree import Apply, Symbol, substituted

        names: dict[str, Node] = {}
        kept = []
        for statement in found:
            head = statement.links[0]
            own = isinstance(head, Symbol) and not head.primes and head.index is None and head.name not in self.names
            if own and isinstance(head, Symbol) and len(statement.links) == 2 and not self._gives(head):
                names[head.name] = statement.links[1]
            elif not (isinstance(head, Apply) and head.function in ("f", "g") and head.argument in self._symbols()):
                kept.append(statement)
        put_in = {id(s): replace(s, links=tuple(substituted(link, names) for link in s.links)) for s in kept}
        return [put_in[id(s)] for s in kept], put_in.get(id(chosen), chosen)

    def _symbols(self) -> list[Node]:
        from grader.expressions.tree import Symbol

        return [Symbol(name) for name in self.names]

    def _gives(self, node: Node) -> bool:
        return self._is_head(node) if self.gives else True

    def _is_head(self, node: Node) -> bool:
        from grader.expressions.tree import Symbol

        if not self.gives:
            return isinstance(node, Symbol) and node.name not in self.names
        return isinstance(node, Symbol) and self.gives in (node.name, f"{node.name}[{node.index}]")

    def _doubt(
        self,
        chosen: Statement,
        found: Sequence[Statement],
        values: Sequence[Value],
        rendered: Sequence[Evaluator],
        text: str,
    ) -> str:
        """Say what else in the answer is not equal, false or a denial; nothing where all of it agrees."""
        from grader.expressions.tree import show

        for link in chosen.links[1:-1]:
            if not _same(_values(link, rendered), values):
                return f"But {show(link)} is not equal to it."
        for other in found:
            if other is chosen or len(other.links) < 2:
                continue
            if self._is_head(other.links[0]):
                if not _same(_values(other.links[-1], rendered), values):
                    return f"The answer also says {other.text[:80]}, which is not equal to it."
            elif not _same(_values(other.links[0], rendered), _values(other.links[-1], rendered)):
                return f"The answer also says {other.text[:80]}, which is false."
        if word := _SUPPOSED.search(_words(text, found)):
            return f"The word '{word[0]}' may deny the formula or put it under a condition."
        return ""

    def _compared(self, values: Sequence[Value], rendered: Sequence[Evaluator], reading: str, quote: Quote) -> Verdict:
        turns: list[tuple[str, Callable[[Value], Value]]] = [("", lambda value: value)]
        if self.layout == "any":
            turns.append((", transposed (the other layout of a derivative)", lambda value: value.T))
        right = _evaluate(self.equals, rendered)
        if not all(np.isfinite(value).all() for value in right):
            return _open(f"Read as {reading}. The right formula has no finite value here.", quote, reading)
        for note, turn in turns:
            if _same(values, [turn(value) for value in right]):
                what = f"Read as {reading}: equal to {self.equals} at {len(rendered)} random points{note}."
                return passed(what, quote, reading=reading)
        for known in self.known:
            wrong = _evaluate(known.form, rendered)
            for note, turn in turns:
                if _same(values, [turn(value) for value in wrong]):
                    what = f"Read as {reading}: equal to {known.form}{note}. {known.because}."
                    hint = "Work it out for one entry, and compare."
                    return failed(what, hint, quote, credit=known.credit, reading=reading)
        from grader.expressions.declared_names import fingerprint

        what = f"Read as {reading}: it equals neither the right formula nor a known form."
        return _open(what, quote, reading, fingerprint(values))


def _is_length(length: int | str) -> bool:
    return length.isidentifier() if isinstance(length, str) else 1 <= length <= MAX_LENGTH


def _words(text: str, found: Sequence[Statement]) -> str:
    """The answer without its formulas."""
    for statement in found:
        text = text.replace(statement.text, " ")
    return re.sub(r"```.*?```|\$\$.*?\$\$|\$[^$]*\$|`[^`]*`|\\\[.*?\\\]", " ", text, flags=re.S)


def _open(what: str, quote: Quote, reading: str = "", group: str = "") -> Verdict:
    return needs_review(what, "A person reads the answer and decides.", quote, reading=reading, group=group)


def _evaluate(form: str, rendered: Sequence[Evaluator]) -> list[Value]:
    from grader.expressions.parse_math import parse_chain

    return _values(parse_chain(form)[-1], rendered)


def _values(node: Node, rendered: Sequence[Evaluator]) -> list[Value]:
    from grader.expressions.declared_names import values_of

    return values_of(node, rendered)


def _same(one: Sequence[Value], other: Sequence[Value]) -> bool:
    from grader.expressions.evaluate import same

    return all(same(a, b) for a, b in zip(one, other, strict=True))
