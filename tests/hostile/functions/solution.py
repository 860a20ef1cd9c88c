"""The reference of the rubric for attacks on functions: a value with a tensor, numbers, a text and a list."""

from __future__ import annotations

import torch


def value(x: torch.Tensor) -> list[object]:
    """Return twice the input, and a dictionary."""
    return [2 * x, {"sum": x.sum(), "name": "value", 3: [7, 0.5, None]}]


def double(x: torch.Tensor) -> torch.Tensor:
    """Return twice the input."""
    return 2 * x
