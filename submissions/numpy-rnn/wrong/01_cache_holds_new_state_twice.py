import numpy as np
from course_utils import softmax


def rnn_cell_forward(x, h_prev, p):
    Wx = p["Wx"]
    Wh = p["Wh"]
    Wy = p["Wy"]
    b = p["b"]
    by = p["by"]
    z = np.dot(Wx, x) + np.dot(Wh, h_prev) + b
    h = np.tanh(z)
    y = softmax(np.dot(Wy, h) + by, 0)
    cache = (h, h, x, p)
    return h, y, cache


def rnn_forward(x, h0, p):
    F, B, T = x.shape
    O, H = p["Wy"].shape
    h = np.zeros((H, B, T))
    y = np.zeros((O, B, T))
    caches = []
    h_next = h0
    for t in range(T):
        h_next, yt, cache = rnn_cell_forward(x[:, :, t], h_next, p)
        h[:, :, t] = h_next
        y[:, :, t] = yt
        caches.append(cache)
    return h, y, caches


def rnn_cell_backward(dh, cache):
    h, h_prev, x, p = cache
    dtanh = (1 - h * h) * dh
    gradients = {}
    gradients["dx"] = np.dot(p["Wx"].T, dtanh)
    gradients["dWx"] = np.dot(dtanh, x.T)
    gradients["dh_prev"] = np.dot(p["Wh"].T, dtanh)
    gradients["dWh"] = np.dot(dtanh, h_prev.T)
    gradients["db"] = np.sum(dtanh, axis=1, keepdims=True)
    return gradients


def rnn_backward(dh_all, caches):
    H, B, T = dh_all.shape
    h1, hp1, x1, p = caches[0]
    F = x1.shape[0]
    dx = np.zeros((F, B, T))
    dWx = np.zeros((H, F))
    dWh = np.zeros((H, H))
    db = np.zeros((H, 1))
    dh_prev = np.zeros((H, B))
    for t in range(T - 1, -1, -1):
        g = rnn_cell_backward(dh_all[:, :, t] + dh_prev, caches[t])
        dx[:, :, t] = g["dx"]
        dWx += g["dWx"]
        dWh += g["dWh"]
        db += g["db"]
        dh_prev = g["dh_prev"]
    dh0 = dh_prev
    return {"dx": dx, "dh0": dh0, "dWx": dWx, "dWh": dWh, "db": db}


def clip(gradients, limit):
    new = {}
    for key in gradients:
        new[key] = np.clip(gradients[key], -limit, limit)
    return new
