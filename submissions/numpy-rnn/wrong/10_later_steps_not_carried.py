"""I put both weight matrices side by side and both inputs on top of each other."""
import numpy as np
import course_utils as cu


def _join(p):
    return np.concatenate([p["Wx"], p["Wh"]], axis=1)


def rnn_cell_forward(x, h_prev, p):
    stacked = np.vstack((x, h_prev))
    h = np.tanh(_join(p) @ stacked + p["b"])
    return h, cu.softmax(p["Wy"] @ h + p["by"], 0), (h, h_prev, x, p)


def rnn_forward(x, h0, p):
    T = x.shape[-1]
    h = np.empty(h0.shape + (T,))
    y = np.empty((len(p["by"]), x.shape[1], T))
    caches = [None] * T
    for t in range(T):
        before = h0 if t == 0 else h[..., t - 1]
        h[..., t], y[..., t], caches[t] = rnn_cell_forward(x[..., t], before, p)
    return h, y, caches


def rnn_cell_backward(dh, cache):
    h, h_prev, x, p = cache
    nf = x.shape[0]
    d = dh * (1 - h) * (1 + h)
    dinput = _join(p).T @ d
    dW = d @ np.vstack((x, h_prev)).T
    return {
        "db": d.sum(1).reshape(-1, 1),
        "dWx": dW[:, :nf],
        "dWh": dW[:, nf:],
        "dx": dinput[:nf],
        "dh_prev": dinput[nf:],
    }


def rnn_backward(dh_all, caches):
    total = None
    dxs = []
    dnext = np.zeros(dh_all.shape[:2])
    for t, cache in reversed(list(enumerate(caches))):
        g = rnn_cell_backward(dh_all[..., t], cache)
        dnext = g["dh_prev"]
        dxs.insert(0, g["dx"])
        part = {k: g[k] for k in ["dWx", "dWh", "db"]}
        if total is None:
            total = part
        else:
            total = {k: total[k] + part[k] for k in total}
    total["dx"] = np.dstack(dxs)
    total["dh0"] = dnext
    return total


def clip(gradients, limit):
    result = {k: v.copy() for k, v in gradients.items()}
    for v in result.values():
        v[v > limit] = limit
        v[v < -limit] = -limit
    return result
