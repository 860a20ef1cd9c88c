"""Transfer a submission's weights to the reference: the role of each parameter in the layers of the reference."""

from __future__ import annotations

import inspect
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from grader.model import Message, say

if TYPE_CHECKING:
    from torch import Tensor, nn

RECOMMENDED = ("candidate", "forget", "input", "output")
Shape = tuple[int, ...]
Shapes = Sequence[tuple[str, Shape]]


@dataclass(frozen=True)
class Unit:
    """A part of the reference under `prefix`: an LSTM cell (`outputs` = hidden), a linear layer or another layer."""

    prefix: str
    kind: Literal["cell", "linear", "other"]
    inputs: int = 0
    outputs: int = 0
    biased: bool = True
    layer: str = ""  # the class of another layer
    parameters: tuple[tuple[str, Shape], ...] = ()  # of another layer, in order

    @property
    def like(self) -> tuple[object, ...]:
        """Return what two units have in common that the same parameters fit."""
        shapes = tuple(shape for _, shape in self.parameters)
        return self.kind, self.inputs, self.outputs, self.biased, shapes

    def in_words(self) -> Message:
        """Return the kind of the unit with its sizes."""
        if self.kind == "cell":
            return say("an LSTM from {inputs} to {outputs} features", inputs=self.inputs, outputs=self.outputs)
        if self.kind == "other":
            return say("a layer {layer}", layer=self.layer)
        return say("a linear layer from {inputs} to {outputs} features", inputs=self.inputs, outputs=self.outputs)


@dataclass(frozen=True)
class Part:
    """The submission's parameters that make up one unit, by their role and in the order of registration."""

    unit: Unit
    over_x: tuple[str, ...]  # weights for x, one or four
    over_h: tuple[str, ...]
    over_both: tuple[str, ...]  # weights for x and h side by side, one or four
    biases: tuple[str, ...]
    transposed: bool = False

    @property
    def names(self) -> tuple[tuple[str, ...], ...]:
        """Return all parameters, by role."""
        return self.over_x, self.over_h, self.over_both, self.biases

    def fits(self, shapes: Mapping[str, Shape]) -> bool:
        """Return whether parameters of these shapes can have these roles."""
        unit, h = self.unit, self.unit.outputs
        if unit.kind == "other":
            return [shapes[name] for name in self.over_both] == [shape for _, shape in unit.parameters]

        def read(names: Sequence[str]) -> list[Shape]:
            return [shapes[name][::-1] if self.transposed else shapes[name] for name in names]

        both, x, state = read(self.over_both), read(self.over_x), read(self.over_h)
        biases = [length_as_bias(shapes[name]) for name in self.biases]
        if biases and not unit.biased:
            return False
        if unit.kind == "linear":
            return both == [(h, unit.inputs)] and biases in ([], [h])
        if both:
            one = both == [(4 * h, unit.inputs + h)] and biases in ([], [4 * h])
            return one or (both == [(h, unit.inputs + h)] * 4 and biases in ([], [h] * 4))
        rows, count = (4 * h, 1) if len(x) == 1 else (h, 4)
        weights = x == [(rows, unit.inputs)] * count and state == [(rows, h)] * count
        return weights and biases in ([], [4 * h], [4 * h] * 2, [h] * 4, [h] * 8)


def length_as_bias(shape: Shape) -> int | None:
    """Return the length of a bias; None for what cannot be one. It may have a second axis, of length 1."""
    if len(shape) == 1:
        return shape[0]
    return max(shape) if len(shape) == 2 and min(shape) == 1 else None


@dataclass(frozen=True)
class Layout:
    """One way to read the submission's parameters as the reference's."""

    parts: tuple[Part, ...]
    gates: tuple[str, ...]  # the order of the gates in the submission
    h_first: bool  # cat(h, x) instead of cat(x, h)

    def in_words(self) -> Message:
        """Return the sentence that names the order of the weights."""
        if self.h_first:
            return say("Detected order of the weights: h before x; gates: {gates}.", gates=self.gates)
        return say("Detected order of the weights: x before h; gates: {gates}.", gates=self.gates)

    @property
    def recommended(self) -> bool:
        """Return whether the gates are in the recommended order."""
        return self.gates == RECOMMENDED

    def carry(self, values: Mapping[str, Tensor]) -> dict[str, Tensor]:
        """Return the reference's parameters, made from the submission's by slicing and joining (so gradients pass)."""
        import torch

        result: dict[str, Tensor] = {}
        for part in self.parts:
            if part.unit.kind == "other":
                names = zip(part.unit.parameters, part.over_both, strict=True)
                result |= {f"{part.unit.prefix}{name}": values[own] for (name, _), own in names}
                continue
            matrices = [_matrix(part, row, values, self.h_first) for row in range(_rows(part))]
            weight = torch.cat(matrices)
            bias = _bias(part, values, weight)
            if part.unit.kind == "cell":
                weight, bias = (self._ordered(tensor) for tensor in (weight, bias))
            result[f"{part.unit.prefix}weight"] = weight
            if part.unit.biased:
                result[f"{part.unit.prefix}bias"] = bias
        return result

    @property
    def proves(self) -> bool:
        """Return whether other outputs under every layout prove a mistake; with other layers there may be more ways."""
        return all(part.unit.kind != "other" for part in self.parts)

    def at(self, units: Sequence[Unit], parameters: Shapes) -> Layout | None:
        """Return the same layout for the units and shapes of another size; None where a parameter does not fit."""
        by_prefix, shapes = {unit.prefix: unit for unit in units}, dict(parameters)
        parts = tuple(replace(part, unit=by_prefix[part.unit.prefix]) for part in self.parts)
        names = {name for part in parts for role in part.names for name in role}
        if names != shapes.keys() or not all(part.fits(shapes) for part in parts):
            return None
        return replace(self, parts=parts)

    def _ordered(self, tensor: Tensor) -> Tensor:
        import torch

        blocks = dict(zip(self.gates, tensor.chunk(4), strict=True))
        return torch.cat([blocks[name] for name in RECOMMENDED])


def _rows(part: Part) -> int:
    return len(part.over_both or part.over_x)


def _matrix(part: Part, row: int, values: Mapping[str, Tensor], h_first: bool) -> Tensor:
    import torch

    def read(name: str) -> Tensor:
        return values[name].T if part.transposed else values[name]

    if part.unit.kind == "linear":
        return read(part.over_both[row])
    if part.over_both:
        both = read(part.over_both[row])
        if h_first:
            hidden = part.unit.outputs
            return torch.cat((both[:, hidden:], both[:, :hidden]), 1)
        return both
    return torch.cat((read(part.over_x[row]), read(part.over_h[row])), 1)


def _bias(part: Part, values: Mapping[str, Tensor], weight: Tensor) -> Tensor:
    import torch

    if not part.biases:
        return weight.new_zeros(len(weight))
    size = len(weight)
    vectors = [values[name].reshape(-1) for name in part.biases]
    joined = torch.cat(vectors)
    if len(joined) == size:
        return joined
    if all(len(vector) == size for vector in vectors):
        return joined.view(2, size).sum(0)
    return joined.view(4, 2, size // 4).sum(1).reshape(size)  # x and h biases gate by gate


def units_of(model: nn.Module) -> list[Unit]:
    """Return the units of the reference, in the order of their parameters."""
    owned: dict[str, list[tuple[str, Shape]]] = {}
    for name, parameter in model.named_parameters():
        owner, _, last = name.rpartition(".")
        owned.setdefault(owner, []).append((last, tuple(parameter.shape)))
    return [_unit(model, owner, parameters) for owner, parameters in owned.items()]


def _unit(model: nn.Module, owner: str, parameters: list[tuple[str, Shape]]) -> Unit:
    from torch import nn

    prefix, shapes = f"{owner}." if owner else "", dict(parameters)
    weight, bias = shapes.get("weight", ()), shapes.get("bias")
    module = model.get_submodule(owner)
    names = [name for name, _ in parameters]
    table = isinstance(module, (nn.Embedding, nn.EmbeddingBag))
    linear = len(weight) == 2 and names in (["weight"], ["weight", "bias"]) and bias in (None, weight[:1])
    if not linear or table:
        return Unit(prefix, "other", layer=type(module).__name__, parameters=tuple(parameters))
    if weight[0] % 4 == 0 and weight[1] > weight[0] // 4 and _is_cell(model.get_submodule(owner.rpartition(".")[0])):
        hidden = weight[0] // 4
        return Unit(prefix, "cell", weight[1] - hidden, hidden, bias is not None)
    return Unit(prefix, "linear", weight[1], weight[0], bias is not None)


def _is_cell(module: nn.Module) -> bool:
    """Return whether a module computes an LSTM's step with its only linear layer: by its name, or by what it uses."""
    if len(list(module.parameters())) > 2:
        return False
    if "lstm" in type(module).__name__.lower():
        return True
    try:
        source = inspect.getsource(type(module))
    except (OSError, TypeError):
        return False
    return "sigmoid" in source and "tanh" in source


def incomparable_layers(model: nn.Module, again: nn.Module) -> list[str]:
    """Return the layers, and buffers, that equal weights do not determine; `again` is a second model of the class.

    In eval mode a layer with running values computes something else than in training, and it would pass without them.
    """
    from torch.nn.modules.batchnorm import _NormBase

    layers = [
        type(part).__name__ for part in model.modules() if isinstance(part, _NormBase) and part.track_running_stats
    ]
    second = dict(again.named_buffers())
    drawn = [name for name, value in model.named_buffers() if not value.equal(second[name])]
    return list(dict.fromkeys([*layers, *drawn]))
