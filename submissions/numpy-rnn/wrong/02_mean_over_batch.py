import numpy as np
from course_utils import softmax


def rnn_cell_forward(x, h_prev, p):
    pre = np.einsum("hf,fb->hb", p["Wx"], x) + np.einsum("hk,kb->hb", p["Wh"], h_prev) + p["b"]
    h = np.tanh(pre)
    y = softmax(np.einsum("oh,hb->ob", p["Wy"], h) + p["by"], axis=0)
    return h, y, (h, h_prev, x, p)


def rnn_forward(x, h0, p):
    hs, ys, caches = [], [], []
    h = h0
    for xt in np.moveaxis(x, 2, 0):
        h, y, c = rnn_cell_forward(xt, h, p)
        hs.append(h)
        ys.append(y)
        caches.append(c)
    return np.stack(hs, axis=2), np.stack(ys, axis=2), caches


def rnn_cell_backward(dh, cache):
    h, h_prev, x, p = cache
    delta = np.einsum("hb,hb->hb", 1 - np.square(h), dh)
    return dict(
        dx=np.einsum("hf,hb->fb", p["Wx"], delta),
        dh_prev=np.einsum("kh,kb->hb", p["Wh"], delta),
        dWx=np.einsum("hb,fb->hf", delta, x) / x.shape[1],
        dWh=np.einsum("hb,kb->hk", delta, h_prev) / x.shape[1],
        db=delta.mean(axis=1, keepdims=True),
    )


def rnn_backward(dh_all, caches):
    n = len(caches)
    per_step = [None] * n
    back = 0.0
    for t in range(n)[::-1]:
        per_step[t] = rnn_cell_backward(dh_all[..., t] + back, caches[t])
        back = per_step[t]["dh_prev"]
    out = {k: sum(s[k] for s in per_step) for k in ("dWx", "dWh", "db")}
    out["dx"] = np.stack([s["dx"] for s in per_step], axis=-1)
    out["dh0"] = back
    return out


def clip(gradients, limit):
    return {k: np.minimum(np.maximum(v, -limit), limit) for k, v in gradients.items()}
