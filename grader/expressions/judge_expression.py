"""Judge a formula over declared names by its value, compared with the right one."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace

import numpy as np

from grader.expressions.contradicting_words import changing_word, continued
from grader.expressions.declared_names import Named, fingerprint, values_of
from grader.expressions.elementary import activations_in, every_part
from grader.expressions.evaluate import same
from grader.expressions.left_sides import chosen_formula, names_in, with_left_sides, with_own_names
from grader.expressions.numbers_at_end import doubt_about_numbers, numbers_of, without_numbers
from grader.expressions.simulated_rnn import Value
from grader.expressions.statements import Statement, read_answer
from grader.expressions.tree import UNNAMED, Node, NotRead, show
from grader.expressions.wanted_formula import WantedFormula
from grader.model import Quote
from grader.model.message import NOTHING, Message, say, sentences
from grader.model.verdict import Verdict, failed, needs_review, passed
from grader.prose.bounds import too_long
from grader.prose.qualifiers import changed_afterwards, qualifier

# Words that deny a formula, suppose it or put it under a condition: it is then not the answer.
_SUPPOSED = re.compile(
    r"(?i)\b(?:might|may|could|would|one\s+may|suppose|assum\w+|wenn|falls|if|only\s+for|nur\s+f(?:ü|ue)r|angenommen|unless|except|otherwise|else|sonst)\b"
    r"|\b(?:not|nicht|never|kein\w*|wrong|false|falsch|incorrect|mistaken?|wrongly|fehler)\b|\?|~~"
)
# An operation right behind a formula, outside of its delimiters: it is read up to its end, and the operation is not.
_CONTINUED = re.compile(
    r"(?i)^[\s$`)\]},\\]*(?P<word>times|plus|minus|divided|multiplied|squared|cubed|inverted|transposed|negated|doubled|halved"
    r"|mal|geteilt|multipliziert|quadriert|invertiert|transponiert|hoch)\b"
    r"|^\s*(?:\$+|`|\\[)\]])?\s*(?P<sign>[+*/^·⋅×]|[-−]\s*(?:\d|\$|\\|[A-Za-z]\b))"
)
# `The sum of the entries of` right before a formula: it is read from its beginning, and the operation is not.
_OPERATION_BEFORE = re.compile(
    r"(?i)\b(sum|product|norm|square|root|mean|average|trace|determinant|derivative|gradient|logarithm|exponential|maximum|minimum"
    r"|summe|produkt|quadrat|wurzel|mittelwert|ableitung|spur)\s+(?:of|over|von|der|des|über)\b(?:\s+(?!(?:is|are|equals|gives|reads|ist|sind|lautet)\b)\w+){0,4}\s*$"
)
# What a formula counts, right behind it.
_COUNTED = re.compile(
    r"(?i)(?:trainable |learnable |lernbare )?(?:parameters?|weights?|numbers|values|operations|multiplications|flops|entries|steps"
    r"|gewichte|parametern?|operationen|werte|schritte)(?: (?:in total|in all|altogether|overall|insgesamt))?\W*"
)
_SHOWN = 80  # characters of a formula in a message
READ_BY_TUTOR = say("A tutor will read the answer.")


def judge_expression(wanted: WantedFormula, quote: Quote, seed: int) -> Verdict:
    """Read every formula of an answer, compare the last form of the one that counts, and check all others."""
    if long := too_long(quote.text):
        return _review(long, quote)
    answer = read_answer(quote.text, wanted.vocabulary)
    found: Sequence[Statement] = answer.statements
    if unread := [statement for statement in found if statement.problem]:
        return _review(not_read(unread[0]), quote)
    if answer.beside:
        return _review(
            say("The sign '{sign}' beside the formula could not be read.", sign=answer.beside[0][:40]), quote
        )
    found = with_own_names(with_left_sides(found, wanted), wanted)
    chosen = chosen_formula(found, wanted)
    if chosen is None:
        return _review(_nothing_found(wanted.gives), quote)
    return _judged(wanted, found, chosen, quote, seed)


def _judged(wanted: WantedFormula, found: Sequence[Statement], chosen: Statement, quote: Quote, seed: int) -> Verdict:
    """Compare one formula of an answer with the wanted one, once nothing else in the answer speaks against it."""
    reader = _Reader(wanted, wanted.draw(seed))
    links, numbers = without_numbers(chosen.links)
    given = numbers_of(found, reader.drawn[0]) if numbers else {}
    found = [one for one in found if not (given and names_in(one.links[0]) <= given.keys() and one is not chosen)]
    formula = replace(chosen, links=links)
    found = [formula if one is chosen else one for one in found]
    chosen = formula
    reading = show(chosen.links[-1])
    if len(several := activations_in(chosen.links[-1])) > 1:
        message = say(
            "Read as {reading}; the functions {names} cannot be distinguished.", reading=reading, names=several
        )
        return _review(message, quote, reading)
    try:
        values = values_of(chosen.links[-1], reader.drawn)
        doubt = reader.doubt(chosen, found, values, quote.text)
        doubt = doubt or doubt_about_numbers(chosen.links[-1], numbers, given, reader.drawn[0])
    except NotRead as error:
        return _review(no_value(reading, error), quote, reading)
    if doubt:
        return _review(sentences(say("Read as {reading}.", reading=reading), doubt), quote, reading)
    return reader.compared(values, reading, quote)


def not_read(statement: Statement) -> Message:
    """Return a sentence with the formula that could not be read, and the reason."""
    formula = statement.text[:_SHOWN]
    return say("The formula {formula} could not be read: {reason}.", formula=formula, reason=statement.problem)


def no_value(reading: str, error: NotRead) -> Message:
    """Return a sentence with the reason why a formula that was read cannot be evaluated."""
    return say("Read as {reading}, which could not be evaluated: {reason}.", reading=reading, reason=error.reason)


def unequal_link(link: Node) -> Message:
    """Return a sentence about a link of a chain that differs from its last form."""
    return say("{formula} in the same equation is not equal to it.", formula=show(link))


def unequal_formula(text: str) -> Message:
    """Return a sentence about another formula for the same name that differs."""
    return say("The answer also has {formula}, which is not equal to it.", formula=text[:_SHOWN])


def false_claim(text: str) -> Message:
    """Return a sentence about an equation of the answer that does not hold."""
    return say("The answer also has {formula}, which is false.", formula=text[:_SHOWN])


class _Reader:
    """Compares the formulas of one answer over drawn values of the names."""

    def __init__(self, wanted: WantedFormula, drawn: Sequence[Named]) -> None:
        self.wanted = wanted
        right = values_of(wanted.tree(wanted.equals), drawn)
        self.drawn = [replace(one, shape=value.shape) for one, value in zip(drawn, right, strict=True)]

    def doubt(self, chosen: Statement, found: Sequence[Statement], values: Sequence[Value], text: str) -> Message:
        """Return a sentence on another part of the answer that differs, is false or denies the formula; or nothing."""
        for link in chosen.links[1:-1]:
            if not _equal(values_of(link, self.drawn), values):
                return unequal_link(link)
        parts = self._values_in(chosen)
        for other in found:
            if other is chosen or self._is_part(other, values, parts):
                continue
            last = values_of(other.links[-1], self.drawn)
            if len(other.links) == 1:
                return unequal_formula(other.text)
            if other.links[0] == UNNAMED:
                if not _equal(last, values):
                    return unequal_formula(other.text)
            elif not _equal(values_of(other.links[0], self.drawn), last):
                return false_claim(other.text)
        if operation := _OPERATION_BEFORE.search(chosen.before):
            return say("The word '{word}' may change the formula.", word=operation[1])
        if more := _CONTINUED.search(text.partition(chosen.text)[2]):
            return say("The word '{word}' may change the formula.", word=more["word"] or more["sign"])
        if (words := continued(chosen.behind)) and not _COUNTED.fullmatch(words):
            return say("The words '{words}' behind the formula may change it.", words=words[:_SHOWN])
        return _doubt_in_words(_without_formulas(text, found))

    def _values_in(self, chosen: Statement) -> list[Sequence[Value]]:
        """Return the values of a formula and of all its parts that have one."""
        found: list[Sequence[Value]] = []
        for link in chosen.links[1:] or chosen.links:
            for part in every_part(link):
                with suppress(NotRead):  # the argument of a sum has a value only inside of it
                    found.append(values_of(part, self.drawn))
        return found

    def _is_part(self, other: Statement, values: Sequence[Value], parts: Sequence[Sequence[Value]]) -> bool:
        """Return whether a bare formula is about a part of the chosen one or has another shape: no second answer."""
        if len(other.links) > 1:
            return False
        try:
            own = values_of(other.links[0], self.drawn)
        except NotRead:
            names = names_in(other.links[0])
            return not names & self.wanted.vocabulary.names  # a function without its argument, or a name alone
        return own[0].shape != values[0].shape or any(_equal(own, part) for part in parts)

    def compared(self, values: Sequence[Value], reading: str, quote: Quote) -> Verdict:
        """Compare with the right formula and with the known forms, also transposed if either layout counts."""
        right = values_of(self.wanted.tree(self.wanted.equals), self.drawn)
        if not all(np.isfinite(value).all() for value in right):
            message = say(
                "Read as {reading}. The right formula has no finite value at a random point.", reading=reading
            )
            return _review(message, quote, reading)
        for layout, turn in self._layouts():
            if _equal(values, [turn(value) for value in right]):
                message = say(
                    "Read as {reading}, which equals {form} at {points} random points.",
                    reading=reading,
                    form=self.wanted.equals,
                    points=len(self.drawn),
                )
                return passed(sentences(message, layout), quote, reading=reading)
        for known in self.wanted.known:
            wrong = values_of(self.wanted.tree(known.form), self.drawn)
            for layout, turn in self._layouts():
                if _equal(values, [turn(value) for value in wrong]):
                    message = say("Read as {reading}, which equals {form}.", reading=reading, form=known.form)
                    message = sentences(message, layout, say("{reason}.", reason=known.because))
                    hint = say("Work out one entry by hand and compare it with the formula.")
                    return failed(message, hint, quote, credit=known.credit, reading=reading)
        message = say("Read as {reading}, which equals neither the right formula nor a known form.", reading=reading)
        return _review(message, quote, reading, fingerprint(values))

    def _layouts(self) -> list[tuple[Message, Callable[[Value], Value]]]:
        as_written: tuple[Message, Callable[[Value], Value]] = (NOTHING, lambda value: value)
        if not self.wanted.counts_transposed:
            return [as_written]
        return [as_written, (say("It is transposed: the other layout of a derivative."), lambda value: value.T)]


def _doubt_in_words(prose: str) -> Message:
    """Return the words around the formulas that deny, doubt, restrict or change them; nothing if there are none."""
    if word := _SUPPOSED.search(prose):
        return say("The word '{word}' may deny the formula or make it conditional.", word=word[0])
    if words := qualifier(prose, "denied", "doubted", "restricted", "bounded"):
        return say("The words '{words}' may contradict the formula.", words=words)
    if word_ := qualifier(prose, "scaled") or changed_afterwards(prose) or changing_word(prose):
        return say("The word '{word}' may change the formula.", word=word_[:_SHOWN])
    return NOTHING


def _nothing_found(name: str) -> Message:
    if name:
        return say("The answer contains no formula for {name}.", name=name)
    return say("The answer contains no formula.")


def _without_formulas(text: str, found: Sequence[Statement]) -> str:
    for statement in found:
        text = re.sub(rf"(?<!\w){re.escape(statement.text)}(?!\w)", " ", text) if statement.text else text
    return re.sub(r"```.*?```|\$\$.*?\$\$|\$[^$]*\$|`[^`]*`|\\\[.*?\\\]", " ", text, flags=re.S)


def _review(message: Message, quote: Quote, reading: str = "", group: str = "") -> Verdict:
    return needs_review(message, READ_BY_TUTOR, quote, reading=reading, group=group)


def _equal(one: Sequence[Value], other: Sequence[Value]) -> bool:
    return all(same(a, b) for a, b in zip(one, other, strict=True))
