import numpy as np
from course_utils import softmax

# inside my functions a row is an example; only at the border things are turned around


def _step(xr, hr, p):
    return np.tanh(xr @ p["Wx"].T + hr @ p["Wh"].T + p["b"].ravel())


def rnn_cell_forward(x, h_prev, p):
    hr = _step(x.T, h_prev.T, p)
    scores = hr @ p["Wy"].T + p["by"].ravel()
    y = softmax(scores, axis=0).T
    h = hr.T
    return h, y, (h, h_prev, x, p)


def rnn_forward(x, h0, p):
    seq = x.transpose(2, 0, 1)
    h_list, y_list, caches = [], [], []
    h = h0
    for x_t in seq:
        h, y, cache = rnn_cell_forward(x_t, h, p)
        h_list += [h]
        y_list += [y]
        caches += [cache]
    h_arr = np.array(h_list).transpose(1, 2, 0)
    y_arr = np.array(y_list).transpose(1, 2, 0)
    return h_arr, y_arr, caches


def rnn_cell_backward(dh, cache):
    h, h_prev, x, p = cache
    drow = (dh * (1.0 - np.power(h, 2))).T
    dx = (drow @ p["Wx"]).T
    dh_prev = (drow @ p["Wh"]).T
    dWx = (x @ drow).T
    dWh = (h_prev @ drow).T
    db = np.sum(drow, axis=0).reshape((-1, 1))
    return {"dWh": dWh, "dWx": dWx, "db": db, "dh_prev": dh_prev, "dx": dx}


def rnn_backward(dh_all, caches):
    seq = dh_all.transpose(2, 0, 1)
    T = seq.shape[0]
    H, B = seq.shape[1:]
    F = caches[0][2].shape[0]
    dx_seq = np.zeros((T, F, B))
    sums = [np.zeros((H, F)), np.zeros((H, H)), np.zeros((H, 1))]
    carry = np.zeros((H, B))
    for i in range(T):
        t = T - 1 - i
        g = rnn_cell_backward(seq[t] + carry, caches[t])
        dx_seq[t] = g["dx"]
        carry = g["dh_prev"]
        for s, key in zip(sums, ("dWx", "dWh", "db")):
            s += g[key]
    return {
        "dWx": sums[0],
        "dWh": sums[1],
        "db": sums[2],
        "dx": dx_seq.transpose(1, 2, 0),
        "dh0": carry,
    }


def clip(gradients, limit):
    return {k: g.clip(-limit, limit) for k, g in gradients.items()}
