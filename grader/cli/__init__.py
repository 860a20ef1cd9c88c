"""The command line: arguments, printing and exit codes; the only package that prints or exits."""

from grader.cli import calibrating, checking, comparing, course, deciding, desk, exporting, grading, looking, services
from grader.cli.app import DONE, OPEN, USER, app, main

__all__ = [
    "DONE",
    "OPEN",
    "USER",
    "app",
    "calibrating",
    "checking",
    "comparing",
    "course",
    "deciding",
    "desk",
    "exporting",
    "grading",
    "looking",
    "main",
    "services",
]
