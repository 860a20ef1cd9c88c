"""Parse Python source to a syntax tree."""

from __future__ import annotations

import ast
import gc


def parse(source: str) -> ast.Module:
    """Return the tree of `source`; nothing is run.

    The garbage collector is off meanwhile: a finalizer that formats a traceback parses too, and CPython 3.11 then
    fails in the outer call (gh-106905).

    Raises:
        SyntaxError: the source is not Python, or is nested too deeply.
    """
    collecting = gc.isenabled()
    gc.disable()
    try:
        return ast.parse(source)
    except (ValueError, RecursionError, MemoryError, SystemError) as error:
        raise SyntaxError(f"cannot be read: {error}") from None
    finally:
        if collecting:
            gc.enable()
