"""The check kinds that a course brings: files named in its rubric, and installed packages.

A file is run from its content under a name that is made of it, so that every process that has the content has the same
classes, and a changed file has others.
"""

from __future__ import annotations

import ast
import importlib.metadata
import re
import sys
import traceback
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path
from types import ModuleType

from grader.checks.base import Check
from grader.errors import GraderError
from grader.model import NOTHING

GROUP = "grader.kinds"  # of entry points
MAX_BYTES = 256 << 10  # of one file
_PREFIX = "grader_own_kinds_"
_MAX_MESSAGE = 200  # characters of an exception in a sentence


@dataclass(frozen=True)
class KindFile:
    """A file with check kinds: its name in the rubric, its content, and its absolute path on this machine."""

    name: str
    content: bytes
    path: str = ""


class KindMistake(GraderError):
    """A mistake in what a course brings as check kinds, with its file and line."""

    def __init__(self, file: str, line: int, what: str) -> None:
        super().__init__(f"{file}:{line}: {what}")


def kinds_of_file(file: KindFile) -> Mapping[str, type[Check]]:
    """Run the file once in this process, and return its kinds by the name that a rubric uses.

    Raises:
        KindMistake: it is too large, raises an exception, or has a class that is no check kind, or none that is one.
    """
    return dict(_kinds_of(file.name, file.content))


def is_from_file(kind: type[Check]) -> bool:
    """Return whether a kind comes from a file that a rubric names."""
    return kind.__module__.startswith(_PREFIX)


def join_kinds(known: dict[str, type[Check]], more: Mapping[str, type[Check]]) -> None:
    """Add `more` kinds to the `known` ones.

    Raises:
        KindMistake: a name is taken.
    """
    for name, kind in more.items():
        if name in known and known[name] is not kind:
            taken = f"there is a check kind '{name}' already; choose another name"
            raise KindMistake(_file_of(kind), _line_of_class(kind), taken)
        known[name] = kind


def where(error: BaseException) -> str:
    """Return the file and line of a kind at which an exception was raised, with the exception, for one sentence."""
    frames = traceback.extract_tb(error.__traceback__)
    inside = [frame for frame in frames if frame.filename in {file for file, _ in _sources().values()}]
    text = str(error).partition("\n")[0][:_MAX_MESSAGE]
    what = f"{type(error).__name__}: {text}" if text else type(error).__name__
    last = (inside or frames)[-1] if inside or frames else None
    return f"{what} ({last.filename}:{last.lineno})" if last is not None else what


def mistake_in_kind(name: str, kind: type[Check]) -> str:
    """Return what a class lacks to be a check kind; empty if nothing. The grader's own kinds are held to it as well."""
    missing = {
        "a docstring, which students and tutors read": not (kind.__doc__ or "").strip(),
        "a 'label', the title of its checks": kind.label == NOTHING,
        "an 'example', a check in YAML for the list of kinds": not kind.example.strip(),
        "a method 'judge'": kind.judge is Check.judge,
        "a 'kind' of small letters, digits and underscores": re.fullmatch(r"[a-z][a-z0-9_]*", name) is None,
        "the 'model_config' of Check, which refuses unknown keys": kind.model_config.get("extra") != "forbid",
    }
    lacks = next((what for what, is_missing in missing.items() if is_missing), "")
    return f"the class {kind.__name__} needs {lacks}" if lacks else ""


@cache
def _kinds_of(name: str, content: bytes) -> tuple[tuple[str, type[Check]], ...]:
    if len(content) > MAX_BYTES:
        raise KindMistake(name, 1, f"a file with check kinds has at most {MAX_BYTES >> 10} KiB")
    found = dict(_classes(_run(name, content)))
    if not found:
        raise KindMistake(name, 1, "no check kind is defined here: a subclass of grader.checks.Check with a 'kind'")
    return tuple(found.items())


def _run(name: str, content: bytes) -> ModuleType:
    """Run a file as a module of a name that is made of its content."""
    digest = sha256(name.encode() + b"\0" + content).hexdigest()[:16]
    module = ModuleType(f"{_PREFIX}{digest}")
    module.__file__ = name
    try:
        source = content.decode("utf-8")
        code = compile(source, name, "exec", dont_inherit=True)
    except UnicodeDecodeError:
        raise KindMistake(name, 1, "not UTF-8 text; save it as UTF-8") from None
    except (SyntaxError, ValueError) as error:
        raise KindMistake(name, getattr(error, "lineno", None) or 1, f"Python cannot read this line: {error}") from None
    sys.modules[module.__name__] = module  # pydantic looks for the names of annotations there
    _sources()[module.__name__] = name, source
    try:
        exec(code, vars(module))  # noqa: S102 - a file of the course, as its reference is
    except (Exception, SystemExit) as error:
        sys.modules.pop(module.__name__)
        lines = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == name]
        text = str(error).partition("\n")[0][:_MAX_MESSAGE]
        raise KindMistake(name, (lines or [1])[-1] or 1, f"raised {type(error).__name__}: {text}") from None
    return module


@cache
def _sources() -> dict[str, tuple[str, str]]:
    """Return the file and the source of each module that was made of a file, by its name."""
    return {}


def _classes(module: ModuleType) -> Iterator[tuple[str, type[Check]]]:
    """Yield the kinds that a module defines; base classes without a `kind` of their own are none.

    Raises:
        KindMistake: a class looks like a kind and is none, lacks something, or two have the same name.
    """
    names: set[str] = set()
    for value in list(vars(module).values()):
        if not isinstance(value, type) or value.__module__ != module.__name__:
            continue
        named = "kind" in {*vars(value), *vars(value).get("__annotations__", {})}
        is_base = issubclass(value, Check) and not isinstance(value.model_fields["kind"].default, str)
        if is_base or not (named or issubclass(value, Check)):
            continue
        name, kind = _class(value)
        if name in names:
            raise KindMistake(_file_of(kind), _line_of_class(kind), f"there are two check kinds '{name}' in this file")
        names.add(name)
        yield name, kind


def _class(value: object, origin: str = "") -> tuple[str, type[Check]]:
    """Return a kind with its name.

    Raises:
        GraderError: it is none, or lacks something.
    """
    if not isinstance(value, type):
        raise GraderError(f"the entry point {origin} is no class; a check kind is a subclass of grader.checks.Check")
    file, line = _file_of(value), _line_of_class(value)
    if not issubclass(value, Check):
        what = f"the class {value.__name__} is no check kind: it must be a subclass of grader.checks.Check"
        raise KindMistake(file, line, what)
    name = value.model_fields["kind"].default
    if not isinstance(name, str):
        raise KindMistake(file, line, f"the class {value.__name__} needs a 'kind', the name that rubrics use")
    if what := mistake_in_kind(name, value):
        raise KindMistake(file, line, what)
    return name, value


def _file_of(kind: type) -> str:
    name, _ = _sources().get(kind.__module__, ("", ""))
    return name or str(getattr(sys.modules.get(kind.__module__), "__file__", None) or kind.__module__)


def _line_of_class(kind: type) -> int:
    _, source = _sources().get(kind.__module__, ("", ""))
    try:
        tree = ast.parse(source or Path(_file_of(kind)).read_text(encoding="utf-8"))
    except (OSError, ValueError, SyntaxError):
        return 1
    lines = [node.lineno for node in ast.walk(tree) if isinstance(node, ast.ClassDef) and node.name == kind.__name__]
    return (lines or [1])[-1]


def installed_kinds() -> Mapping[str, type[Check]]:
    """Return the kinds of installed packages, by entry points of the group `grader.kinds`.

    An entry point names a class (`package.module:Class`) or a module with several.

    Raises:
        GraderError: a package cannot be loaded, or has a class that is no check kind.
    """
    found: dict[str, type[Check]] = {}
    for entry in _entries():
        try:
            value = entry.load()
        except (Exception, SystemExit) as error:
            package = entry.dist.name if entry.dist is not None else entry.value
            what = f"the check kind of the package {package} cannot be loaded: {where(error)}; correct or uninstall it"
            raise GraderError(what) from None
        join_kinds(found, dict(_classes(value) if isinstance(value, ModuleType) else [_class(value, entry.value)]))
    return found


def packages_with_kinds() -> Sequence[str]:
    """Return the top packages of all entry points, whose source belongs to the code that grades."""
    return sorted({entry.module.partition(".")[0] for entry in _entries()})


def _entries() -> Sequence[importlib.metadata.EntryPoint]:
    return sorted(importlib.metadata.entry_points(group=GROUP), key=lambda entry: entry.value)
