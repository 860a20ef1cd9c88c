"""Errors for the person at the keyboard; a student's mistake is a Finding and never an exception."""

from __future__ import annotations


class GraderError(Exception):
    """A problem that the user can correct: what, where, and what to try. Shown without a traceback.

    `message` is the original text, which a page can translate; `str()` gives it in English.
    """

    def __init__(self, message: object) -> None:
        super().__init__(str(message))
        self.message = message

    def _render_traceback_(self) -> list[str]:
        """Return what IPython shows in a notebook, where it would show all frames."""
        return [f"grader: {self}"]


class RubricError(GraderError):
    """A rubric with mistakes; the message lists all of them, a line each."""
