"""The kind `must_not_use`: the names that a class is built from, taken from its syntax tree.

Outputs cannot distinguish a team's own LSTM from a wrapped `torch.nn.LSTM`; the source can.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import ClassVar, Literal

from pydantic import Field

from grader.checks.base import Check, CheckContext
from grader.definitions.bindings import bindings_of
from grader.definitions.extract import Use, first_doubt, uses
from grader.model import Message, Place
from grader.model.message import Text, say, sentences
from grader.model.verdict import Verdict, failed, needs_review, passed

FAMILIES = ("torch.nn.modules.rnn", "torch.nn.modules.transformer")


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
        description="full names that it must not use, such as torch.nn.LSTM; layers of the same family count too",
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
        forbidden = _Forbidden(self.names)
        for use in uses(bindings, self.target, self.apart):
            if forbidden.matches(use.name):
                hint = say("Build it from torch.nn.Linear and tensor operations.")
                return failed(self._uses(use), hint).at(use.place)
        if (doubt := first_doubt(bindings, self.target, self.apart)) is not None:
            what = say("Static analysis cannot tell what {target} uses: {why}.", target=self.target, why=doubt.reason)
            return needs_review(what, say("A tutor will look at this part of the code.")).at(doubt.place)
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
        return failed(what, say("Define a class named {name}.", name=self.target))

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

    def __init__(self, names: Sequence[str]) -> None:
        self.names = set(names)
        self.objects = [found for name in names if (found := _resolve(name)) is not None]
        self.family = {base for found in self.objects if isinstance(found, type) for base in _own_bases(found)}
        self.ends = {_bare(name) for name in names}

    def matches(self, name: str) -> bool:
        """Return whether a name is forbidden: by name, by identity, or as a layer of the same family."""
        if name in self.names:
            return True
        if not name.startswith("torch."):
            return False
        found = _resolve(name)
        related = isinstance(found, type) and not self.family.isdisjoint(_own_bases(found))
        return related or any(found is other for other in self.objects) or _bare(name) in self.ends


def _own_bases(found: type) -> set[object]:
    """Return a layer and its own base classes, without those that all layers have; empty for other objects.

    LSTM and LSTMCell have no base class in common and still belong together: `FAMILIES` are modules of torch.
    """
    from torch import nn

    if not issubclass(found, nn.Module):
        return set()
    together = {sys.modules[found.__module__]} if found.__module__ in FAMILIES else set()
    return {base for base in found.__mro__ if base not in nn.Module.__mro__} | together


def _bare(name: str) -> str:
    """Return the last part as torch's functions may spell it: LSTMCell is lstm_cell there."""
    return name.rpartition(".")[2].replace("_", "").lower()


def _resolve(name: str) -> object | None:
    """Return the object of a name in the grader's own torch; no code of the submission is run."""
    if not name.startswith("torch."):
        return None
    import torch

    found: object = torch
    for part in name.split(".")[1:]:
        found = getattr(found, part, None)
    return found
