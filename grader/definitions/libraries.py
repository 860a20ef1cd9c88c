"""The libraries whose names a definition may use: the grader's own list, and packages that the course allows.

A name is judged by the object that it resolves to in our own copy of the library, so a module that another one has
imported (`torch.utils.data.dataloader.os`) is judged as what it is. No code of the submission is run.
"""

from __future__ import annotations

import builtins
import importlib
import importlib.util
import sys
import sysconfig
import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from types import ModuleType
from typing import Any

from grader.definitions.abilities import does_more_than_compute
from grader.model import NOTHING, Message, say

ROOTS = {
    "torch", "numpy", "math", "typing", "collections", "dataclasses", "abc", "functools", "itertools", "random", "time",
    "copy", "enum", "numbers", "warnings", "tqdm", "matplotlib", "__future__", "typing_extensions", "scipy",
    "builtins", "heapq", "bisect", "operator", "cmath", "re", "string", "statistics", "fractions", "decimal",
    "datetime", "json",
}  # fmt: skip
# What no course can allow, with what it gives: code that uses it may do what nobody can read from its names.
NEVER: Mapping[str, set[str]] = {
    "files": {
        "os", "posix", "nt", "io", "_io", "pathlib", "posixpath", "ntpath", "shutil", "tempfile", "glob",
        "fileinput", "codecs", "mmap", "fcntl", "zipfile", "tarfile", "gzip", "bz2", "lzma", "sqlite3", "dbm",
        "linecache", "tokenize", "logging", "fsspec", "h5py",
    },
    "processes and threads": {
        "subprocess", "_posixsubprocess", "multiprocessing", "threading", "_thread", "concurrent", "asyncio",
        "signal", "pty", "atexit", "sched", "queue", "psutil", "pexpect", "dask", "distributed", "ray",
    },
    "the network": {
        "socket", "_socket", "ssl", "select", "selectors", "urllib", "http", "ftplib", "smtplib", "socketserver",
        "xmlrpc", "webbrowser", "requests", "httpx", "aiohttp", "zmq",
    },
    "the import of modules, or to code as text": {
        "importlib", "_imp", "imp", "pkgutil", "zipimport", "runpy", "site", "sysconfig", "code", "codeop", "ast",
        "timeit", "trace", "cProfile", "profile", "doctest", "IPython", "ipykernel", "lib2to3", "cffi",
        "setuptools", "pip", "numexpr",
    },
    "the inside of the interpreter": {
        "sys", "builtins", "inspect", "gc", "ctypes", "_ctypes", "types", "weakref", "traceback", "dis", "symtable",
        "pdb", "bdb", "faulthandler", "tracemalloc", "resource", "platform", "unittest", "test", "objgraph",
    },
    "objects that are made from bytes": {
        "pickle", "_pickle", "cPickle", "copyreg", "marshal", "shelve", "pickletools", "dill", "cloudpickle",
        "joblib",
    },
    "the grader": {
        "grader", "reference",
    },
}  # fmt: skip
_NEVER = {name for modules in NEVER.values() for name in modules}
_TORCH = {"nn", "optim", "autograd", "linalg", "fft", "special", "cuda", "utils", "distributions", "random", "mps"}
_TORCH_NN = {"functional", "init", "utils", "parameter", "modules"}
_TORCH_NOT = {
    "load", "save", "compile", "from_file", "frombuffer", "import_ir_module", "set_default_dtype", "set_default_device",
    "typename",
}  # fmt: skip
_RECURRENT = ("lstm", "gru", "rnn")  # in the name of a function of torch: it computes ready-made recurrent steps
_NUMPY_NOT = {
    "load", "save", "savez", "savez_compressed", "savetxt", "loadtxt", "genfromtxt", "fromfile", "fromregex", "memmap",
    "DataSource", "ctypeslib", "f2py", "testing", "lib", "distutils", "core", "rec", "frombuffer",
}  # fmt: skip
_OTHERS: Mapping[str, set[str]] = {
    "typing": {"get_type_hints", "ForwardRef"},
    "typing_extensions": {"get_type_hints", "get_annotations", "evaluate_forward_ref", "ForwardRef"},
    "functools": {"singledispatch", "singledispatchmethod"},  # they evaluate annotations
    "dataclasses": {"make_dataclass"},
    "operator": {"attrgetter", "methodcaller"},
    "string": {"Formatter"},  # it takes attributes with computed names
}
BUILTINS = {
    "abs", "all", "any", "bool", "bytes", "callable", "classmethod", "complex", "dict", "divmod", "enumerate", "filter",
    "float", "format", "frozenset", "hasattr", "hash", "id", "int", "isinstance", "issubclass", "iter", "len", "list",
    "map", "max", "min", "next", "object", "pow", "print", "property", "range", "repr", "reversed", "round", "set",
    "slice", "sorted", "staticmethod", "str", "sum", "super", "tuple", "type", "zip", "Ellipsis", "NotImplemented",
    "ArithmeticError", "AssertionError", "AttributeError", "Exception", "ImportError", "IndexError", "KeyError",
    "ModuleNotFoundError", "NotImplementedError", "OverflowError", "RuntimeError", "StopIteration", "TypeError",
    "ValueError", "Warning", "UserWarning", "DeprecationWarning", "ZeroDivisionError", "__name__", "__class__",
    "chr", "ord",
}  # fmt: skip
DUNDER_NAMES = {"__init__", "__name__", "__class__", "__len__", "__doc__", "__version__", "__getitem__", "__repr__"}


@dataclass(frozen=True)
class Libraries:
    """The libraries of one course: those of the grader's list and the packages `modules`."""

    modules: frozenset[str] = frozenset()

    def refusal(self, full: str) -> Message:
        """Return why a definition may not use the full name of an object, as a clause; empty if it may."""
        return self.lack(full) or (NOTHING if self.is_allowed(full) else say("it uses {name}", name=full))

    def lack(self, full: str) -> Message:
        """Return the clause on a name of a package that the course allows and that is not installed here."""
        if not (package := self.missing(full)):
            return NOTHING
        return say("it uses {name}, and the package {package} is not installed here", name=full, package=package)

    def is_allowed(self, full: str) -> bool:
        """Return whether the full name of an object in a library may be used."""
        return _is_allowed(full, self.modules)

    def is_module(self, full: str) -> bool:
        """Return whether a full name refers to a module."""
        return full in ROOTS or full in self.modules or isinstance(self.resolve(full), ModuleType)

    def has(self, module: str, name: str) -> bool:
        """Return whether `from module import *` gives a name that may be used."""
        full = f"{module}.{name}"
        return self.is_allowed(full) and self.resolve(full) is not None

    def resolve(self, full: str) -> Any:
        """Return the object of a full name in our own copy of a library of the list; None if there is none."""
        return _resolve(full) if full.partition(".")[0] in ROOTS | self.modules else None

    def missing(self, full: str) -> str:
        """Return the package of a name if the course allows it and it is not installed here; otherwise empty."""
        root = full.partition(".")[0]
        return root if root in self.modules and root not in ROOTS and _module(root) is None else ""


def gives(module: str) -> str:
    """Return what a module gives to code that no course can allow; empty for others."""
    return next((what for what, modules in NEVER.items() if module in modules), "")


def is_installed(module: str) -> bool:
    """Return whether a module can be imported here."""
    return _module(module) is not None


def version_of(module: str) -> str:
    """Return the version of a module, as far as it names one; empty if it is not installed."""
    found = _module(module)
    return str(getattr(found, "__version__", "installed")) if found is not None else ""


@cache
def _module(name: str) -> ModuleType | None:
    """Import a module of our own environment; None if it is not installed, or lies elsewhere, as in this folder."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return importlib.import_module(name) if _is_of_environment(name) else None
        except (Exception, SystemExit):  # not installed, or not for this machine
            return None


@lru_cache(maxsize=10_000)
def _resolve(full: str) -> Any:
    """Return the object of a full name; the caller knows that its package is on a list."""
    root, *parts = full.split(".")
    found: Any = _module(root)
    for part in parts:
        found = _attribute(found, part)
    return found


def _is_of_environment(name: str) -> bool:
    """Return whether a module is one of the list, or installed where submissions have it as well."""
    root = name.partition(".")[0]
    spec = None if root in ROOTS else importlib.util.find_spec(root)
    if spec is None or spec.origin in ("built-in", "frozen"):
        return root in ROOTS or spec is not None
    places = [*(spec.submodule_search_locations or ()), *([spec.origin] if spec.origin else [])]
    folders = {Path(path) for path in (sys.prefix, sys.base_prefix, *sysconfig.get_paths().values())}
    return any(folder in Path(place).parents for place in places for folder in folders)


def _attribute(found: Any, name: str) -> Any:
    """Return an attribute of an object of a library; of a package, also a module that is not imported yet.

    Modules such as `__main__` are not imported: they are programs.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            inner = getattr(found, name, None)
        except Exception:
            return None
    if inner is None and isinstance(found, ModuleType) and hasattr(found, "__path__"):
        loaded = found.__name__.partition(".")[0] in ("torch", "numpy")  # with all of their modules that count
        return None if loaded or name.startswith("_") else _module(f"{found.__name__}.{name}")
    return inner


@lru_cache(maxsize=10_000)
def _is_allowed(full: str, modules: frozenset[str]) -> bool:
    """Judge a name part by part; a module on the way is judged by its own name from there on."""
    root, *parts = full.split(".")
    name: list[str] = []
    found: Any = None
    for depth, part in enumerate((root, *parts)):
        name = [*name, part]
        if not _by_name(name, modules):
            return False
        found = _attribute(found, part) if depth else _module(part)
        if isinstance(found, ModuleType) and depth:
            own = found.__name__.split(".")
            name = name if depth == 1 and own[0] == root else own
            if not _by_name(name, modules):
                return False
    return root == "builtins" or not (_is_of_never(found) or id(found) in _refused() or does_more_than_compute(found))


@cache
def _refused() -> Mapping[int, Any]:
    """Return the objects of the names that are refused, by their ids: they are refused under every other name too."""
    names = [f"{root}.{name}" for root, several in _OTHERS.items() for name in several]
    names += [f"torch.{name}" for name in dir(_module("torch")) if name in _TORCH_NOT or _is_recurrent(name)]
    names += [*(f"numpy.{name}" for name in _NUMPY_NOT)]
    found = [one for name in names if (one := _resolve(name)) is not None]
    return {id(one): one for one in found}


def _is_of_never(found: Any) -> bool:
    """Return whether an object comes from a module that no course can allow, or is a built-in one not on the list."""
    module = getattr(found, "__module__", None)
    if module == "builtins":
        name = getattr(found, "__name__", "")
        return name not in BUILTINS or name == "type" or getattr(builtins, name, None) is not found
    return isinstance(module, str) and module.partition(".")[0] in _NEVER


def _by_name(name: list[str], modules: frozenset[str]) -> bool:
    root, *parts = name
    if root not in ROOTS and root not in modules:
        return False
    if any(part.startswith("_") and part not in DUNDER_NAMES for part in parts):
        return False
    if root == "torch":
        return _torch(parts)
    if root == "numpy":
        return not _NUMPY_NOT & set(parts)
    if root == "builtins":  # `type` under another name could create a class
        return not parts or (parts[0] in BUILTINS and parts[0] != "type")
    return not _OTHERS.get(root, set()) & set(parts)


def _torch(parts: list[str]) -> bool:
    if not parts:
        return True
    if set(parts) & _TORCH_NOT or _is_recurrent(parts[0]):
        return False
    if _is_of_torch(parts[0]):
        if parts[0] not in _TORCH:
            return False
        if parts[0] == "utils":
            return len(parts) == 1 or parts[1] in ("data", "checkpoint")
        if parts[0] == "nn" and len(parts) > 1 and _is_of_torch(f"nn.{parts[1]}"):
            return parts[1] in _TORCH_NN
    return True


def _is_recurrent(name: str) -> bool:
    return any(word in name for word in _RECURRENT)


@cache
def _is_of_torch(name: str) -> bool:
    """Return whether torch has a module of this name."""
    found: Any = _module("torch")
    for part in name.split("."):
        found = getattr(found, part, None)
    return isinstance(found, ModuleType)
