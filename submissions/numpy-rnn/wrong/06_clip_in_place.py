import numpy as np
from course_utils import softmax

print("module loaded, numpy", np.__version__)


def rnn_cell_forward(x, h_prev, p):
    assert x.shape[1] == h_prev.shape[1], "batch sizes differ"
    h = np.tanh(sum(p[w] @ v for w, v in (("Wx", x), ("Wh", h_prev))) + p["b"])
    return h, softmax(p["by"] + p["Wy"] @ h, axis=0), (h, h_prev, x, p)


def _unroll(x, h, p, t):
    if t == x.shape[2]:
        return []
    step = rnn_cell_forward(x[:, :, t], h, p)
    return [step] + _unroll(x, step[0], p, t + 1)


def rnn_forward(x, h0, p):
    hs, ys, caches = zip(*_unroll(x, h0, p, 0))
    print("ran", len(hs), "steps")
    return np.stack(hs, 2), np.stack(ys, 2), list(caches)


def rnn_cell_backward(dh, cache):
    h, h_prev, x, p = cache
    dz = dh * (1 - h**2)
    g = {"d" + w: dz @ v.T for w, v in (("Wx", x), ("Wh", h_prev), ("b", np.ones((1, x.shape[1]))))}
    g["dx"], g["dh_prev"] = (p[w].T @ dz for w in ("Wx", "Wh"))
    return g


def _rewind(dh_all, caches, t, carry):
    """Gradients of the steps t, t-1, ..., 0 added up."""
    g = rnn_cell_backward(dh_all[:, :, t] + carry, caches[t])
    if t == 0:
        return {"dx": [g["dx"]], "dh0": g["dh_prev"], "dWx": g["dWx"], "dWh": g["dWh"], "db": g["db"]}
    rest = _rewind(dh_all, caches, t - 1, g["dh_prev"])
    for k in ("dWx", "dWh", "db"):
        rest[k] = rest[k] + g[k]
    rest["dx"].append(g["dx"])
    return rest


def rnn_backward(dh_all, caches):
    g = _rewind(dh_all, caches, len(caches) - 1, 0)
    g["dx"] = np.stack(g["dx"], axis=2)
    print({k: v.shape for k, v in g.items()})
    return g


def clip(gradients, limit):
    mine = dict(gradients)
    for g in mine.values():
        np.clip(g, -limit, limit, out=g)
    return mine


if __name__ == "__main__":
    rng = np.random.default_rng(1)
    print(clip({"a": rng.normal(size=(2, 2))}, 0.5))
