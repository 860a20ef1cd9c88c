"""The kind `must_not_use`: what a class is built from, read off the syntax tree.

Equal outputs cannot tell an own LSTM from a wrapped `torch.nn.LSTM`; the source can.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import ClassVar, Literal

from pydantic import Field

from grader.checks.base import Check, CheckContext
from grader.definitions.bindings import bindings_of
from grader.definitions.extract import first_doubt, uses
from grader.model.message import Text, say
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
        description="the class or function that is looked at, with everything of the submission it uses"
    )
    names: list[str] = Field(
        min_length=1, description="what it must not use, as full names: torch.nn.LSTM; layers of its family count too"
    )
    apart: list[str] = Field([], description="classes with a check of their own, which are not followed")

    @property
    def target_name(self) -> str:
        """See `Check.target_name`."""
        return self.target

    @property
    def own_work_of(self) -> str:
        """See `Check.own_work_of`."""
        return self.target

    def judge(self, context: CheckContext) -> Verdict:
        """Follow the names that the target uses; a forbidden one fails, what cannot be read to the end waits."""
        bindings = bindings_of(context.submission)
        if self.target not in bindings.bound and self.target not in bindings.imports:
            unparsed = f"{bindings.unparsed[0]} cannot be parsed." if bindings.unparsed else ""
            if doubt := context.submission.unread or unparsed:
                return needs_review(f"{self.target} was not found. {doubt}", "A person looks at the code.")
            return failed(f"{self.target} is not defined in the submission.", f"Define a class named {self.target}.")
        forbidden = _Forbidden(self.names)
        for use in uses(bindings, self.target, self.apart):
            if forbidden.matches(use.name):
                what = f"{use.origin} uses {use.name} (line {use.line}); {self.target} has to be written by hand."
                return failed(what, "Build it from torch.nn.Linear and tensor operations.")
        if doubt := first_doubt(bindings, self.target, self.apart):
            what = f"What {self.target} uses cannot be read off the code: {doubt}."
            return needs_review(what, "A person looks at the line.")
        short = ", ".join(name.rpartition(".")[2] for name in self.names)
        return passed(f"{self.target} uses none of {short}.")


class _Forbidden:
    """Tells whether a full name is a forbidden thing, under whatever path torch offers it."""

    def __init__(self, names: Sequence[str]) -> None:
        self.names = set(names)
        self.objects = [found for name in names if (found := _resolve(name)) is not None]
        self.family = {base for found in self.objects if isinstance(found, type) for base in _own_bases(found)}
        self.ends = {_bare(name) for name in names}

    def matches(self, name: str) -> bool:
        """By name, by identity, or as a layer of the same family: a common base, or recurrent, or a transformer's."""
        if name in self.names:
            return True
        if not name.startswith("torch."):
            return False
        found = _resolve(name)
        related = isinstance(found, type) and not self.family.isdisjoint(_own_bases(found))
        return related or any(found is other for other in self.objects) or _bare(name) in self.ends


def _own_bases(found: type) -> set[object]:
    """A layer and what it is derived from, but what every layer is derived from; what is no layer has no family.

    LSTM and LSTMCell have no base in common, and still belong together: `FAMILIES` are files of torch's.
    """
    from torch import nn

    if not issubclass(found, nn.Module):
        return set()
    together = {sys.modules[found.__module__]} if found.__module__ in FAMILIES else set()
    return {base for base in found.__mro__ if base not in nn.Module.__mro__} | together


def _bare(name: str) -> str:
    """The last part as torch's own functions may spell it: LSTMCell is lstm_cell there."""
    return name.rpartition(".")[2].replace("_", "").lower()


def _resolve(name: str) -> object | None:
    """Look a name of torch's up, outside and in our own torch; the submission's code is not touched."""
    if not name.startswith("torch."):
        return None
    import torch

    found: object = torch
    for part in name.split(".")[1:]:
        found = getattr(found, part, None)
    return found
