"""Helpers that the course gives to everybody."""

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


def softmax(z: Array, axis: int) -> Array:
    """Turn scores into probabilities that sum to one along `axis`."""
    e = np.exp(z - z.max(axis=axis, keepdims=True))
    result: Array = e / e.sum(axis=axis, keepdims=True)
    return result


def make_parameters(features: int, hidden: int, outputs: int, seed: int) -> dict[str, Array]:
    """Random parameters of a recurrent network."""
    rng = np.random.default_rng(seed)
    return {
        "Wx": rng.normal(0.0, 0.5, (hidden, features)),
        "Wh": rng.normal(0.0, 0.5, (hidden, hidden)),
        "b": rng.normal(0.0, 0.5, (hidden, 1)),
        "Wy": rng.normal(0.0, 0.5, (outputs, hidden)),
        "by": rng.normal(0.0, 0.5, (outputs, 1)),
    }
