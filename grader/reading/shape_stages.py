"""The stages of a model that the shapes of an answer belong to, by their words and by their order."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from grader.reading.shape_changes import describes_change
from grader.reading.shape_shares import ShapeShares
from grader.reading.shapes import Shape, Written


@dataclass(frozen=True)
class ExpectedStage:
    """One place in a model: its right shape, read and as text, and the words by which teams name it.

    An answer may leave out an `optional` one; where it names it, its shape has to be right.
    """

    name: str
    shape: Shape
    text: str
    words: Sequence[str]
    optional: bool = False


@dataclass(frozen=True)
class WantedShapes:
    """The stages that a question asks for, the names of the dimensions, the numbers of the exercise, and the shares."""

    stages: Sequence[ExpectedStage]
    dimensions: Mapping[str, Sequence[str]]
    numbers: Mapping[str, int]
    shares: ShapeShares


class StagedShapes:
    """The shapes of one answer, each with the stage that its words name."""

    def __init__(self, wanted: WantedShapes, written: Sequence[Written], text: str) -> None:
        self.stages, self.written, self.text = wanted.stages, list(written), text
        self.dimensions = wanted.dimensions
        self.expected = [stage.shape for stage in wanted.stages]
        self.sizes = self._sizes(wanted)
        self.labels = self._labels()

    def equal(self, found: Shape, expected: Shape) -> bool:
        """Return whether two shapes are equal by name or, for a shape in numbers, by the sizes of the answer."""
        if found == expected:
            return True
        if len(found) != len(expected) or not self.sizes or any(d.number is None for d in found[1:]):
            return False
        batch = found[0] == expected[0] or found[0].number is not None
        return batch and all(d.number == e.at(self.sizes) for d, e in zip(found[1:], expected[1:], strict=True))

    def is_labelled_right(self, written: Written, label: int | None) -> bool:
        """Return whether a shape is right for its stage; one without a stage is."""
        return label is None or self.equal(written.shape, self.expected[label])

    def placed(self) -> list[int | None] | None:
        """Return a stage for every shape: its label's, or the next equal one in order; None if a shape has none."""
        placed: list[int | None] = []
        pairs = zip(self.written, self.labels, strict=True)
        named = [label for w, label in pairs if label and not w.into]  # the input may be named at the end, too
        if named not in (sorted(named), sorted(named, reverse=True)):
            return None
        best = self._best_places()
        if best is None:
            return None
        at = -1
        for number, written in enumerate(self.written):
            at = at if written.into else best[number, at]
            placed.append(None if written.into else at)
        return placed

    def _best_places(self) -> dict[tuple[int, int], int] | None:
        """Return the stage of each shape, by its number and the stage before it, so that few required ones are missing.

        None if a shape has no place.
        """
        count = len(self.stages)
        chosen: dict[tuple[int, int], int] = {}
        gained: list[int | None] = [0] * (count + 1)  # the required stages from here to the end, by the stage before
        for number in reversed(range(len(self.written))):
            if self.written[number].into:
                continue
            fitting = self._fitting(number)
            behind, gained = gained, [None] * (count + 1)
            for at in range(-1, count):
                for place in fitting if self.labels[number] is not None else [n for n in fitting if n > at]:
                    rest, best = behind[place], gained[at]
                    gain = None if rest is None else rest + (not self.stages[place].optional)
                    if gain is not None and (best is None or gain > best):
                        gained[at], chosen[number, at] = gain, place
        return None if gained[-1] is None else chosen

    def _fitting(self, number: int) -> list[int]:
        """Return the stages that a shape may belong to: the one that its words name, or those with an equal shape."""
        label = self.labels[number]
        if label is not None:
            return [label]
        equal = [n for n, shape in enumerate(self.expected) if self.equal(self.written[number].shape, shape)]
        at_the_end = number == len(self.written) - 1 and len(self.expected) - 1 in equal
        return equal[-1:] if at_the_end else equal

    def missing(self, placed: Collection[int]) -> list[int]:
        """Return the stages without a shape whose change the words do not describe either."""
        gone = [n for n in range(len(self.expected)) if n not in placed and not self.in_words(n)]
        if 0 in gone and any(w.into and self.equal(w.shape, self.expected[0]) for w in self.written):
            gone.remove(0)
        return gone

    def in_words(self, number: int) -> bool:
        """Return whether a sentence describes how a stage changes the shape of the stage before."""
        before = self.expected[number - 1] if number else None
        return describes_change(self.text.lower(), self.stages[number].words, before, self.expected[number])

    def _sizes(self, wanted: WantedShapes) -> dict[str, int]:
        """Return the numbers that an answer in numbers uses: the exercise's, or those that it states."""
        sizes, said = dict(wanted.numbers), {}
        for name, others in wanted.dimensions.items():
            names = [other for other in sorted([name, *others], key=len, reverse=True) if len(other) > 1]
            words = "|".join(map(re.escape, names))
            stated = re.search(rf"(?i)\b(?:{words})(?:[ _]size)?\s*(?:=|of|is|:)?\s*(\d+)\b(?!\s*[x×)])", self.text)
            units = re.search(rf"(?i)(?<![\d.])(\d+) (?:{words})\b", self.text)  # 24 hidden units
            if stated or units:
                said[name] = int((stated or units)[1])  # type: ignore[index]
                sizes[name] = said[name]
                first = next((w.shape for w in self.written if len(w.shape) == 3), None)
                if first is not None and first[1].number is not None and first[2].number == 1:
                    sizes["seq"] = int(first[1].number)
        return self._own_numbers(wanted, sizes, said)

    def _own_numbers(self, wanted: WantedShapes, sizes: dict[str, int], said: Mapping[str, int]) -> dict[str, int]:
        """Return the sizes of an answer that uses a length of its own throughout, if one choice of sizes is possible.

        `said` are the sizes that it states, which must not differ.
        """
        numbers = [tuple(length.number for length in w.shape) for w in self.written]
        if len(numbers) < 2 or any(len(shape) != 3 or None in shape for shape in numbers):
            return sizes
        lengths = {shape[1] for shape in numbers}
        features = {shape[2] for shape in numbers} - {1}
        own = numbers[0][1] != wanted.numbers.get("seq")
        if not own or len(lengths) != 2 or len(features) != 1 or not {"seq", "shift", "hidden"} <= set(wanted.numbers):
            return sizes
        seq = min(lengths)  # type: ignore[type-var]
        found = {"seq": seq, "shift": max(lengths) - seq, "hidden": features.pop()}  # type: ignore[type-var, operator]
        own_sizes = {name: int(size) for name, size in found.items()}  # type: ignore[arg-type]
        differs = any(said.get(name, size) != size for name, size in own_sizes.items())
        return sizes if differs else {**sizes, **own_sizes}

    def _labels(self) -> list[int | None]:
        """Assign each shape the stage of its words: those before it or those after it, as the team writes.

        Both readings are tried; the one with more right shapes counts.
        """
        before = [self._hit(w.label or _last_part(w.before), last=True) for w in self.written]
        behind = [self._hit(w.label or _first_part(w.after), last=False) for w in self.written]
        mixed = [a if a is not None else b for a, b in zip(before, behind, strict=True)]
        best = max((before, behind, mixed), key=self._agreement)
        return [m if b is None and len(w.shape) != 3 else b for w, b, m in zip(self.written, best, mixed, strict=True)]

    def _agreement(self, labels: Sequence[int | None]) -> int:
        pairs = [(w, stage) for w, stage in zip(self.written, labels, strict=True) if stage is not None and not w.into]
        right = sum(self.equal(w.shape, self.expected[stage]) for w, stage in pairs)
        in_order = all(a[1] <= b[1] for a, b in pairwise(pairs))
        once = len({stage for _, stage in pairs}) == len(pairs)
        return 2 * right - 3 * (len(pairs) - right) + (1 if in_order else -1) + (1 if once else -2)

    def _hit(self, text: str, last: bool) -> int | None:
        hits = [
            (found.start(), number)
            for number, stage in enumerate(self.stages)
            for word in stage.words
            for found in re.finditer(rf"(?<!\w){re.escape(word)}", text.lower())
        ]
        return (max(hits) if last else min(hits))[1] if hits else None


def _last_part(text: str) -> str:
    """Return the words since the last end of a line or sentence; all of them if there are none."""
    part = re.split(r"[.;]\s|\n", text.rstrip())[-1]
    return part if re.search(r"\w\w", part) else text


def _first_part(text: str) -> str:
    return re.split(r"[.;]\s|\n", text)[0]
