"""Common settings of all tests: a timeout, the markers that follow from fixtures, the sample submissions."""

from __future__ import annotations

import importlib.util
import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from grader.sandbox.host.kernel import NotebookKernel
from tests.helpers import ROOT
from tests.shared_folder import made_once

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext

os.environ.setdefault("OMP_NUM_THREADS", "1")
# Instead of the timeout of pyproject.toml: tests that start many processes have to pass on a busy machine, too.
BROWSER_MILLISECONDS = 60_000  # for a page or an element to come: below the timeout of a test, on a busy machine too
SECONDS = {"hostile": 300, "slow": 600, "browser": 300, "dask": 300, "docs": 300, "kernel": 300}
LEFT_OUT_OF_QUICK = ("slow", "hostile", "browser", "dask", "docs", "wheel", "kernel")  # as in the Makefile


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Add the marker for browsers, give slow tests more time, and begin with the slowest."""
    for item in items:
        if "browser" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.browser)
        limits = [seconds for name, seconds in SECONDS.items() if item.get_closest_marker(name)]
        if limits and not item.get_closest_marker("timeout"):
            item.add_marker(pytest.mark.timeout(limits[0]))
    items.sort(key=lambda item: not item.get_closest_marker("slow") or bool(item.get_closest_marker("hostile")))


@pytest.fixture(autouse=True)
def kernels_are_marked(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Fail a test of the quick run that opens a notebook kernel: it takes seconds and needs the marker `kernel`."""
    opened: list[str] = []

    def refuse(*_: object, **__: object) -> None:
        opened.append(request.node.nodeid)
        raise RuntimeError("a test that opens a kernel needs the marker `kernel`")

    if not any(request.node.get_closest_marker(name) for name in LEFT_OUT_OF_QUICK):
        monkeypatch.setattr(NotebookKernel, "__init__", refuse)
    yield
    assert not opened, "a test that opens a kernel needs the marker `kernel`"


@pytest.fixture(scope="session")
def submissions(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder with one folder a rubric, as `submissions/build.py` makes it; tests only read it."""
    return made_once(tmp_path_factory, "submissions", _build)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The one Chromium of a process of the tests; each test makes a context of its own."""
    from playwright.sync_api import sync_playwright  # here, as most tests need no browser

    path = next(
        (found for name in ("chromium", "chromium-browser", "google-chrome") if (found := shutil.which(name))), ""
    )
    assert path, "no browser; `make browser` installs one"
    quiet = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=path, args=[*quiet, "--disable-component-update"])
        new_context = started.new_context

        def patient(**options: Any) -> BrowserContext:
            context = new_context(**options)
            context.set_default_timeout(BROWSER_MILLISECONDS)
            return context

        setattr(started, "new_context", patient)  # noqa: B010 - an assignment to a method is an error of mypy
        yield started
        started.close()


def _build(folder: Path) -> None:
    spec = importlib.util.spec_from_file_location("build", ROOT / "submissions" / "build.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["build"] = module
    spec.loader.exec_module(module)
    module.build(folder)
