"""What stands in for torch while the worker is loaded where torch is not installed: an exercise may not need it.

Classes of it have no objects, so nothing of a submission is taken for one; settings do nothing; making anything says
that the module is missing, as an import of it does. Standard library only.
"""

from __future__ import annotations

import contextlib
import importlib.util
import sys
from collections.abc import Iterator
from types import ModuleType
from typing import Any

SETTINGS = (
    "set_num_threads", "set_default_dtype", "get_default_dtype", "set_grad_enabled", "is_grad_enabled", "manual_seed",
)  # fmt: skip


def is_installed(name: str = "torch") -> bool:
    """Return whether a package can be imported here; it is not loaded."""
    with contextlib.suppress(ImportError, ValueError):
        return importlib.util.find_spec(name) is not None
    return False


class _Absent(type):
    """A class of a library that is not installed; so is each of its attributes."""

    def __getattr__(cls, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        made = (lambda *_: None) if name in SETTINGS else _Absent(name, (), {})
        setattr(cls, name, made)
        return made

    def __call__(cls, *_: Any, **__: Any) -> Any:
        raise ModuleNotFoundError("No module named 'torch'", name="torch")


class _AbsentModule(ModuleType):
    def __getattr__(self, name: str) -> Any:
        return getattr(_TORCH, name)


_TORCH = _Absent("torch", (), {})


@contextlib.contextmanager
def torch_or_nothing() -> Iterator[None]:
    """Within the block, `import torch` works; where it is not installed, it gives what stands in for it."""
    if is_installed():
        yield
        return
    sys.modules["torch"] = _AbsentModule("torch")
    try:
        yield
    finally:
        del sys.modules["torch"]
