"""Layers that a definition must not use, however they are reached: static, on sources."""

from __future__ import annotations

from typing import Any

import pytest

from grader.model import Place
from tests.helpers import context, make

FORBIDDEN = ["torch.nn.LSTM", "torch.nn.LSTMCell", "torch.lstm"]


def own(*cells: str, **keys: Any) -> Any:
    return make("must_not_use", target="LSTM", names=FORBIDDEN, **keys).judge(context(cells=cells))


@pytest.mark.parametrize(
    "cell",
    [
        "import torch\nclass LSTM(torch.nn.Module):\n  def __init__(self): self.x = torch.nn.LSTM(1, 2)",
        "from torch import nn\nclass LSTM(nn.LSTM): pass",
        "import torch.nn as n\nclass LSTM:\n  def f(self): return n.LSTM(1, 2)",
        "from torch.nn import LSTM as L\nclass LSTM:\n  x = L",
        "from torch.nn import *\nR = LSTMCell\nclass LSTM:\n  x = R",
        "from torch import nn\ndef make(): return nn.LSTM(1, 1)\nclass LSTM:\n  def __init__(self): self.x = make()",
        "from torch import nn\nclass Helper(nn.Module):\n  def __init__(self): self.x = nn.LSTM(1, 1)\nclass LSTM(Helper): pass",
        "from torch import nn\nclass LSTM:\n  def f(self): return getattr(nn, 'LSTM')(1, 1)",
        "class LSTM:\n  def f(self):\n    from torch.nn import LSTM as inner\n    return inner(1, 1)",
        "import torch\n%matplotlib inline\nclass LSTM:\n  f = torch.lstm",
        "from torch import nn\nclass LSTM:\n  def __init__(self): self.x = nn.modules.rnn.LSTMCell(1, 1)",
        "from torch.nn.modules.rnn import LSTMCell as C\nclass LSTM:\n  def __init__(self): self.x = C(1, 1)",
        "import torch\nm = torch.nn\nclass LSTM:\n  def __init__(self): self.x = m.LSTMCell(1, 1)",
        "from torch import nn\nA, C = 1, nn.LSTMCell\nclass LSTM:\n  def __init__(self): self.x = C(1, 1)",
        "from torch import nn\nC: type = nn.LSTMCell\nclass LSTM:\n  def __init__(self): self.x = C(1, 1)",
        "from torch import nn\nif 0:\n  C = 1\nelse:\n  C = nn.LSTMCell\nclass LSTM:\n  def f(self): return C(1, 1)",
        "import torch\nclass LSTM:\n  def f(self, *a): return torch._VF.lstm(*a)",
    ],
)
def test_a_wrapped_layer_is_found(cell: str) -> None:
    assert own(cell).status == "failed"


@pytest.mark.parametrize(
    "cell",
    [
        "from torch import nn\nclass LSTMCell(nn.Module): pass\nclass LSTM(nn.Module):\n  def __init__(self): self.c = LSTMCell()",
        "from torch import nn\nclass LSTM(nn.Module):\n  '''not nn.LSTM'''\n  x = nn.Linear(1, 1)",
        "from torch import nn\nclass Other:\n  x = nn.LSTM\nclass LSTM(nn.Module): pass",
        "from torch import nn\nclass LSTM(nn.LSTM): pass\nclass LSTM(nn.Module): pass",
        "from torch import nn\nclass LSTM(nn.Module):\n  def forward(self, x):\n    out = self.cell(x)\n    return out\n"
        "cell = nn.LSTMCell(1, 1)\nout = nn.LSTM(1, 1)(x)[0]",
    ],
    ids=["own cell", "docstring", "elsewhere", "last definition counts", "names of other cells"],
)
def test_an_own_layer_passes(cell: str) -> None:
    assert own(cell).status == "passed"


@pytest.mark.parametrize(
    "code",
    [
        "eval('nn.' + name)",
        "getattr(nn, name)",
        "__import__('torch')",
        "vars(nn)['L' + 'STM']",
        "__import__('operator').attrgetter('LS' + 'TM')(nn)",
        "nn.Module.__subclasses__()",
        "nn.__getattribute__('LS' + 'TM')",
    ],
)
def test_a_hidden_way_needs_review(code: str) -> None:
    assert own(f"from torch import nn\nname = 'x'\nclass LSTM:\n  def f(self): return {code}").status == "needs_review"


def test_a_class_changed_from_outside_is_read_with_the_change() -> None:
    changed = "from torch import nn\nLSTM.forward = lambda s, x: nn.LSTM(1, 1)(x)"
    assert own("class LSTM: pass", changed).status == "failed"
    assert own("class LSTM: pass", "LSTM.forward = lambda s, x: x").status == "passed"


def test_modules_beside_the_notebook_are_read() -> None:
    files = {"helper.py": b"from torch import nn\nclass Inner(nn.LSTMCell): pass\nclass LSTM(nn.Module): pass"}
    check = make("must_not_use", target="LSTM", names=FORBIDDEN)
    wrapped = "from helper import Inner\nclass LSTM:\n  def __init__(self): self.x = Inner(1, 1)"
    assert check.judge(context(cells=[wrapped], files=files)).status == "failed"
    assert check.judge(context(cells=["import helper as h\nLSTM = h.LSTM"], files=files)).status == "passed"


def test_a_missing_class_fails_and_an_unparsed_cell_needs_review() -> None:
    assert own("x = 1").status == "failed"
    assert own("class LSTM(:").status == "needs_review"


def test_parts_with_their_own_check_are_not_followed() -> None:
    cell = (
        "from torch import nn\nclass LSTMCell(nn.LSTMCell): pass\nclass LSTM(nn.Module):\n  def f(s): s.x = LSTMCell()"
    )
    assert own(cell).status == "failed"
    assert own(cell, apart=["LSTMCell"]).status == "passed"
    fetched = "class LSTM(nn.Module):\n  whole = LSTMCell.whole\n  def f(s): s.x = LSTMCell()"
    assert own(cell, fetched, apart=["LSTMCell"]).status == "needs_review"


def using(name: str, forbidden: str) -> Any:
    cell = f"import torch\nclass Loss(torch.nn.Module):\n    def __init__(self): self.a = {name}"
    return make("must_not_use", target="Loss", names=[forbidden]).judge(context(cells=[cell]))


@pytest.mark.parametrize(
    ("name", "forbidden", "status"),
    [
        ("torch.nn.CrossEntropyLoss", "torch.nn.CrossEntropyLoss", "failed"),
        ("torch.nn.functional.cross_entropy", "torch.nn.CrossEntropyLoss", "failed"),
        ("torch.nn.functional.binary_cross_entropy", "torch.nn.BCELoss", "failed"),
        ("torch.nn.functional.layer_norm", "torch.nn.LayerNorm", "failed"),
        ("torch.nn.functional.batch_norm", "torch.nn.BatchNorm2d", "failed"),
        ("torch.conv2d", "torch.nn.Conv2d", "failed"),
        ("torch.nn.LazyConv2d", "torch.nn.Conv2d", "failed"),
        ("torch.nn.MSELoss", "torch.nn.CrossEntropyLoss", "needs_review"),
        ("torch.nn.Conv1d", "torch.nn.Conv2d", "needs_review"),
        ("torch.nn.functional.conv1d", "torch.nn.Conv2d", "needs_review"),
        ("torch.nn.BatchNorm1d", "torch.nn.BatchNorm2d", "needs_review"),
        ("torch.nn.GRU", "torch.nn.LSTM", "needs_review"),
        ("torch.nn.LSTMCell", "torch.nn.LSTM", "needs_review"),
        ("torch.nn.RNNBase", "torch.nn.LSTM", "needs_review"),
        ("torch.gru_cell", "torch.nn.LSTM", "needs_review"),
        ("torch.nn.Linear", "torch.nn.Bilinear", "passed"),
        ("torch.nn.NLLLoss", "torch.nn.Linear", "passed"),
    ],
)
def test_what_can_do_the_work_is_forbidden_and_relatives_need_review(name: str, forbidden: str, status: str) -> None:
    verdict = using(name, forbidden)
    assert verdict.status == status, verdict.message


def test_a_relative_is_named_with_the_forbidden_layer() -> None:
    verdict = using("torch.nn.MSELoss", "torch.nn.CrossEntropyLoss")
    assert str(verdict.message) == (
        "Loss must be written by hand, but it uses torch.nn.MSELoss (notebook, cell 1, line 3). "
        "torch.nn.MSELoss is a relative of torch.nn.CrossEntropyLoss."
    )
    assert verdict.place == Place("notebook", 3, 1)


def test_a_forbidden_layer_after_a_relative_is_found() -> None:
    cell = "from torch import nn\nclass LSTM:\n  def __init__(self): self.a, self.b = nn.GRU(1, 1), nn.LSTM(1, 1)"
    assert own(cell).status == "failed"


def test_a_forbidden_use_and_a_doubt_have_a_place() -> None:
    wrapped = own("from torch import nn", "class LSTM:\n  def f(self):\n    return nn.LSTM(1, 2)")
    assert wrapped.place == Place("notebook", 3, 2)
    assert str(wrapped.message) == (
        "LSTM must be written by hand, but it uses torch.nn.LSTM (notebook, cell 2, line 3)."
    )
    hidden = own("from torch import nn", "class LSTM:\n  x = eval('nn.LSTM')")
    assert hidden.place == Place("notebook", None, 2)
    imported = own("from torch.nn import LSTM")
    assert str(imported.message) == "LSTM must be written by hand, but it is torch.nn.LSTM."
