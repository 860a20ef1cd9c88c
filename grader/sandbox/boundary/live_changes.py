"""Whether a shared value was changed since both sides knew it; see `live_values.py`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import torch

if TYPE_CHECKING:  # the files are run in the same names (see `worker_module.py`)
    from grader.sandbox.boundary.live_values import Twin


def as_numbers(tensor: torch.Tensor) -> Any:
    """Return the numbers of a tensor as an array of its own type, and of bfloat16 as float32."""
    plain = tensor.detach().resolve_conj().resolve_neg()
    return (plain.float() if plain.dtype == torch.bfloat16 else plain).numpy()


MAX_SPREAD = 4  # places in memory for each number of a tensor whose strides are kept


def kept_strides(tensor: torch.Tensor) -> list[int] | None:
    """Return the strides of a tensor; None if it is contiguous, or has numbers far apart or several in one place."""
    if tensor.is_contiguous():
        return None
    strides = list(tensor.stride())
    return strides if can_be_kept(list(tensor.shape), strides) else None


def can_be_kept(shape: list[int], strides: list[int]) -> bool:
    """Return whether a tensor with these strides has each number in a place of its own, and few places between."""
    extent, numbers = 0, 1
    for stride, length in sorted((stride, length) for stride, length in zip(strides, shape, strict=True) if length > 1):
        if stride <= extent:
            return False
        extent += (length - 1) * stride
        numbers *= length
    return extent < MAX_SPREAD * numbers


def known_of(value: Any) -> Any:
    """Return what tells later whether a value was changed."""
    if isinstance(value, torch.Tensor):
        gradient = value.grad if value.is_leaf else None
        return np.array(as_numbers(value), order="C"), value.is_leaf and value.requires_grad, gradient
    if isinstance(value, np.ndarray):
        return np.array(value, order="C")
    return next(kind(value) for kind in (list, set, dict) if isinstance(value, kind))


def differs(twin: Twin) -> bool:
    """Return whether a value was changed since both sides knew it."""
    value, known = twin.value, twin.known
    if isinstance(value, torch.Tensor):
        numbers, requires, gradient = known
        now = value.grad if value.is_leaf else None
        if now is not gradient or (value.is_leaf and value.requires_grad) != requires:
            return True
        return _other_numbers(as_numbers(value), numbers)
    if isinstance(value, np.ndarray):
        return _other_numbers(value, known)
    if len(value) != len(known):
        return True
    if isinstance(value, set):
        return bool(value != known)
    if isinstance(value, dict):
        pairs = zip(value.items(), known.items(), strict=True)
        return any(one[0] is not other[0] or one[1] is not other[1] for one, other in pairs)
    return any(one is not other for one, other in zip(value, known, strict=True))


def _other_numbers(one: Any, other: Any) -> bool:
    return bool(one.shape != other.shape or one.tobytes() != other.tobytes())
