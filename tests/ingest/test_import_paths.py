"""Which files import which, by the paths at which Python would find them."""

from __future__ import annotations

import pytest

from grader.ingest.import_paths import reached
from grader.model import Cell

TREE = (
    "net.py",
    "old/net.py",
    "src/nets/__init__.py",
    "src/nets/net.py",
    "src/nets/deep/blocks.py",
    "old/run.py",
    "b.ipynb",
)


@pytest.mark.parametrize(
    ("path", "source", "found"),
    [
        ("a.ipynb", "from net import Net", {"net.py"}),
        ("old/a.py", "import net", {"old/net.py"}),
        ("old/a.py", "from . import net", {"old/net.py"}),
        ("a.ipynb", "from nets.net import Net", {"src/nets/__init__.py", "src/nets/net.py"}),
        ("src/nets/deep/a.py", "from ..net import Net", {"src/nets/net.py"}),
        ("src/nets/deep/a.py", "from .. import net", {"src/nets/__init__.py", "src/nets/net.py"}),
        ("src/nets/a.py", "from .deep import blocks", {"src/nets/deep/blocks.py"}),
        ("lib/a.py", "import src.nets.net as n", {"src/nets/__init__.py", "src/nets/net.py"}),
        ("a.ipynb", "%run b.ipynb", {"b.ipynb"}),
        ("a.ipynb", "%run -i 'old/run.py'", {"old/run.py"}),
        ("a.ipynb", "import torch, numpy", set()),
        ("a.ipynb", "import net as = 3", set()),
    ],
)
def test_what_is_imported(path: str, source: str, found: set[str]) -> None:
    files = {one: [Cell(1, "x = 1", one)] for one in TREE} | {path: [Cell(1, source, path)]}
    assert reached([path], files) == found


def test_what_is_imported_through_others_and_in_a_circle() -> None:
    files = {"a.py": "import b", "b.py": "import c", "c.py": "import a", "d.py": "import a"}
    cells = {path: [Cell(1, source, path)] for path, source in files.items()}
    assert reached(["a.py"], cells) == {"a.py", "b.py", "c.py"}


def test_a_name_that_may_be_either_of_two_files_reaches_both() -> None:
    cells = {
        path: [Cell(1, source, path)] for path, source in {"x/net.py": "", "y/net.py": "", "a.py": "import net"}.items()
    }
    assert reached(["a.py"], cells) == {"x/net.py", "y/net.py"}
