"""Python source to a tree: what cannot be read is a `SyntaxError` and nothing else."""

from __future__ import annotations

import ast
import gc
import tracemalloc

import pytest

from grader import syntax
from grader.syntax import as_python, cell_magic, parse, parse_cell, syntax_mistake
from tests import bombs


def test_source_is_parsed_and_not_run() -> None:
    assert len(parse("x = 1\nraise SystemExit").body) == 2


@pytest.mark.parametrize(
    "source", ["def f(:", "x = '\0'", "(" * 5000, "-" * 100_000 + "1"], ids=["wrong", "zero byte", "brackets", "signs"]
)
def test_what_cannot_be_read_is_a_syntax_error(source: str) -> None:
    with pytest.raises(SyntaxError):
        parse(source)


@pytest.mark.parametrize("source", ["x = 1", "def f(:"], ids=["right", "wrong"])
@pytest.mark.parametrize("enabled", [True, False])
def test_the_collector_is_left_as_it_was(source: str, enabled: bool) -> None:
    before = gc.isenabled()
    (gc.enable if enabled else gc.disable)()
    try:
        if source == "x = 1":
            parse(source)
        else:
            with pytest.raises(SyntaxError):
                parse(source)
        assert gc.isenabled() is enabled
    finally:
        (gc.enable if before else gc.disable)()


def test_the_garbage_collector_is_off_while_source_is_parsed(monkeypatch: pytest.MonkeyPatch) -> None:
    collecting: list[bool] = []
    original = ast.parse

    def note(source: str) -> ast.Module:
        collecting.append(gc.isenabled())
        return original(source)

    with monkeypatch.context() as patch:
        patch.setattr(ast, "parse", note)
        parse("x = 1")
    assert collecting == [False]


PLAIN = "class Net:\n    def forward(self, x):\n        return x\n"


@pytest.mark.parametrize(
    ("source", "line"),
    [
        (PLAIN, 1),
        ("listing = !ls data\n" + PLAIN, 2),
        ("spent = %timeit -o -n1 -r1 f()\n" + PLAIN, 2),
        ("torch.relu??\n?torch.relu\n" + PLAIN, 3),
        ("!echo one \\\n  two\n" + PLAIN, 3),
        (",print a b\n/print c\n;print d\n" + PLAIN, 4),
        ("\n\n%matplotlib inline\n" + PLAIN, 4),
        ("%%time\n" + PLAIN, 2),
        ("\n%%capture out\n!pip install x\n" + PLAIN, 4),
        ("%%time\n%%capture\n" + PLAIN, 3),
        ("    " + PLAIN.replace("\n", "\n    "), 1),
        (">>> x = 1\n" + "".join(f"... {line}\n" for line in PLAIN.splitlines()), 2),
    ],
)
def test_a_cell_is_read_as_ipython_reads_it_and_keeps_its_lines(source: str, line: int) -> None:
    (found,) = (node for node in parse_cell(source).body if isinstance(node, ast.ClassDef))
    assert (found.name, found.lineno) == ("Net", line)
    assert syntax_mistake(source) is None


@pytest.mark.parametrize(
    "source",
    [
        "x = (1\n  % 3)\n",
        "y = [\n  ~x\n  if x\n  else\n  -x\n]",
        'text = """\n%matplotlib inline\n!ls\n"""\n',
        "good = (a\n  != b)\nmore = (\n    a\n    % b\n)",
    ],
)
def test_ordinary_python_is_not_changed(source: str) -> None:
    assert as_python(source) == source


@pytest.mark.parametrize("magic", ["html", "bash", "writefile net.py", "R -i df", "sql"])
def test_the_text_of_another_language_defines_nothing(magic: str) -> None:
    source = f"\n%%{magic}\n{PLAIN}"
    tree = parse_cell(source)
    assert [type(node) for node in tree.body] == [ast.Expr]
    assert syntax_mistake(source) is None


@pytest.mark.parametrize(
    ("source", "line", "words"),
    [
        ("x = 1\nprint 'done'\n", 2, "Missing parentheses in call to 'print'. Did you mean print(...)?"),
        ("for epoch in range(3)\n    pass\n", 1, "expected ':'"),
        ("%matplotlib inline\nx = (1,\n", 2, "'(' was never closed"),
        ("%%time\n\nx = = 1\n", 3, "invalid syntax"),
        ("x = 1\nreturn x\n", 2, "'return' outside function"),
        ("x = 1\n<<<<<<< HEAD\ny = 2\n=======\ny = 3\n>>>>>>> main\n", 2, "unresolved merge conflict"),
    ],
)
def test_a_mistake_is_named_with_its_line(source: str, line: int, words: str) -> None:
    assert syntax_mistake(source) == (line, words)


def test_a_module_may_not_use_what_only_notebooks_know() -> None:
    assert syntax_mistake("%matplotlib inline\nx = 1\n") is None
    assert syntax_mistake("%matplotlib inline\nx = 1\n", module=True) == (1, "invalid syntax")
    assert syntax_mistake("await f()\n") is None
    assert syntax_mistake("await f()\n", module=True) == (1, "'await' outside function")


@pytest.mark.parametrize(
    "source", ["-" * 100_000 + "1", "!ls\n" + "x = 1\n" * 60_000, "%a\n" * 2000], ids=["deep", "long", "many"]
)
def test_the_limits_of_the_reader_are_no_mistake_of_a_student(source: str) -> None:
    with pytest.raises(SyntaxError, match="cannot be read"):
        parse_cell(source)
    assert syntax_mistake(source) is None


def test_the_magic_of_a_cell() -> None:
    found = cell_magic("\n%%writefile -a lib/net.py\nx = 1\n")
    assert found is not None
    assert (found.name, found.argument, found.body, found.lines_before) == ("writefile", "-a lib/net.py", "x = 1\n", 2)
    assert cell_magic("%time f()\n") is None
    assert cell_magic("%%time?\n") is None


def test_a_very_long_text_is_not_compiled_to_look_for_mistakes() -> None:
    assert syntax_mistake("x = 1\n" * 200_000 + "print 'done'\n") is None


def test_a_source_that_is_too_long_is_not_parsed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(syntax, "MAX_TOKENS", 40)
    assert len(syntax.parse_cell("x = 1\n" * 13).body) == 13
    for source in ("x = 1\n" * 14, "!ls\n" + "x = 1\n" * 14):
        with pytest.raises(syntax.TooLongError):
            syntax.parse_cell(source)
        assert syntax.syntax_mistake(source) is None  # it may be right


def test_the_tree_of_a_long_list_is_not_made() -> None:
    tracemalloc.start()
    with pytest.raises(syntax.TooLongError):
        syntax.parse_cell(bombs.long_list(700_000))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 16 << 20
