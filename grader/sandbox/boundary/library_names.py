"""Names of classes and functions of libraries, which both processes have; see `live_values.py`."""

from __future__ import annotations

import sys
import types
from typing import Any

import numpy as np


def library_name(value: Any) -> str | None:
    """Return the name of a class or function of torch, NumPy or Python, as module:name; None for anything else."""
    if not isinstance(value, _LIBRARY_TYPES):
        return None
    name = getattr(value, "__name__", "")
    for module in (getattr(value, "__module__", None), "torch", "torch.nn.functional", "numpy", "builtins"):
        if isinstance(module, str) and isinstance(name, str) and _in_library(module, name) is value:
            return f"{module}:{name}"
    return None


def _in_library(module: str, name: str) -> Any:
    """Return a class or a function that computes, of a library; None if it is none or not allowed."""
    if module.partition(".")[0] not in ("torch", "numpy", "builtins") or name in _NOT_SENT or not name.isidentifier():
        return None
    found = getattr(sys.modules.get(module), name, None)
    plain = isinstance(found, (type, np.ufunc)) or (isinstance(found, _C_FUNCTIONS) and module != "builtins")
    computes = isinstance(found, _LIBRARY_TYPES) and module == "torch.nn.functional"
    return found if plain or computes else None


def library_object(name: Any) -> Any:
    """Return the class or function with a name that `library_name` gave.

    Raises:
        TypeError: it is none that is sent.
    """
    found = _in_library(*str(name).split(":"))
    if found is None:
        raise TypeError(name)
    return found


_C_FUNCTIONS = (types.BuiltinFunctionType, types.MethodDescriptorType)
_LIBRARY_TYPES = (type, types.FunctionType, np.ufunc, *_C_FUNCTIONS)
_NOT_SENT = frozenset(("from_file", "frombuffer", "load", "save", "fromfile", "memmap", "DataSource"))
