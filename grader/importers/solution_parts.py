"""Take the solution, or the hidden tests, out of a cell, so that the template for students is left."""

from __future__ import annotations

import re
from collections.abc import Sequence

from grader.importers.assignment import CannotImport

NBGRADER_CODE = ("# YOUR CODE HERE", "raise NotImplementedError()")
NBGRADER_TEXT = ("YOUR ANSWER HERE",)
_SOLUTION = ("### BEGIN SOLUTION", "### END SOLUTION")
_HIDDEN = ("### BEGIN HIDDEN TESTS", "### END HIDDEN TESTS")
_GUIDE = ("=== BEGIN MARK SCHEME ===", "=== END MARK SCHEME ===")

_ASSIGNED = re.compile(r"(\s*(?:[\w.]+(?=[^\w.])(?:\[['\"]?.*['\"]?\])*(?:,\s*)?)+\s*=)(?!=).* ?# ?SOLUTION\s*$")
_WHOLE_LINE = re.compile(r"(\s*).* ?# ?SOLUTION\s*$")
_LEFT_OUT_LINES = ("# SOLUTION NO PROMPT", "# BEGIN PROMPT", "# END PROMPT", "# SEED")
_OTTER = re.compile(r"#\s*(?:BEGIN\s+)?SOLUTION\b")


def without_region(source: str, begin: str, end: str, stub: Sequence[str] = ()) -> str:
    """Return a text without the lines from each `begin` to its `end`; `stub` stands there, indented as `begin` was.

    Raises:
        CannotImport: a region does not end, or ends without a beginning.
    """
    lines: list[str] = []
    inside = False
    for line in source.split("\n"):
        if begin in line:
            if inside:
                raise CannotImport(f"a second '{begin}' stands before '{end}'", f"add '{end}'")
            inside = True
            indent = line[: len(line) - len(line.lstrip())]
            lines += [indent + one for one in stub]
        elif end in line:
            if not inside:
                raise CannotImport(f"'{end}' has no '{begin}' before it", f"add '{begin}'")
            inside = False
        elif not inside:
            lines.append(line)
    if inside:
        raise CannotImport(f"'{begin}' has no '{end}'", f"add '{end}'")
    return "\n".join(lines)


def _without_lines(source: str, words: Sequence[str]) -> str:
    return "\n".join(line for line in source.split("\n") if not any(word in line for word in words))


def nbgrader_template(source: str, kind: str, is_solution: bool) -> str:
    """Return a cell as nbgrader gives it to students.

    Raises:
        CannotImport: a region does not end.
    """
    stub = NBGRADER_CODE if kind == "code" else NBGRADER_TEXT
    if is_solution and _SOLUTION[0] not in source:
        return "\n".join(stub)
    for region, instead in ((_SOLUTION, stub), (_HIDDEN, ()), (_GUIDE, ())):
        source = without_region(source, *region, instead)
    return source


def nbgrader_solution(source: str) -> str:
    """Return a cell with its solution, without the lines that only nbgrader reads."""
    return _without_lines(source, (*_SOLUTION, *_HIDDEN))


def has_hidden_tests(source: str) -> bool:
    """Return whether a cell has tests that nbgrader hides from students."""
    return _HIDDEN[0] in source


def nbgrader_guide(source: str) -> str:
    """Return the text by which nbgrader has a tutor grade a task; empty if there is none."""
    _, begin, after = source.partition(_GUIDE[0])
    return after.partition(_GUIDE[1])[0].strip() if begin else ""


def is_otter_solution(source: str) -> bool:
    """Return whether a cell has lines that otter takes out for students."""
    return _OTTER.search(source) is not None


def without_ignored(source: str) -> str:
    """Return a cell of otter without the lines that are only for the course's own notebook.

    Raises:
        CannotImport: a block of such lines does not end.
    """
    source = without_region(source, "# BEGIN IGNORE", "# END IGNORE")
    return "\n".join(line for line in source.split("\n") if not line.rstrip().endswith("# IGNORE"))


def otter_template(source: str) -> str:
    """Return a cell as otter gives it to students: each part of the solution is an ellipsis.

    Raises:
        CannotImport: a block does not end.
    """
    source = _without_block(source, "# BEGIN SOLUTION NO PROMPT", ())
    source = _without_block(source, "# BEGIN SOLUTION", ("...",))
    lines = []
    for line in source.split("\n"):
        if any(line.rstrip().endswith(word) for word in _LEFT_OUT_LINES):
            continue
        if (found := _ASSIGNED.match(line)) is not None:
            line = f"{found[1]} ..."
        elif (found := _WHOLE_LINE.match(line)) is not None:
            line = f"{found[1]}..."
        lines.append(line)
    return "\n".join(lines)


def _without_block(source: str, begin: str, stub: Sequence[str]) -> str:
    """Return a text without the blocks that begin with this line and not with a longer one."""
    end = "# END SOLUTION"
    lines: list[str] = []
    inside = False
    for line in source.split("\n"):
        stripped = line.strip()
        if inside:
            inside = stripped != end
        elif stripped == begin:
            inside = True
            lines += [line[: line.index("#")] + one for one in stub]
        else:
            lines.append(line)
    if inside:
        raise CannotImport(f"'{begin}' has no '{end}'", f"add '{end}'")
    return "\n".join(lines)
