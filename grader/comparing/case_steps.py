"""The steps of one case: how the target is got or built, and how it is called."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from grader.asking.given import As, Drawing
from grader.asking.values import write_value
from grader.comparing.typed_inputs import written
from grader.model import Array

Calls = tuple[tuple[str, Mapping[str, Any]], ...]  # methods with their typed inputs by name


@dataclass(frozen=True)
class Call:
    """One call: the method, if any, and the inputs as the rubric describes them."""

    method: str
    given: Mapping[str, Any]


@dataclass(frozen=True)
class Question:
    """What a check asks: the target, how it is built, the calls one after the other, and the sizes."""

    target: str
    init: Mapping[str, Any] | None
    calls: tuple[Call, ...]
    library: As = "torch"
    gradients: bool = False
    unchanged: bool = False
    seed: int | None = None
    sizes: tuple[Mapping[str, int], ...] = ({},)
    train: bool = False  # whether modules are in training mode


def drawn_calls(question: Question, drawing: Drawing) -> Calls:
    """Return the calls of a question with drawn inputs.

    Raises:
        BadInput, NoSize: an input cannot be drawn.
    """
    return tuple(
        (call.method, {name: replace(drawing, place=(name,)).draw(given) for name, given in call.given.items()})
        for call in question.calls
    )


@dataclass(frozen=True)
class CaseSteps:
    """Writes the steps of one case; arrays that they need are added to `arrays`."""

    question: Question
    init: Mapping[str, Any] | None
    seed: int

    def build(self, arrays: dict[str, Array]) -> list[dict[str, Any]]:
        """Return the steps that build the target, a class."""
        assert self.init is not None
        return [
            {"do": "get", "name": self.question.target.partition(".")[0], "as": "class"},
            {"do": "seed", "value": self.seed},
            {"do": "call", "on": "class", "given": written(self.init, arrays), "as": "object"},
            {"do": "mode", "on": "object", "train": self.question.train},
        ]

    def begin(self, arrays: dict[str, Array], weights: Mapping[str, Array]) -> list[dict[str, Any]]:
        """Return the steps that get the target and, if it is a class, build it and set its weights."""
        if self.init is None:
            return [{"do": "get", "name": self.question.target, "as": "target"}]
        steps = self.build(arrays)
        if weights:
            values = [[name, write_value(value, arrays)["array"]] for name, value in weights.items()]
            steps.append({"do": "set", "on": "object", "values": values})
        method = self.question.target.partition(".")[2]
        return [*steps, {"do": "take", "of": "object", "path": [method] if method else [], "as": "target"}]

    def call(
        self, method: str, given: Mapping[str, Any], arrays: dict[str, Array], result: str, kept: str
    ) -> list[dict[str, Any]]:
        """Return the steps of one call, whose result is held as `result` and its inputs afterwards as `kept`."""
        steps: list[dict[str, Any]] = [{"do": "seed", "value": self.seed}]
        if method:
            steps.append({"do": "take", "of": "target", "path": [method], "as": "method"})
        call = {"do": "call", "on": "method" if method else "target", "given": written(given, arrays), "as": result}
        return [*steps, {**call, "keep": kept} if kept else call]

    @property
    def uses_methods(self) -> bool:
        """Return whether a method is called, and not the object itself."""
        return bool(self.question.target.partition(".")[2] or self.question.calls[0].method)
