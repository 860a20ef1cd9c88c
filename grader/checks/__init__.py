"""The check kinds: one file each, found by being there; those of installed packages and of a course besides."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterable, Mapping
from functools import cache

from grader.checks.base import Check
from grader.checks.own_kinds import KindFile, installed_kinds, join_kinds, kinds_of_file

__all__ = ["Check", "KindFile", "built_in_kinds", "kinds", "kinds_with"]


@cache
def built_in_kinds() -> Mapping[str, type[Check]]:
    """Return the grader's own kinds by the name that a rubric uses; a new file in this folder is a new kind."""
    found: dict[str, type[Check]] = {}
    for module in pkgutil.iter_modules(__path__):
        name = f"{__name__}.{module.name}"
        for value in vars(importlib.import_module(name)).values():
            if isinstance(value, type) and issubclass(value, Check) and value.__module__ == name:
                kind = value.model_fields["kind"].default
                if isinstance(kind, str):  # a base class of several kinds has none
                    found[kind] = value
    return dict(sorted(found.items()))


@cache
def kinds() -> Mapping[str, type[Check]]:
    """Return the grader's own kinds and those of installed packages by name, in alphabetical order.

    Raises:
        GraderError: a package brings a kind that cannot be used.
    """
    return kinds_with(())


def kinds_with(files: Iterable[KindFile]) -> Mapping[str, type[Check]]:
    """Return all kinds by name, with those of a course's files.

    Raises:
        GraderError: a file or package brings a kind that cannot be used, or whose name is taken.
    """
    found = dict(built_in_kinds())
    join_kinds(found, installed_kinds())
    for file in files:
        join_kinds(found, kinds_of_file(file))
    return dict(sorted(found.items()))
