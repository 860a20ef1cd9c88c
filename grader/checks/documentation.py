"""The documentation of every check kind, made from the code: the requirement, the keys and an example."""

from __future__ import annotations

import inspect
import textwrap
from collections.abc import Mapping
from typing import Any

from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from grader.checks import Check, built_in_kinds

_COMMON = {"kind", "id", "title", "points", "deducts", "needs", "visibility"}
_HEAD = """# Check kinds

(This page is made from the code by `make kinds`.)

Every check has a `kind` and may have `id`, `title`, `points` or `deducts`, `needs` and `visibility`;
[Writing a rubric](rubric.md) explains them.

"""


def markdown(known: Mapping[str, type[Check]]) -> str:
    """Return one section for each of the `known` kinds, in Markdown."""
    return "\n".join(_section(name, kind) for name, kind in known.items())


def page() -> str:
    """Return the page of the grader's own kinds; `make kinds` writes it."""
    return _HEAD + markdown(built_in_kinds())


def _section(name: str, kind: type[Check]) -> str:
    """Return the section of one kind; it begins with the docstring of the class, which students and tutors read."""
    lines = [f"### `{name}`", "", inspect.cleandoc(kind.__doc__ or ""), ""]
    if kind.needs_answer:
        lines += ["Reads the written answer of its question.", ""]
    if kind.note_only:
        lines += ["Never carries points.", ""]
    own = {key: field for key, field in kind.model_fields.items() if key not in _COMMON}
    if own:
        lines += ["| key | default | meaning |", "|---|---|---|"]
        lines += [
            f"| `{field.alias or key}` | {_default(field)} | {field.description or ''} |" for key, field in own.items()
        ]
        lines += [""]
    lines += [*kind.explanation.strip().splitlines(), ""] if kind.explanation else []
    example = textwrap.indent(kind.example.strip(), "  ").lstrip()
    return "\n".join([*lines, "```yaml", f"- {example}", "```", ""])


def _default(field: FieldInfo) -> str:
    default: Any = field.default
    if default is PydanticUndefined:
        return "required"
    if default is None or default in ("", [], {}, ()):
        return "none"
    return f"`{list(default) if isinstance(default, tuple) else default}`"
