"""Judge the shapes of a tensor on its way through a model, as an answer describes them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from fractions import Fraction

from grader.model import Quote, Stage, Trace
from grader.model.message import NOTHING, Message, say, sentences
from grader.model.verdict import Verdict, failed, needs_review, passed
from grader.prose.bounds import too_long
from grader.prose.qualifiers import denial, qualifier
from grader.reading.shape_stages import StagedShapes, WantedShapes
from grader.reading.shapes import Length, NotUnderstood, Shape, Written, bind, read_shapes, without_markup
from grader.reading.visible_words import with_single_spaces

# Primes take the place of the names, so that different sums of names have different values.
_PRIMES = (10007, 20011, 30011, 40009, 50021, 60013)
_READ_BY_TUTOR = say("A tutor will read the answer.")
_DENIED = re.compile(r"(?i)\b(?:not|nicht|statt|instead of|rather than|anstatt|wrong|falsch)\W*$")
_LEGEND = re.compile(
    r"(?i)\b(?:axes|dimensions|dims|order|layout|format|achsen|dimensionen|reihenfolge)\b[^()\n:]{0,20}:?\s*\([^\W\d]+(?:, ?[^\W\d]+){1,3}\)"
)
_SHARED = re.compile(r"(?i)\b(?:and|und)\s[^.;:\n]{1,20}\s(?:both|each|beide|jeweils)\b")
_OF_ALL = re.compile(
    r"(?i)\b(?:all|each|every|everywhere|always|nothing changes|unchanged|alle[nrs]?|jede[nrs]?|überall|immer)\b"
)
# A sentence without a shape that lets a stage do something else to the shape.
_CONTRADICTS = re.compile(
    r"(?i)\b(?:(?:final|last) (?:hidden )?(?:state|step|output) (?:alone|only)|(?:only|just) (?:the |its )?(?:final|last)|one vector|squeez\w+|flatten\w+"
    r"|(?:remov|drop|delet|los|add|swap|exchang)\w* (?:the |an? )?(?:last|first|time|feature|batch|extra|new)? ?(?:axis|axes|dimension)"
    r"|(?:entfern|verlier)\w* die \w+ (?:achse|dimension)|nur (?:den |der )?letzte\w*)\b"
)
_INTO = re.compile(r"(?i)\b(?:receives?|takes|as (?:its )?input|bekommt|erhält)\b")
_NOT_MENTIONED = "–"


def judge_shapes(wanted: WantedShapes, quote: Quote) -> Verdict:
    """Read every shape of an answer, match them with the stages by words and by order, and compare."""
    if long := too_long(quote.text):
        return needs_review(long, _READ_BY_TUTOR, quote)
    text = without_markup(with_single_spaces(quote.text))
    names = {
        re.sub(r"\s+", "_", other.lower()): name
        for name, others in wanted.dimensions.items()
        for other in [name, *others]
    }
    try:
        written = bind(read_shapes(_LEGEND.sub(" ", text)), names, _never_alone(wanted))
        return _Answer(wanted, StagedShapes(wanted, written, text), quote).verdict()
    except NotUnderstood as error:
        return needs_review(error.reason, say("A tutor will read the shapes."), quote)


def _never_alone(wanted: WantedShapes) -> set[str]:
    """Return the dimensions that are only a part of a sum in the right shapes, as the shift is."""
    alone = {length.names[0] for stage in wanted.stages for length in stage.shape if len(length.names) == 1}
    return set(wanted.dimensions) - alone


class _Answer:
    """The shapes of one answer beside the right ones."""

    def __init__(self, wanted: WantedShapes, shapes: StagedShapes, quote: Quote) -> None:
        self.wanted, self.shapes, self.quote = wanted, shapes, quote
        self.written, self.text = shapes.written, shapes.text

    def verdict(self) -> Verdict:
        """Judge the first wrong stage, then the stages that are missing."""
        if doubt := self._doubt():
            return self._review(doubt)
        for written, label in self._labelled():
            if label is not None and not written.into and not self.shapes.is_labelled_right(written, label):
                return self._wrong(written, label)
        placed = self.shapes.placed()
        if placed is None:
            return self._review(say("The shapes are not in the order of the stages."))
        return self._complete(placed)

    def _complete(self, placed: Sequence[int | None]) -> Verdict:
        """Judge whether right shapes are there for all stages."""
        missing = self.shapes.missing([stage for stage in placed if stage is not None])
        if not self.written and (re.search(r"[\[(\d=]", self.quote.text) or not self._is_about_layers()):
            return self._review(say("The answer contains no list of shapes."))
        stages = range(len(self.wanted.stages))
        if missing and any(self.shapes.in_words(n) for n in stages if n not in placed):
            message = say("The answer describes some stages in words; not found: {stages}.", stages=tuple(missing))
            return self._review(message)
        no_input = 0 not in placed and len(placed) > 1
        if no_input and self.written and self.shapes.labels[0] is None and not self.written[0].into:
            return self._review(say("The first shape has no name and is not the shape of the input."))
        if self.written and (found := _CONTRADICTS.search(self.text)):
            return self._review(say("The words '{words}' may contradict the shapes.", words=found[0]))
        if missing and (shared := _SHARED.search(self.text)):
            return self._review(say("The words '{words}' may give one shape to several stages.", words=shared[0]))
        trace = self._trace(placed)
        if missing:
            message = say(
                "All shapes in the answer are right; stages without a shape: {stages}.", stages=tuple(missing)
            )
            share = 1 if 2 * len(missing) <= len(stages) else 2
            hint = say("Give a shape for padding and slicing, too.")
            return failed(message, hint, trace, self.quote, credit=self.wanted.incomplete / share)
        return passed(say("The answer gives the right shape for every stage."), trace)

    def _review(self, message: Message, hint: Message = _READ_BY_TUTOR) -> Verdict:
        return needs_review(message, hint, self.quote)

    def _labelled(self) -> list[tuple[Written, int | None]]:
        return list(zip(self.written, self.shapes.labels, strict=True))

    def _is_about_layers(self) -> bool:
        """Return whether the answer mentions the layers, without any shape."""
        return sum(word in self.text.lower() for word in ("lstm", "layer", "linear", "shape", "tensor")) >= 2

    def _doubt(self) -> Message:
        """Return the reason why the shapes may mean something else; nothing if there is no doubt."""
        if denied := denial(self.text):
            return denied
        ranks = {len(written.shape) for written in self.written}
        if ranks and 3 not in ranks:
            return say("No shape in the answer has three dimensions.")
        if any(
            re.search(r"\bor\b|\boder\b", w.text) or re.fullmatch(r"\s*(?:or|oder)\s*", w.before) for w in self.written
        ):
            return say("The answer gives two alternatives for a length or a shape.")
        for written in self.written:
            near = re.split(r"[.;\n]", written.before)[-1] if written is not self.written[0] else ""
            if "?" in written.after[:2] or qualifier(near, "hedged"):
                return say("The words around {shape} leave it open.", shape=written.text)
        if any(_DENIED.search(written.before) for written in self.written):
            return say("The answer denies a shape and gives another one.")
        return self._doubt_about_all() or self._doubt_about_names() or self._doubt_about_convention()

    def _doubt_about_all(self) -> Message:
        """Return the doubt that concerns all shapes together: one for all, two batches, or a sentence against them."""
        different = {written.shape for written in self.written}
        if len(different) == 1 and len(self.wanted.stages) > 2:
            unnamed = len(self.written) == 1 and self.shapes.labels[0] is None
            if unnamed or _OF_ALL.search(self.text):
                return say("The answer gives one shape, and it is not clear for which stages.")
        batches = {w.shape[0].number for w in self.written if len(w.shape) == 3 and w.shape[0].number is not None}
        if len(batches) > 1:
            return say("The size of the batch is not the same in all shapes.")
        return NOTHING

    def _doubt_about_names(self) -> Message:
        features = {d.number for w in self.written for d in w.shape[2:3] if d.number is not None and d.number > 1}
        hidden = Fraction(self.shapes.sizes.get("hidden", 0))
        if len(features) == 1 and self.wanted.numbers and features != {hidden}:
            return say("All stages have the same number of features, which is not the number in the exercise.")
        for written in self.written:
            if _mixes_names_and_numbers(written.shape):
                return say("{shape} mixes names and numbers.", shape=written.text)
        return NOTHING

    def _doubt_about_convention(self) -> Message:
        expected = self.shapes.expected
        turned = [(shape[1], shape[0], *shape[2:]) for shape in expected]
        if len(self.written) > 1 and all(w.shape in turned and w.shape not in expected for w in self.written):
            return say("Every shape has time first and the batch second, which is another convention.")
        right = all(self.shapes.is_labelled_right(written, label) for written, label in self._labelled())
        into = _INTO.search(self.text)
        if into and not right:
            return say("The word '{words}' may mean that the shapes are inputs of the layers.", words=into[0])
        return NOTHING

    def _wrong(self, written: Written, number: int) -> Verdict:
        """Fail for a wrong shape only if the mistake is a known one."""
        stage = self.wanted.stages[number]
        others = [w for w, label in self._labelled() if label == number and w is not written and not w.into]
        if any(self.shapes.equal(other.shape, stage.shape) for other in others):
            return self._review(say("The answer has two shapes for '{stage}'.", stage=stage.name))
        message = say(
            "After the stage '{stage}' the answer has {shape}; {right} is right.",
            stage=stage.name,
            shape=written.text,
            right=stage.text,
        )
        mistake = self._mistake(written.shape, stage.shape)
        if not mistake:
            hint = say("This is not a known mistake; a tutor will check how the answer was read.")
            return self._review(message, hint)
        hint = say(
            "Follow the length of the sequence up to '{stage}': where is it padded, and where is it cut?",
            stage=stage.name,
        )
        return failed(sentences(message, mistake), hint, self._trace(self.shapes.labels), self.quote)

    def _mistake(self, found: Shape, right: Shape) -> Message:
        """Return the known mistake in a wrong shape, or nothing."""
        if any(self.shapes.equal(found, other) for other in self.shapes.expected):
            return say("That is the shape of another stage.")
        if len(found) != len(right):
            missing = len(found) < len(right)
            return say("A dimension is missing.") if missing else say("There is one dimension too many.")
        values = [self._value(length) for length in found]
        wanted = [length.at(self._numbers(found)) for length in right]
        if sorted(values[1:]) == sorted(wanted[1:]) and values[1:] != wanted[1:]:
            return say("The dimensions are in the wrong order.")
        if "shift" in found[0].names:
            return say("The size of the batch does not change.")
        off = [
            axis for axis, (a, b) in enumerate(zip(values, wanted, strict=True)) if a != b and (axis or found[0].names)
        ]
        if off and off[0] <= 1 and not set(off) - {1, 2} and self._is_length(found[1], values[1]):
            return say("The length is wrong.")
        if off == [2] and (found[2].names or found[2].number is not None):
            return say("The number of features is wrong.")
        return say("The length and the number of features are wrong.") if off == [1, 2] else NOTHING

    def _is_length(self, length: Length, value: Fraction) -> bool:
        """Return whether a length is made of the sequence and the shift, or of their numbers."""
        if length.names:
            return set(length.names) <= {"seq", "shift"}
        seq, shift = self.shapes.sizes.get("seq", 0), self.shapes.sizes.get("shift", 0)
        return value in {seq + n * shift for n in range(-3, 4)} | {shift, 1}

    def _numbers(self, found: Shape) -> Mapping[str, int]:
        """Return sizes for the right shape: primes for names, the answer's numbers if the shape is in numbers."""
        if any(length.names for length in found) or not self.shapes.sizes:
            return self._primes()
        return self.shapes.sizes

    def _value(self, length: Length) -> Fraction:
        return length.at(self._primes())

    def _primes(self) -> dict[str, int]:
        return dict(zip(self.wanted.dimensions, _PRIMES, strict=False))

    def _trace(self, placed: Sequence[int | None]) -> Trace:
        found = {stage: w for w, stage in zip(self.written, placed, strict=True) if stage is not None and not w.into}
        stages = tuple(self._stage(number, found.get(number)) for number in range(len(self.wanted.stages)))
        return Trace(say("Your shapes and the actual shapes"), stages)

    def _stage(self, number: int, found: Written | None) -> Stage:
        stage = self.wanted.stages[number]
        differs = found is not None and not self.shapes.equal(found.shape, stage.shape)
        return Stage(stage.name, "", found.text if found else _NOT_MENTIONED, stage.text, differs)


def _mixes_names_and_numbers(shape: Shape) -> bool:
    if any(length.number is None and any(not name for name, _ in length.terms) for length in shape[:2]):
        return True
    in_numbers = any(length.number is not None and length.number > 1 for length in shape[1:])
    return in_numbers and any(d.names for d in shape) and any(d.number is not None for d in shape[:-1])
