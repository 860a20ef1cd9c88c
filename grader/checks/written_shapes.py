"""The kind `written_shapes`: the shapes of a tensor on its way through a model, as a team describes them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from typing import ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field

from grader.checks.base import Check, CheckContext, Credit
from grader.comparing.symbolic_shapes import words
from grader.model import Quote, Stage, Trace
from grader.model.message import Text, say
from grader.model.verdict import Verdict, failed, needs_review, passed
from grader.reading.denial import DENIED
from grader.reading.shapes import Length, NotUnderstood, Shape, Written, bind, length, plain, read_shapes

# Primes stand in for the names, so that sums of names are told apart by value.
_PRIMES = (10007, 20011, 30011, 40009, 50021, 60013)
# Words for a change that leaves no tuple behind, by what changes: see `_said`.
_LONGER = r"longer|gr[eo]w|wächst|increas\w+|extend\w+|verlänger\w+|um (?:den )?shift|\+ ?shift|by shift"
_SHORTER = r"back|away|again|weg|remov\w+|drop\w+|discard\w+|cut\w*|entfern\w+|abgeschnitten|wieder|fällt"
_SAME = (
    r"unchanged|same|exactly|keeps?|leaves?|unverändert|gleich|bleibt|nothing changes|changes? nothing|not change"
    r"|ändert|also the shape|behält"
)
_ONE = r"\bone\b|\b1\b|single|\bein\w*\b|scalar"


class StageOfModel(BaseModel):
    """One place on the way, with the right shape and the words by which teams name it."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    name: str
    shape: list[int | str]
    words: list[str] = []


class WrittenShapes(Check):
    """The answer gives the shape of the tensor at every stage of the model."""

    label: ClassVar[Text] = say("Shapes in words")
    needs_answer: ClassVar[bool] = True
    example: ClassVar[str] = """\
kind: written_shapes
points: 1
dimensions: {batch: [n, batch_size], seq: [l, sequence_length], shift: [s], hidden: [h, hidden_size]}
numbers: {batch: 10, seq: 80, shift: 10, hidden: 40}
stages:
  - {name: input, shape: [batch, seq, 1]}
  - {name: first LSTM, shape: [batch, seq + shift, hidden], words: [first lstm, lstm1]}
  - {name: linear layer, shape: [batch, seq, 1], words: [linear, dense]}"""
    kind: Literal["written_shapes"] = "written_shapes"
    dimensions: dict[str, list[str]] = Field(description="the names of the dimensions, with other names for them")
    numbers: dict[str, int] = Field({}, description="the exercise's own numbers, for answers that use them")
    stages: list[StageOfModel] = Field(min_length=2, description="the places on the way, in order")
    incomplete: Credit = Field(Decimal("0.5"), description="the share of the points for right but missing stages")

    def judge(self, context: CheckContext) -> Verdict:
        """Read every shape, match them with the stages by their words and by order, and compare."""
        if context.answer is None:
            return needs_review("There is no answer to read.")
        quote = Quote("The answer", context.answer.text, context.answer.where)
        text = plain(context.answer.text)
        try:
            written = bind(read_shapes(text), self._names())
            return _Comparison(self, written, text, quote).verdict()
        except NotUnderstood as error:
            return needs_review(f"Not read: {error}", "A person reads the shapes.", quote)

    def _names(self) -> dict[str, str]:
        return {
            re.sub(r"\s+", "_", other.lower()): name
            for name, others in self.dimensions.items()
            for other in [name, *others]
        }

    def expected(self) -> list[Shape]:
        """The right shapes, stage by stage."""
        return [tuple(length(str(dimension)) for dimension in stage.shape) for stage in self.stages]


class _Comparison:
    """One answer's shapes beside the right ones."""

    def __init__(self, check: WrittenShapes, written: Sequence[Written], text: str, quote: Quote) -> None:
        self.check, self.written, self.text, self.quote = check, list(written), text, quote
        self.expected = check.expected()
        self.sizes = self._sizes()
        self.labels = self._labels()

    def verdict(self) -> Verdict:
        """The first wrong stage, what is missing, or that all is there."""
        doubt = self._doubt()
        if doubt:
            return needs_review(doubt, "A person reads the answer.", self.quote)
        for w, stage in zip(self.written, self.labels, strict=True):
            if stage is not None and not w.into and not self._equal(w.shape, self.expected[stage]):
                return self._wrong(w, stage)
        placed = self._place()
        if placed is None:
            return needs_review(
                "The shapes do not follow the stages in order.", "A person reads the answer.", self.quote
            )
        missing = self._missing([stage for stage in placed if stage is not None])
        if not self.written and (re.search(r"[\[(\d=]", self.quote.text) or not self._about_layers()):
            return needs_review("No list of shapes was found in the answer.", "A person reads the answer.", self.quote)
        told = any(self._said(n, []) for n in range(len(self.expected)) if n not in placed)
        if missing and told:
            what = f"Some stages are told in words; not found: {', '.join(missing)}."
            return needs_review(what, "A person reads the answer.", self.quote)
        if 0 not in placed and self.written and self.labels[0] is None and not self.written[0].into and len(placed) > 1:
            return needs_review("The first shape has no name and is not the input's.", "A person reads it.", self.quote)
        trace = self._trace(placed)
        if missing:
            what = f"All shapes that are named are right; not mentioned: {', '.join(missing)}."
            share = 1 if 2 * len(missing) <= len(self.expected) else 2
            credit = Decimal(self.check.incomplete) / share
            return failed(what, "Say also what padding and slicing do.", trace, self.quote, credit=credit)
        return passed("Every stage is named with the right shape.", trace)

    def _about_layers(self) -> bool:
        """Whether the answer speaks of the layers, without any shape."""
        return sum(bool(self._hits(word)) for word in ("lstm", "layer", "linear", "shape", "tensor")) >= 2

    def _hits(self, word: str) -> bool:
        return word in self.text.lower()

    def _doubt(self) -> str:
        if found := DENIED.search(self.text):
            return f"The words '{found[0]}' deny something."
        ranks = {len(w.shape) for w in self.written}
        if ranks and 3 not in ranks:
            return "No shape has three axes."
        if any(
            re.search(r"\bor\b|\boder\b", w.text) or re.fullmatch(r"\s*(?:or|oder)\s*", w.before) for w in self.written
        ):
            return "The answer offers two lengths or two shapes."
        if any(
            re.search(r"(?i)\b(?:not|nicht|statt|instead of|rather than|anstatt|wrong|falsch)\W*$", w.before)
            for w in self.written
        ):
            return "A shape is denied and another one given."
        features = {d.number for w in self.written for d in w.shape[2:3] if d.number is not None and d.number > 1}
        if len(features) == 1 and self.check.numbers and features != {Fraction(self.sizes.get("hidden", 0))}:
            return "All stages have the same number of features, and another one than the exercise."
        for w in self.written:
            axes = [dimension for dimension in w.shape if dimension.names]
            numbers = [d for d in w.shape[:-1] if d.number is not None]
            if any(None is d.number and any(not name for name, _ in d.terms) for d in w.shape[:2]) or (
                axes and numbers and self._in_numbers(w)
            ):
                return f"{w.text} mixes names and numbers."
        turned = [(e[1], e[0], *e[2:]) for e in self.expected]
        if len(self.written) > 1 and all(w.shape in turned and w.shape not in self.expected for w in self.written):
            return "Every shape has time first and the batch second, a convention of its own."
        right = all(
            s is None or self._equal(w.shape, self.expected[s]) for w, s in zip(self.written, self.labels, strict=True)
        )
        into = re.search(r"(?i)\b(?:receives?|takes|as (?:its )?input|bekommt|erhält)\b", self.text)
        return f"'{into[0]}': the shapes may be those that go into a layer." if into and not right else ""

    def _in_numbers(self, w: Written) -> bool:
        """Whether a shape gives a length as a number where a name belongs."""
        return any(d.number is not None and d.number > 1 for d in w.shape[1:])

    def _sizes(self) -> dict[str, int]:
        """The numbers that an answer in numbers uses: the exercise's, or those that it states."""
        sizes = dict(self.check.numbers)
        for name, others in self.check.dimensions.items():
            words = "|".join(
                re.escape(other) for other in sorted([name, *others], key=len, reverse=True) if len(other) > 1
            )
            if stated := re.search(
                rf"(?i)\b(?:{words})(?:[ _]size)?\s*(?:=|of|is|:)?\s*(\d+)\b(?!\s*[x×)])", self.text
            ):
                sizes[name] = int(stated[1])
                first = next((w.shape for w in self.written if len(w.shape) == 3), None)
                if first is not None and first[1].number is not None and first[2].number == 1:
                    sizes["seq"] = int(first[1].number)
        return sizes

    def _equal(self, found: Shape, expected: Shape) -> bool:
        """By name, or, for a shape in numbers, by the sizes of the answer (any batch)."""
        if found == expected:
            return True
        if len(found) != len(expected) or not self.sizes or any(d.number is None for d in found[1:]):
            return False
        batch = found[0] == expected[0] or found[0].number is not None
        return batch and all(d.number == e.at(self.sizes) for d, e in zip(found[1:], expected[1:], strict=True))

    def _wrong(self, w: Written, stage: int) -> Verdict:
        """A wrong shape costs points only for a mistake that has a name."""
        name = self.check.stages[stage].name
        same = [
            x
            for x, label in zip(self.written, self.labels, strict=True)
            if label == stage and x is not w and not x.into
        ]
        if any(self._equal(x.shape, self.expected[stage]) for x in same):
            return needs_review(f"The answer has two shapes for '{name}'.", "A person decides.", self.quote)
        what = f"After the stage '{name}' the answer has {w.text}; {words(self.check.stages[stage].shape)} is right."
        mistake = self._mistake(w.shape, self.expected[stage])
        if not mistake:
            return needs_review(f"{what} That is no mistake with a name.", "A person checks the reading.", self.quote)
        hint = f"Follow the length of the sequence up to '{name}': where is it padded, and where is it cut?"
        return failed(f"{what} {mistake}", hint, self._trace(self.labels), self.quote)

    def _mistake(self, found: Shape, right: Shape) -> str:
        if any(self._equal(found, other) for other in self.expected):
            return "That is the shape of another stage."
        if len(found) != len(right):
            return "An axis is missing." if len(found) < len(right) else "There is an axis too many."
        values = [self._value(dimension) for dimension in found]
        wanted = [dimension.at(self._numbers(found)) for dimension in right]
        if sorted(values[1:]) == sorted(wanted[1:]) and values[1:] != wanted[1:]:
            return "The axes are exchanged."
        if "shift" in found[0].names:
            return "The batch does not grow."
        off = [
            axis for axis, (a, b) in enumerate(zip(values, wanted, strict=True)) if a != b and (axis or found[0].names)
        ]
        if off and off[0] <= 1 and not set(off) - {1, 2} and self._is_length(found[1], values[1]):
            return "The length is wrong there."
        if off == [2] and (found[2].names or found[2].number is not None):
            return "The number of features is wrong there."
        return "The length and the features are wrong there." if off == [1, 2] else ""

    def _is_length(self, dimension: Length, value: Fraction) -> bool:
        """Whether a length is made of the sequence and the shift, or the numbers of that."""
        if dimension.names:
            return set(dimension.names) <= {"seq", "shift"}
        seq, shift = self.sizes.get("seq", 0), self.sizes.get("shift", 0)
        return value in {seq + n * shift for n in range(-3, 4)} | {shift, 1}

    def _numbers(self, found: Shape) -> Mapping[str, int]:
        """Sizes for the right shape: primes for names, the answer's numbers where the shape is in numbers."""
        if any(d.names for d in found) or not self.sizes:
            return dict(zip(self.check.dimensions, _PRIMES, strict=False))
        return self.sizes

    def _value(self, dimension: Length) -> Fraction:
        return dimension.at(dict(zip(self.check.dimensions, _PRIMES, strict=False)))

    def _labels(self) -> list[int | None]:
        """Give each shape the stage that its words name: those before it or those behind it, whichever the team does.

        Both readings are tried; the one in which more shapes are right is meant.
        """
        before = [self._hit(w.label or _last_part(w.before), last=True) for w in self.written]
        behind = [self._hit(w.label or _first_part(w.after), last=False) for w in self.written]
        mixed = [a if a is not None else b for a, b in zip(before, behind, strict=True)]
        best = max((before, behind, mixed), key=self._agreement)
        return [m if b is None and len(w.shape) != 3 else b for w, b, m in zip(self.written, best, mixed, strict=True)]

    def _agreement(self, labels: Sequence[int | None]) -> int:
        pairs = [(w, stage) for w, stage in zip(self.written, labels, strict=True) if stage is not None and not w.into]
        right = sum(self._equal(w.shape, self.expected[stage]) for w, stage in pairs)
        in_order = all(a[1] <= b[1] for a, b in pairwise(pairs))
        once = len({stage for _, stage in pairs}) == len(pairs)
        return 2 * right - 3 * (len(pairs) - right) + (1 if in_order else -1) + (1 if once else -2)

    def _hit(self, text: str, last: bool) -> int | None:
        hits = [
            (found.start(), number)
            for number, stage in enumerate(self.check.stages)
            for word in stage.words
            for found in re.finditer(rf"(?<!\w){re.escape(word)}", text.lower())
        ]
        return (max(hits) if last else min(hits))[1] if hits else None

    def _place(self) -> list[int | None] | None:
        """Give every shape a stage: its label's, or in order the next one that it equals."""
        placed: list[int | None] = []
        at = -1
        for number, (w, label) in enumerate(zip(self.written, self.labels, strict=True)):
            if w.into:
                placed.append(None)
                continue
            if label is not None:
                at = label
            else:
                later = [n for n in range(at + 1, len(self.expected)) if self._equal(w.shape, self.expected[n])]
                if number == len(self.written) - 1 and len(self.expected) - 1 in later:
                    later = [len(self.expected) - 1]
                if not later:
                    return None
                at = later[0]
            placed.append(at)
        return placed

    def _missing(self, placed: Sequence[int]) -> list[str]:
        """Stages without a shape, where the words do not say what they do either."""
        gone = [n for n in range(len(self.expected)) if n not in placed and not self._said(n, placed)]
        if 0 in gone and any(w.into and self._equal(w.shape, self.expected[0]) for w in self.written):
            gone.remove(0)
        return [self.check.stages[number].name for number in gone]

    def _said(self, number: int, placed: Sequence[int]) -> bool:
        """Whether a sentence with the stage's words says how it changes the shape of the stage before."""
        stage, sentences = self.check.stages[number], re.split(r"(?<=[.;:!])\s|\n", self.text.lower())
        about = [s for s in sentences if any(re.search(rf"(?<!\w){re.escape(word)}", s) for word in stage.words)]
        now = self.expected[number]
        if number == 0:
            return _axes_named(self.text.lower())
        before = self.expected[number - 1]
        if now == before:
            return any(re.search(_SAME, sentence) for sentence in about)
        longer = len(now[1].names) > len(before[1].names)
        patterns = [_LONGER if longer else _SHORTER] if now[1] != before[1] else []
        patterns += ["hidden" if now[2].names else _ONE] if now[2] != before[2] else []
        told = [s for s in about if all(re.search(pattern, s) for pattern in patterns)]
        shifted = len(now[1].names) > 1
        if any(re.search(r"\d\s?\*?\s?shift", sentence) for sentence in told):
            return False
        return any(
            re.search(rf"{_LONGER}|shift", s) or not (shifted and re.search("length|länge|seq", s)) for s in told
        )

    def _trace(self, placed: Sequence[int | None]) -> Trace:
        found = {stage: w for w, stage in zip(self.written, placed, strict=True) if stage is not None and not w.into}
        stages = tuple(self._stage(number, found.get(number)) for number in range(len(self.expected)))
        return Trace("The shapes as written, and as they are", stages)

    def _stage(self, number: int, found: Written | None) -> Stage:
        stage = self.check.stages[number]
        differs = found is not None and not self._equal(found.shape, self.expected[number])
        return Stage(stage.name, "", found.text if found else "not mentioned", words(stage.shape), differs)


def _axes_named(text: str) -> bool:
    """Whether a sentence about the input names its three axes in words."""
    time = r"time|seq|length|länge|zeit"
    sentences = [s for s in re.split(r"[.;]\s|\n", text) if re.search(r"input|eingabe", s) and "(" not in s]
    return any("batch" in s and re.search(time, s) and re.search(_ONE, s) for s in sentences)


def _last_part(text: str) -> str:
    """The words since the last end of a line or sentence; all of them where there are none."""
    part = re.split(r"[.;]\s|\n", text.rstrip())[-1]
    return part if re.search(r"\w\w", part) else text


def _first_part(text: str) -> str:
    return re.split(r"[.;]\s|\n", text)[0]
