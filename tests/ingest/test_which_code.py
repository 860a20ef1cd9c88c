"""Which file is meant where several define a target."""

from __future__ import annotations

import pytest

from grader.ingest.which_code import settle
from grader.model import Cell, Mistake, Place

ONE, OTHER = "class Net:\n    size = 1\n", "class Net:\n    size = 2\n"


def settled(**files: str) -> tuple[dict[str, str], dict[str, tuple[str, ...]]]:
    cells = {}
    for name, source in files.items():
        path = name.replace("__", "/") + (".ipynb" if name.startswith("nb") else ".py")
        broken = Mistake(Place(path), "SyntaxError") if "print '" in source else None
        cells[path] = [Cell(1, source, path, mistake=broken)]
    found = settle(cells, ("Net",))
    return found.counts, found.conflicts


BOTH = {"Net": ("a.py", "b.py")}
FIRST, SECOND = {"Net": "a.py"}, {"Net": "b.py"}


@pytest.mark.parametrize(
    ("files", "counts", "conflicts"),
    [
        ({"a": ONE}, FIRST, {}),
        ({"a": ONE, "b": "# a remark\nimport os, re\n" + ONE + "print(Net)"}, FIRST, {}),
        ({"a": ONE, "b": OTHER}, {}, BOTH),
        ({"a": ONE, "b": OTHER, "main": "from b import Net"}, SECOND, {}),
        ({"a": ONE, "b": OTHER, "main": "import a, b"}, {}, BOTH),
        ({"a": ONE, "b": OTHER, "tests__test_a": "import a"}, {}, BOTH),
        ({"a": ONE, "b": "class Net:\n    def f(self):\n        '''f.'''\n        raise NotImplementedError"}, FIRST, {}),
        ({"a": ONE, "b": "class Net:\n    pass"}, FIRST, {}),
        ({"a": ONE, "b": "def Net():\n    ...\n    pass"}, FIRST, {}),
        ({"a": "class Net: pass", "b": "class Net: pass\nprint 'x'"}, {}, BOTH),
        ({"a": ONE, "b": ONE + "print 'x'"}, {}, BOTH),
        ({"a": "N = 1\nclass Net:\n    size = N", "b": "N = 2\nclass Net:\n    size = N"}, {}, BOTH),
        ({"a": "N = 1\n" + ONE, "b": "N = 2\n" + ONE}, FIRST, {}),
        ({"a": ONE, "b": ONE + "Net.size = 2"}, {}, BOTH),
        ({"a": ONE, "tests__fake": OTHER}, FIRST, {}),
        ({"nb": ONE, "a": OTHER}, {}, {"Net": ("a.py", "nb.ipynb")}),
        ({"nb": ONE, "a": ONE}, {"Net": "nb.ipynb"}, {}),
        ({"nb": "from b import Net", "a": ONE, "b": OTHER}, SECOND, {}),
        ({"a": "x = 1"}, {}, {}),
    ],
    ids=[
        "one", "the same and more", "two", "one imported", "both imported", "a test proves nothing", "template", "empty",
        "empty function", "broken beside a template", "broken", "another constant", "a constant that is not used", "changed later", "in tests",
        "notebook and module", "alike in both", "imported by a notebook", "nowhere",
    ],
)  # fmt: skip
def test_what_counts(files: dict[str, str], counts: dict[str, str], conflicts: dict[str, tuple[str, ...]]) -> None:
    assert settled(**files) == (counts, conflicts)


def test_files_that_do_not_count_are_passed_over_unless_they_count_for_another_target() -> None:
    files = {"a.py": ONE + "class Loss: pass", "b.py": OTHER, "main.py": "import b"}
    cells = {path: [Cell(1, source, path)] for path, source in files.items()}
    assert settle(cells, ("Net",)).passed_over == {"a.py"}
    assert settle(cells, ("Net", "Loss")).passed_over == set()
    cells["tests/fake.py"] = [Cell(1, OTHER, "tests/fake.py")]
    assert settle(cells, ("Net",)).passed_over == {"a.py", "tests/fake.py"}
