"""The kind `must_not_use`: the names that a class is built from, taken from its syntax tree.

Outputs cannot distinguish a team's own LSTM from a wrapped `torch.nn.LSTM`; the source can.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import ClassVar, Literal

from pydantic import Field

from grader.blame.circumstance import Circumstance, module_not_installed
from grader.checks.base import Check, CheckContext
from grader.definitions.bindings import bindings_of
from grader.definitions.extract import Use, first_doubt, uses
from grader.definitions.libraries import Libraries
from grader.model import Message, Place
from grader.model.message import Text, say, sentences
from grader.model.verdict import Verdict, failed, needs_review, passed

REVIEW = say("A tutor will look at this part of the code.")
FAMILIES = ("torch.nn.modules.rnn", "torch.nn.modules.transformer")
DIMENSIONS = ("1d", "2d", "3d")
IRREGULAR = {  # functions with other names than their layers
    "bceloss": ("binarycrossentropy",),
    "bcewithlogitsloss": ("binarycrossentropywithlogits",),
    "multiheadattention": ("multiheadattentionforward", "scaleddotproductattention"),
}


class MustNotUse(Check):
    """The class is written by hand and does not wrap a ready-made layer."""

    holds_answer: ClassVar[bool] = False
    label: ClassVar[Text] = say("Written by hand")
    example: ClassVar[str] = (
        "{kind: must_not_use, target: LSTM, apart: [LSTMCell], names: [torch.nn.LSTM, torch.nn.LSTMCell]}"
    )
    kind: Literal["must_not_use"] = "must_not_use"
    target: str = Field(
        description="the class or function to analyse, together with everything in the submission that it uses"
    )
    names: list[str] = Field(
        min_length=1,
        description="full names that it must not use, such as torch.nn.LSTM; their subclasses and functions count too, "
        "and layers of the same family need review",
    )
    apart: list[str] = Field([], description="classes that have a check of their own and are not analysed here")

    @property
    def target_name(self) -> str:
        """See `Check.target_name`."""
        return self.target

    @property
    def own_work_of(self) -> str:
        """See `Check.own_work_of`."""
        return self.target

    def judge(self, context: CheckContext) -> Verdict:
        """Follow the names that the target uses: a forbidden one fails, code that cannot be analysed needs review."""
        bindings = bindings_of(context.submission)
        if self.target not in bindings.bound and self.target not in bindings.imports:
            return self._not_found(context, bindings.unparsed)
        forbidden = _Forbidden(self.names, bindings.libraries)
        used = list(uses(bindings, self.target, self.apart))
        for use in used:
            if forbidden.matches(use.name):
                hint = say("Build it from torch.nn.Linear and tensor operations.")
                return failed(self._uses(use), hint).at(use.place)
        for use in used:
            if name := forbidden.relative_of(use.name):
                relative = say("{use} is a relative of {name}.", use=use.name, name=name)
                return needs_review(sentences(self._uses(use), relative), REVIEW).at(use.place)
            if why := bindings.libraries.lack(use.name):
                lacking = module_not_installed(bindings.libraries.missing(use.name))
                return self._unclear(why, lacking).at(use.place)
        if (doubt := first_doubt(bindings, self.target, self.apart)) is not None:
            return self._unclear(doubt.reason).at(doubt.place)
        short = [name.rpartition(".")[2] for name in self.names]
        return passed(
            say("{target} is written by hand; none of these is used: {names}.", target=self.target, names=short)
        )

    def _not_found(self, context: CheckContext, unparsed: Sequence[Place]) -> Verdict:
        place = unparsed[0] if unparsed else None
        doubt = context.submission.unread
        if not doubt and place is not None:
            doubt = say("{place} cannot be parsed.", place=place.in_words())
        if doubt:
            what = sentences(say("{target} was not found.", target=self.target), doubt)
            return needs_review(what, say("A tutor will look at the code.")).at(place)
        what = say("{target} is not defined in the submission.", target=self.target)
        return failed(what, say("Define {name}, spelled exactly like this.", name=self.target))

    def _unclear(self, why: Message, lacking: Circumstance | None = None) -> Verdict:
        """Return the verdict on code that cannot be analysed, with what this machine lacks for it as the cause."""
        what = say("Static analysis cannot tell what {target} uses: {why}.", target=self.target, why=why)
        if lacking is None:
            return needs_review(what, REVIEW)
        return needs_review(what, REVIEW, cause=lacking.cause, reason=lacking.key, why=lacking.sentence)

    def _uses(self, use: Use) -> Message:
        place = use.place.in_words()
        if not place:
            return say("{target} must be written by hand, but it is {name}.", target=self.target, name=use.name)
        return say(
            "{target} must be written by hand, but it uses {name} ({place}).",
            target=self.target,
            name=use.name,
            place=place,
        )


class _Forbidden:
    """Compares full names with the forbidden ones, under every path that torch offers for the same object."""

    def __init__(self, names: Sequence[str], libraries: Libraries) -> None:
        self.names, self.libraries = set(names), libraries
        self.objects = [found for name in names if (found := libraries.resolve(name)) is not None]
        self.classes = tuple(found for found in self.objects if isinstance(found, type))
        self.twins = {twin for name in names for twin in _twins(name.rpartition(".")[2])}

    def matches(self, name: str) -> bool:
        """Return whether a name can do the forbidden work: by name, by identity, as a subclass or as its function."""
        if name in self.names:
            return True
        found = self.libraries.resolve(name)
        if isinstance(found, type) and issubclass(found, self.classes):
            return True
        if any(found is other for other in self.objects):
            return True
        return name.startswith("torch.") and _bare(name) in self.twins

    def relative_of(self, name: str) -> str:
        """Return the forbidden name whose layer has a base class or a module in common with `name`; empty if none.

        These may do the same work with other arguments, or only share what holds their parameters.
        """
        found, bare = self.libraries.resolve(name), _bare(name)
        for forbidden in sorted(self.names):
            layer = self.libraries.resolve(forbidden)
            family = _family(layer) if isinstance(layer, type) else frozenset()
            twins = (
                {twin for other in family for twin in _twins(other.__name__)} if name.startswith("torch.") else set()
            )
            if any(found is other for other in family) or bare in twins:
                return forbidden
        return ""


@cache
def _family(layer: type) -> frozenset[type]:
    """Return the layers of torch that share a base class of their own with `layer`, and these base classes.

    LSTM and LSTMCell have no base class in common and still belong together: `FAMILIES` are modules of torch.
    """
    from torch import nn

    if not issubclass(layer, nn.Module):
        return frozenset()
    bases = set(layer.__mro__) - set(nn.Module.__mro__)
    layers = {found for found in vars(nn).values() if isinstance(found, type) and issubclass(found, nn.Module)}
    if layer.__module__ in FAMILIES:
        bases |= {found for found in layers if found.__module__ == layer.__module__}
    return frozenset(found for found in layers | bases if not bases.isdisjoint(found.__mro__))


def _twins(layer: str) -> set[str]:
    """Return the names, without underscores, of a layer and of the functions that do its work."""
    bare = _bare(layer)
    return {
        bare,
        bare.removesuffix("loss"),
        bare[:-2] if bare.endswith(DIMENSIONS) else bare,
        *IRREGULAR.get(bare, ()),
    }


def _bare(name: str) -> str:
    """Return the last part as torch's functions may spell it: LSTMCell is lstm_cell there."""
    return name.rpartition(".")[2].replace("_", "").lower()
