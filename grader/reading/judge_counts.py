"""Judge one count of a small network: weights of the convolution, ReLU operations, or all weights."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from math import prod
from typing import Literal

from grader.model import Quote
from grader.model.message import NOTHING, Message, say, say_number, sentences
from grader.model.verdict import Verdict, failed, needs_review, passed
from grader.prose.bounds import too_long
from grader.prose.qualifiers import denial, qualifier
from grader.reading.arithmetic import ReadNumbers, in_digits, products, read_numbers
from grader.reading.count_claims import MAX_CLAIMS, read_claims
from grader.reading.count_mistakes import CountMistake, known_mistakes, side_of_maps
from grader.reading.visible_words import with_single_spaces
from reference.conv import Network

_UNBIASED = re.compile(r"(?i)\b(?:without|no|not|exclud\w+|ohne|keine?)\s+(?:any\s+|the\s+)?bias\w*")
_NOTHING = Decimal(0)
Count = Literal["convolution_weights", "relus", "all_weights"]
READ_BY_TUTOR = say("A tutor will read the answer.")
_EACH = re.compile(r"\bà (\d+)")
_PREMISE = (  # a number of the exercise with its noun, and the field of the plan that it has to equal
    (
        "filters",
        re.compile(
            r"(?<![\d*x×.,] )(?<![\d*x×.,])(\d+) (?:(?!pro|per|je|for|in|auf)\w+ )?(?:filters?|kernels?|maps|filtern)\b"
        ),
    ),
    (
        "kernel",
        re.compile(
            r"\b(?:filters?|kernels?|filtern?)[^\w:=*]+(?:\w+ )?(?:of |with |size |der größe |à )*(\d+) ?[x×*] ?\d+"
        ),
    ),
    ("kernel", re.compile(r"(\d+) ?[x×] ?\d+[ -](?:filters?|kernels?|filtern?)\b")),
    ("outputs", re.compile(r"(?<![\d*x×.,] )(?<![\d*x×.,])(\d+) (?:outputs?|ausgänge\w*)\b")),
)
_CONTRAST = re.compile(r"(?i)\b(?:but|however|only|divided|instead|rather|aber|nur|sondern|geteilt|except|not \d+)\b")
_NOUNS = {"relus": r"relus?\b|operations|operationen", "convolution_weights": r"weights|gewichte|parameters?\b"}


@dataclass(frozen=True)
class CountShares:
    """The shares of the points, from 0 to 1, for numbers that are not right; None where a tutor decides.

    `part` is for the number of one filter, map or layer, `other_biases` for a count with biases where none count, or
    the other way round (None leaves only answers that speak of biases to a tutor), `unknown` for any other number.
    """

    part: Decimal = _NOTHING
    other_biases: Decimal | None = None
    unknown: Decimal | None = None


def judge_count(plans: Sequence[Network], count: Count, quote: Quote, shares: CountShares) -> Verdict:
    """Compare the numbers of an answer with the count of real networks, of which each is right, and known mistakes.

    Every number in the answer has to be explained; an answer with an unexplained number needs review.
    """
    if long := too_long(quote.text):
        return needs_review(long, READ_BY_TUTOR, quote)
    verdicts = [_Answer(plan, count, quote, shares).verdict() for plan in plans]
    return next((verdict for verdict in verdicts if verdict.status == "passed"), verdicts[0])


class _Answer:
    """One answer beside the right count."""

    def __init__(self, plan: Network, count: Count, quote: Quote, shares: CountShares) -> None:
        self.plan, self.count, self.quote, self.shares = plan, count, quote, shares
        self.text = with_single_spaces(quote.text)
        self.counts = plan.counts()
        self.right = self.counts[count]
        self.claims = read_claims(self.text)
        each = _each(self.text) | self._parts() if len(self.claims) <= MAX_CLAIMS else set()
        self.other = replace(plan, bias=not plan.bias).counts()[count]  # with biases where none count, or without
        if any(claim.value == self.right for claim in self.claims):
            each |= {self.other} if plan.bias else set()  # `48 + 3 biases = 51`
        self.every = known_mistakes(plan, count, self.counts)
        self.mistakes: Mapping[int, CountMistake] = {n: one for n, one in self.every.items() if n not in each}

    def verdict(self) -> Verdict:
        """Judge the answer by its numbers; unreadable numbers need review."""
        read = read_numbers(self.text)
        if len(self.claims) > MAX_CLAIMS:
            return self._review(say("The answer has more than {limit} numbers.", limit=MAX_CLAIMS))
        if denied := denial(self.text):
            return self._review(denied)
        if unread := self._unread(read):
            return unread
        if biased := self._with_biases(read.values):
            return biased
        counted = self._counted_as()
        ends = read.values[:: max(1, len(read.values) - 1)]
        if counted and all(number in self.mistakes for number in counted) and counted[-1] in ends:
            open_ = self._doubt_about_claims() if self.right in read.values else NOTHING  # `48 or 51 weights`
            return self._review(open_) if open_ else self._mistake(counted[-1])
        explained = _explained(self.plan, self.counts)
        aside = self._asides() if self.right in read.values else set()
        strange = [number for number in read.values if number not in explained | aside]
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
        mistake = self.mistakes[number]
        if number == self.other:
            return failed(message, mistake.message, self.quote, credit=self.shares.other_biases or _NOTHING)
        return failed(message, mistake.message, self.quote, credit=self.shares.part if mistake.is_part else _NOTHING)

    def _with_the_right_one(self, values: Sequence[int], strange: Sequence[int]) -> Verdict:
        """Pass if the right number is the answer and every other number is explained."""
        if doubt := self._doubt():
            return self._review(doubt)
        others = [number for number in values if number in self.mistakes and number not in self._asides()]
        counted = [number for number in values if number and number not in self._asides()]
        at_an_end = self.right in (counted[0], counted[-1])
        if not strange and at_an_end and not (others and _CONTRAST.search(_without_denied(self.text))):
            return passed(say("{number} is right, counted on a real network.", number=self.right))
        listed = tuple(strange or others or values)
        message = say("The answer contains {right} and other numbers: {numbers}.", right=self.right, numbers=listed)
        return self._review(message, say("A tutor will decide which number is meant."))

    def _doubt(self) -> Message:
        """Return the doubt about the right number although the answer contains it; nothing if there is none."""
        digits = in_digits(self.text)
        if re.search(
            rf"\b(?:not|nicht|never|no)\s+(?:the\s+|die\s+)?(?:[\d(][\d\s·*x×+,=()-]{{0,60}}=\s*)?{self.right}\b",
            digits,
        ):
            return say("The answer denies the number {number}.", number=self.right)
        if self.plan.bias and (without := _UNBIASED.search(self.text)):
            return say("The words '{words}' may contradict the number, which includes biases.", words=without[0])
        if scaled := qualifier(digits, "scaled"):
            return say("The word '{word}' may change the number {number}.", word=scaled, number=self.right)
        if doubt := self._doubt_about_claims():
            return doubt
        of_one = {self.right, *_each(self.text), *self._parts(), *self._asides()}
        totals = [claim.value for claim in self.claims if claim.is_total and claim.value in self.every]
        for counted in (*self._counted_as(), *totals):
            if counted not in of_one or (counted in totals and counted != self.right):
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

    def _parts(self) -> set[int]:
        """Return the numbers that are said of a part alone, wherever they stand."""
        said = {claim.value: claim.is_part for claim in reversed(self.claims) if not claim.is_denied}
        return {value for value, part in said.items() if part}

    def _asides(self) -> set[int]:
        """Return the count with biases where its own clause says so, and numbers that are denied."""
        said = not self.plan.bias and any(c.value == self.other and c.is_biased for c in self.claims)
        return ({self.other} if said else set()) | {claim.value for claim in self.claims if claim.is_denied}

    def _with_biases(self, values: Sequence[int]) -> Verdict | None:
        """Return the verdict on a count with biases of which the answer speaks; None for any other answer."""
        speaks = self.other in values and re.search(r"(?i)\bbias", self.text)
        if self.plan.bias or self.other == self.right or not speaks:
            return None
        if self.right in values and (self.other in self._asides() or self.shares.other_biases is not None):
            return None
        if self.shares.other_biases is not None:
            return self._biases_counted()
        return self._review(self._includes_biases(), say("The answer mentions biases; a tutor will decide."))

    def _includes_biases(self) -> Message:
        return say("{number} includes biases; the right number is {right}.", number=self.other, right=self.right)

    def _biases_counted(self) -> Verdict:
        credit = self.shares.other_biases or _NOTHING
        return failed(self._includes_biases(), say("The network has no biases."), self.quote, credit=credit)

    def _doubt_about_claims(self) -> Message:
        """Return the words by which the right number is one of a part, a bound, a range or in another unit."""
        for claim in self.claims:
            if words := claim.doubt:
                return say("The word '{word}' may change the number {number}.", word=words, number=claim.value)
            if claim.value == self.right and claim.is_part:
                return say("The answer may give {number} for a part only.", number=self.right)
        for field, pattern in _PREMISE:
            for found in pattern.finditer(in_digits(self.text)):
                if int(found[1]) not in (getattr(self.plan, field), 1):
                    return say("'{words}' in the answer does not fit the exercise.", words=found[0])
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
        if not self.plan.bias and self.other in values:
            return self._biases_counted()
        if self._gives_all_parts(values):
            return self._review(
                say("The answer gives the numbers of the parts and not their sum, {right}.", right=self.right)
            )
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
        if self.shares.unknown is None or self._doubt_about_claims():
            return self._review(message, say("This is not a known mistake; a tutor will decide."))
        return failed(message, say("Calculate it again."), self.quote, credit=self.shares.unknown)

    def _gives_all_parts(self, values: Sequence[int]) -> bool:
        """Return whether all weights are asked for, and both layers have theirs."""
        return self.count == "all_weights" and {
            self.counts["convolution_weights"],
            self.counts["linear_weights"],
        } <= set(values)

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
    return {int(found[1]) for found in _EACH.finditer(in_digits(text))}


def _without_denied(text: str) -> str:
    return re.sub(r"(?i)\b(?:not|nicht)\s+\d+(?:,?\s+(?:but|sondern))?", " ", text)


def _explained(plan: Network, counts: Mapping[str, int]) -> set[int]:
    """Return the numbers that the exercise gives or that its calculations contain."""
    side = side_of_maps(plan)
    if plan.bias:
        counts = {**counts, **{f"{name} without": n for name, n in replace(plan, bias=False).counts().items()}}
    sizes = {plan.image, plan.filters, plan.kernel, plan.stride, plan.outputs, side // plan.pool, side, 0, 1}
    return sizes | {plan.kernel**2, side**2, plan.image**2} | set(counts.values())
