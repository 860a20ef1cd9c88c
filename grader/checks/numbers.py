"""The kind `numbers`: convolution arithmetic, each right number computed on real tensors and modules.

Every number in the answer has to be explained; what is present but not recognised waits for a person.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from decimal import ROUND_FLOOR, Decimal
from typing import ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field

from grader.checks.base import Check, CheckContext
from grader.model import Quote, Table
from grader.model.message import Text, say
from grader.model.verdict import Verdict, failed, grader_error, needs_review, passed
from grader.reading.arithmetic import in_digits, products, read_numbers
from grader.reading.denial import DENIED
from grader.reading.sizes import FRACTION, NOT_WHOLE, WRONG_DEPTH, Asked, normalised, read_sizes

_CONVENTION = re.compile(r"(?i)(?:no|without|with|ohne|mit|zero|same|'same')[ -](?:a )?padding|padding\s*(?:=|of)\s*\d")
_EACH = re.compile(
    r"(?:each \w+ has \w+ \w+ \w+ = |each \w+ has |à |jeder? \w+ hat )(\d+)|(\d+)\s+(?:\w+\s+)?(?:pro|per|for (?:one|each|every)|je|each|in (?:one|each))\b"
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

    label: ClassVar[Text] = say("Numbers")
    needs_answer: ClassVar[bool] = True
    example: ClassVar[str] = """\
kind: numbers
points: 2
convolution: {input: 13, kernel: 3, filters: 64, strides: [2, 3, 4, 5]}"""
    kind: Literal["numbers"] = "numbers"
    convolution: Convolution | None = Field(None, description="asks for the output size at each stride")
    network: NetworkPlan | None = Field(None, description="asks for one count of this network")
    count: Literal["convolution_weights", "relus", "all_weights"] | None = Field(None, description="which count")

    def mistake_in_keys(self) -> str:
        """Either a convolution, or a network with a count."""
        if (self.convolution is None) == (self.network is None) or (self.network is None) != (self.count is None):
            return "give either 'convolution', or 'network' with 'count'"
        return ""

    def judge(self, context: CheckContext) -> Verdict:
        """Compare with what real tensors and modules give."""
        if context.answer is None:
            return needs_review("There is no answer to read.")
        quote = Quote("The answer", context.answer.text, context.answer.where)
        if self.convolution is not None:
            return _sizes(self.convolution, context.answer.text, quote)
        return self._counted(context.answer.text, quote)

    def _counted(self, text: str, quote: Quote) -> Verdict:
        from reference.conv import Network

        if self.network is None or self.count is None:
            return grader_error("The rubric asks for no count.")
        plan = self.network
        right = Network(**plan.model_dump()).counts()
        biased = Network(**plan.model_dump(), bias=True).counts()
        wanted = right[self.count]
        read = read_numbers(text)
        if found := DENIED.search(text):
            return needs_review(f"The words '{found[0]}' deny something.", "A person reads it.", quote)
        if read.miscalculated and not re.search(rf"(?<!\d){wanted}(?!\d)", in_digits(text)):
            return failed(f"{read.problem} The right number is {wanted}.", "Calculate it again.", quote)
        if read.problem:
            return needs_review(f"{read.problem} The right number is {wanted}.", "A person reads it.", quote)
        if not read.values:
            return needs_review("No number was found in the answer.", "A person reads it.", quote)
        explained = _explained(plan, right)
        strange = [n for n in read.values if n not in explained]
        each = _each(text)
        mistakes = {n: what for n, what in self._mistakes(plan, right).items() if n not in each}
        if (
            (named := self._counted_as(text))
            and all(n in mistakes for n in named)
            and named[-1] in read.values[:: max(1, len(read.values) - 1)]
        ):
            what = f"{named[-1]}: {mistakes[named[-1]]} The right number is {wanted}, counted on a real network."
            return failed(what, mistakes[named[-1]], quote)
        if wanted in read.values:
            others = [n for n in read.values if n in mistakes]
            ends = wanted in (read.values[0], read.values[-1])
            if doubt := self._doubt(text, wanted, plan):
                return needs_review(doubt, "A person reads the answer.", quote)
            if not strange and ends and not (others and _CONTRAST.search(text)):
                return passed(f"{wanted} is right, counted on a real network.")
            listed = ", ".join(map(str, strange or others or read.values))
            return needs_review(
                f"{wanted} stands in the answer beside other numbers: {listed}.", "Which one is meant?", quote
            )
        return self._without_the_right_one(read.values, strange, biased[self.count], mistakes, wanted, quote)

    def _doubt(self, text: str, wanted: int, plan: NetworkPlan) -> str:
        """What speaks against the right number although it stands there; empty where nothing does."""
        plain = in_digits(text)
        if re.search(rf"\b(?:not|nicht|never|no)\s+(?:the\s+|die\s+)?{wanted}\b", plain):
            return f"{wanted} is denied in the answer."
        side = (plan.image - plan.kernel) // plan.stride + 1
        of_one = {wanted, *_each(text)}
        for counted in self._counted_as(text):
            if counted not in of_one:
                return f"{counted} is named as the count in the answer beside {wanted}."
        for factors in products(text):
            if self._product(factors) == wanted and sorted(factors) not in self._derivations(plan, side):
                return f"The calculation {' * '.join(map(str, factors))} gives {wanted}, but from other numbers."
        return ""

    def _counted_as(self, text: str) -> list[int]:
        """The numbers that stand right before what is counted: `79 operations`."""
        nouns = {"relus": r"relus?\b|operations|operationen", "convolution_weights": r"weights|gewichte|parameters?\b"}
        pattern = rf"(?<![\d*x×·+.,])(?<![*x×·+] )(\d+)\s+(?:\w+[ -])?(?:{nouns.get(self.count or '', 'nothing')})"
        return [int(found[1]) for found in re.finditer(pattern, in_digits(text))]

    @staticmethod
    def _product(factors: Sequence[int]) -> int:
        total = 1
        for factor in factors:
            total *= factor
        return total

    def _derivations(self, plan: NetworkPlan, side: int) -> list[list[int]]:
        """The factors by which the right count is found, sorted."""
        maps = side // plan.pool
        known = {
            "convolution_weights": [[plan.filters, plan.kernel, plan.kernel], [plan.filters, plan.kernel**2]],
            "relus": [[plan.filters, maps, maps], [plan.filters, maps**2]],
        }
        found = known.get(self.count or "", [])
        return [sorted(factors) for factors in (*found, *([1, *factors] for factors in found))]

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
                return needs_review(what, "The answer says so; a person decides.", quote)
            return failed(what, "The network has no biases.", quote)
        named = [n for n in found if n in mistakes]
        concluded = re.search(
            rf"(?:=|\bmacht|\bmakes|\btotal|\bso|ergibt|\bgives|together|insgesamt)\W*(?:\w+\W+)?{found[-1]}\b",
            quote.text,
        )
        if named and found[-1] == named[-1] and concluded:
            strange = []
        if (
            named
            and not [n for n in strange if n not in mistakes]
            and (found[-1] in (named[-1], named[0]) or found[0] == named[0])
        ) or found == named:
            return failed(f"{named[-1]}: {mistakes[named[-1]]} {says}", mistakes[named[-1]], quote)
        listed = ", ".join(map(str, found))
        return needs_review(f"{listed}: not {wanted}, and not a known mistake.", "A person decides.", quote)

    def _mistakes(self, plan: NetworkPlan, right: Mapping[str, int]) -> dict[int, str]:
        """Named wrong counts of the question that is asked."""
        side = (plan.image - plan.kernel) // plan.stride + 1
        known = {
            "convolution_weights": {
                plan.kernel**2: "That is one filter; all filters are asked for.",
                right["all_weights"]: "That is the whole network, not the convolution.",
                plan.filters * plan.kernel: "A filter has as many weights as its area, not as its side.",
                side**2 * plan.filters * plan.kernel**2: "Weights are shared over the image and counted once.",
                plan.filters**2 * plan.kernel**2: "The number of filters counts once.",
                plan.filters**3: "The side of a filter is its kernel size.",
                plan.filters * plan.kernel**2 + plan.filters: "There are no biases.",
            },
            "relus": {
                side**2: "That is one map; every map counts.",
                plan.image**2: "ReLU works on the maps, not on the image.",
                plan.image**2 * plan.filters: "ReLU works on the maps after the convolution, which are smaller.",
                plan.filters: "One ReLU for every pixel of every map, not one for every map.",
                plan.filters * side: "A map has as many pixels as its area, not as its side.",
                right["relus"] + plan.outputs: "The outputs have no ReLU.",
                right["relus"] * plan.outputs: "That counts weights of the last layer.",
                right["convolution_weights"]: "ReLU is computed for pixels and not for weights.",
            },
            "all_weights": {
                right["linear_weights"]: "The weights of the convolution are missing.",
                right["convolution_weights"]: "The weights of the fully connected layer are missing.",
                right["convolution_weights"] + right["relus"]: "Each pixel is connected to every output.",
                plan.kernel**2 + right["linear_weights"]: "All filters have weights, and not one alone.",
                side**2 * plan.outputs
                + right["convolution_weights"]: "All maps are connected to the outputs, not one.",
                right["convolution_weights"] * right["linear_weights"]: "The weights of the layers are added.",
                right["all_weights"] + right["relus"]: "ReLU has no weights.",
            },
        }
        return {n: text for n, text in known[self.count or ""].items() if n != right[self.count or ""]}


def _each(text: str) -> set[int]:
    """Numbers that are said of one of several: `16 per filter`, `3 filters à 16`."""
    return {int(found[1] or found[2]) for found in _EACH.finditer(in_digits(text))}


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
    """Judge an answer; one that goes through several conventions in turn has to be right in each."""
    parts = _sections(plan, text)
    if doubt := _strange_formula(plan, normalised(text)):
        return needs_review(doubt, "A person reads the calculation.", quote)
    verdicts = [_sizes_of(plan, part, quote) for part in parts]
    return next((verdict for verdict in verdicts if verdict.status != "passed"), verdicts[-1])


def _strange_formula(plan: Convolution, text: str) -> str:
    """A number in a written formula that is not the exercise's; empty where all are."""
    if found := DENIED.search(text):
        return f"The words '{found[0]}' deny something."
    for found in re.finditer(r"(?<![\d/(-])(\d+(?:\s*[*x×]\s*\d+)+)\s*=\s*(\d+)\b(?!\s*[*x×])", text):
        product = 1
        for factor in re.findall(r"\d+", found[1]):
            product *= int(factor)
        if product != int(found[2]):
            return f"The calculation {found[0]} does not hold."
    sides = {plan.input, plan.input + 2, 2}  # 2 ends in `13 + 2 - 3`
    for found in re.finditer(r"(?<![x×*\d])(?<![x×*] )(\d+)\s*(?:channels?|kanäle\w*|filters?|maps?)\b", text):
        if int(found[1]) != plan.filters and int(found[1]) > 1:
            return f"'{found[0]}' is not the number of filters."
    for found in re.finditer(r"(\d+)\s*\+\s*\d+\s*-\s*\d+", text):
        if int(found[1]) != plan.input:
            return f"'{found[0]}' is not of the formula for this image and kernel."
    for found in re.finditer(r"(\d+)\s*-\s*(\d+)", text):
        if int(found[1]) not in sides or int(found[2]) != plan.kernel:
            return f"'{found[0]}' is not of the formula for this image and kernel."
    for found in re.finditer(r"(?:padding|\bp)\s*(?:of|=|von)?\s*(\d+)", text):
        if int(found[1]) not in (0, 1):
            return f"'{found[0]}' is a padding that is not judged here."
    for found in re.finditer(r"(\d+)\s*/\s*s\b|/\s*s\s*\)?\s*\+\s*(\d+)", text):
        if found[1] and int(found[1]) not in (plan.input, plan.input - plan.kernel, plan.input - plan.kernel + 2):
            return f"'{found[0]}' is not of the formula for this image and kernel."
        if found[2] and int(found[2]) != 1:
            return f"'{found[0]}' is not of the formula."
    return ""


def _sections(plan: Convolution, text: str) -> list[str]:
    """Cut at the conventions that are named, where each part speaks of every stride."""
    starts = [found.start() for found in _CONVENTION.finditer(text)]
    parts = [text[a:b] for a, b in zip([0, *starts[1:]], [*starts[1:], len(text)], strict=True)] if starts else [text]
    asked = _asked(plan)
    return parts if len(parts) > 1 and all(set(read_sizes(asked, p)) == set(plan.strides) for p in parts) else [text]


def _asked(plan: Convolution) -> Asked:
    return Asked(plan.input, plan.kernel, plan.filters, tuple(plan.strides))


def _sizes_of(plan: Convolution, text: str, quote: Quote) -> Verdict:
    claims = read_sizes(_asked(plan), text)
    known = conventions(plan)
    rows = tuple((str(s), _say(claims.get(s, set())), *(_say(known[name][s]) for name in known)) for s in plan.strides)
    table = Table("Output sizes by convention", ("Stride", "The answer", *known), rows)
    missing = [s for s in plan.strides if not claims.get(s)]
    if missing:
        listed = ", ".join(map(str, missing))
        return needs_review(f"No size was read for stride {listed}.", "A person reads the answer.", table, quote)
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
        return needs_review(
            "One stride is rounded down and another is said not to fit.", "A person decides.", table, quote
        )
    if whole and (not stated or set(whole) & set(stated)):
        return passed(f"All sizes are right with {whole[0]}.", table)
    if whole:
        what = f"The sizes are right with {whole[0]}, while the answer speaks of {' and '.join(stated)}."
        return needs_review(what, "A person decides which is meant.", table, quote)
    return needs_review(
        "Each size is right under some convention, but not all under one.", "A person decides.", table, quote
    )


def _stated(text: str) -> list[str]:
    """The conventions that the answer names as its own."""
    lowered = text.lower()
    names = []
    lowered = normalised(lowered)
    if re.search(
        r"(?:no|without|zero|ohne|valid)[ -](?:any )?padding(?! of 1)|padding\s*(?:=|of|:)?\s*0|p\s*=\s*0", lowered
    ) and not re.search(r"zero[ -]padding", lowered):
        names.append("no padding")
    if re.search(r"padding\s*(?:=|of|:)?\s*(?:1|one)\b|p\s*=\s*1|(?:one|1) pixel", lowered):
        names.append("padding 1")
    if re.search(
        r"['\"‘]?same['\"’]?[ -]padding|size of the output (?:feature map )?is the same|same as the size of the input",
        lowered,
    ):
        names.append("'same' padding")
    return names


def _say(sizes: set[int]) -> str:
    words = {NOT_WHOLE: "does not fit", WRONG_DEPTH: "another depth than the number of filters", FRACTION: "a fraction"}
    return " or ".join(words.get(n, f"{n}x{n}") for n in sorted(sizes, reverse=True)) or "-"
