"""The verdict on the output sizes of a convolution at several strides, under the convention that the answer uses."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from decimal import ROUND_FLOOR, Decimal
from math import prod

from grader.model import Quote, Table
from grader.model.message import NOTHING, Message, Text, all_of, say, say_number, sentences
from grader.model.verdict import Verdict, failed, needs_review, passed
from grader.prose.bounds import too_long
from grader.prose.qualifiers import denial, qualifier
from grader.reading.calculations import wrong_calculation, wrong_size_formula
from grader.reading.sizes import FITS, FRACTION, NOT_WHOLE, WRONG_DEPTH, SizeQuestion, normalised, read_sizes
from grader.reading.stride_notation import with_strides
from grader.reading.visible_words import with_single_spaces
from reference.conv import output_size, same_size

NO_PADDING, PADDING_1, SAME = "no padding", "padding 1", "same padding"
_NAMES = {NO_PADDING: say("no padding"), PADDING_1: say("a padding of 1"), SAME: say("'same' padding")}
_SPECIAL = {
    FITS: say("fits"),
    NOT_WHOLE: say("does not fit"),
    WRONG_DEPTH: say("wrong depth"),
    FRACTION: say("a fraction"),
}
_CONVENTION = re.compile(r"(?i)(?:no|without|with|ohne|mit|zero|same|'same')[ -](?:a )?padding|padding\s*(?:=|of)\s*\d")
_NO_PADDING = re.compile(
    r"(?:no|without|zero|ohne|valid)[ -](?:any )?padding(?! of 1)|padding\s*(?:=|of|:)?\s*0|p\s*=\s*0"
)
_PADDING_1 = re.compile(r"padding\s*(?:=|of|:)?\s*(?:1|one)\b|p\s*=\s*1|(?:one|1) pixel")
_SAME_PADDING = re.compile(
    r"['\"‘]?same['\"’]?[ -]padding|size of the output (?:feature map )?is the same|same as the size of the input"
)
_AREA = r"\d\s*[x×*]\s*\d+(?:\s*[x×*]\s*\d+)?"
_CALCULATED = re.compile(rf"(?:{_AREA}|(?:,|\b(?:and|und|or|oder))\s+\d)\s*[-+]\s*\d+\W*$")
_CONVENTION_VERBS = re.compile(r"(?i)\b(?:(not|un)[ -]?padded\b(?! by)|padded by (?:one|1)(?: pixel)?\b)")
_ALTERNATIVE = re.compile(r"\d (?:or|oder) (\d+)\W*$")
_DECIDED_BY_TUTOR = say("A tutor will decide.")
Sizes = Mapping[int, set[int]]  # the sizes by stride
_ALLOWED = {"none": NO_PADDING, "one": PADDING_1, "same": SAME}
_ROUNDED: Mapping[str, Callable[[int], set[int]]] = {  # what is right where a stride does not fit, by the rounded size
    "any": lambda size: {size, NOT_WHOLE},
    "floor": lambda size: {size},
    "strict": lambda size: {NOT_WHOLE},
}


def judge_sizes(plan: SizeQuestion, quote: Quote) -> Verdict:
    """Judge an answer; one that treats several conventions in turn has to be right in each."""
    if long := too_long(quote.text):
        return needs_review(long, _DECIDED_BY_TUTOR, quote)
    text = _CONVENTION_VERBS.sub(
        lambda found: "no padding" if found[1] else "a padding of 1", with_single_spaces(quote.text)
    )
    if (
        doubt := denial(normalised(text))
        or _changed(plan, normalised(text))
        or _unexpected_formula(plan, normalised(text))
    ):
        return needs_review(doubt, say("A tutor will read the calculation."), quote)
    verdicts = [_Answer(plan, part, quote).verdict() for part in _sections(plan, text)]
    if undecided := next((verdict for verdict in verdicts if verdict.status != "passed"), None):
        return undecided
    if wrong := wrong_calculation(text) or wrong_size_formula(normalised(text), plan.input - plan.kernel, plan.strides):
        message = say("The sizes are right, but the calculation {calculation} is wrong.", calculation=wrong)
        return needs_review(message, _DECIDED_BY_TUTOR, quote)
    return verdicts[-1]


_LEFT_OPEN = re.compile(
    r"(?i)\b(?:it|this|that|es|das) (?:all |alles )?(?:depends|hängt|kommt (?:darauf|drauf|auf))\b"
    r"|\b(?:may|could) (?:all |well )?be (?:possible|fine|ok|okay)\b|\bkönnte\w* (?:gehen|passen|möglich sein)\b"
)


def _changed(plan: SizeQuestion, text: str) -> Message:
    """Return the words or signs that leave a size open, bound it or change it; nothing if there are none."""
    words = qualifier(text.replace("rounded up to", " "), "doubted", "bounded", "scaled", "unit")
    if not words and (left_open := _LEFT_OPEN.search(text)):
        words = left_open[0]
    alternative = _ALTERNATIVE.search(text)
    if not words and alternative and alternative[1] not in map(str, plan.strides):
        words = alternative[0]
    if not words and (calculated := _CALCULATED.search(text)):
        words = calculated[0]
    return say("The words '{words}' may change a size.", words=words) if words else NOTHING


def right_sizes(plan: SizeQuestion) -> dict[str, Sizes]:
    """Return the right sizes by convention and stride; `NOT_WHOLE` is among them if "does not fit" is right."""
    found: dict[str, Sizes] = {}
    for name, padding in ((NO_PADDING, 0), (PADDING_1, 1)):
        sizes = {s: output_size(plan.input, plan.kernel, s, padding) for s in plan.strides}
        found[name] = {
            s: {size.size, FITS} if size.fits else _ROUNDED[plan.rounding](size.size) for s, size in sizes.items()
        }
    found[SAME] = {s: {same_size(plan.input, plan.kernel, s), FITS} for s in plan.strides}
    allowed = _ALLOWED.get(plan.padding)
    return {name: sizes for name, sizes in found.items() if allowed in (None, name)}


def _sections(plan: SizeQuestion, text: str) -> list[str]:
    """Cut an answer at the conventions that it names, if each part gives a size for every stride."""
    starts = [found.start() for found in _CONVENTION.finditer(text)]
    parts = [text[a:b] for a, b in zip([0, *starts[1:]], [*starts[1:], len(text)], strict=True)] if starts else [text]
    return parts if len(parts) > 1 and all(set(read_sizes(plan, p)) == set(plan.strides) for p in parts) else [text]


class _Answer:
    """The sizes that one text gives, beside the right ones."""

    def __init__(self, plan: SizeQuestion, text: str, quote: Quote) -> None:
        self.plan, self.quote = plan, quote
        self.claims = read_sizes(plan, text)
        self.right = right_sizes(plan)
        self.stated = _stated(text)

    def verdict(self) -> Verdict:
        """Judge the sizes under the conventions that the answer states, or under any."""
        strides = self.plan.strides
        if other := [name for name in self.stated if name not in self.right]:
            required = _any_of([_NAMES[name] for name in self.right])
            return self._review(
                say(
                    "The answer states {stated}, and the question asks for {required}.",
                    stated=_NAMES[other[0]],
                    required=required,
                )
            )
        missing = [s for s in strides if not self.claims.get(s)]
        if missing and not (self.plan.missing_is_wrong and self.claims):
            message = say_number(
                "The answer gives no size for stride {strides}.",
                "The answer gives no sizes for the strides {strides}.",
                len(missing),
                strides=tuple(missing),
            )
            return self._review(message, say("A tutor will read the answer."))
        if not self.plan.fit_counts and any(FITS in claim for claim in self.claims.values()):
            return self._review(say("The answer says which strides fit and does not give every size."))
        fitting = {
            name: [s for s in strides if set() < self.claims.get(s, set()) <= sizes[s]]
            for name, sizes in self.right.items()
        }
        if wrong := [s for s in strides if self._is_wrong(s)]:
            return self._wrong(wrong, fitting)
        whole = [name for name, right in fitting.items() if len(right) == len(strides)]
        if whole == [NO_PADDING] and self._rounds_some_only():
            return self._review(say("One size is rounded down, and for another the answer says that it does not fit."))
        if whole and (not self.stated or set(whole) & set(self.stated)):
            return passed(say("All sizes are right with {convention}.", convention=_NAMES[whole[0]]), self._table())
        if whole:
            message = say(
                "The sizes are right with {convention}, but the answer states {stated}.",
                convention=_NAMES[whole[0]],
                stated=all_of(_NAMES[name] for name in self.stated),
            )
            return self._review(message, say("A tutor will decide which one is meant."))
        return self._review(say("Every size is right under some convention, but not all under the same one."))

    def _is_wrong(self, stride: int) -> bool:
        claim = self.claims.get(stride, set())
        return not claim or (len(claim) == 1 and not any(claim & sizes[stride] for sizes in self.right.values()))

    def _rounds_some_only(self) -> bool:
        """Return whether the answer rounds some sizes that do not fit, and calls others not fitting."""
        right = self.right[NO_PADDING]
        said = [NOT_WHOLE in self.claims[s] for s in right if NOT_WHOLE in right[s]]
        return any(said) and not all(said)

    def _wrong(self, wrong: Sequence[int], fitting: Mapping[str, Sequence[int]]) -> Verdict:
        """Fail with a share for the right sizes under the best convention."""
        total = len(self.plan.strides)
        best = max(len(fitting[name]) for name in (self.stated or list(self.right)))
        if others := [name for name, right in fitting.items() if len(right) > best]:
            message = say(
                "The answer states {stated}, but more sizes are right with {convention}.",
                stated=all_of(_NAMES[name] for name in self.stated),
                convention=_NAMES[others[0]],
            )
            return self._review(message, say("A tutor will decide which one is meant."))
        credit = (Decimal(best) / total).quantize(Decimal("0.01"), ROUND_FLOOR)
        sizes = tuple(say("stride {stride}: {size}", stride=s, size=_shown(self.claims.get(s, set()))) for s in wrong)
        message = say_number(
            "This size is wrong under every convention: {sizes}.",
            "These sizes are wrong under every convention: {sizes}.",
            len(wrong),
            sizes=sizes,
        )
        if len(self.right) == 1:
            [only] = self.right
            message = say_number(
                "With {convention} this size is wrong: {sizes}.",
                "With {convention} these sizes are wrong: {sizes}.",
                len(wrong),
                convention=_NAMES[only],
                sizes=sizes,
            )
        under = NOTHING
        if self.stated:
            under = say_number(
                "With {convention}, as stated, {n} of {total} sizes is right.",
                "With {convention}, as stated, {n} of {total} sizes are right.",
                best,
                convention=_any_of([_NAMES[name] for name in self.stated]),
                total=total,
            )
        hint = say("The output size is (input size + 2 * padding - kernel size) / stride + 1.")
        return failed(sentences(message, under), hint, self._table(), self.quote, credit=credit)

    def _review(self, message: Message, hint: Message = _DECIDED_BY_TUTOR) -> Verdict:
        return needs_review(message, hint, self._table(), self.quote)

    def _table(self) -> Table:
        rows = tuple(
            (str(s), _shown(self.claims.get(s, set())), *(_shown(sizes[s] - {FITS}) for sizes in self.right.values()))
            for s in self.plan.strides
        )
        head = (say("Stride"), say("The answer"), *(_NAMES[name] for name in self.right))
        return Table(say("Output sizes by convention"), head, rows)


def _shown(sizes: set[int]) -> Text:
    return _any_of([_SPECIAL.get(n, f"{n}x{n}") for n in sorted(sizes, reverse=True)]) or "-"


def _any_of(texts: Sequence[Text]) -> Message:
    """Return several texts as one list: a, b or c."""
    if len(texts) < 2:
        return sentences(*texts)
    return say("{several} or {last}", several=tuple(texts[:-1]), last=texts[-1])


def _stated(text: str) -> list[str]:
    """Return the conventions that the answer names as its own."""
    lowered = normalised(text.lower())
    names = []
    if _NO_PADDING.search(lowered) and not re.search(r"zero[ -]padding", lowered):
        names.append(NO_PADDING)
    if _PADDING_1.search(lowered):
        names.append(PADDING_1)
    if _SAME_PADDING.search(lowered):
        names.append(SAME)
    return names


def _unexpected_formula(plan: SizeQuestion, text: str) -> Message:
    """Return the number of a written formula that does not belong to the exercise; nothing if all do."""
    for found in re.finditer(r"(?<![\d/(*x×-])(?<![*x×] )(\d+(?:\s*[*x×]\s*\d+){1,9})\s*=\s*(\d+)\b(?!\s*[*x×])", text):
        if prod(map(int, re.findall(r"\d+", found[1]))) != int(found[2]):
            return say("The calculation {calculation} is wrong.", calculation=found[0])
    for found in re.finditer(r"(?<![x×*\d])(?<![x×*] )(\d+)\s*(?:channels?|kanäle\w*|filters?|maps?)\b", text):
        if int(found[1]) != plan.filters and int(found[1]) > 1:
            filters = plan.filters
            return say("The answer has '{words}'; there are {filters} filters.", words=found[0], filters=filters)
    for found in re.finditer(r"(?:padd(?:ing|ed)|\bp)\s*(?:of|by|with|=|von|um)?\s*(\d+)", text):
        if int(found[1]) not in (0, 1):
            return say("The padding in '{words}' is neither 0 nor 1.", words=found[0])
    text = with_strides(text, plan.strides)
    words = _unexpected_number(plan, text) or _unexpected_premise(plan, text)
    if words:
        return say("'{words}' is not part of the formula for this image and this kernel.", words=words)
    return NOTHING


def _unexpected_premise(plan: SizeQuestion, text: str) -> str:
    """Return words that name another image, another kernel, or numbers of values instead of sides."""
    for pattern, right in (
        (r"(\d+)\s*[x×]\s*\d+(?:[x×]\d+)?[ -](?:sized )?(?:kernels?|filters?|filtern?)\b", plan.kernel),
        (r"(\d+)\s*[x×]\s*\d+(?:[x×]\d+)?[ -](?:sized )?(?:images?|inputs?|bild\w*)\b", plan.input),
        (r"(?:kernels?|filters?)\s+(?:size\s+)?(?:of\s+|=\s*)(?:size\s+)?(\d+)\s*[x×]\s*\d+", plan.kernel),
    ):
        for found in re.finditer(pattern, text):
            padded = right == plan.input and int(found[1]) == right + 2 and PADDING_1 in _stated(text)
            if int(found[1]) != right and not padded:
                return found[0]
    found_count = re.search(
        r"number of (?:outputs|values|neurons|entries|pixels)|\b\d+ (?:values|outputs|neurons|entries)\b", text
    )
    return found_count[0] if found_count else ""


def _unexpected_number(plan: SizeQuestion, text: str) -> str:
    """Return the part of `(size + 2 padding - kernel) / stride + 1` with a number that is not the exercise's."""
    for found in re.finditer(r"(\d+)\s*\+\s*\d+\s*-\s*\d+", text):
        if int(found[1]) != plan.input:
            return found[0]
    sides = {plan.input, plan.input + 2, 2}  # 2 is the second summand of `13 + 2 - 3`
    for found in re.finditer(r"(\d+)\s*-\s*(\d+)", text):
        if int(found[1]) not in sides or int(found[2]) != plan.kernel:
            return found[0]
    numerators = (plan.input, plan.input - plan.kernel, plan.input - plan.kernel + 2)
    for found in re.finditer(r"(\d+)\s*/\s*s\b|/\s*s\s*\)?\s*\+\s*(\d+)", text):
        if (found[1] and int(found[1]) not in numerators) or (found[2] and int(found[2]) != 1):
            return found[0]
    return ""
