"""Definitions that are covered, definitions that are not, and those that only the notebook's own process can answer for."""

from __future__ import annotations

import types
from decimal import Decimal

import pytest

from grader.checks.base import CheckContext
from grader.checks.model_check import CallingCheck
from grader.definitions.bindings import Bindings
from grader.definitions.extract import Definitions, extract_definitions
from grader.grading.judge import judge_check
from grader.model import Cell, Evidence, Place, Submission, say
from grader.model.message import Message
from grader.model.verdict import failed as not_right
from grader.model.verdict import passed
from tests.helpers import make

IMPORTS = "import torch\nfrom torch import nn\nimport torch.nn.functional as F\nimport numpy as np\nimport math"
HONEST = """
class LSTM(nn.Module):
    def __init__(self, input_size, hidden_size, bias=True):
        super(LSTM, self).__init__()
        self.hidden_size = hidden_size
        self.linear = nn.Linear(input_size + hidden_size, 4 * hidden_size, bias=bias)
        self.sigmoid, self.tanh = nn.Sigmoid(), torch.tanh
        for i in range(2):
            setattr(self, f"gate{i}", nn.Linear(2, 2))

    def forward(self, x, hx=None):
        gate = getattr(self, f"gate{0}")
        try:
            h, c = hx
        except TypeError:
            h = c = x.new_zeros(x.shape[0], self.hidden_size)
        outputs = []
        for step in x.unbind(1):
            i, f, g, o = self.linear(torch.cat([step, h], dim=-1)).chunk(4, -1)
            c = F.sigmoid(f) * c + self.sigmoid(i) * self.tanh(g)
            h = torch.sigmoid(o) * c.tanh()
            outputs.append(h)
        if math.isnan(float(h.sum())):
            raise ValueError(f"{self.__class__.__name__} gave NaN")
        return torch.stack(outputs, 1), (h, c)
"""


def copy_of(*cells: str, target: str = "LSTM", **modules: str) -> Definitions:
    parts = [Cell(0, text, f"{name}.py", name, place=Place(f"{name}.py")) for name, text in modules.items()]
    parts += [Cell(n, text, f"cell {n}", place=Place("nb.ipynb", cell=n)) for n, text in enumerate(cells, 1)]
    return extract_definitions(Bindings.read(parts), [target])


def run(plain: Definitions) -> dict[str, object]:
    space = vars(types.ModuleType(__name__))
    exec(plain.source, space)
    return space


@pytest.mark.parametrize(
    "cell",
    [
        HONEST,
        "size = 4\ndef helper(n): return n + size\n@torch.no_grad()\ndef LSTM(x): return helper(x)",
        "device = 'cuda' if torch.cuda.is_available() else 'cpu'\nclass LSTM:\n  def f(self): return torch.zeros(1).to(device)",
        "if torch.cuda.is_available():\n  d = 'cuda'\nelse:\n  d = 'cpu'\ndef LSTM(): return d",
        "from dataclasses import dataclass\n@dataclass\nclass Config:\n  size: int = 3\nconfig = Config()\ndef LSTM(): return config.size",
        "act = nn.functional\ndef LSTM(x): return act.relu(x)",
        "%matplotlib inline\ndef LSTM(x):\n  return np.asarray(x)",
        "class LSTM: pass\nLSTM.forward = lambda self, x: x",
    ],
)
def test_honest_code_is_covered(cell: str) -> None:
    plain = copy_of(IMPORTS, cell)
    assert not plain.doubts
    assert "LSTM" in plain.targets
    assert "LSTM" in run(plain)


@pytest.mark.parametrize(
    "line",
    [
        "def LSTM(): return getattr(nn, 'LS' + 'TM')",
        "def LSTM(m, n): return getattr(m, n)",
        "def LSTM(m): return getattr(m, '__class__' + m)",
        "def LSTM(): return torch.nn.__dict__['LSTM']",
        "def LSTM(): return nn.Module.__subclasses__()",
        "def LSTM(): return globals()['x']",
        "def LSTM(): return eval('nn.LSTM')",
        "import sys\ndef LSTM(): return sys.modules['torch']",
        "import importlib\ndef LSTM(): return importlib.import_module('torch.nn')",
        "def LSTM():\n  import os\n  return os.getpid()",
        "def LSTM(): return torch.load('x')",
        "def LSTM(): return np.load('x', allow_pickle=True)",
        "def LSTM(): return torch._VF.lstm_cell",
        "def LSTM(): return torch.ops.aten.lstm_cell",
        "def LSTM(): return torch.jit.script",
        "from functools import reduce\ndef LSTM(): return reduce(getattr, ['LSTM'], nn)",
        "def use(m): return m.LSTM\ndef LSTM(): return use(nn)",
        "def LSTM():\n  q = nn\n  return q.LSTM",
        "table = [nn]\ndef LSTM(): return table[0].LSTM",
        "class Meta(type): pass\nclass LSTM(metaclass=Meta): pass",
        "class LSTM(nn.Module):\n  def __call__(self, x): return x",
        "class LSTM(nn.Module):\n  def named_parameters(self): return []",
        "class LSTM(nn.Module):\n  parameters = None",
        "class LSTM(nn.Module):\n  def __new__(cls): return 3",
        "class LSTM(nn.Module):\n  def forward(self, x):\n    nn.Linear.forward = 3",
        "class LSTM(nn.Module):\n  def forward(self, x):\n    self.eval = 3",
        "class LSTM(nn.Module):\n  def forward(self, x):\n    x.copy_ = 3",
        "class LSTM(nn.Module):\n  def forward(self, x):\n    try: 1 / 0\n    except Exception as e: return e.__traceback__.tb_frame",
        "class LSTM(nn.Module):\n  def forward(self, x): return (i for i in x).gi_frame",
        "LSTM = type('LSTM', (nn.Module,), {})",
        "def LSTM(): return unknown_thing",
        "async def LSTM(): return 1",
        "def LSTM(): return __builtins__",
        "def LSTM(): return np.memmap('/proc/self/mem')",
        "def LSTM(): return np.zeros(3).ctypes",
        "def LSTM(f=open): return f('x')",
    ],
)
def test_what_may_hide_something_is_a_doubt(line: str) -> None:
    plain = copy_of(IMPORTS, line)
    assert plain.targets == set()
    assert "(nb.ipynb, cell 2" in str(plain.doubts["LSTM"])


@pytest.mark.parametrize(
    ("lines", "reason"),
    [
        ("\ndef LSTM():\n  return torch.load('x')", "it uses torch.load (nb.ipynb, cell 2, line 3)"),
        ("def LSTM(): return use(nn)", "it uses use, and no definition of that name was found (nb.ipynb, cell 2)"),
        ("class LSTM(nn.Module):\n  parameters = None", "it overrides parameters, a method of torch's modules"),
    ],
    ids=["a name of torch", "an unknown name", "a method"],
)
def test_a_doubt_names_the_reason_and_the_place(lines: str, reason: str) -> None:
    assert str(copy_of(IMPORTS, lines).doubts["LSTM"]).startswith(reason)


def test_two_definitions_are_named_with_both_places() -> None:
    doubt = copy_of("def LSTM(): return 1", models="def LSTM(): return 2").doubts["LSTM"]
    assert str(doubt) == "LSTM has different definitions, one of them in models.py (nb.ipynb, cell 1)"


def test_patches_and_other_cells_are_left_out() -> None:
    plain = copy_of(IMPORTS, "def LSTM(): return 1", "nn.Linear.forward = None\nprint('training')")
    assert "Linear" not in plain.source
    assert "training" not in plain.source


def test_the_last_definition_counts() -> None:
    plain = copy_of("def LSTM(): return 1", "def LSTM(): return 2")
    assert run(plain)["LSTM"]() == 2  # type: ignore[operator]


def test_modules_come_into_one_namespace() -> None:
    modules = {"cells": "def half(x): return x / 2", "models": "import cells as c\ndef build(x): return c.half(x)"}
    plain = copy_of("from models import build as LSTM_of\ndef LSTM(x): return LSTM_of(x)", **modules)
    assert run(plain)["LSTM"](4) == 2  # type: ignore[operator]
    again = copy_of("import models\nLSTM = models.LSTM", models="def LSTM(): return 5")
    assert run(again)["LSTM"]() == 5  # type: ignore[operator]


def test_a_name_with_two_meanings_is_a_doubt() -> None:
    assert copy_of("def LSTM(): return 1", models="def LSTM(): return 2").doubts
    assert copy_of("from torch import nn", "import numpy as nn\ndef LSTM(): return nn.x").doubts
    assert copy_of("def LSTM(): return 1", models="def LSTM(): return 1").doubts == {}


def test_deep_nesting_is_a_doubt_and_no_crash() -> None:
    assert copy_of("LSTM = " + "(" * 90 + "1" + ")" * 90).doubts == {}
    assert copy_of("LSTM = " + "+".join("1" * 20_000)).targets == set()


class Wanted(CallingCheck):
    """Passes for the notebook's process, and for the definitions where `both`."""

    both: bool = False
    earns: bool = True

    def judge(self, context: CheckContext):  # type: ignore[no-untyped-def]
        if context.definitions_only and not self.both:
            return not_right(Message("Zeros."))
        return passed(Message("Right.")) if self.earns else not_right(Message("Nearly."), credit=Decimal("0.5"))


@pytest.mark.parametrize(
    ("both", "earns", "plain", "status"),
    [
        (True, True, True, "passed"),
        (True, False, True, "failed"),
        (False, True, True, "needs_review"),
        (False, False, True, "needs_review"),
        (True, True, False, "needs_review"),
    ],
)
def test_only_what_was_read_earns_points(both: bool, earns: bool, plain: bool, status: str) -> None:
    check = Wanted(kind="shapes", id="c", target="LSTM", calls=[{}], sizes=[{}], both=both, earns=earns)
    source = (
        Definitions("x = 1", frozenset({"LSTM"}))
        if plain
        else Definitions("", frozenset(), {"LSTM": say("it uses eval")})
    )
    finding = judge_check(
        check, CheckContext(Submission("t", "t", "d"), Evidence(), "q", read_definitions=lambda: source)
    )
    assert finding.status == status
    assert make("word_limit", most=3).calls_target is False


COLAB = "from google.colab import output\nimport os, torch\nfrom torch import nn"
LOCAL_NAMES = {
    "a variable": "def f(x):\n    a, output = x.chunk(2)\n    return output.tanh()",
    "a parameter": "def f(output):\n    return output.tanh()",
    "a variable of a comprehension": "def f(x):\n    return [output.tanh() for output in x]",
    "one that is assigned before it is read": "def f(x):\n    with torch.no_grad() as output:\n        return output",
}
IMPORTED_NAMES = {
    "read": "def f(x):\n    return output.eval_js(x)",
    "imported inside": "def f(x):\n    import os\n    return os.getcwd()",
    "imported inside under another name": "def f(x):\n    import os as torch\n    return torch.getcwd()",
    "taken by the body of a class": "class f:\n    os = os\n    here = os.getcwd()",
    "taken by a default": "def f(output=output):\n    return output.eval_js(1)",
    "taken by a global statement": "def f(x):\n    global output\n    output = output.eval_js(1)",
    "passed": "def g(m):\n    return m.getcwd()\ndef f(x):\n    return g(os)",
    "one of two functions": "class f:\n    def a(self, os):\n        return os\n    def b(self):\n        return os.getcwd()",
}


@pytest.mark.parametrize("text", LOCAL_NAMES.values(), ids=LOCAL_NAMES)
def test_a_local_name_is_not_what_the_notebook_imports_under_it(text: str) -> None:
    assert copy_of(COLAB, text, target="f").doubts == {}


@pytest.mark.parametrize("text", IMPORTED_NAMES.values(), ids=IMPORTED_NAMES)
def test_what_is_imported_stays_forbidden(text: str) -> None:
    assert copy_of(COLAB, text, target="f").doubts


def test_the_body_of_a_class_may_take_a_constant_under_its_own_name() -> None:
    plain = copy_of("size = 3", "class f:\n    half = 1\n    size = size + half\n    twice = half + half", target="f")
    assert plain.doubts == {}
    assert vars(run(plain)["f"])["size"] == 4


def test_a_text_with_fields_is_no_doubt() -> None:
    """Texts of errors are often written so."""
    code = HONEST.replace(
        'f"{self.__class__.__name__} gave NaN"', '"{} gave {0.shape} and {name:.3f}".format(x, name=1.0)'
    )
    assert code != HONEST
    assert not copy_of(IMPORTS, code).doubts
