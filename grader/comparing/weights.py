"""Transfer a submission's weights to the reference: the role of each parameter in its LSTMs and linear layers."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from grader.model import Message, say

if TYPE_CHECKING:
    from torch import Tensor

RECOMMENDED = ("candidate", "forget", "input", "output")
Shapes = Sequence[tuple[str, tuple[int, ...]]]


@dataclass(frozen=True)
class Unit:
    """A part of the reference: an LSTM cell (`inputs`, `outputs` = hidden) or a linear layer, under `prefix`."""

    prefix: str
    kind: Literal["cell", "linear"]
    inputs: int
    outputs: int

    def in_words(self) -> Message:
        """Return the kind of the unit with its sizes."""
        if self.kind == "cell":
            return say("an LSTM from {inputs} to {outputs} features", inputs=self.inputs, outputs=self.outputs)
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
            matrices = [_matrix(part, row, values, self.h_first) for row in range(_rows(part))]
            weight = torch.cat(matrices)
            bias = _bias(part, values, weight)
            if part.unit.kind == "cell":
                weight, bias = (self._ordered(tensor) for tensor in (weight, bias))
            result[f"{part.unit.prefix}weight"] = weight
            result[f"{part.unit.prefix}bias"] = bias
        return result

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
    joined = torch.cat([values[name] for name in part.biases])
    if len(joined) == size:
        return joined
    if all(values[name].shape[0] == size for name in part.biases):
        return joined.view(2, size).sum(0)
    return joined.view(4, 2, size // 4).sum(1).reshape(size)  # x and h biases gate by gate


def units_of(names: Shapes) -> list[Unit]:
    """Return the reference's units, from its parameters: `...cell.linear` is a cell, any other `linear` a layer."""
    units = []
    for name, shape in names:
        if not name.endswith("weight"):
            continue
        prefix = name.removesuffix("weight")
        if len(shape) == 2 and ("cell." in name or (prefix == "linear." and _is_cell(names))):
            hidden = shape[0] // 4
            units.append(Unit(prefix, "cell", shape[1] - hidden, hidden))
        else:
            units.append(Unit(prefix, "linear", shape[1], shape[0]))
    return units


def _is_cell(names: Shapes) -> bool:
    shapes = dict(names)
    return len(names) == 2 and shapes["linear.weight"][0] % 4 == 0 and shapes["linear.weight"][0] > 1


def _parts(unit: Unit, run: Shapes) -> Iterator[Part]:
    """Yield the readings of `run`, consecutive parameters of the submission, as `unit`."""
    i, h = unit.inputs, unit.outputs
    for transposed in (False, True):
        matrices = [(n, s[::-1] if transposed else s) for n, s in run if len(s) == 2]
        biases = tuple(n for n, s in run if len(s) == 1)
        if len(matrices) + len(biases) != len(run):
            return
        shapes = [s for _, s in matrices]
        names = tuple(n for n, _ in matrices)
        sizes = [s[0] for _, s in run if len(s) == 1]
        if unit.kind == "linear":
            if shapes == [(h, i)] and sizes in ([], [h]):
                yield Part(unit, (), (), names, biases, transposed)
        elif (shapes == [(4 * h, i + h)] and sizes in ([], [4 * h])) or (
            shapes == [(h, i + h)] * 4 and sizes in ([], [h] * 4)
        ):
            yield Part(unit, (), (), names, biases, transposed)
        elif len(names) in (2, 8) and sizes in ([], [4 * h], [4 * h] * 2, [h] * 4, [h] * 8):
            rows = 4 * h if len(names) == 2 else h
            yield from _split(unit, matrices, (rows, i), (rows, h), biases, transposed)


def _split(
    unit: Unit, matrices: Shapes, x: tuple[int, int], h: tuple[int, int], biases: tuple[str, ...], transposed: bool
) -> Iterator[Part]:
    """Yield the ways to tell weights for x from weights for h: by shape, by halves, or in turn."""
    half = len(matrices) // 2
    names = [name for name, _ in matrices]
    by_shape = ([n for n, s in matrices if s == x], [n for n, s in matrices if s == h])
    readings = (
        [by_shape]
        if x != h
        else [(names[:half], names[half:]), (names[0::2], names[1::2]), (names[half:], names[:half])]
    )
    for over_x, over_h in readings:
        if len(over_x) == len(over_h) == half and set(dict(matrices).values()) <= {x, h}:
            yield Part(unit, tuple(over_x), tuple(over_h), (), biases, transposed)


def partitions(units: Sequence[Unit], parameters: Shapes) -> Iterator[tuple[Part, ...]]:
    """Yield the ways to assign all parameters to the units, in runs; none may remain."""
    for order in itertools.permutations(units):
        yield from _deal(order, parameters)


def _deal(units: Sequence[Unit], parameters: Shapes) -> Iterator[tuple[Part, ...]]:
    if not units:
        if not parameters:
            yield ()
        return
    for size in (2, 1, 4, 8, 3, 12, 16):
        if size <= len(parameters):
            for part in _parts(units[0], parameters[:size]):
                for rest in _deal(units[1:], parameters[size:]):
                    yield (part, *rest)


def layouts(units: Sequence[Unit], parameters: Shapes) -> Iterator[Layout]:
    """Yield every layout that fits, the recommended order of gates first."""
    orders = sorted(itertools.permutations(RECOMMENDED), key=lambda order: order != RECOMMENDED)
    for parts in partitions(units, parameters):
        joined = any(part.over_both for part in parts if part.unit.kind == "cell")
        cells = any(part.unit.kind == "cell" for part in parts)
        for gates in orders if cells else orders[:1]:
            for h_first in (False, True) if joined else (False,):
                yield Layout(parts, gates, h_first)


def missing_units(units: Sequence[Unit], parameters: Shapes) -> list[Unit] | None:
    """Return the units that the submission has no parameters for, where the others fit; None where nothing fits."""
    for count in range(1, len(units)):
        for left in itertools.combinations(units, count):
            rest = [unit for unit in units if unit not in left]
            if next(partitions(rest, parameters), None) is not None:
                return list(left)
    return None
