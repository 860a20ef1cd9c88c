"""The kind `numbers`: convolution arithmetic, each right number computed on real tensors and modules.

Every number in the answer has to be explained; what is present but not recognised waits for a person.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from decimal import ROUND_FLOOR, Decimal
from typing import ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field

from grader.checks.arithmetic import read_numbers
from grader.checks.base import Check, Seen, Verdict, broken, failed, passed, waiting
from grader.model import Quote, Table

NOT_WHOLE = 0  # stands for "does not fit"
WRONG_DEPTH = -1  # stands for a third dimension that is not the number of filters
_SIZE = re.compile(
    r"(?<![\d.])(\d{1,3})\s*(?:x|×|X|\*|\\times|by|mal)\s*(\d{1,3})(?:\s*(?:x|×|X|\*|\\times)\s*(\d{1,4}))?"
)
_IMPOSSIBLE = re.compile(
    r"(?i)not (?:possible|an integer|whole|divisible|valid|work|fit|evenly)|impossible|does(?:n.t| not) (?:fit|work|divide)"
    r"|cannot|can.t|nicht (?:möglich|ganzzahlig|teilbar)|geht nicht|passt nicht|unmöglich|no integer|isn.t (?:possible|whole|an)"
)
_STRIDE = re.compile(
    r"(?i)(?:stride|strides|schrittweite|s)\s*(?:of|=|:|von)?\s*(\d)\b|\|\s*(\d)\s*\||^\s*(\d)\s*\t", re.M
)


_CONTRAST = re.compile(r"(?i)\b(?:but|however|only|divided|instead|rather|aber|nur|sondern|geteilt|except|not \d+)\b")


class Convolution(BaseModel):
    """A square image, square filters, and the strides that are asked about."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    input: int = Field(gt=0)
    kernel: int = Field(gt=0)
    filters: int = Field(1, gt=0)
    strides: list[int] = Field(min_length=1)


class NetworkPlan(BaseModel):
    """A convolution, pooling, ReLU and a fully connected layer, without biases unless said."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    image: int = Field(gt=0)
    filters: int = Field(gt=0)
    kernel: int = Field(gt=0)
    stride: int = Field(gt=0)
    outputs: int = Field(gt=0)
    pool: int = Field(1, gt=0)


class Numbers(Check):
    """The numbers in the answer are right, under a convention that the answer may choose."""

    label: ClassVar[str] = "Numbers"
    needs_answer: ClassVar[bool] = True
    example: ClassVar[str] = """\
kind: numbers
points: 2
convolution: {input: 13, kernel: 3, filters: 64, strides: [2, 3, 4, 5]}"""
    kind: Literal["numbers"] = "numbers"
    convolution: Convolution | None = Field(None, description="asks for the output size at each stride")
    network: NetworkPlan | None = Field(None, description="asks for one count of this network")
    count: Literal["convolution_weights", "relus", "all_weights"] | None = Field(None, description="which count")

    def wrong(self) -> str:
        """Either a convolution, or a network with a count."""
        if (self.convolution is None) == (self.network is None) or (self.network is None) != (self.count is None):
            return "give either 'convolution', or 'network' with 'count'"
        return ""

    def judge(self, seen: Seen) -> Verdict:
        """Compare with what real tensors and modules give."""
        if seen.answer is None:
            return waiting("There is no answer to read.")
        quote = Quote("The answer", seen.answer.text, seen.answer.where)
        if self.convolution is not None:
            return _sizes(self.convolution, seen.answer.text, quote)
        return self._counted(seen.answer.text, quote)

    def _counted(self, text: str, quote: Quote) -> Verdict:
        from reference.conv import Network

        if self.network is None or self.count is None:
            return broken("The rubric asks for no count.")
        plan = self.network
        right = Network(**plan.model_dump()).counts()
        biased = Network(**plan.model_dump(), bias=True).counts()
        wanted = right[self.count]
        read = read_numbers(text)
        if read.problem:
            return waiting(f"{read.problem} The right number is {wanted}.", "A person reads it.", quote)
        if not read.values:
            return waiting("No number was found in the answer.", "A person reads it.", quote)
        explained = _explained(plan, right)
        strange = [n for n in read.values if n not in explained]
        mistakes = self._mistakes(plan, right)
        if wanted in read.values:
            ends = wanted in (read.values[0], read.values[-1])
            others = [n for n in read.values if n in mistakes]
            if not strange and ends and not (others and _CONTRAST.search(text)):
                return passed(f"{wanted} is right, counted on a real network.")
            listed = ", ".join(map(str, strange or others or read.values))
            return waiting(
                f"{wanted} stands in the answer beside other numbers: {listed}.", "Which one is meant?", quote
            )
        return self._without_the_right_one(read.values, strange, biased[self.count], mistakes, wanted, quote)

    def _without_the_right_one(
        self,
        found: Sequence[int],
        strange: Sequence[int],
        biased: int,
        mistakes: Mapping[int, str],
        wanted: int,
        quote: Quote,
    ) -> Verdict:
        """Fail for a mistake that has a name, where it is the only thing that the answer can mean."""
        says = f"The right number is {wanted}, counted on a real network."
        if biased in found:
            what = f"{biased} counts biases. {says}"
            if re.search(r"(?i)\bbias", quote.text):
                return waiting(what, "The answer says so; a person decides.", quote)
            return failed(what, "The network has no biases.", quote)
        named = [n for n in found if n in mistakes]
        if (
            named and not [n for n in strange if n not in mistakes] and found[-1] in (named[-1], named[0])
        ) or found == named:
            return failed(f"{named[-1]}: {mistakes[named[-1]]} {says}", mistakes[named[-1]], quote)
        listed = ", ".join(map(str, found))
        return waiting(f"{listed}: not {wanted}, and not a known mistake.", "A person decides.", quote)

    def _mistakes(self, plan: NetworkPlan, right: Mapping[str, int]) -> dict[int, str]:
        """Named wrong counts of the question that is asked."""
        side = (plan.image - plan.kernel) // plan.stride + 1
        known = {
            "convolution_weights": {
                plan.kernel**2: "That is one filter; all filters are asked for.",
                right["all_weights"]: "That is the whole network, not the convolution.",
                plan.filters * plan.kernel: "A filter has as many weights as its area, not as its side.",
                side**2 * plan.filters * plan.kernel**2: "Weights are shared over the image and counted once.",
            },
            "relus": {
                side**2: "That is one map; every map counts.",
                plan.image**2: "ReLU works on the maps, not on the image.",
                plan.image**2 * plan.filters: "ReLU works on the maps after the convolution, which are smaller.",
                plan.filters: "One ReLU for every pixel of every map, not one for every map.",
            },
            "all_weights": {
                right["linear_weights"]: "The weights of the convolution are missing.",
                right["convolution_weights"]: "The weights of the fully connected layer are missing.",
                right["convolution_weights"] + right["relus"]: "Each pixel is connected to every output.",
            },
        }
        return {n: text for n, text in known[self.count or ""].items() if n != right[self.count or ""]}


def _explained(plan: NetworkPlan, right: Mapping[str, int]) -> set[int]:
    side = (plan.image - plan.kernel) // plan.stride + 1
    sizes = {plan.image, plan.filters, plan.kernel, plan.stride, plan.outputs, side // plan.pool, side, 0, 1}
    return sizes | {plan.kernel**2, side**2, plan.image**2} | set(right.values())


def conventions(plan: Convolution) -> dict[str, dict[int, set[int]]]:
    """Return the right answers by convention and stride; `NOT_WHOLE` where "does not fit" is right."""
    from reference.conv import output_size, same_size

    found: dict[str, dict[int, set[int]]] = {}
    for name, padding in (("no padding", 0), ("padding 1", 1)):
        sizes = {s: output_size(plan.input, plan.kernel, s, padding) for s in plan.strides}
        found[name] = {s: {size.size} | (set() if size.fits else {NOT_WHOLE}) for s, size in sizes.items()}
    found["'same' padding"] = {s: {same_size(plan.input, plan.kernel, s)} for s in plan.strides}
    return found


def _sizes(plan: Convolution, text: str, quote: Quote) -> Verdict:
    claims = read_sizes(plan, text)
    known = conventions(plan)
    rows = tuple((str(s), _say(claims.get(s, set())), *(_say(known[name][s]) for name in known)) for s in plan.strides)
    table = Table("Output sizes by convention", ("Stride", "The answer", *known), rows)
    missing = [s for s in plan.strides if not claims.get(s)]
    if missing:
        listed = ", ".join(map(str, missing))
        return waiting(f"No size was read for stride {listed}.", "A person reads the answer.", table, quote)
    fitting = {name: [s for s in plan.strides if claims[s] <= known[name][s]] for name in known}
    wrong = [s for s in plan.strides if len(claims[s]) == 1 and all(not claims[s] & known[name][s] for name in known)]
    stated = _stated(text)
    whole = [name for name, strides in fitting.items() if len(strides) == len(plan.strides)]
    if wrong:
        best = max(len(fitting[name]) for name in (stated or list(known)))
        credit = (Decimal(best) / len(plan.strides)).quantize(Decimal("0.01"), ROUND_FLOOR)
        parts = "; ".join(f"stride {s}: {_say(claims[s])}" for s in wrong)
        under = f" Under {' or '.join(stated)}, as stated, {best} of {len(plan.strides)} are right." if stated else ""
        what = f"Wrong under every convention: {parts}.{under}"
        return failed(what, "(size + 2 padding - kernel) / stride + 1.", table, quote, credit=credit)
    floors = {s: known["no padding"][s] for s in plan.strides if NOT_WHOLE in known["no padding"][s]}
    both = [NOT_WHOLE in claims[s] for s in floors]
    if whole == ["no padding"] and any(both) and not all(both):
        return waiting("One stride is rounded down and another is said not to fit.", "A person decides.", table, quote)
    if whole and (not stated or set(whole) & set(stated)):
        return passed(f"All sizes are right with {whole[0]}.", table)
    if whole:
        what = f"The sizes are right with {whole[0]}, while the answer speaks of {' and '.join(stated)}."
        return waiting(what, "A person decides which is meant.", table, quote)
    return waiting(
        "Each size is right under some convention, but not all under one.", "A person decides.", table, quote
    )


def _stated(text: str) -> list[str]:
    """The conventions that the answer names as its own."""
    lowered = text.lower()
    names = []
    if re.search(
        r"(?:no|without|zero|ohne|valid)[ -](?:any )?padding(?! of 1)|padding\s*(?:=|of|:)?\s*0|p\s*=\s*0", lowered
    ) and not re.search(r"zero[ -]padding", lowered):
        names.append("no padding")
    if re.search(r"padding\s*(?:=|of|:)?\s*(?:1|one)\b|p\s*=\s*1|one pixel", lowered):
        names.append("padding 1")
    if re.search(
        r"['\"‘]?same['\"’]?[ -]padding|size of the output (?:feature map )?is the same|same as the size of the input",
        lowered,
    ):
        names.append("'same' padding")
    return names


def _say(sizes: set[int]) -> str:
    words = {NOT_WHOLE: "does not fit", WRONG_DEPTH: "another depth than the number of filters"}
    return " or ".join(words.get(n, f"{n}x{n}") for n in sorted(sizes, reverse=True)) or "-"


def read_sizes(plan: Convolution, text: str) -> dict[int, set[int]]:
    """Return what the answer says for each stride: sizes, or `NOT_WHOLE`; only its own segment is read."""
    marks = [m for m in _STRIDE.finditer(text) if int(next(g for g in m.groups() if g)) in plan.strides]
    claims: dict[int, set[int]] = {}
    for number, mark in enumerate(marks):
        end = marks[number + 1].start() if number + 1 < len(marks) else len(text)
        stride = int(next(group for group in mark.groups() if group))
        segment = (
            re.split(r"\n\s*\n(?=\s*[A-Z])", text[mark.end() : end])[0]
            if number + 1 == len(marks)
            else text[mark.end() : end]
        )
        claims.setdefault(stride, set()).update(_claimed(segment, plan))
    return claims


def _claimed(segment: str, plan: Convolution) -> set[int]:
    """What one segment claims; both a size and "does not fit" are both kept, and a negated "impossible" is not read."""
    if re.search(r"(?i)not impossible|nicht unmöglich", segment):
        return set()
    sizes: list[int] = []
    for found in _SIZE.finditer(segment):
        side, other, depth = int(found[1]), int(found[2]), found[3]
        before = segment[max(0, found.start() - 25) : found.start()]
        result = re.search(
            r"(?i)=|output|size|gives|yields|ergibt|is\s*$|\|\s*$|:\s*$|→|->|of\s*$|\bbe\s*$|^\W*$", before
        )
        given = side in (plan.input, plan.kernel) and not result
        if side == other and not given and side != plan.input:
            sizes.append(WRONG_DEPTH if depth and int(depth) != plan.filters else side)
    said = {NOT_WHOLE} if _IMPOSSIBLE.search(segment) else set()
    return said | set(sizes[-1:])
