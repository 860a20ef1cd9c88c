"""What an object of a library can do besides computing, decided on the object and its code, not on its name.

A function whose own code imports by a computed name, evaluates text, opens a file, starts a process or holds a frame is
refused wherever it is reached. New versions of libraries open nothing by that: what their code does is what counts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from types import CodeType, FrameType, TracebackType
from typing import Any

# Names in the code of a function that give it more than numbers.
ABILITIES = frozenset(
    {
        "__import__", "import_module", "exec_module", "load_module", "eval", "exec",
        "open", "fdopen", "system", "popen", "Popen", "fork", "spawn", "_getframe", "currentframe", "settrace",
        "get_type_hints", "get_annotations", "load_backend_module",
    }
)  # fmt: skip
# Functions with such a name in their code that use it for nothing a caller decides.
HARMLESS = frozenset(
    {
        "collections.namedtuple", "matplotlib.pyplot.figure", "numpy.bmat",
        "numpy.lib._index_tricks_impl.AxisConcatenator.__getitem__",
        "torch.nn.functional.interpolate", "torch.nn.functional.max_pool3d_with_indices", "torch.nn.functional.pad",
    }
)  # fmt: skip
# Functions that change what all layers of a process compute, those of the grader included.
CHANGES_ALL = "torch.nn.modules.module.register_module_"
MAX_WRAPPED = 10  # functions around each other


def does_more_than_compute(found: Any) -> bool:
    """Return whether an object of a library imports, evaluates, opens or starts something, or changes all layers."""
    if isinstance(found, (FrameType, CodeType, TracebackType)):
        return True
    return any(
        name.startswith(CHANGES_ALL) or (_names(code) & ABILITIES and name not in HARMLESS)
        for name, code in _codes(found)
    )


def _codes(found: Any) -> Iterator[tuple[str, CodeType]]:
    """Yield the code that a call of an object runs first, with the full name of its function."""
    makers = [vars(found).get(name) for name in ("__new__", "__init__")] if isinstance(found, type) else [found]
    for maker in makers:
        function: Any = maker
        for _ in range(MAX_WRAPPED):
            function = _part(function, "__func__") or function
            code = _part(function, "__code__")
            if isinstance(code, CodeType):
                yield f"{_part(function, '__module__')}.{_part(function, '__qualname__')}", code
            function = _part(function, "__wrapped__") or _part(function, "func")
            if not isinstance(function, Callable):  # type: ignore[arg-type]
                break


def _part(found: Any, name: str) -> Any:
    """Return an attribute; None if there is none, or an object of a library makes something up for every name."""
    try:
        return getattr(found, name, None)
    except Exception:
        return None


def _names(code: CodeType) -> set[str]:
    inner = [one for one in code.co_consts if isinstance(one, CodeType)]
    return set(code.co_names).union(*map(_names, inner))
