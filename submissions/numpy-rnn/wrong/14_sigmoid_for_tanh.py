"""The gradients of the weights are computed once at the end from all steps together."""
from __future__ import annotations

from typing import NamedTuple

import numpy as np
from course_utils import softmax


class _Sizes(NamedTuple):
    features: int
    hidden: int
    batch: int


def _sizes(cache) -> _Sizes:
    return _Sizes(cache[2].shape[0], *cache[0].shape)


def rnn_cell_forward(x: np.ndarray, h_prev: np.ndarray, p: dict) -> tuple:
    h = 1 / (1 + np.exp(-(p["b"] + p["Wh"] @ h_prev + p["Wx"] @ x)))
    logits = p["Wy"] @ h + p["by"]
    return h, softmax(logits, axis=-2), (h, h_prev, x, p)


def rnn_forward(x: np.ndarray, h0: np.ndarray, p: dict) -> tuple:
    projected = np.tensordot(p["Wx"], x, axes=1)  # (H, B, T), all steps at once
    h_all = np.zeros_like(projected)
    previous, caches = h0, []
    for t in range(x.shape[2]):
        h = np.tanh(projected[:, :, t] + p["Wh"] @ previous + p["b"])
        caches.append((h, previous, x[:, :, t], p))
        h_all[:, :, t] = previous = h
    scores = np.tensordot(p["Wy"], h_all, axes=1) + p["by"][:, :, None]
    return h_all, softmax(scores, axis=0), caches


def _delta(dh: np.ndarray, h: np.ndarray) -> np.ndarray:
    return (1 - h * h) * dh


def rnn_cell_backward(dh: np.ndarray, cache: tuple) -> dict:
    h, h_prev, x, p = cache
    d = _delta(dh, h)
    return {
        "dx": (d.T @ p["Wx"]).T,
        "dh_prev": (d.T @ p["Wh"]).T,
        "dWx": np.tensordot(d, x, axes=([1], [1])),
        "dWh": np.tensordot(d, h_prev, axes=([1], [1])),
        "db": d.sum(axis=-1, keepdims=True),
    }


def rnn_backward(dh_all: np.ndarray, caches: list) -> dict:
    size = _sizes(caches[0])
    p = caches[0][3]
    deltas = np.zeros((size.hidden, size.batch, len(caches)))
    carry = np.zeros((size.hidden, size.batch))
    for t in range(len(caches))[::-1]:
        deltas[:, :, t] = _delta(dh_all[:, :, t] + carry, caches[t][0])
        carry = p["Wh"].T @ deltas[:, :, t]
    xs = np.stack([c[2] for c in caches], axis=2)
    before = np.stack([c[1] for c in caches], axis=2)
    return {
        "dx": np.einsum("hf,hbt->fbt", p["Wx"], deltas),
        "dh0": carry,
        "dWx": np.einsum("hbt,fbt->hf", deltas, xs),
        "dWh": np.einsum("hbt,kbt->hk", deltas, before),
        "db": deltas.sum(axis=(1, 2))[:, None],
    }


def clip(gradients: dict, limit: float) -> dict:
    return {k: np.median(np.stack([np.full_like(g, -limit), g, np.full_like(g, limit)]), axis=0)
            for k, g in gradients.items()}
