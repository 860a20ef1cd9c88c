"""Judge one count of a small network: weights of the convolution, ReLU operations, or all weights."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from math import prod
from typing import Literal

from grader.model import Quote
from grader.model.message import NOTHING, Message, say, say_number, sentences
from grader.model.verdict import Verdict, failed, needs_review, passed
from grader.reading.arithmetic import ReadNumbers, in_digits, products, read_numbers
from grader.reading.count_mistakes import known_mistakes, side_of_maps
from grader.prose.qualifiers import denial
from reference.conv import Network

Count = Literal["convolution_weights", "relus", "all_weights"]
READ_BY_TUTOR = say("A tutor will read the answer.")
_EACH = re.compile(
    r"(?:each \w+ has \w+ \w+ \w+ = |each \w+ has |à |jeder? \w+ hat )(\d+)"
    r"|(\d+)\s+(?:\w+\s+)?(?:pro|per|for (?:one|each|every)|je|each|in (?:one|each))\b"
)
_CONTRAST = re.compile(r"(?i)\b(?:but|however|only|divided|instead|rather|aber|nur|sondern|geteilt|except|not \d+)\b")
_NOUNS = {"relus": r"relus?\b|operations|operationen", "convolution_weights": r"weights|gewichte|parameters?\b"}


def judge_count(plan: Network, count: Count, quote: Quote) -> Verdict:
    """Compare the numbers of an answer with the count of the real network and with known mistakes.

    Every number in the answer has to be explained; an answer with an unexplained number needs review.
    """
    return _Answer(plan, count, quote).verdict()


class _Answer:
    """One answer beside the right count."""

    def __init__(self, plan: Network, count: Count, quote: Quote) -> None:
        self.plan, self.count, self.quote, self.text = plan, count, quote, quote.text
        self.counts = plan.counts()
        self.right = self.counts[count]
        each = _each(self.text)
        every = known_mistakes(plan, count, self.counts)
        self.mistakes: Mapping[int, Message] = {n: mistake for n, mistake in every.items() if n not in each}

    def verdict(self) -> Verdict:
        """Judge the answer by its numbers; unreadable numbers need review."""
        read = read_numbers(self.text)
        if denied := denial(self.text):
            return self._review(denied)
        if unread := self._unread(read):
            return unread
        counted = self._counted_as()
        ends = read.values[:: max(1, len(read.values) - 1)]
        if counted and all(number in self.mistakes for number in counted) and counted[-1] in ends:
            return self._mistake(counted[-1])
        explained = _explained(self.plan, self.counts)
        strange = [number for number in read.values if number not in explained]
        if self.right in read.values:
            return self._with_the_right_one(read.values, strange)
        return self._without_the_right_one(read.values, strange)

    def _unread(self, read: ReadNumbers) -> Verdict | None:
        right = say("The right number is {right}.", right=self.right)
        if read.miscalculated and not re.search(rf"(?<!\d){self.right}(?!\d)", in_digits(self.text)):
            return failed(sentences(read.problem, right), say("Calculate it again."), self.quote)
        if read.problem:
            return self._review(sentences(read.problem, right))
        if not read.values:
            return self._review(say("The answer contains no number."))
        return None

    def _review(self, message: Message, hint: Message = READ_BY_TUTOR) -> Verdict:
        return needs_review(message, hint, self.quote)

    def _mistake(self, number: int) -> Verdict:
        message = say(
            "The answer is {number}; the right number is {right}, counted on a real network.",
            number=number,
            right=self.right,
        )
        return failed(message, self.mistakes[number], self.quote)

    def _with_the_right_one(self, values: Sequence[int], strange: Sequence[int]) -> Verdict:
        """Pass if the right number is the answer and every other number is explained."""
        if doubt := self._doubt():
            return self._review(doubt)
        others = [number for number in values if number in self.mistakes]
        at_an_end = self.right in (values[0], values[-1])
        if not strange and at_an_end and not (others and _CONTRAST.search(self.text)):
            return passed(say("{number} is right, counted on a real network.", number=self.right))
        listed = tuple(strange or others or values)
        message = say("The answer contains {right} and other numbers: {numbers}.", right=self.right, numbers=listed)
        return self._review(message, say("A tutor will decide which number is meant."))

    def _doubt(self) -> Message:
        """Return the doubt about the right number although the answer contains it; nothing if there is none."""
        if re.search(rf"\b(?:not|nicht|never|no)\s+(?:the\s+|die\s+)?{self.right}\b", in_digits(self.text)):
            return say("The answer denies the number {number}.", number=self.right)
        of_one = {self.right, *_each(self.text)}
        for counted in self._counted_as():
            if counted not in of_one:
                return say("The answer gives both {other} and {right}.", other=counted, right=self.right)
        for factors in products(self.text):
            if prod(factors) == self.right and sorted(factors) not in self._derivations():
                calculation = " * ".join(map(str, factors))
                return say(
                    "The calculation {calculation} gives {number}, but from unexpected factors.",
                    calculation=calculation,
                    number=self.right,
                )
        return NOTHING

    def _counted_as(self) -> list[int]:
        """Return the numbers directly before the noun that is counted: `79 operations`."""
        noun = _NOUNS.get(self.count, "nothing")
        pattern = rf"(?<![\d*x×·+.,])(?<![*x×·+] )(\d+)\s+(?:\w+[ -])?(?:{noun})"
        return [int(found[1]) for found in re.finditer(pattern, in_digits(self.text))]

    def _derivations(self) -> list[list[int]]:
        """Return the factors whose product is the right count, sorted."""
        plan = self.plan
        maps = side_of_maps(plan) // plan.pool
        known = {
            "convolution_weights": [[plan.filters, plan.kernel, plan.kernel], [plan.filters, plan.kernel**2]],
            "relus": [[plan.filters, maps, maps], [plan.filters, maps**2]],
        }
        found = known.get(self.count, [])
        return [sorted(factors) for factors in (*found, *([1, *factors] for factors in found))]

    def _without_the_right_one(self, values: Sequence[int], strange: Sequence[int]) -> Verdict:
        """Fail for a known mistake, if the answer can have no other meaning."""
        biased = replace(self.plan, bias=True).counts()[self.count]
        if biased in values:
            message = say("{number} includes biases; the right number is {right}.", number=biased, right=self.right)
            if re.search(r"(?i)\bbias", self.text):
                return self._review(message, say("The answer mentions biases; a tutor will decide."))
            return failed(message, say("The network has no biases."), self.quote)
        named = [number for number in values if number in self.mistakes]
        if named and self._means(named, values, strange):
            return self._mistake(named[-1])
        message = say_number(
            "The number in the answer is {numbers}; the right number is {right}.",
            "The numbers in the answer are {numbers}; the right number is {right}.",
            len(values),
            numbers=tuple(values),
            right=self.right,
        )
        return self._review(message, say("This is not a known mistake; a tutor will decide."))

    def _means(self, named: Sequence[int], values: Sequence[int], strange: Sequence[int]) -> bool:
        """Return whether the answer can only mean the last number of a known mistake."""
        conclusion = r"(?:=|\bmacht|\bmakes|\btotal|\bso|ergibt|\bgives|together|insgesamt)"
        concluded = re.search(rf"{conclusion}\W*(?:\w+\W+)?{values[-1]}\b", self.text)
        unexplained = [number for number in strange if number not in self.mistakes]
        if values[-1] == named[-1] and concluded:
            unexplained = []
        at_an_end = values[-1] in (named[-1], named[0]) or values[0] == named[0]
        return not unexplained and at_an_end


def _each(text: str) -> set[int]:
    """Return the numbers for one of several, such as `16 per filter` or `3 filters à 16`."""
    return {int(found[1] or found[2]) for found in _EACH.finditer(in_digits(text))}


def _explained(plan: Network, counts: Mapping[str, int]) -> set[int]:
    """Return the numbers that the exercise gives or that its calculations contain."""
    side = side_of_maps(plan)
    sizes = {plan.image, plan.filters, plan.kernel, plan.stride, plan.outputs, side // plan.pool, side, 0, 1}
    return sizes | {plan.kernel**2, side**2, plan.image**2} | set(counts.values())
