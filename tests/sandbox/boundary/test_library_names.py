"""Classes and functions of libraries are sent by name; nothing that reads, writes or runs is among them."""

from __future__ import annotations

import math
import os
from typing import Any

import numpy as np
import pytest
import torch
from torch import nn

from grader.sandbox.boundary.library_names import library_name, library_object


@pytest.mark.parametrize(
    "value", [nn.Linear, nn.functional.softmax, torch.relu, torch.optim.Adam, np.tanh, np.ndarray, int, ValueError]
)
def test_an_object_of_a_library_has_a_name(value: Any) -> None:
    name = library_name(value)
    assert name is not None
    assert library_object(name) is value


@pytest.mark.parametrize(
    "value", [print, eval, open, os.system, math.sqrt, torch.load, torch.save, np.load, lambda: 0, 3]
)
def test_another_object_has_none(value: Any) -> None:
    assert library_name(value) is None


@pytest.mark.parametrize(
    "name",
    ["builtins:eval", "os:system", "torch:load", "torch", "torch:nn:Linear", "torch:nothing", "torch:nn.Linear", 3],
)
def test_a_name_of_something_else_is_refused(name: Any) -> None:
    with pytest.raises(TypeError):
        library_object(name)
