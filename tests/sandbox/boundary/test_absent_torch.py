"""What stands in for torch: no object is one of its classes, settings do nothing, and making anything says it is missing."""

from __future__ import annotations

import sys
from typing import Any

import pytest

from grader.sandbox.boundary import absent_torch
from grader.sandbox.boundary.absent_torch import is_installed, torch_or_nothing


@pytest.fixture
def torch(monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setattr(absent_torch, "is_installed", lambda: False)
    kept = sys.modules.pop("torch", None)
    try:
        with torch_or_nothing():
            import torch

            yield torch
    finally:
        if kept is not None:
            sys.modules["torch"] = kept


def test_classes_have_no_objects_and_settings_do_nothing(torch: Any) -> None:
    assert not isinstance(1.5, (torch.Tensor, torch.nn.Module))
    assert torch.set_num_threads(1) is None
    assert torch.default_generator.manual_seed(3) is None
    assert torch.nn is torch.nn
    with pytest.raises(ModuleNotFoundError, match="torch"):
        torch.tensor([1.0])


def test_afterwards_an_import_fails_as_before(torch: Any) -> None:
    assert type(sys.modules["torch"]).__name__ == "_AbsentModule"
    with pytest.raises(ModuleNotFoundError):
        torch.Generator()


def test_a_package_is_installed_or_not() -> None:
    assert (is_installed("numpy"), is_installed("no_such_package"), is_installed("numpy.no_such")) == (
        True,
        False,
        False,
    )


def test_where_torch_is_installed_it_is_the_real_one() -> None:
    import torch

    with torch_or_nothing():
        assert sys.modules["torch"] is torch
    assert sys.modules["torch"] is torch
