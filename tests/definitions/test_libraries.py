"""Names of libraries: judged by the object that they resolve to, in the grader's list and in packages of a course."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from grader.definitions.bindings import Bindings
from grader.definitions.extract import Definitions, extract_definitions
from grader.definitions.libraries import NEVER, ROOTS, Libraries, gives, is_installed
from grader.model import Cell, Place

OURS = Libraries()
WITH_MPMATH = Libraries(frozenset({"mpmath", "nowhere_installed"}))


def followed(source: str, *modules: str, target: str = "f") -> Definitions:
    cell = Cell(1, source, "cell 1", place=Place("nb.ipynb", cell=1))
    return extract_definitions(Bindings.read([cell], frozenset(modules)), [target])


@pytest.mark.parametrize(
    "name",
    [
        "torch", "torch.nn.Linear", "torch.nn.functional.relu", "torch.nn.utils.rnn.pad_sequence", "torch.Tensor.add",
        "torch.utils.data.DataLoader", "torch.optim.lr_scheduler.StepLR", "torch.distributions.Normal", "torch.no_grad",
        "torch.utils.checkpoint.checkpoint", "torch.autograd.grad", "torch.autograd.Function", "torch.float32",
        "torch.autograd.function.once_differentiable", "numpy.random.default_rng", "numpy.linalg.norm", "numpy.pi",
        "numpy.emath.sqrt", "numpy.ndarray", "math.pi", "collections.abc.Callable", "collections.OrderedDict",
        "typing.Callable", "typing.NamedTuple", "dataclasses.dataclass", "functools.partial", "functools.reduce",
        "random.random", "copy.deepcopy", "enum.Enum", "warnings.warn", "matplotlib.pyplot.plot", "tqdm.auto.tqdm",
        "builtins.len", "operator.add", "itertools.product", "re.sub", "re.compile", "string.punctuation",
        "json.dumps", "decimal.Decimal", "datetime.datetime.now", "fractions.Fraction", "statistics.mean",
        "__future__.annotations", "abc.abstractmethod", "time.time",
    ],
)  # fmt: skip
def test_a_harmless_name_may_be_used(name: str) -> None:
    assert OURS.is_allowed(name)
    assert OURS.resolve(name) is not None


@pytest.mark.parametrize(
    "name",
    [
        "torch.utils.data.dataloader.os.system", "torch.utils.data.dataloader.threading.Thread",
        "torch.autograd.function.inspect.currentframe", "torch.nn.modules.module.torch.jit.script",
        "torch.nn.modules.module.torch.ops.aten.lstm_cell", "matplotlib.cbook.subprocess.run", "tqdm.std.sys",
        "matplotlib.pyplot.importlib.import_module", "torch.random.contextlib.nullcontext", "enum.bltns.eval", "typing.sys.modules",
        "json.codecs.open", "dataclasses.inspect", "string.Formatter", "builtins.eval", "builtins.type",
        "typing.get_type_hints", "dataclasses.make_dataclass", "operator.attrgetter", "numpy.load", "torch.load",
        "dataclasses.FunctionType", "random._os.system", "os.system", "einops.rearrange", "mpmath.sqrt", "logging.getLogger",
        "matplotlib.backends.backend_registry.load_backend_module", "matplotlib.pyplot.switch_backend",
        "typing_extensions.get_annotations", "torch.utils.checkpoint.ForwardRef", "fractions.operator.attrgetter",
        "functools.singledispatch", "matplotlib.ticker.string.Formatter", "matplotlib.artist.np.load",
        "matplotlib.image.imread", "torch.cuda.gds.GdsFile", "torch.mkldnn_rnn_layer", "torch.quantized_lstm_cell",
        "torch.gru_cell",
    ],
)  # fmt: skip
def test_a_name_that_leads_elsewhere_needs_review(name: str) -> None:
    assert not OURS.is_allowed(name)
    assert str(OURS.refusal(name)) == f"it uses {name}"


def test_a_package_of_the_course_is_allowed_with_its_modules() -> None:
    assert not Libraries().is_allowed("mpmath.sqrt")
    for name in ("mpmath", "mpmath.sqrt", "mpmath.calculus.quadrature.GaussLegendre", "mpmath.libmp.mpf_add"):
        assert WITH_MPMATH.is_allowed(name)
        assert WITH_MPMATH.resolve(name) is not None
    assert WITH_MPMATH.is_module("mpmath.libmp")
    assert not WITH_MPMATH.is_module("mpmath.sqrt")
    assert WITH_MPMATH.has("mpmath", "sqrt")
    assert not WITH_MPMATH.has("mpmath", "no_such_name")


@pytest.mark.parametrize(
    "name",
    [
        "mpmath.libmp.backend.os.system",
        "mpmath.libmp.backend.sys",
        "mpmath._private",
        "sympy.sqrt",
    ],
)
def test_a_package_of_the_course_is_no_way_to_what_others_have(name: str) -> None:
    assert not WITH_MPMATH.is_allowed(name)


def test_a_package_that_is_not_installed_is_named() -> None:
    assert WITH_MPMATH.missing("nowhere_installed.part.name") == "nowhere_installed"
    assert not WITH_MPMATH.missing("mpmath.sqrt")
    assert not WITH_MPMATH.missing("elsewhere.name")
    assert str(WITH_MPMATH.refusal("nowhere_installed.name")) == (
        "it uses nowhere_installed.name, and the package nowhere_installed is not installed here"
    )


def test_a_module_in_the_current_folder_is_not_installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "lying_around.py").write_text("x = 1\n")
    monkeypatch.syspath_prepend(tmp_path)
    assert not is_installed("lying_around")
    assert "lying_around" not in sys.modules
    assert is_installed("mpmath")


def test_what_no_course_can_allow() -> None:
    for name in ("os", "sys", "subprocess", "importlib", "inspect", "gc", "ctypes", "builtins", "pickle", "threading"):
        assert gives(name)
    assert gives("os") == "files"
    assert not gives("einops")
    assert ROOTS.isdisjoint(name for modules in NEVER.values() for name in modules if name != "builtins")


RIGHT = [
    "import mpmath\ndef f(x): return mpmath.sqrt(x)",
    "from mpmath import *\ndef f(x): return sqrt(x)",
    "from mpmath.libmp import mpf_add as add\ndef f(x): return add(x, x)",
    "import re, string\nWORD = re.compile('[a-z]+')\ndef f(x): return [w for w in WORD.findall(x)], string.digits",
    "import torch\nclass Clip(torch.autograd.Function):\n  @staticmethod\n  def forward(ctx, x):\n"
    "    ctx.save_for_backward(x)\n    return x.clamp(min=0)\n  @staticmethod\n  def backward(ctx, g):\n"
    "    (x,) = ctx.saved_tensors\n    return g * (x > 0)\nf = Clip.apply",
]  # fmt: skip
ABUSE = [
    "import mpmath\ndef f(m): return m.os\ndef g(): return f(mpmath)",
    "import mpmath.libmp\ntable = [mpmath.libmp]\ndef g(): return table[0].backend.os",
    "from mpmath.libmp.backend import os\ndef g(): return os.getpid()",
    "import mpmath\ndef g(): return getattr(mpmath, 'lib' + 'mp')",
    "import mpmath\ndef g(): mpmath.sqrt = 3",
    "import mpmath\ndef g(): return mpmath.__dict__['libmp']",
    "import torch\nclass g(torch.autograd.Function):\n  @classmethod\n  def apply(cls, x): return x",
    "import torch\nclass g(torch.autograd.Function, metaclass=type): pass",
    "import torch\nclass g(torch.autograd.Function):\n  def forward(ctx, x): return x.__class__.__mro__",
    "import torch\nclass g(torch.autograd.Function):\n  def forward(ctx, x):\n    ctx.size = x\n    return x",
    "import json\ndef g(): return json.codecs.open('x')",
    "import string\ndef g(x): return string.Formatter().get_field('0.gi_frame', [x], {})",
    "import re\ndef use(m): return m.enum\ndef g(): return use(re)",
    "import numpy as np\ndef g(x): return np.ndarray.tofile(x, 'file')",
]  # fmt: skip


@pytest.mark.parametrize("source", RIGHT)
def test_right_code_is_followed_and_runs(source: str) -> None:
    plain = followed(source, "mpmath")
    assert plain.doubts == {}
    space: dict[str, object] = {"__name__": "definitions"}
    exec(plain.source, space)
    assert callable(space["f"])


@pytest.mark.parametrize("source", ABUSE)
def test_abuse_needs_review(source: str) -> None:
    plain = followed(source, "mpmath", target="g")
    assert plain.targets == set()
    assert plain.doubts["g"]


def test_a_program_in_a_package_is_not_run() -> None:
    sys.modules.pop("tqdm.__main__", None)
    assert Libraries().resolve("tqdm.__main__") is None
    assert "tqdm.__main__" not in sys.modules
