"""The parts that run inside the sandbox are read as texts and never imported."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Iterator
from importlib.machinery import ModuleSpec
from pathlib import Path

import pytest

from grader.comparing.inside_parts import inside_parts, lacking_parts, names_in_parts
from grader.model import Request
from tests.helpers import ROOT


@pytest.fixture(autouse=True)
def read_afresh() -> Iterator[None]:
    """Forget what was read before, and what a test reads."""
    inside_parts.cache_clear()
    yield
    inside_parts.cache_clear()


def installed_at(monkeypatch: pytest.MonkeyPatch, origin: Path | None) -> None:
    spec = None if origin is None else ModuleSpec("reference", None, origin=str(origin))
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: spec)


def test_the_shipped_parts_are_read_in_order_and_not_imported() -> None:
    before = {name for name in sys.modules if name.startswith("reference.inside")}
    folder = ROOT / "reference" / "inside"
    assert inside_parts() == tuple((folder / f"{name}.py").read_text() for name in ("equivalents", "training"))
    assert {name for name in sys.modules if name.startswith("reference.inside")} == before


def test_the_shipped_parts_have_equivalents_and_recipes() -> None:
    assert names_in_parts("EQUIVALENTS") >= {"lstm", "lstm_cell"}
    assert names_in_parts("RECIPES")
    assert names_in_parts("NOTHING") == frozenset()


def test_where_the_references_are_not_installed_there_are_no_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    installed_at(monkeypatch, None)
    assert (inside_parts(), names_in_parts("RECIPES")) == ((), frozenset())


def test_the_keys_of_a_table_come_from_all_files(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "inside").mkdir()
    texts = {
        "__init__": "RECIPES: dict = {'not this': 1}",
        "b": "raise RuntimeError('imported')\nRECIPES: dict = {'two': f, **OTHERS}\n",
        "a": "RECIPES: dict = {'one': f, name: g}\nEQUIVALENTS: dict = {'other': h}\nRECIPES_2: dict = {'no': 1}\n",
    }
    for name, text in texts.items():
        (tmp_path / "inside" / f"{name}.py").write_text(text)
    installed_at(monkeypatch, tmp_path / "__init__.py")
    assert inside_parts() == (texts["a"], texts["b"])
    assert names_in_parts("RECIPES") == {"one", "two"}
    assert names_in_parts("EQUIVALENTS") == {"other"}


def test_a_request_may_name_what_the_sandbox_does_not_have() -> None:
    parts = ('EQUIVALENTS: dict[str, type] = {"cell": object}', 'RECIPES: dict[str, type] = {"adam": object}')
    request = Request("train", {"recipe": "adam", "replace": {"Theirs": "cell"}})
    assert lacking_parts(request, parts) == []
    assert lacking_parts(request, parts[:1]) == ["adam"]
    assert lacking_parts(request, ()) == ["adam", "cell"]
    assert lacking_parts(Request("call", {"target": "Model"}), ()) == []
