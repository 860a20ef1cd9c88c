"""Judge the shapes of a tensor on its way through a model, as an answer describes them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction

from grader.model import Quote, Stage, Trace
from grader.model.message import NOTHING, Message, say, sentences
from grader.model.verdict import Verdict, failed, needs_review, passed
from grader.prose.bounds import too_long
from grader.prose.qualifiers import denial, qualifier
from grader.reading.shape_conventions import convention_of
from grader.reading.shape_mistakes import known_mistake
from grader.reading.shape_names import bind, names_of, never_alone
from grader.reading.shape_notation import as_tuples, defined_letters
from grader.reading.shape_stages import StagedShapes, WantedShapes
from grader.reading.shapes import NotUnderstood, Shape, Written, read_shapes, without_markup
from grader.reading.visible_words import with_single_spaces

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
    r"(?i)\b(?:(?:final|last) (?:hidden )?(?:state|step|output) (?:alone|only)|(?:only|just) (?:the |its )?(?:final|last)(?! (?:axis|dimension|achse))|one vector|squeez\w+|flatten\w+"
    r"|(?:remov|drop|delet|los|add|swap|exchang)\w* (?:the |an? )?(?:last|first|time|feature|batch|extra|new)? ?(?:axis|axes|dimension)"
    r"|(?:entfern|verlier)\w* die \w+ (?:achse|dimension)|nur (?:den |der )?letzte\w*)\b"
)
_INTO = re.compile(r"(?i)\b(?:receives?|takes|as (?:its )?input|bekommt|erhält)\b")
_NOT_MENTIONED = "–"


def judge_shapes(wanted: WantedShapes, quote: Quote) -> Verdict:
    """Read every shape of an answer, match them with the stages by words and by order, and compare."""
    if long := too_long(quote.text):
        return needs_review(long, _READ_BY_TUTOR, quote)
    text = without_markup(as_tuples(with_single_spaces(quote.text)))
    names = names_of(wanted, defined_letters(text, wanted.dimensions))
    try:
        written = bind(read_shapes(_LEGEND.sub(" ", text)), names, never_alone(wanted))
        convention = convention_of(wanted, written, quote.text)
        shapes = StagedShapes(wanted, convention.usual(written) if convention else written, text)
        verdict = _Answer(wanted, shapes, quote).verdict()
        return convention.judged(verdict) if convention else verdict
    except NotUnderstood as error:
        return needs_review(error.reason, say("A tutor will read the shapes."), quote)


class _Answer:
    """The shapes of one answer beside the right ones."""

    def __init__(self, wanted: WantedShapes, shapes: StagedShapes, quote: Quote) -> None:
        self.wanted, self.shapes, self.quote = wanted, shapes, quote
        self.written, self.text = shapes.written, shapes.text

    def verdict(self) -> Verdict:
        """Judge the wrong stages, then those that are missing."""
        if doubt := self._doubt():
            return self._review(doubt)
        wrong = [
            (written, label)
            for written, label in self._labelled()
            if label is not None and not written.into and not self.shapes.is_labelled_right(written, label)
        ]
        for written, label in wrong:
            if unclear := self._doubt_about_wrong(written, label):
                return self._review(*unclear)
        if wrong and not self.wanted.shares.can_earn:
            return self._wrong(wrong, Decimal(0))
        placed = self.shapes.placed()
        if placed is None:
            return self._review(say("The shapes are not in the order of the stages."))
        return self._with_wrong_ones(wrong, placed) if wrong else self._complete(placed)

    def _complete(self, placed: Sequence[int | None]) -> Verdict:
        """Judge whether right shapes are there for all stages."""
        missing = self._missing(placed)
        if not self.written and (re.search(r"[\[(\d=]", self.quote.text) or not self._is_about_layers()):
            return self._review(say("The answer contains no list of shapes."))
        needed = [number for number in missing if not self.wanted.stages[number].optional]
        if needed and any(self.shapes.in_words(n) for n in range(len(self.wanted.stages)) if n not in placed):
            message = say(
                "The answer describes some stages in words; not found: {stages}.", stages=self._names(missing)
            )
            return self._review(message)
        no_input = 0 not in placed and len(placed) > 1
        if no_input and self.written and self.shapes.labels[0] is None and not self.written[0].into:
            return self._review(say("The first shape has no name and is not the shape of the input."))
        if doubt := self._doubt_about_words(missing, self.text):
            return self._review(doubt)
        trace = self._trace(placed)
        if needed:
            message = say(
                "All shapes in the answer are right; stages without a shape: {stages}.", stages=self._names(needed)
            )
            hint = say("Give a shape for each of these stages, too.")
            right = len(self.wanted.stages) - len(missing)
            credit = self.wanted.shares.of(right=right, missing=len(needed), wrong=0)
            return failed(message, hint, trace, self.quote, credit=credit)
        if missing:
            message = say(
                "The answer gives the right shape for every stage except {stages}, which may be left out.",
                stages=self._names(missing),
            )
            return passed(message, trace)
        return passed(say("The answer gives the right shape for every stage."), trace)

    def _with_wrong_ones(self, wrong: Sequence[tuple[Written, int]], placed: Sequence[int | None]) -> Verdict:
        """Judge the share for the other stages of an answer that has wrong ones."""
        stages = {label for _, label in wrong}
        missing = [n for n in self._missing(placed) if not self.wanted.stages[n].optional]
        for written, stage in wrong:
            for number in (
                missing if self.wanted.stages[stage].optional else ()
            ):  # it may be a word beside the other one
                if self.shapes.equal(written.shape, self.shapes.expected[number]):
                    name = self.wanted.stages[number].name
                    what = say(
                        "{shape} is right for {stage}, which has no other shape.", shape=written.text, stage=name
                    )
                    return self._review(what)
        right = {n for n in range(len(self.wanted.stages)) if n in placed or self.shapes.in_words(n)} - stages
        credit = self.wanted.shares.of(right=len(right), missing=len(missing), wrong=len(stages))
        beside = self.text
        for written, _ in wrong:  # words in the sentence of a wrong shape say how it came about
            beside = beside.replace(re.split(r"[.;]\s|\n", written.after)[0], " ", 1)
        if credit and (doubt := self._doubt_about_words(missing, beside)):
            return self._review(doubt)
        return self._wrong(wrong, credit)

    def _missing(self, placed: Sequence[int | None]) -> list[int]:
        return self.shapes.missing([stage for stage in placed if stage is not None])

    def _names(self, numbers: Sequence[int]) -> tuple[str, ...]:
        return tuple(self.wanted.stages[number].name for number in numbers)

    def _doubt_about_words(self, missing: Sequence[int], text: str) -> Message:
        """Return the words that may contradict the shapes, or give the missing ones; nothing if there are none."""
        if found := _CONTRADICTS.search(text):
            return say("The words '{words}' may contradict the shapes.", words=found[0])
        if missing and (shared := _SHARED.search(text)):
            return say("The words '{words}' may give one shape to several stages.", words=shared[0])
        return NOTHING

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
        if doubted := qualifier(self.text, "doubted"):
            return say("The word '{word}' leaves the shapes open.", word=doubted)
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
        right = all(one.into or self.shapes.is_labelled_right(one, label) for one, label in self._labelled())
        if false := self._false_input():
            return false
        into = _INTO.search(self.text)
        if into and not right:
            return say("The word '{words}' may mean that the shapes are inputs of the layers.", words=into[0])
        return NOTHING

    def _false_input(self) -> Message:
        """Return a sentence on an input of a layer that is not what the stage before gives; or nothing."""
        for first, label in zip(self.written, self.shapes.labels[1:], strict=False):
            before = (
                [one.shape for one, stage in self._labelled() if stage == label - 1 and not one.into] if label else []
            )
            if first.into and label and not self._is_given(first.shape, label - 1, before):
                return say(
                    "{shape} is not the shape of the input of '{stage}'.",
                    shape=first.text,
                    stage=self.wanted.stages[label].name,
                )
        return NOTHING

    def _is_given(self, shape: Shape, stage: int, own: Sequence[Shape]) -> bool:
        """Return whether a shape is what a stage gives, or what the answer says that it gives."""
        return shape in own or self.shapes.equal(shape, self.shapes.expected[stage])

    def _doubt_about_wrong(self, written: Written, number: int) -> tuple[Message, ...]:
        """Return why a wrong shape may be none, with a hint: it has another one beside it, or is no known mistake."""
        stage = self.wanted.stages[number]
        others = [w for w, label in self._labelled() if label == number and w is not written and not w.into]
        if any(self.shapes.equal(other.shape, stage.shape) for other in others):
            return (say("The answer has two shapes for '{stage}'.", stage=stage.name),)
        if not known_mistake(self.shapes, written.shape, stage.shape):
            hint = say("This is not a known mistake; a tutor will check how the answer was read.")
            return self._found(written, number), hint
        return ()

    def _found(self, written: Written, number: int) -> Message:
        stage = self.wanted.stages[number]
        return say(
            "After the stage '{stage}' the answer has {shape}; {right} is right.",
            stage=stage.name,
            shape=written.text,
            right=stage.text,
        )

    def _wrong(self, wrong: Sequence[tuple[Written, int]], credit: Decimal) -> Verdict:
        """Fail with the first wrong stage and the share that the rubric gives for the others."""
        written, number = wrong[0]
        stage = self.wanted.stages[number]
        share = NOTHING
        if credit and not self.wanted.shares.per_stage:
            share = say("All other stages are right.")
        hint = say(
            "Follow the length of the sequence up to '{stage}': where is it padded, and where is it cut?",
            stage=stage.name,
        )
        message = sentences(self._found(written, number), known_mistake(self.shapes, written.shape, stage.shape), share)
        return failed(message, hint, self._trace(self.shapes.labels), self.quote, credit=credit)

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
