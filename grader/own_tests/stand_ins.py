"""Modules of the submission where the tests of a file are only listed, as they run inside its process."""

from __future__ import annotations

import types
from importlib.machinery import ModuleSpec
from typing import Any
from unittest.mock import MagicMock

from grader.own_tests.proxies import SubmissionModules


class _StandIn(types.ModuleType):
    """A module that has every name."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        return MagicMock(name=name)


class StandIns(SubmissionModules):
    """Finds and loads the modules of the submission; what a file does with their names means nothing."""

    def create_module(self, spec: ModuleSpec) -> types.ModuleType:
        """See `importlib.abc.Loader`."""
        return _StandIn(spec.name)
