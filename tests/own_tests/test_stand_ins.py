"""Where tests are only listed, modules of the submission have every name, and nothing of the submission is asked."""

from __future__ import annotations

import importlib
import sys
from typing import Any

import pytest

from grader.own_tests.stand_ins import StandIns


def test_modules_have_every_name_that_a_file_may_use(monkeypatch: pytest.MonkeyPatch) -> None:
    asker: Any = None
    monkeypatch.setattr(sys, "meta_path", [StandIns(("team_lib.models",), asker), *sys.meta_path])
    models = importlib.import_module("team_lib.models")
    try:

        class Own(models.Net):  # type: ignore[name-defined, misc]
            pass

        assert Own is not None
        assert list(models.sizes) == []
        with pytest.raises(AttributeError):
            models.__path__  # noqa: B018
    finally:
        for name in ("team_lib", "team_lib.models"):
            sys.modules.pop(name, None)
