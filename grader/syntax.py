"""Parse Python source to a syntax tree; the cells of a notebook as IPython reads them."""

from __future__ import annotations

import ast
import gc
import re
import warnings
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from typing import Any

MAX_COMPILED = 1_000_000  # characters


MAX_MAGICS = 100  # in one cell
MAX_TOKENS = 100_000  # of one source: a tree takes up to 800 bytes for each
MAX_READ = 200_000  # characters, the cell's times its magics: IPython reads the cell anew for each of them

# Cell magics whose text is no Python that runs in the notebook's own process.
_OTHER_LANGUAGES = {
    "!", "HTML", "R", "SVG", "bash", "bigquery", "cmd", "file", "html", "javascript", "js", "julia", "latex",
    "markdown", "perl", "pypy", "python", "python2", "python3", "ruby", "script", "sh", "sql", "svg", "sx", "system",
    "writefile",
}  # fmt: skip
_CELL_MAGIC = re.compile(r"\A(\s*)%%([^\s?]+)(?!\S*\?)([^\n]*)(?:\n|\Z)")
_TOKEN = re.compile(r"\w+|[^\w\s]")
_MAGIC_LINE = re.compile(r"(?m)^[ \t]*(?:\w.*=[ \t]*)?[%!?,;/]|\?[ \t]*$")
_CONFLICT = re.compile(r"(?m)^<{7} ")
_PYTHON_MAGICS = {"capture", "prun", "time", "timeit"}  # the text below them is Python, and nothing else
# Raised by IPython's transformer for text that is no Python.
_UNREADABLE = (
    ValueError, TypeError, AttributeError, LookupError, RuntimeError, AssertionError, MemoryError, SystemError,
)  # fmt: skip


class TooComplexError(SyntaxError):
    """The source exceeds a limit of the reader, which says nothing about the source."""


class TooLongError(TooComplexError):
    """The source has more words and signs than are read."""


@dataclass(frozen=True)
class CellMagic:
    """The magic of a whole cell: `%%name argument`, and the text below it after `lines_before` lines."""

    name: str
    argument: str
    body: str
    lines_before: int

    @property
    def is_python(self) -> bool:
        """Return whether the text below is Python that runs in the notebook's own process."""
        return self.name not in _OTHER_LANGUAGES

    @property
    def written_file(self) -> str:
        """Return the path of the file that the cell writes as a whole; empty if it writes none."""
        argument = self.argument.strip("\"'")
        return argument if self.name in ("writefile", "file") and not re.search(r"\s|^-|^/|\.\.", argument) else ""


def tokens_in(source: str) -> int:
    """Return the number of words and signs of a source; of a longer one than is read, one more than the limit."""
    if len(source) <= MAX_TOKENS:
        return len(_TOKEN.findall(source))
    return sum(1 for _ in islice(_TOKEN.finditer(source), MAX_TOKENS + 1))


def parse(source: str) -> ast.Module:
    """Return the tree of `source`; nothing is run.

    The garbage collector is off meanwhile: a finalizer that formats a traceback parses too, and CPython 3.11 then
    fails in the outer call (gh-106905).

    Raises:
        SyntaxError: the source is not Python, is nested too deeply or too long.
    """
    if len(source) > MAX_TOKENS and tokens_in(source) > MAX_TOKENS:
        raise TooLongError("cannot be read: it is too long")
    collecting = gc.isenabled()
    gc.disable()
    try:
        return ast.parse(source)
    except (ValueError, RecursionError, MemoryError, SystemError) as error:
        raise TooComplexError(f"cannot be read: {error}") from None
    finally:
        if collecting:
            gc.enable()


def parse_cell(source: str) -> ast.Module:
    """Return the tree of a cell, with the calls that IPython makes of its magics; line numbers are the cell's own.

    Raises:
        SyntaxError: the source is not Python, or exceeds a limit.
    """
    return parse(as_python(source))


def as_python(source: str) -> str:
    """Return a cell as the Python that IPython makes of it, line by line; unchanged if it is Python already.

    Raises:
        TooComplexError: a limit is exceeded.
    """
    begin = ""
    while (magic := cell_magic(source)) is not None:
        begin += "#\n" * magic.lines_before
        if begin.count("\n") > MAX_MAGICS:
            raise TooComplexError("cannot be read: too many magics")
        if not magic.is_python:
            return f"{begin}get_ipython().run_cell_magic({magic.name!r}, {magic.argument!r}, {magic.body!r})\n"
        source = magic.body
    try:
        parse(source)
    except TooLongError:
        raise
    except SyntaxError:
        return begin + _transformed(source)
    return begin + source


def cell_magic(source: str) -> CellMagic | None:
    """Return the magic of a whole cell, or None if it has none."""
    found = _CELL_MAGIC.match(source)
    if found is None:
        return None
    before = source.count("\n", 0, found.end())
    return CellMagic(found[2], found[3].strip(), source[found.end() :], before)


def syntax_mistake(source: str, module: bool = False) -> tuple[int, str] | None:
    """Return the line and the words of the first syntax error; None if there is none, or a limit is exceeded.

    `module` is for the text of a file, in which magics and a bare `await` are mistakes.
    """
    if len(source) > MAX_COMPILED:
        return None
    if not module and (magic := cell_magic(source)) is not None and magic.name not in _PYTHON_MAGICS:
        return None
    flags = 0 if module else ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
    try:
        text = source if module else as_python(source)
        parse(text)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # `x is 1` is no mistake
            compile(text, "submission", "exec", flags, dont_inherit=True)
    except TooComplexError:
        return None
    except SyntaxError as error:
        conflict = _CONFLICT.search(source)
        if conflict is not None and "\n=======" in source[conflict.end() :]:
            return source.count("\n", 0, conflict.start()) + 1, "unresolved merge conflict"
        return error.lineno or 1, error.msg
    except (ValueError, RecursionError, MemoryError, SystemError, OverflowError):
        return None
    return None


@lru_cache(maxsize=256)
def _transformed(source: str) -> str:
    """Return what IPython's own transformer makes of a cell, with blank lines where it joins several lines to one."""
    from IPython.core.inputtransformer2 import TransformerManager

    magics = len(_MAGIC_LINE.findall(source))
    if magics > MAX_MAGICS or magics * len(source) > MAX_READ:
        raise TooComplexError("cannot be read: too many magics")
    manager: Any = TransformerManager()  # type: ignore[no-untyped-call]  # of IPython's own
    text = source if source.endswith("\n") else source + "\n"
    lines = text.splitlines(keepends=True)
    try:
        for cleanup in manager.cleanup_transforms:
            lines = cleanup(lines)
        lines = ["\n"] * (text.count("\n") - _count(lines)) + lines
        for _ in range(MAX_MAGICS + 1):
            changed, after = manager.do_one_token_transform(lines)
            if not changed:
                return "".join(lines)
            lines = _with_all_lines(lines, after)
    except _UNREADABLE as error:
        raise TooComplexError(f"cannot be read: {error}") from None
    raise TooComplexError("cannot be read: too many magics")


def _count(lines: list[str]) -> int:
    return sum(line.count("\n") for line in lines)


def _with_all_lines(before: list[str], after: list[str]) -> list[str]:
    """Return `after` with blank lines below its first line that differs, so that it has as many as `before`."""
    same = 0
    while same < min(len(before), len(after)) and before[same] == after[same]:
        same += 1
    return [*after[: same + 1], *["\n"] * (_count(before) - _count(after)), *after[same + 1 :]]
