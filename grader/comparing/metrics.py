"""Metrics of what a trained model returned, computed by the grader."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from grader.asking.values import Tensor
from grader.comparing.reference_functions import Reference, usual_settings
from grader.comparing.reference_outputs import blaming_reference
from grader.comparing.value_comparison import as_array
from grader.model import Array


class NoMetric(ValueError):
    """What a model returned is not what a metric needs. The text of the error says why."""


def _accuracy(found: Array, wanted: Array) -> float:
    """Return the share of places whose largest value along the last axis is at the wanted class."""
    if found.shape[:-1] != wanted.shape:
        raise NoMetric(f"shape {found.shape} for {wanted.shape} classes")
    return float((found.argmax(-1) == wanted).mean())


def _mse(found: Array, wanted: Array) -> float:
    if found.shape != wanted.shape:
        raise NoMetric(f"shape {found.shape} for {wanted.shape}")
    return float(((found.astype(np.float64) - wanted) ** 2).mean())


def _cross_entropy(found: Array, wanted: Array) -> float:
    """Return the mean of the negative logarithm of the softmax of logits at the wanted classes."""
    if found.shape[:-1] != wanted.shape:
        raise NoMetric(f"shape {found.shape} for {wanted.shape} classes")
    logits = found.astype(np.float64)
    logits = logits - logits.max(-1, keepdims=True)
    logs = logits - np.log(np.exp(logits).sum(-1, keepdims=True))
    return -float(np.take_along_axis(logs, wanted[..., None], -1).mean())


def _perplexity(found: Array, wanted: Array) -> float:
    return float(np.exp(_cross_entropy(found, wanted)))


METRICS: Mapping[str, Callable[[Array, Array], float]] = {
    "accuracy": _accuracy,
    "mse": _mse,
    "cross_entropy": _cross_entropy,
    "perplexity": _perplexity,
}


def metric_of(name: str, found: Any, wanted: Tensor, folder: str) -> float:
    """Return a metric by its name, or by a function of the course that gets both as tensors.

    Raises:
        NoMetric: the metric cannot be computed from what was returned.
        ReferenceFault: the course's function raised an exception.
    """
    array = as_array(found)
    if array is None or not array.ndim or array.dtype.kind not in "fiu":
        raise NoMetric("no array of numbers")
    if name in METRICS:
        value = METRICS[name](array, wanted.array)
    else:
        import torch

        reference = Reference(name, folder)
        with usual_settings(), blaming_reference():
            value = float(reference.get()(torch.tensor(array), torch.tensor(wanted.array)))
    if not np.isfinite(value):
        raise NoMetric("the metric is not a finite number")
    return value
