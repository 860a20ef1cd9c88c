"""A session: operations, one after the other, on objects that live from request to request. A part of the worker.

Its source is executed in the names of the worker (see `boundary/worker_module.py`), so it imports nothing of `grader`.
An operation is what a line of Python does with an object: get it by its name, call it, take an attribute or an item.
"""

from __future__ import annotations

import contextlib
import copy
import io
import operator
import warnings
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import torch

if TYPE_CHECKING:  # the files of the worker share their names (see `boundary/worker_module.py`)
    from grader.sandbox.boundary import live_module as live
    from grader.sandbox.child.exceptions import describe
    from grader.sandbox.child.names import Missing, _find
    from grader.sandbox.child.worker import _dumps

MAX_PRINTED = 100_000  # characters in one operation
MAX_WARNINGS = 50


def run_session(arguments: Mapping[str, Any], arrays: Mapping[str, Any], sent: dict[str, Any]) -> dict[str, Any]:
    """Do one operation; `gone` says that this process does not have the objects of the earlier ones."""
    key, number = arguments["session"], arguments["number"]
    if number == 0:
        _talks[key] = Talk()
    if key not in _talks or _talks[key].count != number:
        return {"gone": True}
    reply = _talks[key].answer(arguments, dict(arrays), sent)
    _dumps(reply)  # what cannot be written is the fault of this request alone
    return reply


class Talk:
    """The objects of one session, by key; the other side may hold their keys."""

    def __init__(self) -> None:
        self.count = 0
        self.live = live.Live("c", self._export, _not_held, lambda key, tensor: tensor.requires_grad_())
        self.known = {name: live.state_of(name) for name in live.GENERATORS}

    def _export(self, value: Any) -> dict[str, Any]:
        """Return the key of an object that stays here, with the name of its class and the library class that it is."""
        names = filter(None, map(live.library_name, type.mro(type(value))))
        library = next(names, "builtins:object")
        return {"object": self.live.add(value), "type": type(value).__name__[:200], "library": library}

    def answer(self, arguments: Mapping[str, Any], arrays: dict[str, Any], sent: dict[str, Any]) -> dict[str, Any]:
        """Take over what has changed on the other side, do the operation, and return what it gave and changed here."""
        self.count += 1
        self.live.begin(arrays)
        self.live.change(arguments["changes"])
        for key in arguments["dropped"]:
            self.live.drop(key)
        operation = {name: self.live.read(value) for name, value in arguments["operation"]}
        for name, (key, rest) in arguments["random"].items():
            self.known[name] = live.read_state(name, arrays[key], rest)
            live.set_state(name, self.known[name])
        reply: dict[str, Any] = {}
        with _as_there(arguments["modes"]), _heard(reply):
            made = _tried(lambda: _OPERATIONS[arguments["do"]](self, **operation), reply)
        self.live.begin(sent)
        reply["changes"] = self.live.changes()
        reply["result"] = self.live.write(made)
        reply["random"] = self._states()
        return reply

    def _states(self) -> dict[str, Any]:
        """Return the states of the random generators that have changed."""
        changed = {}
        for name in live.GENERATORS:
            state = live.state_of(name)
            if state != self.known[name]:
                self.known[name] = state
                changed[name] = [self.live.send(np.frombuffer(state[0], np.uint8)), list(state[1])]
        return changed

    def backward(self, of: torch.Tensor, gradient: torch.Tensor, inputs: list[torch.Tensor]) -> list[Any]:
        """Differentiate a result; return the gradients of inputs, which the other side adds up itself."""
        before = [one.grad for one in inputs]
        for one in inputs:
            one.grad = None
        torch.autograd.backward(of, gradient, retain_graph=True)
        found = [one.grad for one in inputs]
        for one, earlier in zip(inputs, before, strict=True):
            one.grad = earlier
        return found


def _not_held(key: str, described: Mapping[str, Any]) -> Any:
    raise live.BadLive("an object that is not here")


_talks: dict[str, Talk] = {}


@contextlib.contextmanager
def _as_there(modes: Mapping[str, Any]) -> Iterator[None]:
    """Within the block, torch's global settings are those of the other side."""
    before = torch.is_grad_enabled(), torch.get_default_dtype()
    torch.set_grad_enabled(modes["gradients"])
    torch.set_default_dtype(getattr(torch, modes["dtype"]))
    try:
        yield
    finally:
        torch.set_grad_enabled(before[0])
        torch.set_default_dtype(before[1])


@contextlib.contextmanager
def _heard(reply: dict[str, Any]) -> Iterator[None]:
    """Note what is printed and warned of within the block."""
    printed = io.StringIO()
    with warnings.catch_warnings(record=True) as caught, contextlib.redirect_stdout(printed):
        warnings.simplefilter("always")
        yield
    reply["printed"] = printed.getvalue()[:MAX_PRINTED]
    reply["warned"] = [[one.category.__name__[:200], str(one.message)[:2000]] for one in caught[:MAX_WARNINGS]]


def _tried(do: Callable[[], Any], reply: dict[str, Any]) -> Any:
    try:
        return do()
    except Missing:
        raise
    except BaseException as error:
        reply["raised"] = describe(error)
    return None


def session_call(target: Any, args: tuple[Any, ...] = (), kwargs: Mapping[str, Any] | None = None) -> Any:
    """Call an object of the student's, or what Python itself does with it."""
    return target(*args, **(kwargs or {}))


def _get_named(talk: Talk, name: str) -> Any:
    return _find(name)


def _call_object(talk: Talk, target: Any, args: list[Any], kwargs: dict[str, Any]) -> Any:
    return session_call(target, tuple(args), kwargs)


def _do_special(talk: Talk, name: str, args: list[Any], kwargs: dict[str, Any]) -> Any:
    return session_call(_SPECIAL[name], tuple(args), kwargs)


def _enter(manager: Any) -> Any:
    return type(manager).__enter__(manager)


def _leave(manager: Any) -> Any:
    return type(manager).__exit__(manager, None, None, None)


_OPERATIONS: dict[str, Callable[..., Any]] = {
    "get": _get_named,
    "call": _call_object,
    "special": _do_special,
    "backward": Talk.backward,
}
_SPECIAL: dict[str, Any] = {
    **{name: getattr(operator, name) for name in ("getitem", "setitem", "delitem", "contains")},
    **{name: getattr(operator, name) for name in ("add", "sub", "mul", "truediv", "floordiv", "mod", "pow", "matmul")},
    **{name: getattr(operator, name) for name in ("neg", "pos", "invert", "abs", "index")},
    **{one.__name__: one for one in (getattr, setattr, delattr, len, iter, next, reversed, str, repr, int, float)},
    "isinstance": isinstance,
    "deepcopy": copy.deepcopy,
    "copy": copy.copy,
    "enter": _enter,
    "leave": _leave,
}
