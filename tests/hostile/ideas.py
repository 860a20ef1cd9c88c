"""Ideas of attacks on the list of allowed names, each with the statement that proves that it works without the list.

Defence off: `test_ideas.py` runs every body as it stands, in a plain interpreter, where it has to succeed: `proof` is true
then. Defence on: the definition of `Net` with that body is not followed, so that it answers for nothing and earns no points.
`SECRET`, `ARRAY` and `STORED` are canaries that the test writes, `NEW` is a path that it looks for; `out` is what the body
returned.
"""

from __future__ import annotations

from dataclasses import dataclass

IMPORTS = """
import collections
import functools
import math
import typing

import matplotlib.pyplot as plt
import numpy as np
import torch
import torch.nn.functional as F
from torch import nn
"""


@dataclass(frozen=True)
class Idea:
    """One attack: what it tries, the body of `forward`, and the proof that it worked."""

    claim: str
    body: str
    proof: str


READ = "'4242' in str(out)"
WROTE = "os.path.exists(NEW)"
LAYER = "out is nn.LSTM"

IDEAS: dict[str, Idea] = {
    # Files are read by functions that are there for data.
    "loadtxt": Idea("reads a file as a table", "return np.loadtxt(SECRET)", READ),
    "genfromtxt": Idea("reads a file as a table with gaps", "return np.genfromtxt(SECRET)", READ),
    "fromregex": Idea("reads a file by a pattern", "return np.fromregex(SECRET, r'(\\d+)', [('a', int)])", READ),
    "fromfile": Idea("reads bytes", "return bytes(np.fromfile(SECRET, np.uint8))", READ),
    "memmap": Idea("maps a file into memory", "return bytes(np.memmap(SECRET, np.uint8, 'r'))", READ),
    "numpy-load": Idea("reads a stored array", "return np.load(ARRAY)", READ),
    "open-memmap": Idea("maps a stored array", "return np.lib.format.open_memmap(ARRAY, 'r')", READ),
    "torch-load": Idea("reads a stored tensor", "return torch.load(STORED)", READ),
    "serialization": Idea("the same under another name", "return torch.serialization.load(STORED)", READ),
    "from-file": Idea(
        "maps a file as a tensor", "return bytes(torch.from_file(SECRET, size=9, dtype=torch.uint8).tolist())", READ),
    "storage": Idea(
        "maps a file as a storage", "return bytes(torch.UntypedStorage.from_file(SECRET, False, 9).tolist())", READ),
    "file-opener": Idea(
        "reads a file by a pipe of data sets",
        "return [s.read() for _, s in torch.utils.data.datapipes.iter.FileOpener([SECRET])]", READ),
    "file-lister": Idea(
        "lists a folder by a pipe of data sets",
        "return list(torch.utils.data.datapipes.iter.FileLister(SECRET.rpartition('/')[0]))", "'secret' in str(out)"),
    # Files are written.
    "numpy-save": Idea("writes an array", "np.save(NEW, x)", "os.path.exists(NEW + '.npy')"),
    "savetxt": Idea("writes a table", "np.savetxt(NEW, x)", WROTE),
    "torch-save": Idea("writes a tensor", "torch.save(x, NEW)", WROTE),
    "savefig": Idea("writes a picture", "plt.savefig(NEW)", "os.path.exists(NEW + '.png')"),
    "chrome-trace": Idea(
        "writes a profile", "with torch.profiler.profile() as made: pass\n        made.export_chrome_trace(NEW)", WROTE),
    # Text is run, or a command.
    "measure": Idea("has NumPy run a text", "np.testing.measure('open(%r, \"w\").close()' % NEW)", WROTE),
    "type-hints": Idea(
        "has an annotation evaluated",
        "class A:\n            a: 'open(%r, \"w\").close()' = 0\n"
        "        A.__annotations__['a'] = 'open(%r, \"w\").close()' % NEW\n        typing.get_type_hints(A)", WROTE),
    "collect-env": Idea(
        "runs a command of the tool for reports of faults",
        "import torch.utils.collect_env\n        torch.utils.collect_env.run('touch ' + NEW)", WROTE),
    # A forbidden layer is reached without its name.
    "pattern": Idea(
        "takes an attribute by a pattern", "match nn:\n            case object(LSTM=layer):\n                return layer",
        LAYER),
    "reduce": Idea("takes an attribute by reduce", "return functools.reduce(getattr, ['LSTM'], nn)", LAYER),
    "mapped": Idea("takes an attribute by map", "return list(map(getattr, [nn], ['LSTM']))[0]", LAYER),
    "computed": Idea("takes an attribute by a computed name", "return getattr(nn, 'LS' + 'TM')", LAYER),
    "vars": Idea("looks into the module's dictionary", "return vars(nn)['LSTM']", LAYER),
    "subclasses": Idea(
        "looks through subclasses",
        "return [k for k in nn.RNNBase.__subclasses__() if k.__name__ == 'LSTM'][0]", LAYER),
    "globals-of-a-function": Idea("looks into a function's globals", "return F.relu.__globals__['torch'].nn.LSTM", LAYER),
    "overridable": Idea(
        "takes it from the list of functions that can be replaced",
        "return [f for f in torch.overrides.get_overridable_functions()[torch] if f.__name__ == 'lstm'][0]",
        "out is torch.lstm"),
    "formatted": Idea(
        "has a format look into an object", "return '{0.forward.__globals__}'.format(self)", "'SECRET' in out"),
    # Frames give names of others.
    "frame-of-a-generator": Idea(
        "takes the frame of a generator", "return (i for i in ()).gi_frame.f_globals['SECRET']", "out == SECRET"),
    "frame-of-an-error": Idea(
        "takes the frame of an exception",
        "try:\n            raise ValueError\n        except ValueError as error:\n"
        "            return error.__traceback__.tb_frame.f_globals['SECRET']", "out == SECRET"),
    # State that others share is changed.
    "replaced-function": Idea("replaces a function of torch", "torch.tanh = F.relu", "torch.tanh is F.relu"),
    "replaced-method": Idea(
        "replaces a method of a layer", "nn.Linear.forward = lambda self, x: x * 0", "not nn.Linear(1, 1)(x).any()"),
    "set-attribute": Idea("replaces a function by setattr", "setattr(F, 'silu', F.relu)", "F.silu is F.relu"),
    "format-of-a-value": Idea(
        "has a format look into an object, from a text that is put together",
        "return ('{0.forward.__' + 'globals__}').format(self)", "'SECRET' in out"),
    "format-map": Idea(
        "the same by another method", "return '{m.__globals__}'.format_map({'m': self.forward})", "'SECRET' in out"),
    "global-hook": Idea(
        "changes the results of all layers",
        "nn.modules.module.register_module_forward_hook(lambda m, i, o: o * 0)", "not nn.Linear(1, 1)(x).any()"),
}  # fmt: skip


def definition(idea: Idea) -> str:
    """Return the code of a submission with this idea."""
    return f"{IMPORTS}\n\nclass Net(nn.Module):\n    def forward(self, x):\n        {idea.body}\n"
