"""Reference solution: a simple recurrent network in numpy."""

import numpy as np
from course_utils import softmax
from numpy.typing import NDArray

Array = NDArray[np.float64]
Params = dict[str, Array]
Cache = tuple[Array, Array, Array, Params]


def rnn_cell_forward(x: Array, h_prev: Array, p: Params) -> tuple[Array, Array, Cache]:
    """One step: new hidden state, output probabilities and the cache."""
    h: Array = np.tanh(p["Wx"] @ x + p["Wh"] @ h_prev + p["b"])
    y = softmax(p["Wy"] @ h + p["by"], axis=0)
    return h, y, (h, h_prev, x, p)


def rnn_forward(x: Array, h0: Array, p: Params) -> tuple[Array, Array, list[Cache]]:
    """All steps: hidden states, outputs and caches."""
    steps = x.shape[2]
    h = np.zeros((*h0.shape, steps))
    y = np.zeros((p["by"].shape[0], x.shape[1], steps))
    caches: list[Cache] = []
    state = h0
    for t in range(steps):
        state, y[:, :, t], cache = rnn_cell_forward(x[:, :, t], state, p)
        h[:, :, t] = state
        caches.append(cache)
    return h, y, caches


def rnn_cell_backward(dh: Array, cache: Cache) -> dict[str, Array]:
    """Gradients of one step."""
    h, h_prev, x, p = cache
    dz = (1.0 - h**2) * dh
    return {
        "dx": p["Wx"].T @ dz,
        "dh_prev": p["Wh"].T @ dz,
        "dWx": dz @ x.T,
        "dWh": dz @ h_prev.T,
        "db": dz.sum(axis=1, keepdims=True),
    }


def rnn_backward(dh_all: Array, caches: list[Cache]) -> dict[str, Array]:
    """Gradients of the whole sequence, from the last step to the first."""
    _, _, x, p = caches[0]
    dx = np.zeros((*x.shape, len(caches)))
    dwx, dwh, db = np.zeros_like(p["Wx"]), np.zeros_like(p["Wh"]), np.zeros_like(p["b"])
    carried = np.zeros_like(dh_all[:, :, 0])
    for t in reversed(range(len(caches))):
        step = rnn_cell_backward(dh_all[:, :, t] + carried, caches[t])
        carried = step["dh_prev"]
        dx[:, :, t] = step["dx"]
        dwx += step["dWx"]
        dwh += step["dWh"]
        db += step["db"]
    return {"dx": dx, "dh0": carried, "dWx": dwx, "dWh": dwh, "db": db}


def clip(gradients: dict[str, Array], limit: float) -> dict[str, Array]:
    """A new dict with every entry limited to [-limit, limit]."""
    return {name: np.clip(g, -limit, limit) for name, g in gradients.items()}
