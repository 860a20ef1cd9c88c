"""The sample submissions, built once for a whole run of the tests."""

from __future__ import annotations

import importlib.util
import os
import sys
from pathlib import Path

import pytest

from tests.helpers import ROOT

os.environ.setdefault("OMP_NUM_THREADS", "1")


@pytest.fixture(scope="session")
def submissions(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder with one folder a rubric, as `submissions/build.py` makes it."""
    spec = importlib.util.spec_from_file_location("build", ROOT / "submissions" / "build.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["build"] = module
    spec.loader.exec_module(module)
    folder = tmp_path_factory.mktemp("submissions")
    module.build(folder)
    return folder
