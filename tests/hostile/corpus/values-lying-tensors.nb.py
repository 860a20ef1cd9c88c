# claim: Returns tensors and arrays that raise where their numbers are read, lie about their shape or type, or stand for more numbers than the memory has.
# rubric: functions
# runs: any
# must_not_pass: value-1, value-2, value-3, value-4, value-5, value-6, value-7, value-8, value-9, value-10, value-11, value-12, value-13, value-14, value-15, value-16, double
# must_pass: 
# level: any
# category: values

# %%
import numpy as np
import torch


class Lying(torch.Tensor):
    shape = property(lambda self: torch.Size([3]))
    dtype = property(lambda self: "float32" + chr(0) * 100)
    requires_grad = property(lambda self: [1] * 100)


class Failing(torch.Tensor):
    def numpy(self, *_):
        raise KeyboardInterrupt("no numbers")

    def detach(self):
        raise SystemExit("no numbers")


class Another(torch.Tensor):
    @classmethod
    def __torch_function__(cls, function, types, args=(), kwargs=None):
        return "another" if function.__name__ in ("detach", "__get__") else super().__torch_function__(function, types, args, kwargs)


class Array(np.ndarray):
    dtype = property(lambda self: object())
    nbytes = property(lambda self: -(1 << 60))

    def __array__(self, *_, **__):
        return np.zeros((1 << 20, 1 << 20), np.uint8)


def value1(x):
    return (2 * x).as_subclass(Lying)


def value2(x):
    return (2 * x).as_subclass(Failing)


def value3(x):
    return (2 * x).as_subclass(Another)


def value4(x):
    return np.zeros(3).view(Array)


def value5(x):
    return torch.zeros(1).expand(1 << 45)


def value6(x):
    return np.broadcast_to(np.zeros(1), (1 << 45,))


def value7(x):
    return torch.sparse_coo_tensor(torch.tensor([[1 << 40]]), torch.ones(1), (1 << 41,))


def value8(x):
    return torch.empty(3, device="meta")


def value9(x):
    return torch.quantize_per_tensor(x, 0.1, 0, torch.qint8)


def value10(x):
    return torch.nested.nested_tensor([x, x[:1]])


def value11(x):
    return [[np.zeros((1,) * 64)] * 3, {}]


def value12(x):
    return np.array([2 * x.numpy(), "x", None], dtype=object)


def value13(x):
    return [np.zeros(3, np.longdouble), np.longdouble(1) / 3, np.clongdouble(1j), np.timedelta64(5, "D"), np.datetime64("2020-01-01")]


def value14(x):
    return np.zeros(3, dtype=[("a", "f4"), ("b", "i4")])


def value15(x):
    return [torch.zeros(1 << 20).expand(4, 1 << 20)] * 400


def value16(x):
    return np.zeros(40 << 20, np.uint8)


def double(x):
    return torch.zeros(3, dtype=torch.float8_e4m3fn)
