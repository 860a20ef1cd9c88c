"""Which modules and names of the submission a file of tests uses, read without running it."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from grader.definitions.names_in_tests import BadTests, names_in_tests


@pytest.mark.parametrize(
    ("source", "modules", "found"),
    [
        ("from models import A, b as c", None, (["models"], ["A", "b"])),
        ("import models\nmodels.A(1).x\nmodels.b", None, (["models"], ["A", "b"])),
        ("import lib.models as m\nm.A", None, (["lib.models"], ["A"])),
        ("import lib.models\nlib.models.A.x", None, (["lib.models"], ["A"])),
        ("import numpy as np\nimport os.path\nfrom torch import nn\nnp.ones\nimport m\nm.A", None, (["m"], ["A"])),
        ("from lib import models\nmodels.A", ["lib.models"], (["lib", "lib.models"], ["A"])),
        ("from lib import models\nmodels.A", ["lib"], (["lib"], ["models"])),
        ("from lib import A\nA.make()", None, (["lib"], ["A"])),
        ("def test():\n    from models import A", None, (["models"], ["A"])),
        ("import utils\nutils.f", ["utils"], (["utils"], ["f"])),
        ("import lib.a\nimport lib.b\nlib.a.x\nlib.b.y", None, (["lib.a", "lib.b"], ["x", "y"])),
    ],
)
def test_the_names(source: str, modules: Sequence[str] | None, found: tuple[list[str], list[str]]) -> None:
    read = names_in_tests(source, modules)
    assert (read.modules, sorted(read.names)) == found


@pytest.mark.parametrize(
    ("source", "modules", "words"),
    [
        ("from models import *", None, "imports all names"),
        ("from lib import models\nmodels.A", None, "list in 'modules'"),
        ("import other\nother.x", ["models"], "not installed and not in 'modules'"),
        ("import models\nf(models)", None, "used as a value"),
        ("import (", None, "cannot be parsed"),
    ],
)
def test_what_is_not_clear_is_refused(source: str, modules: Sequence[str] | None, words: str) -> None:
    with pytest.raises(BadTests, match=words):
        names_in_tests(source, modules)
