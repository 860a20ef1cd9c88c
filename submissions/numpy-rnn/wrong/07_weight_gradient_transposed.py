import numpy as np
import course_utils


def rnn_cell_forward(x, h_prev, p):
    H = p["Wh"].shape[0]
    B = x.shape[1]
    h = np.zeros((H, B))
    y = np.zeros((p["Wy"].shape[0], B))
    for i in range(B):
        a = p["Wx"].dot(x[:, i]) + p["Wh"].dot(h_prev[:, i]) + p["b"][:, 0]
        h[:, i] = np.tanh(a)
        y[:, i] = course_utils.softmax(p["Wy"].dot(h[:, i]) + p["by"][:, 0], axis=0)
    return h, y, (h, h_prev, x, p)


def rnn_forward(x, h0, p):
    T = x.shape[2]
    h = np.zeros(h0.shape + (T,))
    y = np.zeros((p["Wy"].shape[0], x.shape[1], T))
    caches = []
    for t in range(T):
        if t == 0:
            last = h0
        else:
            last = h[:, :, t - 1]
        ht, yt, c = rnn_cell_forward(x[:, :, t], last, p)
        h[:, :, t] = ht
        y[:, :, t] = yt
        caches.append(c)
    return h, y, caches


def rnn_cell_backward(dh, cache):
    (h, h_prev, x, p) = cache
    H, B = h.shape
    F = x.shape[0]
    dx = np.zeros((F, B))
    dh_prev = np.zeros((H, B))
    dWx = np.zeros((H, F))
    dWh = np.zeros((H, H))
    db = np.zeros((H, 1))
    for i in range(B):
        d = np.array([dh[k, i] * (1 - h[k, i] ** 2) for k in range(H)])
        dx[:, i] = p["Wx"].T.dot(d)
        dh_prev[:, i] = p["Wh"].T.dot(d)
        dWx += np.outer(d, x[:, i])
        dWh += np.outer(h_prev[:, i], d)
        db[:, 0] += d
    return {"dx": dx, "dh_prev": dh_prev, "dWx": dWx, "dWh": dWh, "db": db}


def rnn_backward(dh_all, caches):
    T = dh_all.shape[2]
    grads = rnn_cell_backward(dh_all[:, :, T - 1], caches[T - 1])
    dx = np.zeros(grads["dx"].shape + (T,))
    dx[:, :, T - 1] = grads["dx"]
    dWx, dWh, db = grads["dWx"], grads["dWh"], grads["db"]
    for t in range(T - 2, -1, -1):
        grads = rnn_cell_backward(dh_all[:, :, t] + grads["dh_prev"], caches[t])
        dx[:, :, t] = grads["dx"]
        dWx = dWx + grads["dWx"]
        dWh = dWh + grads["dWh"]
        db = db + grads["db"]
    return {"dx": dx, "dh0": grads["dh_prev"], "dWx": dWx, "dWh": dWh, "db": db}


def clip(gradients, limit):
    out = {}
    for k, g in gradients.items():
        flat = [max(-limit, min(limit, v)) for v in g.ravel()]
        out[k] = np.array(flat).reshape(g.shape)
    return out
