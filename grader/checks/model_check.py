"""The base of the kinds that call a model of the submission."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, ClassVar

import numpy as np
from pydantic import Field, PrivateAttr

from grader.checks.base import Check, CheckContext
from grader.comparing.inside_parts import mistake_in_replace
from grader.comparing.model_calls import Case
from grader.comparing.symbolic_shapes import Dimension, Input, length, lengths, names_in
from grader.model import Array, Outcome, Request, Status
from grader.model.finding import OPEN
from grader.model.message import Message, Text, all_of, say, sentences


class CallingCheck(Check):
    """The fields of the kinds that build the target at several sizes and call it."""

    calls_target: ClassVar[bool] = True
    target: str = Field(description="the name of the class in the submission")
    init: dict[str, Dimension] = Field({}, description="arguments of the constructor, as numbers or names of sizes")
    calls: list[dict[str, Input]] = Field(min_length=1, description="inputs by name, each a shape or a list of shapes")
    sizes: list[dict[str, int]] = Field(
        min_length=1, description="numbers for the names; each call is made with each entry"
    )
    replace: dict[str, str] = Field({}, description="classes to replace by torch's own if the target does not pass")
    _cases: dict[int, tuple[Case, ...]] = PrivateAttr(default_factory=dict)

    @property
    def target_name(self) -> str:
        """See `Check.target_name`."""
        return self.target

    def mistake_in_keys(self) -> str:
        """See `Check.mistake_in_keys`; every name in a shape needs a number in every entry of sizes."""
        wanted = names_in(self.calls) | names_in(list(self.init.values())) | names_in(getattr(self, "returns", {}))
        for number, sizes in enumerate(self.sizes):
            if lacking := sorted(wanted - set(sizes)):
                return f"sizes[{number + 1}] gives no number for {', '.join(lacking)}"
        return mistake_in_replace(self.replace)

    def cases(self, seed: int) -> tuple[Case, ...]:
        """Return every case for this seed; they are the same for every submission, so they are drawn once."""
        if seed not in self._cases:
            every = enumerate(self._each_case(seed))
            self._cases[seed] = tuple(replace(case, number=number) for number, case in every)
        return self._cases[seed]

    def _each_case(self, seed: int) -> Iterator[Case]:
        """Yield every call with every size; the inputs are drawn from the seed (standard normal)."""
        for number, sizes in enumerate(self.sizes):
            for position, call in enumerate(self.calls):
                generator = np.random.Generator(np.random.PCG64([seed, number, position]))
                arrays: dict[str, Array] = {}
                inputs = tuple(self._draw(name, shape, sizes, generator, arrays) for name, shape in call.items())
                init = {name: length(value, sizes) for name, value in self.init.items()}
                yield Case(sizes, init, inputs, arrays, _label(sizes, call))

    def _draw(
        self,
        name: str,
        shape: Input,
        sizes: Mapping[str, int],
        generator: np.random.Generator,
        arrays: dict[str, Array],
    ) -> Any:
        if shape and isinstance(shape[0], list):
            parts = [part for part in shape if isinstance(part, list)]
            return [self._draw(f"{name}.{n}", list(part), sizes, generator, arrays) for n, part in enumerate(parts)]
        numbers = lengths([part for part in shape if not isinstance(part, list)], sizes)
        arrays[name] = generator.standard_normal(numbers).astype(np.float32)
        return name

    def request(
        self,
        case: Case,
        replaced: bool,
        calls: Sequence[Mapping[str, Any]],
        weights: Mapping[str, Array] | None = None,
        extra: Mapping[str, Array] | None = None,
        seed: int = 42,
    ) -> Request:
        """Return the request that builds the target for `case`, loads `weights` and makes `calls`."""
        names = [_name(entry) for entry in case.inputs]
        described: dict[str, Any] = {
            "init": dict(case.init),
            "inputs": list(case.inputs),  # for layers that are made, or get their sizes, when they are first called
            "names": names,
            "calls": [{**call, "names": names} for call in calls],
        }
        arrays = dict(case.arrays) | dict(extra or {})
        if weights is not None:
            described["weights"] = "weight:"
            arrays |= {f"weight:{name}": value for name, value in weights.items()}
        arguments: dict[str, Any] = {"target": self.target, "cases": [described], "seed": seed}
        if replaced:
            arguments["replace"] = dict(self.replace)
        return Request("call", arguments, arrays)

    def example_of(self, case: Case) -> str:
        """Return Python code that builds the target for `case` and calls it with random inputs."""
        built = f"{self.target}({', '.join(map(str, case.init.values()))})"
        return f"{built}({', '.join(_random_input(entry, case) for entry in case.inputs)})"

    def subject_of(self, case: Case) -> Message:
        """Return the name of the target with the sizes of `case`."""
        return say("{target} ({sizes})", target=self.target, sizes=case.label)


def _name(entry: Any) -> str:
    """Return the name that the rubric gives an input: that of a group of arrays, or of the array itself."""
    return entry if isinstance(entry, str) else _name(entry[0]).rpartition(".")[0]


def _label(sizes: Mapping[str, int], call: Mapping[str, Input]) -> Text:
    shown = ", ".join(f"{name} {value}" for name, value in sizes.items())
    if len(call) > 1:
        return say("{sizes} with {inputs}", sizes=shown, inputs=all_of(list(call)[1:]))
    return shown


def _random_input(entry: Any, case: Case) -> str:
    if isinstance(entry, str):
        return f"torch.rand({', '.join(map(str, case.arrays[entry].shape))})"
    return f"({', '.join(_random_input(part, case) for part in entry)})"


def judged_with(parts: Iterable[str], context: CheckContext | None = None) -> Message:
    """Return the sentences that name the classes that were replaced by torch's own, and the reason for each."""
    reasons: dict[str, list[str]] = {}
    for part in parts:
        reasons.setdefault(_why_replaced(part, context) if context is not None else "", []).append(part)
    templates = {
        "": say("Tested with torch's own {parts}."),
        "failed": say("Tested with torch's own {parts}, because yours did not pass."),
        "not own": say("Tested with torch's own {parts}, because yours is not written by hand."),
        "open": say("Tested with torch's own {parts}, because yours is not graded yet."),
        "no such name": say("Tested with your own classes, because none is named {parts}."),
    }
    return sentences(*(replace(templates[why], values={"parts": all_of(names)}) for why, names in reasons.items()))


def may_be_replaced(part: str, context: CheckContext) -> bool:
    """Return whether the submission may have a class of this name; without one, nothing is replaced."""
    submission, name = context.submission, re.escape(part)
    if not submission.cells or submission.unread:
        return True
    given = re.compile(rf"\bclass\s+{name}\b|\b{name}\s*[=:]|\bimport\b.*\b{name}\b")
    modules = (data.decode("utf-8", "replace") for path, data in submission.laid_out.items() if path.endswith(".py"))
    return any(given.search(text) for text in (*(cell.source for cell in submission.cells), *modules))


def _why_replaced(part: str, context: CheckContext) -> str:
    about = [finding for finding in context.findings.values() if finding.target == part]
    if not may_be_replaced(part, context):
        return "no such name"
    if any(finding.own_work_of == part and finding.status is Status.failed for finding in about):
        return "not own"
    if any(finding.status is Status.failed for finding in about):
        return "failed"
    return "open" if any(finding.status in OPEN for finding in about) else ""


def all_outcomes_known(context: CheckContext, requests: Sequence[Request]) -> list[Outcome] | None:
    """Return the outcomes of all requests, or None while one is missing."""
    outcomes = [context.outcome(request) for request in requests]
    return [outcome for outcome in outcomes if outcome is not None] if None not in outcomes else None
