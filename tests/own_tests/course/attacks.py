import random
import sys

import numpy as np
import torch


class Always:
    def __eq__(self, other):
        return True

    __ne__ = __lt__ = __le__ = __gt__ = __ge__ = __eq__
    __hash__ = object.__hash__

    def __bool__(self):
        return True


class Number(float):
    __eq__ = Always.__eq__
    __hash__ = float.__hash__


class Text(str):
    __eq__ = Always.__eq__
    __hash__ = str.__hash__


class Tensor(torch.Tensor):
    @classmethod
    def __torch_function__(cls, function, types, args=(), kwargs=None):
        return True


class Array(np.ndarray):
    def __array_function__(self, function, types, args, kwargs):
        return True


class Several(list):
    __eq__ = Always.__eq__
    __hash__ = None


def equal_to_everything(x):
    return Always()


def number(x):
    return Number(1)


def text():
    return Text("wrong")


def tensor(x):
    return x.as_subclass(Tensor)


def array(x):
    return x.view(Array)


def several():
    return Several()


def wrong(x):
    return x * 3


def replace_comparisons():
    nothing = lambda *args, **kwargs: True  # noqa: E731
    torch.testing.assert_close = torch.allclose = torch.equal = nothing
    np.testing.assert_allclose = np.testing.assert_array_equal = np.allclose = nothing
    for name in list(sys.modules):
        if name.partition(".")[0] in ("pytest", "_pytest", "unittest"):
            del sys.modules[name]


def zeroes_its_input(x):
    x.zero_()
    return x


def zero_states():
    np.random.set_state(("MT19937", np.zeros(624, dtype=np.uint32), 0))
    state = torch.get_rng_state()
    state[24 : 24 + 8 * 624] = 0
    torch.set_rng_state(state)
    random.setstate((3, (*[0] * 624, 0), None))


class Everything:
    @property
    def __class__(self):
        return torch.Tensor


def everything():
    return Everything()


def ends():
    sys.exit(0)


def raises_nothing():
    return ValueError("x")


def replace_worker():
    import gc

    for one in gc.get_objects():
        if type(one).__name__ == "Talk":
            type(one).answer = lambda *args: {"result": 2, "changes": [], "random": {}, "printed": "", "warned": []}
