"""The kind `written_shapes`: the shapes of a tensor on its way through a model, as a team describes them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise
from typing import ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field

from grader.checks.base import Check, Credit, Seen, Verdict, failed, passed, waiting
from grader.checks.calling import length, words
from grader.model import Quote, Stage, Trace

Shape = tuple[str, ...]
# Primes stand in for the names, so that sums of names are told apart by value.
_PRIMES = (10007, 20011, 30011, 40009, 50021, 60013)
_TUPLE = re.compile(r"[(\[]\s*([^()\[\]]{1,120}?(?:,|×|\\times)[^()\[\]]{1,120}?)\s*[)\]]")
_CROSS = re.compile(r"(?<![\w(\[])([A-Za-z_0-9+ ]{1,40}(?:\s*(?:×|\\times|⨯)\s*[A-Za-z_0-9+]{1,40}){2,3})")


def _last_part(text: str) -> str:
    """The words since the last end of a line or sentence; all of them where there are none."""
    part = re.split(r"[.;]\s|\n", text.rstrip())[-1]
    return part if re.search(r"\w\w", part) else text


def _first_part(text: str) -> str:
    return re.split(r"[.;]\s|\n", text)[0]


class StageOfModel(BaseModel):
    """One place on the way, with the right shape and the words by which teams name it."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    name: str
    shape: list[int | str]
    words: list[str] = []


@dataclass(frozen=True)
class Written:
    """A shape as written: its text, its dimensions in the rubric's names, and the words before and after it."""

    text: str
    shape: Shape
    before: str
    after: str


class NotUnderstood(Exception):
    """A shape was not read; the message says which and why."""


class WrittenShapes(Check):
    """The answer gives the shape of the tensor at every stage of the model."""

    label: ClassVar[str] = "Shapes in words"
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

    def judge(self, seen: Seen) -> Verdict:
        """Read every tuple, match them with the stages by label and by order, and compare."""
        if seen.answer is None:
            return waiting("There is no answer to read.")
        quote = Quote("The answer", seen.answer.text, seen.answer.where)
        try:
            written = self.read(seen.answer.text)
        except NotUnderstood as error:
            return waiting(str(error), "A person reads the shapes.", quote)
        if found := re.search(r"(?i)\b(?:receives?|takes|gets|as (?:its )?input|bekommt|erhält)\b", seen.answer.text):
            what = f"'{found[0]}': the shapes may be those that go into a layer."
            return waiting(what, "A person reads the answer.", quote)
        if len(written) < 2:
            return waiting("No list of shapes was found in the answer.", "A person reads the answer.", quote)
        return self._compare(written, quote)

    def read(self, text: str) -> list[Written]:
        """Return the shapes that the text names, in order.

        Raises:
            NotUnderstood: a tuple has three parts and one of them is not known.
        """
        text = text.replace("\\_", "_").replace("\\,", " ").replace("$", "").replace("`", "").replace("**", "")
        text = re.sub(r"\\(?:text|mathrm|texttt|mathbf)\s*\{([^{}]*)\}", r"\1", text)
        spans = sorted([*_TUPLE.finditer(text), *_CROSS.finditer(text)], key=lambda m: m.start())
        crosses = [m.start() for m in re.finditer(r"×|⨯|\\times", text)]
        if any(not any(span.start() <= at < span.end() for span in spans) for at in crosses):
            raise NotUnderstood("A product of dimensions was not read whole.")
        found: list[Written] = []
        at = 0
        for number, span in enumerate(spans):
            parts = [part.strip() for part in re.split(r",|×|⨯|\\times", span[1])]
            if span.start() < at:
                continue
            if len(parts) != 3:
                self._refuse_other_lengths(parts, span[0])
                continue
            end = spans[number + 1].start() if number + 1 < len(spans) else len(text)
            shape = tuple(self._dimension(part, span[0]) for part in parts)
            found.append(Written(span[0], shape, text[at : span.start()], text[span.end() : end]))
            at = span.end()
        return found

    def _refuse_other_lengths(self, parts: Sequence[str], whole: str) -> None:
        """A tuple of two or four known dimensions is a shape, and not one of this model's."""
        try:
            named = [self._dimension(part, whole) for part in parts]
        except NotUnderstood:
            return
        if not all(part.isdigit() for part in named):
            raise NotUnderstood(f"{whole} has {len(parts)} parts; the tensors here have three.")

    def _dimension(self, part: str, whole: str) -> str:
        names = {other.lower(): name for name, others in self.dimensions.items() for other in [name, *others]}
        terms = []
        for term in re.split(r"\s*\+\s*", part.strip(" .")):
            plain = re.sub(r"\s+", "_", term.strip().lower())
            if plain in names:
                terms.append(names[plain])
            elif plain.isdigit():
                terms.append(plain)
            else:
                raise NotUnderstood(f"In {whole} the part '{part}' is not known.")
        named = [term for term in terms if not term.isdigit()]
        if named and len(named) != len(terms):
            raise NotUnderstood(f"In {whole} the part '{part}' mixes names and numbers.")
        if len(terms) == 1:
            return terms[0]
        return str(sum(map(int, terms))) if not named else " + ".join(sorted(terms, key=list(self.dimensions).index))

    def _expected(self) -> list[Shape]:
        return [tuple(self._canonical(dimension) for dimension in stage.shape) for stage in self.stages]

    def _canonical(self, dimension: int | str) -> str:
        if isinstance(dimension, int):
            return str(dimension)
        terms = re.split(r"\s*\+\s*", dimension)
        return " + ".join(sorted(terms, key=list(self.dimensions).index))

    def _equal(self, found: Shape, expected: Shape) -> bool:
        """By name, or, for an answer in numbers, by the exercise's numbers (any batch size)."""
        if found == expected:
            return True
        if not all(part.isdigit() for part in found[1:]) or not self.numbers:
            return False
        batch = found[0] == expected[0] or found[0].isdigit()
        rest = [length(int(p) if p.isdigit() else p, self.numbers) for p in expected[1:]]
        return batch and [int(part) for part in found[1:]] == rest

    def _compare(self, written: Sequence[Written], quote: Quote) -> Verdict:
        expected = self._expected()
        labels = self._labels(written)
        for w, stage in zip(written, labels, strict=True):
            if stage is not None and not self._equal(w.shape, expected[stage]):
                name = self.stages[stage].name
                again = [x for x, other in zip(written, labels, strict=True) if other == stage and x is not w]
                if any(self._equal(x.shape, expected[stage]) for x in again):
                    return waiting(f"The answer has two shapes for '{name}'.", "A person decides.", quote)
                what = f"After the stage '{name}' the answer has {w.text}; {words(self.stages[stage].shape)} is right."
                if stage > 0 and not any(self._equal(w.shape, other) for other in expected):
                    return waiting(f"{what} The tensor never has that shape.", "A person checks the reading.", quote)
                return failed(what, self._hint(name), self._trace(written, labels), quote)
        placed = self._place(written, labels)
        if placed is None:
            return waiting("The shapes do not follow the stages in order.", "A person reads the answer.", quote)
        missing = self._missing(placed, quote.text)
        trace = self._trace(written, placed)
        if missing:
            what = f"All shapes that are named are right; not mentioned: {', '.join(missing)}."
            return failed(what, "Say also what padding and slicing do.", trace, quote, credit=Decimal(self.incomplete))
        return passed("Every stage is named with the right shape.", trace)

    def _hint(self, name: str) -> str:
        return f"Follow the length of the sequence up to '{name}': where is it padded, and where is it cut?"

    def _labels(self, written: Sequence[Written]) -> list[int | None]:
        """Give each shape the stage that its words name: those before it or those behind it, whichever the team does.

        Both readings are tried; the one in which more shapes are right is meant.
        """
        before = [self._hit(_last_part(w.before), last=True) for w in written]
        behind = [self._hit(_first_part(w.after), last=False) for w in written]
        return max((before, behind), key=lambda labels: self._agreement(written, labels))

    def _agreement(self, written: Sequence[Written], labels: Sequence[int | None]) -> int:
        expected = self._expected()
        pairs = [(w, stage) for w, stage in zip(written, labels, strict=True) if stage is not None]
        right = sum(self._equal(w.shape, expected[stage]) for w, stage in pairs)
        in_order = all(a[1] <= b[1] for a, b in pairwise(pairs))
        return 2 * right - 3 * (len(pairs) - right) + (1 if in_order else -5)

    def _hit(self, text: str, last: bool) -> int | None:
        hits = [
            (found.start(), number)
            for number, stage in enumerate(self.stages)
            for word in stage.words
            for found in re.finditer(rf"(?<!\w){re.escape(word)}", text.lower())
        ]
        return (max(hits) if last else min(hits))[1] if hits else None

    def _place(self, written: Sequence[Written], labels: Sequence[int | None]) -> list[int] | None:
        """Give every shape a stage, in order: its label's, or the next one that it equals."""
        expected = self._expected()
        placed: list[int] = []
        at = -1
        for number, (w, label) in enumerate(zip(written, labels, strict=True)):
            if label is not None:
                if label < at:
                    return None
                at = label
            else:
                later = [n for n in range(at + 1, len(expected)) if self._equal(w.shape, expected[n])]
                if number == len(written) - 1 and len(expected) - 1 in later:
                    later = [len(expected) - 1]
                if not later:
                    return None
                at = later[0]
            placed.append(at)
        return placed

    def _missing(self, placed: Sequence[int], text: str) -> list[str]:
        """Stages without a shape; one whose shape is that of the stage before is there when its words are."""
        expected = self._expected()
        missing = []
        for number, stage in enumerate(self.stages):
            unchanged = number and expected[number] == expected[number - 1] and number - 1 in placed
            if number not in placed and not (unchanged and any(word in text.lower() for word in stage.words)):
                missing.append(stage.name)
        return missing

    def _trace(self, written: Sequence[Written], placed: Sequence[int | None]) -> Trace:
        found = {stage: w for w, stage in zip(written, placed, strict=True) if stage is not None}
        stages = tuple(self._stage(number, stage, found.get(number)) for number, stage in enumerate(self.stages))
        return Trace("The shapes as written, and as they are", stages)

    def _stage(self, number: int, stage: StageOfModel, found: Written | None) -> Stage:
        differs = found is not None and not self._equal(found.shape, self._expected()[number])
        return Stage(stage.name, "", found.text if found else "not mentioned", words(stage.shape), differs)
