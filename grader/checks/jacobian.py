"""The kind `jacobian`: a formula for a derivative of the RNN, compared by value with automatic differentiation.

Known mistakes are recognised by their value too: argument, order of the derivative, W left or right or transposed.
What equals nothing known waits for a person; it is never wrong for that.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import TYPE_CHECKING, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field

from grader.checks.base import Check, CheckContext, Credit
from grader.model import Quote
from grader.model.message import Text, say
from grader.model.verdict import Verdict, failed, needs_review, passed

if TYPE_CHECKING:
    from grader.expressions.classify import Class
    from grader.expressions.given_formula import Given
    from grader.expressions.simulated_rnn import Value, World

# Words that can contradict a formula or change it, where the formula itself does not say so.
_DENIED = re.compile(
    r"(?i)\b(?:not|no|never|kein\w*|nicht|cannot|isn't)\b[^.;:\n]{0,30}(?<!off the )(?<!outside the )(?<!außerhalb der )\b(?:diag\w*|right|correct|true|equal|richtig|gleich)\b"
    r"|\b(?:depending|either|entweder|alternatively|je nachdem)\b"
)
_JOINED = re.compile(
    r"(?i)\b(?:times|multipl\w+\s+(?:by|with|from|it)|mal|mit)\s+(?:\w+\s+){0,3}?(?:weight\w*|matri\w+|gewichts\w*|W|U)\b"
)
_ELSEWHERE = re.compile(
    r"(?i)\b(?:norm\w*|already|pulled|outside|in front|separate\w*|not (?:a )?part|do(?:es)? not|own factor|steht|vor dem|schon|bereits|"
    r"isn't|cancel\w*|taken out|ausgeklammert|entry by entry|elementwise|element by element)\b|\u2016|\\\|"
)
_CHANGED = re.compile(r"(?i)\b(?:inverse|negative|invers\w*|absolute?|squared|minus)\b")
_PLACE = re.compile(r"(?i)\b(?:evaluated|taken|ausgewertet|genommen)\s+(?:at|an|bei)\s+(\S+)")
_SAID = re.compile(
    r"(?i)\b(?:produ[ck]t\w*|sum\w*|summe\w*|power\w*|all\w*|times|mal|multipl\w+|weight\w*|gewicht\w*|second|zweite\w*|loss|previous|not|nicht)\b"
)
_NAMED = re.compile(r"(?i)\b(?:this|that|which|das|dies)\s+(?:is|ist)\s+(?:the\s+)?\$?\\?\w*\{?J")
_TURNED = re.compile(r"(?i)\btranspos\w*")


class PartialCredit(BaseModel):
    """A form that earns a part of the points."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    wrt: str
    credit: Credit
    because: str


class Jacobian(Check):
    """The formula is the derivative that is asked for, in whatever notation it is written."""

    label: ClassVar[Text] = say("The Jacobian")
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
    not_worked_out: Credit = Field(
        Decimal("0.5"), description="share for the right derivative, named and not worked out"
    )
    without_bias: Credit = Field(
        Decimal("0.5"), description="share for the right form without the bias in its argument"
    )

    def mistake_in_keys(self) -> str:
        """The names are h or z with an index in k."""
        names = [self.of, self.wrt, *(part.wrt for part in self.partial)]
        bad = [name for name in names if not re.fullmatch(r"[hz]\[k([+-]\d)?\]", name)]
        return f"'{bad[0]}' is not of the form h[k+1] or z[k]" if bad else ""

    def explain(self, text: str) -> Iterator[str]:
        """See `Check.explain`."""
        from grader.expressions.explain_statement import explain_statements

        return explain_statements(text, ())

    def judge(self, context: CheckContext) -> Verdict:
        """Read every formula, take the last form of J, and find its value among the right and the known wrong ones."""
        if context.answer is None:
            return needs_review("There is no answer to read.")
        return _Reader(
            self, context.seed, context.answer.text, Quote("The answer", context.answer.text, context.answer.where)
        ).verdict()


class _Reader:
    """One answer's reading."""

    def __init__(self, check: Jacobian, seed: int, text: str, quote: Quote) -> None:
        from grader.expressions.simulated_rnn import worlds

        self.check, self.seed, self.text, self.quote = check, seed, text, quote
        self.worlds = worlds(seed)

    def verdict(self) -> Verdict:
        """Formulas first, and words where there is none."""
        from grader.expressions.given_formula import given
        from grader.expressions.parse_prose import read_words
        from grader.expressions.statements import statements
        from grader.expressions.tree import NotRead, show

        found = statements(self.text)
        said = read_words(self.text)
        unread = [s for s in found if s.problem]
        chosen = None if unread else given(found, self.worlds)
        if said is not None and (chosen is None or chosen.bare):
            chosen = said
        elif unread:
            return self._open(f"Not read: {unread[0].text[:80]} ({unread[0].problem}).")
        elif chosen is None:
            return self._open("No formula for J was found in the answer.")
        try:
            return self._judged(chosen, in_words=chosen is said)
        except NotRead as error:
            return self._open(f"Read as {show(chosen.last)}, which has no value here: {error}.")

    def _open(self, what: str, reading: str = "", group: str = "") -> Verdict:
        return needs_review(what, "A person reads the answer and decides.", self.quote, reading=reading, group=group)

    def _judged(self, chosen: Given, in_words: bool) -> Verdict:
        from grader.expressions.classify import classify, vector_times_weights
        from grader.expressions.conventions import conventions
        from grader.expressions.tree import show

        reading = show(chosen.last)
        if vector_times_weights(chosen.last, chosen, self.worlds) and re.search(r"times\s*1\}|column", self.text):
            what = f"Read as {reading}: a column before W, so the shapes do not fit. The diag is forgotten."
            return failed(what, "Each unit depends on its own z alone: a diagonal matrix.", self.quote, reading=reading)
        targets = [self._target(part.wrt) for part in self.check.partial]
        found = classify(chosen, self.worlds, self._target(self.check.wrt), targets)
        doubt = (
            self._links(chosen, found)
            or self._claims(chosen, found)
            or ("" if in_words else self._words(chosen, found))
        )
        if doubt:
            return self._open(f"Read as {reading}. {doubt}", reading)
        taken = "; ".join(conventions(chosen))
        return self._said(chosen, found, f"Read as {reading}{taken and f' ({taken})'}", reading)

    def _said(self, chosen: Given, found: Class, read: str, reading: str) -> Verdict:
        from grader.expressions.declared_names import fingerprint

        under = f" for {found.under} as the activation" if found.under else ""
        match found.kind:
            case "right":
                under = under or " under three activations"
                return passed(
                    f"{read}: equal to d{self.check.of}/d{self.check.wrt}{under}.", self.quote, reading=reading
                )
            case "unevaluated":
                what = f"{read}: that is the right derivative, but it is not worked out."
                hint = "Write what it is: a diagonal matrix, and of what."
                return failed(what, hint, self.quote, credit=self.check.not_worked_out, reading=reading)
            case "no bias":
                what = f"{read}: right but for the bias in the argument."
                return failed(
                    what, "z contains the bias too.", self.quote, credit=self.check.without_bias, reading=reading
                )
            case "partial":
                part = self.check.partial[found.which]
                layout = " in denominator layout" if found.layout else ""
                what = f"{read}: that is d{self.check.of}/d{part.wrt}{layout}{under}. {part.because}."
                return failed(what, _counterexample(self.seed), self.quote, credit=part.credit, reading=reading)
            case "mistake":
                what = f"{read}: that is {found.name}. {' '.join(found.mistakes)}"
                hint = "J is the derivative of h with respect to z: one factor per step."
                return failed(what, hint, self.quote, reading=reading)
        group = fingerprint(chosen.values(chosen.last, self.worlds))
        return self._open(f"{read}: it equals neither the right form nor a known mistake.", reading, group)

    def _links(self, chosen: Given, found: Class) -> str:
        """Say which link of the chain, or which other formula for J, is not equal to the last form; or nothing."""
        from grader.expressions.evaluate import same
        from grader.expressions.tree import Partial, contains, show

        if found.by_form:
            return ""
        last = chosen.values(chosen.last, self.worlds)
        named = found.kind in ("mistake", "no bias")  # then a definition before it is what the mistake was made on
        for link in chosen.links[:-1]:
            if named and contains(link, Partial):
                continue
            if not all(same(a, b) for a, b in zip(chosen.values(link, self.worlds), last, strict=True)):
                return f"But {show(link)} is not equal to it."
        for mention in chosen.mentions:
            if not all(same(a, b) for a, b in zip(chosen.values(mention, self.worlds), last, strict=True)):
                return f"The answer also names {show(mention)}, which is not equal to it."
        for other in chosen.others:
            values = chosen.values(other.links[-1], self.worlds)
            if not all(same(a, b) for a, b in zip(values, last, strict=True)):
                return f"The answer also says {other.text[:80]}, which is not equal to it."
        return ""

    def _claims(self, chosen: Given, found: Class) -> str:
        """Check equations beside it, such as sigma' = sigma (1 - sigma): they must hold for some activation."""
        from grader.expressions.evaluate import same
        from grader.expressions.given_formula import for_any_argument
        from grader.expressions.tree import NotRead

        for claim in chosen.claims:
            if claim.program:
                continue  # put in where it is used, so it shows in the value
            try:
                left, right = (chosen.values(link, self.worlds) for link in for_any_argument(claim.links))
            except NotRead:
                return f"The answer also says {claim.text[:80]}, which was not checked."
            holds = [all(same(a, b) for a, b in list(zip(left, right, strict=True))[i : i + 2]) for i in (0, 2, 4)]
            if not any(holds):
                return f"The answer also says {claim.text[:80]}, which is false."
            if found.under and not holds[0 if found.under == "tanh" else 1]:
                return f"The answer also says {claim.text[:80]}, which does not fit {found.under}."
        return ""

    def _words(self, chosen: Given, found: Class) -> str:
        """Say which words around the formula may contradict it; empty when none do."""
        from grader.expressions.known_mistakes import NO_DERIVATIVE, OFF_BY_ONE
        from grader.expressions.tree import Transposed, contains, has_factor

        prose = _prose(self.text)
        if chosen.bare and not _NAMED.search(self.text) and (word := _SAID.search(prose)):
            return f"No formula says what J is, and the words speak of '{word[0]}'."
        if denied := _DENIED.search(self.text):
            return f"The words '{denied[0][:60]}' may say something else."
        weights = has_factor(chosen.last, "W")
        if (joined := _JOINED.search(prose)) and not weights:
            return f"The words '{joined[0]}' may add a factor."
        if not weights and _weights_in(self.text) and (said := _weights_in(self._without(chosen))):
            return f"The words '{said}' may add the weights."
        if (place := _PLACE.search(self.text)) and not re.match(
            r"[\\$({a-z]*z\}?(?:_?[{(]?k\s?\+\s?1|ₖ₊₁|(?![\w_{(ₖ]))", place[1]
        ):
            return f"The words '{place[0][:60]}' name another place than z."
        if changed := _CHANGED.search(prose):
            return f"The word '{changed[0]}' may change the formula."
        if _TURNED.search(prose) and not contains(chosen.last, Transposed):
            return "The words speak of a transpose that the formula does not have."
        if NO_DERIVATIVE in found.mistakes and re.search(r"(?i)derivative|ableitung", prose):
            return "The words around it speak of a derivative: sigma may stand for it."
        own = chosen.index is not None and (chosen.index.variable, chosen.index.offset) != ("k", 1)
        return "J has another index than on the sheet." if own and OFF_BY_ONE in found.mistakes else ""

    def _without(self, chosen: Given) -> str:
        """The answer without the formula that counts: what was read as a whole says nothing more."""
        return self.text.replace(chosen.text, " ") if chosen.text and chosen.text in self.text else self.text

    def _target(self, wrt: str) -> Callable[[World], Value]:
        of, inner = _step(self.check.of), _step(wrt)
        return (lambda w: w.dh_dz(of, inner)) if wrt[0] == "z" else (lambda w: w.dh_dh(of, inner))


def _weights_in(text: str) -> str:
    """A sentence that speaks of the weights and does not say that they are elsewhere; empty where there is none."""
    for sentence in re.split(r"(?<=[.;!])\s|\n", text):
        found = re.search(
            r"(?i)\b(?:weights?|gewicht\w*|times|multipl\w+)\b|\$\s*W\s*\$|(?<=\s)W(?=[\s.,])",
            _without_formulas(sentence),
        )
        if found and not _ELSEWHERE.search(sentence):
            return sentence.strip()[:60]
    return ""


def _without_formulas(sentence: str) -> str:
    return re.sub(r"\$[^$]*[=(][^$]*\$|`[^`]*`|J\S*\s*=\s*\S+|\w+\s*=[^\n]*@[^\n]*", " ", sentence)


def _prose(text: str) -> str:
    """The words of an answer without its formulas and code."""
    return re.sub(r"```.*?```|\$\$.*?\$\$|\$[^$]*\$|`[^`]*`|\\\[.*?\\\]", " ", text, flags=re.S)


def _step(name: str) -> int:
    from grader.expressions.simulated_rnn import K

    return K + int(name[3:-1] or 0)


def _counterexample(seed: int) -> str:
    from reference.rnn import bound_violated_with_w_inside

    left, right = bound_violated_with_w_inside(seed)
    return (
        f"With W inside J, (1) is false for some W: one step with ||W|| = 0.5 gives {left:.3f} on the left "
        f"and only {right:.3f} on the right (seed {seed})."
    )
