"""Errors for the person at the keyboard; a student's mistake is a Finding and never an exception."""

from __future__ import annotations


class GraderError(Exception):
    """Something that the user can put right: what, where, and what to try. Shown without a traceback."""


class RubricError(GraderError):
    """A rubric with mistakes; the message lists all of them, a line each."""


class HandInError(GraderError):
    """A submission that cannot be opened; the batch turns it into a finding and goes on."""
