"""Judge a formula for a derivative of the RNN by its value, compared with automatic differentiation.

Known mistakes are recognised by their value too: argument, order of the derivative, W on the left, on the right or
transposed. A formula with any other value needs review; it never fails.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from grader.expressions.classify import Activation, Class, Layout, classify, vector_times_weights
from grader.expressions.completed_by_words import completed
from grader.expressions.contradicting_words import doubt_in_words, lost_prime
from grader.expressions.conventions import conventions
from grader.expressions.declared_names import fingerprint
from grader.expressions.evaluate import same
from grader.expressions.given_formula import Given, for_any_argument, given
from grader.expressions.judge_expression import (
    READ_BY_TUTOR,
    false_claim,
    no_value,
    not_read,
    unequal_formula,
    unequal_link,
)
from grader.expressions.known_mistakes import NO_DERIVATIVE
from grader.expressions.parse_prose import read_words
from grader.expressions.simulated_rnn import K, Value, World, worlds
from grader.expressions.statements import Statement, read_answer
from grader.expressions.tree import Apply, Component, Node, NotRead, Number, Partial, Symbol, Transposed, contains, show
from grader.model import Quote
from grader.model.message import NOTHING, Message, Text, say, sentences
from grader.model.verdict import Verdict, failed, needs_review, passed
from grader.prose.bounds import too_long
from reference.rnn import bound_violated_with_w_inside


@dataclass(frozen=True)
class PartialForm:
    """Another derivative that earns a share: the reason is a sentence without its full stop."""

    wrt: str
    credit: Decimal
    because: str


@dataclass(frozen=True)
class WantedJacobian:
    """The derivative d`of`/d`wrt` that a question asks for, and the shares that other forms earn.

    `shares` has the share of each mistake by its name, from 0 to 1, or None where a tutor decides; others earn nothing.
    """

    of: str
    wrt: str
    partial: Sequence[PartialForm]
    not_worked_out: Decimal
    shares: Mapping[str, Decimal | None]
    layout: Layout = "any"


def judge_jacobian(wanted: WantedJacobian, quote: Quote, seed: int) -> Verdict:
    """Read every formula, take the last form of J, and compare its value with the right one and the known mistakes."""
    return _Reader(wanted, quote, seed).verdict()


def _evaluated_last(chosen: Given) -> Given:
    """Return a chain such as `J = diag(...) = dh/dz` with its evaluated link at the end: all links have one value."""
    for number in range(len(chosen.links) - 2, -1, -1):
        link = chosen.links[number]
        if not contains(link, Partial) and not isinstance(link, Symbol):
            return replace(chosen, links=(*chosen.links[:number], *chosen.links[number + 1 :], link))
    return chosen


class _Reader:
    """Reads one answer."""

    def __init__(self, wanted: WantedJacobian, quote: Quote, seed: int) -> None:
        self.wanted, self.quote, self.seed, self.text = wanted, quote, seed, quote.text
        self.worlds = worlds(seed)

    def verdict(self) -> Verdict:
        """Read the formulas, or the words if no formula stands beside them."""
        if long := too_long(self.text):
            return self._review(long)
        answer = read_answer(self.text)
        found = answer.statements
        if unread := [statement for statement in found if statement.problem]:
            return self._review(not_read(unread[0]))
        if answer.beside:
            return self._review(
                say("The sign '{sign}' beside the formula could not be read.", sign=answer.beside[0][:40])
            )
        chosen = given(found, self.worlds)
        in_words = None if chosen is not None or not _only_names(found) else read_words(self.text)
        chosen = chosen or in_words
        if chosen is None:
            return self._review(say("The answer contains no formula for J."))
        try:
            return self._judged(completed(chosen, self.worlds), in_words=chosen is in_words)
        except NotRead as error:
            return self._review(no_value(show(chosen.last), error))

    def _review(self, message: Message, reading: str = "", group: str = "") -> Verdict:
        return needs_review(message, READ_BY_TUTOR, self.quote, reading=reading, group=group)

    def _judged(self, chosen: Given, in_words: bool) -> Verdict:
        reading = show(chosen.last)
        if vector_times_weights(chosen.last, chosen, self.worlds) and re.search(r"times\s*1\}|column", self.text):
            message = say("Read as {reading}, a column vector times W: diag is missing.", reading=reading)
            hint = say("Each unit depends only on its own z, so the derivative is a diagonal matrix.")
            return failed(message, hint, self.quote, reading=reading)
        targets = [self._target(part.wrt) for part in self.wanted.partial]
        found = classify(chosen, self.worlds, self._target(self.wanted.wrt), targets, self.wanted.layout)
        if found.kind == "unevaluated" and (written := _evaluated_last(chosen)) is not chosen:
            chosen, reading = written, show(written.last)
            found = classify(chosen, self.worlds, self._target(self.wanted.wrt), targets, self.wanted.layout)
        doubt = self._unequal(chosen, found) or self._false_claim(chosen, found)
        if not doubt and not in_words:
            doubt = doubt_in_words(self.text, chosen, found)
        if doubt:
            return self._review(sentences(say("Read as {reading}.", reading=reading), doubt), reading)
        return self._classified(chosen, found, reading)

    def _classified(self, chosen: Given, found: Class, reading: str) -> Verdict:
        shown: Text = reading
        if assumptions := conventions(chosen):
            shown = say("{reading} ({assumptions})", reading=reading, assumptions=tuple(assumptions))
        match found.kind:
            case "right":
                return passed(self._right(shown, found.under), self.quote, reading=reading)
            case "unevaluated" if re.search(r"(?i)diag", self.text):
                return self._review(
                    say("Read as {reading}, and the answer also speaks of a diagonal.", reading=shown), reading
                )
            case "unevaluated":
                message = say("Read as {reading}, which is the right derivative but is not evaluated.", reading=shown)
                hint = say("Evaluate it: write the diagonal matrix and its entries.")
                return failed(message, hint, self.quote, credit=self.wanted.not_worked_out, reading=reading)
            case "partial":
                part = self.wanted.partial[found.which]
                message = self._partial(shown, part, found)
                return failed(message, _counterexample(self.seed), self.quote, credit=part.credit, reading=reading)
            case "mistake":
                return self._mistaken(found, shown, reading, chosen)
        message = say("Read as {reading}, which equals neither the right form nor a known mistake.", reading=shown)
        return self._with_share("unknown", message, reading, chosen)

    def _mistaken(self, found: Class, shown: Text, reading: str, chosen: Given) -> Verdict:
        form = say("Read as {reading}.", reading=shown)
        if found.name and found.name != reading:
            form = say("Read as {reading}, which is {form}.", reading=shown, form=found.name)
        share = found.share
        if NO_DERIVATIVE in found.mistakes and (lost := lost_prime(self.text)):
            if self.wanted.shares.get("lost_prime") is None:
                return self._review(sentences(form, lost), reading)
            share = "lost_prime" if share == "no_derivative" else share
        return self._with_share(share, sentences(form, *found.mistakes), reading, chosen)

    def _with_share(self, name: str, message: Message, reading: str, chosen: Given) -> Verdict:
        """Fail with the share that the rubric gives for a form, or leave it to a tutor."""
        credit = self.wanted.shares.get(name, Decimal(0))
        if credit is None:
            return self._review(message, reading, fingerprint(chosen.values(chosen.last, self.worlds)))
        hint = say("J is the derivative of h with respect to z, with one factor for each step.")
        return failed(message, hint, self.quote, credit=credit, reading=reading)

    def _right(self, shown: Text, under: Activation) -> Message:
        if not under:
            return say(
                "Read as {reading}, which equals d{of}/d{wrt} for three different activations.",
                reading=shown,
                of=self.wanted.of,
                wrt=self.wanted.wrt,
            )
        return say(
            "Read as {reading}, which equals d{of}/d{wrt} with {activation} as the activation.",
            reading=shown,
            of=self.wanted.of,
            wrt=self.wanted.wrt,
            activation=_activation(under),
        )

    def _partial(self, shown: Text, part: PartialForm, found: Class) -> Message:
        message = say("Read as {reading}, which equals d{of}/d{wrt}.", reading=shown, of=self.wanted.of, wrt=part.wrt)
        layout = say("It is in denominator layout.") if found.denominator_layout else NOTHING
        under = NOTHING
        if found.under:
            under = say("The activation is {activation}.", activation=_activation(found.under))
        return sentences(message, layout, under, say("{reason}.", reason=part.because))

    def _unequal(self, chosen: Given, found: Class) -> Message:
        """Return a sentence on a link of the chain or a formula for J that differs from the last form; or nothing."""
        if found.by_form:
            return NOTHING
        last = chosen.values(chosen.last, self.worlds)
        part = self._under(found)
        named = found.kind == "mistake"  # the definition before it is the right start of a wrong chain
        for link in chosen.links[:-1]:
            if not (named and contains(link, Partial)) and not self._equal(chosen, link, last, part):
                return unequal_link(link)
        for mention in chosen.mentions:
            if not self._equal(chosen, mention, last, part):
                return unequal_formula(show(mention))
        for other in chosen.others:
            if not self._equal(chosen, other.links[-1], last, part) and not self._also_right(chosen, other, found):
                return unequal_formula(other.text)
        return NOTHING

    def _under(self, found: Class) -> slice:
        """Return the worlds in which formulas have to agree: all, or those of the activation that is written out."""
        draws = len(self.worlds) // 3
        return {"tanh": slice(0, draws), "sigmoid": slice(draws, 2 * draws)}.get(found.under, slice(None))

    def _also_right(self, chosen: Given, other: Statement, found: Class) -> bool:
        """Return whether another formula is right for its own activation: one for tanh, one for the sigmoid."""
        if found.kind != "right" or not found.under:
            return False
        return (
            classify(replace(chosen, links=other.links), self.worlds, self._target(self.wanted.wrt), []).kind == "right"
        )

    def _equal(self, chosen: Given, node: Node, values: Sequence[Value], part: slice = slice(None)) -> bool:
        pairs = zip(chosen.values(node, self.worlds[part]), values[part], strict=True)
        return all(same(a, b) for a, b in pairs)

    def _false_claim(self, chosen: Given, found: Class) -> Message:
        """Check other equations, such as sigma' = sigma (1 - sigma): they must hold for some activation."""
        for claim in chosen.claims:
            if claim.program:
                continue  # substituted in other formulas, so their value depends on it
            if doubt := self._doubt_about(claim, chosen, found.under):
                return doubt
        return NOTHING

    def _doubt_about(self, claim: Statement, chosen: Given, under: Activation) -> Message:
        try:
            left, right = (chosen.values(link, self.worlds) for link in for_any_argument(claim.links))
        except NotRead:
            return say("The answer also has {formula}, which could not be checked.", formula=claim.text[:80])
        holds = [all(same(a, b) for a, b in list(zip(left, right, strict=True))[i : i + 2]) for i in (0, 2, 4)]
        if not any(holds):
            return false_claim(claim.text)
        if under and not holds[0 if under == "tanh" else 1]:
            return say(
                "The answer also has {formula}, which does not hold for {activation}.",
                formula=claim.text[:80],
                activation=_activation(under),
            )
        return NOTHING

    def _target(self, wrt: str) -> Callable[[World], Value]:
        of, inner = _step(self.wanted.of), _step(wrt)
        return (lambda world: world.dh_dz(of, inner)) if wrt[0] == "z" else (lambda world: world.dh_dh(of, inner))


def _only_names(found: Sequence[Statement]) -> bool:
    """Return whether the formulas of an answer are names alone, such as z[k+1] or sigma'(z[k+1]) in a sentence."""
    return all(len(statement.links) == 1 and _is_name(statement.links[0]) for statement in found)


def _is_name(node: Node) -> bool:
    match node:
        case Symbol() | Number():
            return True
        case Apply(function=name, argument=inner) if name != "diag":
            return _is_name(inner)
        case Component(value=inner) | Transposed(value=inner):
            return _is_name(inner)
        case Partial(of=of, wrt=wrt):
            return _is_name(of) and _is_name(wrt)
    return False


def _activation(name: Activation) -> Text:
    return name if name == "tanh" else say("the logistic sigmoid")


def _step(name: str) -> int:
    return K + int(name[3:-1] or 0)


def _counterexample(seed: int) -> Message:
    left, right = bound_violated_with_w_inside(seed)
    return say(
        "With W inside J, inequality (1) is false for some W: one step with ||W|| = 0.5 gives {left} on the left-hand "
        "side and only {right} on the right-hand side (seed {seed}).",
        left=f"{left:.3f}",
        right=f"{right:.3f}",
        seed=seed,
    )
