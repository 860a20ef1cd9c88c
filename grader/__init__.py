"""`grader` grades deep-learning submissions: code in isolation, written answers, one report per team."""

from __future__ import annotations

from importlib import import_module  # by name, as everything else imports this module
from typing import Any

__version__ = "0.1.0"


def check(what: str = "", rubric: str | None = None) -> Any:
    """Show the findings of the public checks on a class or question in this notebook; see `student/live_check.py`."""
    return import_module("grader.student.live_check").check(what, rubric)


def load_ipython_extension(shell: Any) -> None:
    """`%load_ext grader` gives `%grader NAME`."""
    import_module("grader.student.live_check").load(shell)
