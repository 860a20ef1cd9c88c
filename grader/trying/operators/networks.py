"""Changes of networks: activations, layers, masks, results, arguments."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

from grader.trying.operators.base import Site, called, operator, renamed, subject

_FUNCTIONS = {"relu": "tanh", "tanh": "relu", "sigmoid": "tanh", "gelu": "relu", "silu": "relu", "leaky_relu": "relu",
              "elu": "relu", "softplus": "relu", "softmax": "log_softmax", "log_softmax": "softmax"}  # fmt: skip
_LAYERS = {"ReLU": "Tanh", "Tanh": "ReLU", "Sigmoid": "Tanh", "GELU": "ReLU", "SiLU": "ReLU", "LeakyReLU": "ReLU",
           "ELU": "ReLU", "Softmax": "LogSoftmax"}  # fmt: skip
_POOLING = {"max_pool2d": "avg_pool2d", "MaxPool2d": "AvgPool2d", "avg_pool2d": "max_pool2d", "AvgPool2d": "MaxPool2d",
            "GRU": "RNN", "LSTM": "GRU", "BatchNorm2d": "InstanceNorm2d"}  # fmt: skip


@operator
def activation_dropped(site: Site) -> Iterator[ast.AST]:
    """An activation is missing.

    y = torch.relu(x)  ->  y = x
    y = x.softmax(dim=-1)  ->  y = x
    y = nn.Sequential(nn.GELU())  ->  y = nn.Sequential(nn.Identity())
    """
    node = site.node
    if not isinstance(node, ast.Call):
        return
    if called(node) in _LAYERS and isinstance(node.func, ast.Attribute):
        yield ast.Call(ast.Attribute(node.func.value, "Identity", ast.Load()), [], [])
    if called(node) in _FUNCTIONS:
        inner = _object(node)
        if inner is not None:
            yield inner


def _object(call: ast.Call) -> ast.expr | None:
    """Return what an activation is applied to, also as a method with an axis."""
    plain = subject(call)
    if plain is None or isinstance(plain, ast.Constant):
        return call.func.value if isinstance(call.func, ast.Attribute) else None
    return plain


@operator
def activation_swapped(site: Site) -> Iterator[ast.AST]:
    """Another activation.

    y = torch.sigmoid(x)  ->  y = torch.tanh(x)
    y = nn.ReLU()  ->  y = nn.Tanh()
    """
    node = site.node
    if isinstance(node, ast.Call) and called(node) in _FUNCTIONS and not _of_numpy(node.func):
        yield renamed(node, _FUNCTIONS[called(node)])
    if isinstance(node, ast.Call) and called(node) in _LAYERS:
        yield renamed(node, _LAYERS[called(node)])


def _of_numpy(node: ast.AST) -> bool:
    """Return whether a function is one of NumPy, which has only few activations."""
    return isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in ("np", "numpy")


@operator
def layer_swapped(site: Site) -> Iterator[ast.AST]:
    """Another layer of the same form.

    y = functional.max_pool2d(x, 2)  ->  y = functional.avg_pool2d(x, 2)
    y = nn.GRU(3, 4)  ->  y = nn.RNN(3, 4)
    """
    if isinstance(site.node, ast.Call) and called(site.node) in _POOLING:
        yield renamed(site.node, _POOLING[called(site.node)])


@operator
def layer_skipped(site: Site) -> Iterator[ast.AST]:
    """A layer of the object is not applied.

    y = self.norm(x)  ->  y = x
    """
    node = site.node
    if isinstance(node, ast.Call) and len(node.args) == 1 and not node.keywords and _of_self(node.func):
        yield node.args[0]


def _of_self(node: ast.AST) -> bool:
    return isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "self"


@operator
def mask_ignored(site: Site) -> Iterator[ast.AST]:
    """A mask is ignored.

    y = scores.masked_fill(mask, 0.0)  ->  y = scores
    y = attend(x, mask)  ->  y = attend(x, None)
    """
    node = site.node
    if isinstance(node, ast.Call) and called(node).startswith("masked_fill") and isinstance(node.func, ast.Attribute):
        yield node.func.value
        return
    handed_on = isinstance(site.parent, ast.Call) and node in site.parent.args
    if (
        handed_on
        and not called(site.parent).startswith("masked_fill")
        and isinstance(node, ast.Name)
        and _is_mask(node)
    ):
        yield ast.Constant(None)


@operator
def mask_inverted(site: Site) -> Iterator[ast.AST]:
    """A mask is inverted.

    y = scores.masked_fill(~mask, 0.0)  ->  y = scores.masked_fill(mask, 0.0)
    y = scores.masked_fill(mask, 0.0)  ->  y = scores.masked_fill(~mask, 0.0)
    """
    node = site.node
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Invert):
        yield node.operand
    elif (
        isinstance(node, ast.Name) and _is_mask(node) and isinstance(site.parent, ast.Call) and node in site.parent.args
    ):
        yield ast.UnaryOp(ast.Invert(), node)


def _is_mask(node: ast.Name) -> bool:
    return "mask" in node.id.lower() and isinstance(node.ctx, ast.Load)


@operator
def returns_swapped(site: Site) -> Iterator[ast.AST]:
    """Two results are exchanged.

    return output, weights  ->  return (weights, output)
    return a, b, c  ->  return (a, c, b)
    """
    node = site.node
    if isinstance(node, ast.Tuple) and isinstance(site.parent, ast.Return) and len(node.elts) > 1:
        for place in range(len(node.elts) - 1):
            yield ast.Tuple(_exchanged(node.elts, place), ast.Load())


@operator
def arguments_swapped(site: Site) -> Iterator[ast.AST]:
    """Two arguments of a function are exchanged.

    y = attention(q, k, v)  ->  y = attention(k, q, v)
    """
    node = site.node
    if isinstance(node, ast.Call) and len(node.args) > 1 and all(isinstance(one, ast.Name) for one in node.args[:2]):
        yield ast.Call(node.func, _exchanged(node.args, 0), node.keywords)


def _exchanged(parts: Sequence[ast.expr], place: int) -> list[ast.expr]:
    return [*parts[:place], parts[place + 1], parts[place], *parts[place + 2 :]]


@operator
def default_ignored(site: Site) -> Iterator[ast.AST]:
    """A parameter is ignored: its default always counts.

    def f(x, rate=0.5): return x * rate  ->  def f(x, rate=0.5): return x * 0.5
    """
    node, function = site.node, site.function
    if not isinstance(node, ast.Name) or not isinstance(node.ctx, ast.Load) or function is None:
        return
    names, defaults = function.args.posonlyargs + function.args.args, function.args.defaults
    known = dict(zip([one.arg for one in names][len(names) - len(defaults) :], defaults, strict=True))
    known |= {one.arg: value for one, value in zip(function.args.kwonlyargs, function.args.kw_defaults) if value}  # noqa: B905 - of equal length
    default = known.get(node.id)
    if isinstance(default, ast.Constant) and default.value is not None:
        yield default
