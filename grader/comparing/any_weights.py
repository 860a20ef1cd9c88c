"""The weights of any layers: what they are, and the numbers that are set."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from math import prod
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
from numpy.typing import NDArray

from grader.model import Array

if TYPE_CHECKING:
    from torch import Tensor, nn

EQUAL = (0.11, 0.6)  # the equal numbers in all matrices, small ones and large ones
MAX_NUMBERS = 20_000_000  # in one weight
Shape = tuple[int, ...]
Features = NDArray[np.int64]
Order = Callable[[Features], Features]


def as_it_is(features: Features) -> Features:
    """Return the features in their order."""
    return features


def _two(features: Features) -> Features:
    return features.reshape(2, -1) if features.size % 2 == 0 else features.reshape(1, -1)


# Orders in which a right class may keep the features of a normalisation: directions or halves exchanged, or in turn.
ORDERS: tuple[Order, ...] = (
    as_it_is,
    lambda features: features[::-1],
    lambda features: _two(features)[::-1].reshape(-1),
    lambda features: _two(features).T.reshape(-1),
    lambda features: features.reshape(-1, 2).T.reshape(-1) if features.size % 2 == 0 else features,
)


@dataclass(frozen=True)
class Weight:
    """A parameter or a buffer: what it is filled with at first is `ones`, `zeros`, `numbers` or `integers`."""

    name: str
    shape: Shape
    filling: str
    kind: str
    zeros: tuple[int, int] | None = None  # an axis and a place on it where the numbers stay zero, as those of padding

    @property
    def role(self) -> str:
        """Return what it is: `matrix` (two axes or more), `scale`, `bias`, `buffer`, or `count`."""
        if self.filling == "integers":
            return "count"
        if self.kind == "buffer":
            return f"buffer of {self.filling}"
        if self.filling == "numbers" and len(self.shape) > 1 and max(self.shape) < prod(self.shape):
            return "matrix"
        return "scale" if self.filling == "ones" else "bias"

    @property
    def is_constant(self) -> bool:
        """Return whether it is a buffer with numbers of its own, such as a mask or positions, which are never set."""
        return self.kind == "buffer" and self.filling == "numbers"

    @property
    def is_matrix(self) -> bool:
        """Return whether it may be a matrix: also one that is filled with zeros at first, as embeddings are."""
        return self.role == "matrix" or (
            self.role == "bias" and len(self.shape) > 1 and max(self.shape) < prod(self.shape)
        )

    @property
    def owner(self) -> str:
        """Return the module that it belongs to."""
        return self.name.rpartition(".")[0]


class Carries(Protocol):
    """A way to read the weights of a submission as the reference's."""

    def carry(self, values: Mapping[str, Tensor]) -> dict[str, Tensor]:
        """Return the reference's weights, made from the submission's so that gradients pass."""


def weights_of(value: Any) -> tuple[Weight, ...] | None:
    """Return the weights that a reply lists; None where the object is no module, or has weights without a size."""
    well_formed = isinstance(value, list) and all(_is_weight(entry) for entry in value)
    if not well_formed:
        return None
    found = tuple(Weight(str(name), tuple(shape), str(filling), str(kind)) for name, shape, filling, kind in value)
    return None if any(weight.filling == "nothing" for weight in found) else found


def _is_weight(entry: Any) -> bool:
    return (
        isinstance(entry, list)
        and [type(part) for part in entry] == [str, list, str, str]
        and all(type(length) is int and 0 <= length < 1 << 24 for length in entry[1])
        and prod(entry[1]) <= MAX_NUMBERS
    )


def weights_in(model: nn.Module) -> tuple[Weight, ...]:
    """Return the weights of the reference, as the worker lists those of a submission."""
    entries = [(name, value, "parameter") for name, value in model.named_parameters()]
    entries += [(name, value, "buffer") for name, value in model.named_buffers() if name in model.state_dict()]  # type: ignore[misc]
    found = tuple(Weight(name, tuple(value.shape), _filling(value), kind) for name, value, kind in entries)
    rows = {f"{name}.weight".removeprefix("."): _padding_row(module) for name, module in model.named_modules()}
    padded = [replace(one, zeros=(0, row)) for one in found if (row := rows.get(one.name)) is not None]
    return with_padding(padded, found)


def _padding_row(module: nn.Module) -> int | None:
    """Return the row of an embedding that stands for padding: it is zero, and no training changes it."""
    row = getattr(module, "padding_idx", None)
    return row if type(row) is int else None


def with_padding(reference: Sequence[Weight], given: Sequence[Weight]) -> tuple[Weight, ...]:
    """Return weights in which those of the shape of an embedding with padding, or of its transpose, have zeros, too.

    A submission may know the padding by a mask: results with other numbers there would differ from the reference's.
    """
    along: dict[Shape, tuple[int, int]] = {}
    for one in reference:
        if one.zeros is not None and len(one.shape) == 2:
            along.setdefault(one.shape[::-1], (1 - one.zeros[0], one.zeros[1]))
            along[one.shape] = one.zeros
    return tuple(replace(one, zeros=along.get(one.shape)) for one in given)


def _filling(value: Tensor) -> str:
    if not value.is_floating_point():
        return "integers"
    return "ones" if bool((value == 1).all()) else "zeros" if bool((value == 0).all()) else "numbers"


def draw(weights: Sequence[Weight], seed: int, without_bias: bool = False) -> dict[str, Array]:
    """Return random numbers for weights; with `without_bias`, vectors that are added are zero."""
    found = {}
    for number, weight in enumerate(weights):
        generator = np.random.Generator(np.random.PCG64([seed, 23, number]))
        values = np.asarray(generator.standard_normal(weight.shape), np.float32)
        if weight.is_matrix:
            values /= np.float32(max(1.0, prod(weight.shape[1:])) ** 0.5)
        elif weight.filling == "ones":
            values = 1 + np.float32(0.3) * np.abs(values)
        elif weight.role == "bias" and without_bias:
            values = np.zeros_like(values)
        if weight.role != "count":
            # calculations turn an array of one number into a number
            found[weight.name] = _without_padding(weight, np.asarray(values))
    return found


def _without_padding(weight: Weight, values: Array) -> Array:
    if weight.zeros is not None:
        axis, place = weight.zeros
        values[(slice(None),) * axis + (place,)] = 0
    return values


def counted(reference: Sequence[Weight], given: Sequence[Weight]) -> tuple[Weight, ...]:
    """Return the weights of a submission without buffers like which the reference has none: they are constants."""
    known = {(weight.role, prod(weight.shape)) for weight in reference if weight.kind == "buffer"}
    return tuple(w for w in given if w.kind != "buffer" or (w.role, prod(w.shape)) in known)


def constant(weights: Sequence[Weight], number: float, order: Order = as_it_is) -> dict[str, Array]:
    """Return the same number for all matrices, and no bias: the same in every layout.

    Scales are not equal along their features: what a normalisation returns adds up to zero, so that equal scales and
    equal matrices would make everything behind it zero. `order` gives the order of the features of a scale.
    """
    found = {}
    for weight in weights:
        if weight.role == "matrix":
            found[weight.name] = _without_padding(weight, np.full(weight.shape, number, np.float32))
        elif weight.role == "scale":
            features = order(np.arange(prod(weight.shape)))
            found[weight.name] = (1 + 0.5 * np.cos(features)).astype(np.float32).reshape(weight.shape)
        elif weight.role == "bias":
            found[weight.name] = np.zeros(weight.shape, np.float32)
    return found


def equally_filled(weights: Sequence[Weight], others: Sequence[Weight]) -> bool:
    """Return whether `constant` fills two models alike: as many numbers in matrices, and the same scales.

    A scale with several axes may have its features along any of them, and padding of an embedding may be anywhere in a
    weight of another shape.
    """
    padding = [sorted(prod(one.shape) for one in some if one.zeros is not None) for some in (weights, others)]
    scales = [sorted(prod(one.shape) for one in some if one.role == "scale") for some in (weights, others)]
    one_axis = all(max(one.shape, default=1) == prod(one.shape) for one in (*weights, *others) if one.role == "scale")
    same = _count(weights, "matrix") == _count(others, "matrix") and scales[0] == scales[1]
    known = padding[0] == padding[1] and not any(one.zeros and one.shape[0] == one.shape[1] for one in weights)
    return same and one_axis and known


def _count(weights: Sequence[Weight], role: str) -> int:
    return sum(prod(weight.shape) for weight in weights if weight.role == role)


def biases_differ(weights: Sequence[Weight], others: Sequence[Weight]) -> bool:
    """Return whether one of two models has a bias where the other has none."""
    return _count(weights, "bias") != _count(others, "bias")
