"""What cells and modules bind: whatever the grammar allows is read, and nothing makes the reader stop."""

from __future__ import annotations

import ast
import warnings
from itertools import product

import pytest

from grader.definitions import bindings
from grader.definitions.bindings import Bindings, bindings_of
from grader.definitions.extract import extract_definitions
from grader.model import Cell, Place, Submission

NET = "class Net:\n    def forward(self, x):\n        return x\n"

EXPRESSIONS = {
    "BoolOp": "a and b", "NamedExpr": "(n := a)", "BinOp": "a @ b", "UnaryOp": "not a", "Lambda": "(lambda x=a: x)",
    "IfExp": "(a if b else c)", "Dict": "{a: b, **c}", "Set": "{a, b}", "ListComp": "[x for x in a if x]",
    "SetComp": "{x for x in a}", "DictComp": "{x: y for x, y in a}", "GeneratorExp": "(x for x in a for y in x)",
    "Await": "(await a)", "Yield": "(yield a)", "YieldFrom": "(yield from a)", "Compare": "a < b in c",
    "Call": "a(b, *c, **d)", "FormattedValue": "f'{a!r:>{b}}'", "JoinedStr": "f'{a}'", "Constant": "1",
    "Attribute": "a.b", "Subscript": "a[b]", "Starred": "[*a]", "Name": "a", "List": "[a, b]", "Tuple": "(a, b)",
    "Slice": "a[b:c:d]",
}  # fmt: skip
STATEMENTS = {
    "FunctionDef": "@{0}\ndef Net(x={0}) -> {0}:\n    return {0}",
    "AsyncFunctionDef": "async def f(x: {0}):\n    async for y in {0}:\n        await {0}",
    "ClassDef": "@{0}\nclass Net(({0}), key={0}):\n    x: {0} = {0}",
    "Delete": "del a[{0}]",
    "Assign": "a = b[{0}], c.d = ({0})",
    "AugAssign": "a[{0}] += ({0})",
    "AnnAssign": "a[{0}]: ({0}) = ({0})",
    "For": "for a[{0}] in ({0}):\n    pass\nelse:\n    b = ({0})",
    "AsyncFor": "async for a in ({0}):\n    b = ({0})\nelse:\n    c = 1",
    "While": "while ({0}):\n    a = ({0})\nelse:\n    b = 1",
    "If": "if ({0}):\n    a = 1\nelif ({0}):\n    b = ({0})\nelse:\n    c = 1",
    "With": "with ({0}) as a, ({0}) as b[{0}]:\n    c = ({0})",
    "AsyncWith": "async with ({0}) as a:\n    c = ({0})",
    "Match": "match ({0}):\n    case [x, *y] if ({0}):\n        a = ({0})\n    case {{'k': v, **rest}}:\n        b = 1",
    "Raise": "raise ({0}) from ({0})",
    "Try": "try:\n    a = ({0})\nexcept ({0}) as e:\n    b = ({0})\nelse:\n    c = 1\nfinally:\n    d = ({0})",
    "TryStar": "try:\n    a = ({0})\nexcept* ({0}) as e:\n    b = ({0})",
    "Assert": "assert ({0}), ({0})",
    "Import": "import a.b as c\nd = ({0})",
    "ImportFrom": "from a import b as c\nd = ({0})",
    "Global": "global a\na = ({0})",
    "Nonlocal": "def f():\n    a = 1\n    def g():\n        nonlocal a\n        a = ({0})",
    "Expr": "({0})",
    "Pass": "if ({0}): pass",
    "Break": "for a in ({0}): break",
    "Continue": "while ({0}): continue",
    "Return": "def f(): return ({0})",
}


def cell(source: str, number: int = 1) -> Cell:
    return Cell(number, source, f"cell {number}", place=Place("nb.ipynb", cell=number))


def test_every_kind_of_the_grammar_is_fuzzed() -> None:
    def of(base: type[ast.AST]) -> set[str]:
        return {kind.__name__ for kind in base.__subclasses__() if kind.__module__ == "ast"}

    newer = {"TypeAlias", "TemplateStr", "Interpolation"}
    old = {"Num", "Str", "Bytes", "NameConstant", "Ellipsis"}
    assert of(ast.expr) - newer - old <= EXPRESSIONS.keys()
    assert of(ast.stmt) - newer <= STATEMENTS.keys()


@pytest.mark.parametrize("statement", STATEMENTS.values(), ids=STATEMENTS)
def test_every_statement_with_every_expression_is_read(statement: str) -> None:
    for expression, inside in product(EXPRESSIONS.values(), ("{0}", "if 1:\n{1}", "try:\n{1}\nfinally:\n    pass")):
        text = statement.format(expression)
        source = inside.format(text, "".join(f"    {line}\n" for line in text.splitlines()))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            try:
                ast.parse(source)
            except SyntaxError:
                continue  # this one is not in the grammar
            found = Bindings.read([cell(NET), cell(source, 2)])
            assert not found.unparsed
            extract_definitions(found, ["Net"])


def test_a_name_that_an_expression_may_bind_does_not_hide_the_definition_before() -> None:
    found = Bindings.read([cell(NET), cell("x = flag and (Net := Other)", 2)])
    assert len(found.of("Net")) == 2


def test_cells_are_read_as_ipython_reads_them() -> None:
    found = Bindings.read([cell(f"listing = !ls data\ntorch.relu??\n%%time\n{NET}".replace("%%time\n", ""))])
    assert found.bound.keys() == {"listing", "Net"}
    assert not found.unparsed
    assert found.of("Net")[0].node.lineno == 3


def test_code_that_uses_a_magic_is_a_doubt() -> None:
    found = extract_definitions(
        Bindings.read([cell(f"listing = !ls\n{NET.replace('return x', 'return listing')}")]), ["Net"]
    )
    assert "get_ipython" in str(found.doubts["Net"])


def test_a_file_that_the_notebook_writes_is_a_module() -> None:
    cells = [cell(f"%%writefile models.py\n\n{NET}"), cell("from models import Net\nimport models\nm = models.Net", 2)]
    found = Bindings.read(cells)
    assert [(b.module, b.node.lineno) for b in found.of("Net")] == [("models", 3)]
    assert not found.double
    assert extract_definitions(found, ["Net"]).targets == {"Net"}


@pytest.mark.parametrize(
    "cells",
    [
        (f"%%writefile models.py\n{NET}", f"%%writefile models.py\n{NET}"),
        (f"%%writefile -a models.py\n{NET}",),
        (f"%%writefile notes.txt\n{NET}",),
    ],
    ids=["twice", "appended", "no module"],
)
def test_a_file_that_is_not_written_once_as_a_whole_is_no_module(cells: tuple[str, ...]) -> None:
    assert not Bindings.read([cell(source, n) for n, source in enumerate(cells, 1)]).bound


def test_modules_are_found_by_endings_in_any_case_and_in_any_encoding() -> None:
    files = {"net.PY": b"\xef\xbb\xbf" + NET.encode(), "a1/nets.py": NET.encode(), "a2/nets.py": NET.encode()}
    found = bindings_of(Submission("t", "t.zip", "d", files=files))
    assert not found.unparsed
    assert not found.double  # the same text three times is one definition
    assert extract_definitions(found, ["Net"]).targets == {"Net"}


@pytest.mark.parametrize(
    ("line", "covered"),
    [
        ("from builtins import range, int as whole", True),
        ("import builtins", True),
        ("from builtins import eval as range", False),
        ("from builtins import getattr as range", False),
        ("from builtins import type as range", False),
        ("from builtins import __import__ as range", False),
    ],
)
def test_builtins_may_be_imported_as_far_as_they_may_be_used(line: str, covered: bool) -> None:
    used = "builtins.range(1)" if line == "import builtins" else "range(1)"
    source = f"{line}\nclass Net:\n    def forward(self, x):\n        return {used}\n"
    assert bool(extract_definitions(Bindings.read([cell(source)]), ["Net"]).targets) == covered


def test_code_beyond_the_limit_of_all_code_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bindings, "MAX_TOKENS", 30)
    cells = [cell("x = 1\n" * 5, 1), cell("y = 1\n" * 5, 2), cell("z = 1\n", 3)]
    found = Bindings.read(cells)
    assert set(found.bound) == {"x", "y"}
    assert found.unparsed == [cells[2].place]
