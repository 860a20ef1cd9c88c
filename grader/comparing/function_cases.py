"""The cases of a check that calls functions and objects: drawn inputs, requests, and what the reference returns."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import numpy as np

from grader.asking.given import Drawing, at_path
from grader.asking.values import write_value
from grader.comparing.any_weights import Carries, Weight, weights_in
from grader.comparing.case_steps import Calls, CaseSteps, Question, drawn_calls
from grader.comparing.recent_results import RecentResults
from grader.comparing.reference_functions import Reference, seed_all, typed, usual_settings
from grader.comparing.reference_outputs import blaming_reference
from grader.comparing.stand_in_modules import WithWeights
from grader.comparing.typed_inputs import (
    example_of,
    float_tensors,
    noting_leaves,
    with_gradients,
    without_held,
)
from grader.model import Array, Request, Text, say


def cases_of(question: Question, reference: Reference | None, seed: int) -> Iterator[FunctionCase]:
    """Yield a case for each entry of the sizes; without a reference, inputs that are results of it are `None`.

    Raises:
        BadInput, NoSize: an input cannot be drawn.
        ReferenceFault: the reference raised an exception.
    """
    for number, sizes in enumerate(question.sizes):
        generator = np.random.Generator(np.random.PCG64([seed, number]))
        of = reference.call_function if reference is not None else None
        drawing = Drawing(sizes, generator, question.library, False, of)
        init = None
        if question.init is not None:
            init = {name: replace(drawing, place=("init", name)).draw(given) for name, given in question.init.items()}
        calls = drawn_calls(question, drawing)
        yield FunctionCase(
            question, reference, number, sizes, init, calls, question.seed if question.seed is not None else seed
        )


@dataclass(frozen=True, eq=False)
class FunctionCase:
    """One case: typed inputs, and the names of what is sent back: `result0`, `again0`, `given0`, `result1` ..."""

    question: Question
    reference: Reference | None
    number: int
    sizes: Mapping[str, int]
    init: Mapping[str, Any] | None
    calls: Calls
    seed: int
    recent: RecentResults[Any] = field(default_factory=lambda: RecentResults(400))  # of the search for its weights

    @property
    def steps(self) -> CaseSteps:
        """Return what writes the steps of this case."""
        return CaseSteps(self.question, self.init, self.seed)

    def redrawn(self, salt: int) -> FunctionCase:
        """Return the same case with other numbers in its inputs.

        Raises:
            ReferenceFault: an input is a result of the reference, and it raised an exception.
        """
        generator = np.random.Generator(np.random.PCG64([self.seed, self.number, salt]))
        of = self.reference.call_function if self.reference is not None else None
        drawing = Drawing(self.sizes, generator, self.question.library, False, of)
        return replace(self, calls=drawn_calls(self.question, drawing))

    @property
    def label(self) -> str:
        """Return the sizes in words."""
        return ", ".join(f"{name} {value}" for name, value in self.sizes.items())

    @property
    def subject(self) -> Text:
        """Return the target with its sizes."""
        if not self.label:
            return self.question.target
        return say("{target} ({sizes})", target=self.question.target, sizes=self.label)

    @property
    def example(self) -> str:
        """Return Python code that repeats the first call, with random inputs."""
        return example_of(self.question.target, self.init, *self.calls[0])

    @property
    def requests(self) -> list[Request]:
        """Return the requests of this case."""
        return [self.request, *([self.gradient_request] if self.gradient_request is not None else [])]

    @property
    def results(self) -> list[str]:
        """Return the names of the results, in the order in which they are sent."""
        names = []
        for number in range(len(self.calls)):
            names += [f"result{number}", *([f"given{number}"] if self.question.unchanged else [])]
        return [*names, *(["again0"] if self._repeats else [])]

    @property
    def _repeats(self) -> bool:
        """Return whether the first call is made once more at the end, so that a state that is kept shows."""
        return len(self.calls) == 1 and self.number == 0

    @property
    def given(self) -> dict[str, Any]:
        """Return the inputs of each call, by the name under which they are sent back."""
        if not self.question.unchanged:
            return {}
        before = dict(zip(self.results, self.expected(), strict=True))
        return {f"given{number}": without_held(given, before) for number, (_, given) in enumerate(self.calls)}

    @cached_property
    def request(self) -> Request:
        """Return the request for the results."""
        return self.request_with({})

    def request_with(self, weights: Mapping[str, Array]) -> Request:
        """Return the request for the results of an object with these weights."""
        arrays: dict[str, Array] = {}
        steps = self.steps.begin(arrays, weights)
        for number, (method, given) in enumerate(self.calls):
            steps += self.steps.call(method, given, arrays, f"result{number}", f"given{number}")
        if self._repeats:
            steps += self.steps.call(*self.calls[0], arrays, "again0", "")
        return Request("steps", {"steps": steps, "send": self.results}, arrays)

    @cached_property
    def listing(self) -> Request:
        """Return the request for the weights that the object has."""
        arrays: dict[str, Array] = {}
        steps = self.steps.build(arrays)
        return Request(
            "steps", {"steps": [*steps, {"do": "weights", "on": "object", "as": "w"}], "send": ["w"]}, arrays
        )

    @cached_property
    def gradient_request(self) -> Request | None:
        """Return the request for the gradients of the first call; None where there are none to compare."""
        return self.gradient_request_with({}) if self.question.gradients and not self.number else None

    def gradient_request_with(self, weights: Mapping[str, Array]) -> Request | None:
        """Return the same for an object with these weights, by which the gradients are wanted, too."""
        directions = self._directions() if self.reference is not None else []
        if not directions:
            return None
        arrays: dict[str, Array] = {}
        steps = self.steps.begin(arrays, weights)
        method, given = self.calls[0]
        steps += self.steps.call(method, with_gradients(given), arrays, "result0", "")
        named = [[list(path), write_value(array, arrays)["array"]] for path, array in directions]
        by = {"on": "object"} if weights and not self.steps.uses_methods else {}
        steps.append({"do": "gradients", "of": "result0", "directions": named, "as": "gradients", **by})
        return Request("steps", {"steps": steps, "send": ["gradients"]}, arrays)

    def expected(self) -> list[Any]:
        """Return the typed results of the reference, in the order of `results`; inputs are as they were given.

        Raises:
            ReferenceFault: it raised an exception.
        """
        return self._expected

    @cached_property
    def _expected(self) -> list[Any]:
        return self.expected_with({})

    def expected_with(self, state: Mapping[str, Any], forgetting: Collection[str] = ()) -> list[Any]:
        """Return the same of a reference with these weights, as tensors by name.

        Buffers that are to be forgotten get their first values back before each call.

        Raises:
            ReferenceFault: it raised an exception.
        """
        held: dict[str, Any] = {}
        found: dict[str, Any] = {}
        with usual_settings():
            target, forget = self._reference_target(state, forgetting)
            for number, (method, given) in enumerate(self.calls):
                forget()
                held[f"result{number}"] = self._reference_call(target, method, given, held)
                found[f"result{number}"] = typed(held[f"result{number}"])
                found[f"given{number}"] = given
            if self._repeats:
                found["again0"] = typed(self._reference_call(target, *self.calls[0], held))
        return [found[name] for name in self.results]

    def reference_results(self, state: Mapping[str, Any]) -> tuple[dict[str, Any], Any]:
        """Return the reference's own results with these weights, by name, and the object that gave them.

        Raises:
            ReferenceFault: it raised an exception.
        """
        built, held = self._reference_object(state), dict[str, Any]()
        for number, (method, given) in enumerate(self.calls):
            held[f"result{number}"] = self._reference_call(self._method_of(built), method, given, held)
        return held, built

    @cached_property
    def weights(self) -> tuple[Weight, ...]:
        """Return the weights of the reference; none where the target is no module, or has none."""
        if self.init is None or self.reference is None:
            return ()
        with usual_settings():
            built = self._reference_object({})
        every = weights_in(built) if hasattr(built, "named_parameters") else ()
        return tuple(weight for weight in every if not weight.is_constant)

    def _reference_object(self, state: Mapping[str, Any]) -> Any:
        assert self.reference is not None
        assert self.init is not None
        seed_all(self.seed)
        built = self.reference.call(self.reference.get(self.reference.object_name.partition(".")[0]), self.init, {})
        if hasattr(built, "named_parameters"):
            with blaming_reference():
                built.train(self.question.train)
                built.load_state_dict(dict(state), strict=False)
        return built

    def _reference_target(
        self, state: Mapping[str, Any], forgetting: Collection[str] = ()
    ) -> tuple[Any, Callable[[], None]]:
        """Return what is called, and what gives its buffers their first values back."""
        assert self.reference is not None
        if self.init is None:
            return self.reference.get(), lambda: None
        built = self._reference_object(state)
        first = {name: built.state_dict()[name].clone() for name in forgetting}
        return self._method_of(built), lambda: built.load_state_dict(first, strict=False) if first else None

    def _method_of(self, built: Any) -> Any:
        assert self.reference is not None
        method = self.reference.object_name.partition(".")[2]
        with blaming_reference():
            return getattr(built, method) if method else built

    def _reference_call(self, target: Any, method: str, given: Mapping[str, Any], held: Mapping[str, Any]) -> Any:
        assert self.reference is not None
        seed_all(self.seed)
        with blaming_reference():
            called = getattr(target, method) if method else target
        return self.reference.call(called, given, held)

    def _directions(self) -> list[tuple[tuple[str | int, ...], Array]]:
        """Return random directions for the floating tensors of the first result, by their paths."""
        generator = np.random.Generator(np.random.PCG64([self.seed, 11]))
        return [
            (path, generator.standard_normal(tensor.array.shape).astype(np.float32))
            for path, tensor in float_tensors(self.expected()[0])
        ]

    def expected_gradients(self) -> Any:
        """Return the reference's gradients by the inputs, in the form of a reply."""
        return self._gradients

    @cached_property
    def _gradients(self) -> Any:
        return self.expected_gradients_with({}, (), None)

    def expected_gradients_with(self, values: Mapping[str, Array], by: Sequence[str], reading: Carries | None) -> Any:
        """Return the reference's gradients by the inputs and by some of a submission's weights, in the form of a reply.

        Raises:
            ReferenceFault: it raised an exception.
        """
        import torch

        assert self.reference is not None
        leaves: list[Any] = []
        with usual_settings(), blaming_reference():
            target, _ = self._reference_target({})
            method, given = self.calls[0]
            given = with_gradients(given)
            real = {name: noting_leaves(self.reference.real(value, {}), leaves) for name, value in given.items()}
            every = {name: torch.tensor(value) for name, value in values.items()}
            weights = {name: every[name].requires_grad_() for name in by}
            if reading is not None and self.steps.uses_methods:
                (target, _), weights = self._reference_target(reading.carry(every)), {}
            elif reading is not None:
                target = WithWeights(target, reading.carry(every))
            seed_all(self.seed)
            result = self.reference.call_real(getattr(target, method) if method else target, real)
            loss = sum((at_path(result, path) * torch.tensor(array)).sum() for path, array in self._directions())
            wanted = [*leaves, *weights.values()]
            found = torch.autograd.grad(loss, wanted, allow_unused=True) if wanted else ()
            filled = [torch.zeros_like(leaf) if one is None else one for leaf, one in zip(wanted, found, strict=True)]
        return typed((filled[: len(leaves)], dict(zip(weights, filled[len(leaves) :], strict=True))))
