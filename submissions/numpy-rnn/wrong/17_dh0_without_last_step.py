import numpy as np
from course_utils import softmax


class Cell:
    def __init__(self, p):
        self.p = p

    def step(self, x, h_prev):
        p = self.p
        h = np.tanh(np.matmul(p["Wx"], x) + np.matmul(p["Wh"], h_prev) + p["b"])
        return h, softmax(np.matmul(p["Wy"], h) + p["by"], axis=0)


class Accumulator:
    """Collects the gradients of the parameters over time."""

    def __init__(self):
        self.sums = {}

    def add(self, **grads):
        for k, g in grads.items():
            if k in self.sums:
                self.sums[k] = self.sums[k] + g
            else:
                self.sums[k] = g


def rnn_cell_forward(x, h_prev, p):
    h, y = Cell(p).step(x, h_prev)
    return h, y, (h, h_prev, x, p)


def rnn_forward(x, h0, p):
    cell = Cell(p)
    states = [h0]
    outputs = []
    for t in range(x.shape[2]):
        h, y = cell.step(x[:, :, t], states[-1])
        states.append(h)
        outputs.append(y)
    caches = [(states[t + 1], states[t], x[:, :, t], p) for t in range(x.shape[2])]
    return np.stack(states[1:], axis=2), np.stack(outputs, axis=2), caches


def rnn_cell_backward(dh, cache):
    h, h_prev, x, p = cache
    dz = dh - dh * h**2
    return {
        "dx": np.matmul(p["Wx"].T, dz),
        "dh_prev": np.matmul(p["Wh"].T, dz),
        "dWx": np.matmul(dz, x.T),
        "dWh": np.matmul(dz, h_prev.T),
        "db": np.matmul(dz, np.ones((dz.shape[1], 1))),
    }


def rnn_backward(dh_all, caches):
    acc = Accumulator()
    dx = []
    dh = np.zeros_like(caches[0][0])
    for t in range(len(caches) - 1, -1, -1):
        g = rnn_cell_backward(dh + dh_all[:, :, t], caches[t])
        dx.append(g.pop("dx"))
        if t > 0:
            dh = g["dh_prev"]
        g.pop("dh_prev")
        acc.add(**g)
    dx.reverse()
    return {**acc.sums, "dx": np.stack(dx, 2), "dh0": dh}


class Clipper:
    def __init__(self, limit):
        self.limit = limit

    def __call__(self, g):
        return np.where(np.abs(g) > self.limit, np.sign(g) * self.limit, g)


def clip(gradients, limit):
    c = Clipper(limit)
    return dict(zip(gradients.keys(), map(c, gradients.values())))
