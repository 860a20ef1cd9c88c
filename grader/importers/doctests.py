"""Doctests, as otter's OK format has them, become assertions on values."""

from __future__ import annotations

import ast
import doctest
import re
from textwrap import dedent, indent

from grader.importers.assignment import CannotImport

_CALLS_OF_TRUTH = frozenset(("isinstance", "issubclass", "hasattr", "callable", "all", "any", "bool"))


def statements_of(code: str) -> str:
    """Return statements that raise an exception where a doctest fails.

    A result that is a Python literal is compared by value, any other one by the text that Python shows for it. The
    statements may use the fixture `capsys`.

    Raises:
        CannotImport: the text is no doctest.
    """
    try:
        examples = doctest.DocTestParser().get_examples(dedent(code))
        parts = [_statement(example) for example in examples]
    except (ValueError, SyntaxError, RecursionError, MemoryError) as error:
        raise CannotImport(f"the doctest cannot be read: {error}", "correct it") from None
    if not parts:
        raise CannotImport("the test has no example that begins with >>>", "add one")
    return "\n".join(parts)


def uses_capsys(code: str) -> bool:
    """Return whether statements need the fixture that reads what was printed."""
    return "capsys.readouterr()" in code


def _statement(example: doctest.Example) -> str:
    source, wanted = example.source.rstrip("\n"), example.want
    if any(value for value in example.options.values()):
        raise CannotImport("the doctest has options such as ELLIPSIS", "write the test as an assertion")
    tree = ast.parse(source)
    if example.exc_msg is not None:
        return _raises(source, example.exc_msg)
    last = tree.body[-1] if tree.body else None
    if not isinstance(last, ast.Expr):
        return source if not wanted else f"capsys.readouterr()\n{source}\n{_prints(wanted)}"
    expression = last.value
    before = [ast.unparse(statement) for statement in tree.body[:-1]]
    return "\n".join([*before, _shown(expression, ast.unparse(expression), wanted)])


def _shown(expression: ast.expr, text: str, wanted: str) -> str:
    """Return the statement that an expression shows what is wanted."""
    if not wanted:
        return text if _is_call_of(expression, "print") else f"assert ({text}) is None"
    if _is_call_of(expression, "print"):
        return f"capsys.readouterr()\n{text}\n{_prints(wanted)}"
    return _compared(expression, text, wanted.rstrip("\n"))


def _prints(wanted: str) -> str:
    return f"assert capsys.readouterr().out == {wanted!r}"


def _raises(source: str, message: str) -> str:
    name, _, rest = message.strip().partition(": ")
    kind = name.rpartition(".")[2]
    pattern = f", match={'^' + re.escape(rest) + '$'!r}" if rest else ""
    return f"with pytest.raises({kind}{pattern}):\n{indent(source, '    ')}"


def _is_call_of(expression: ast.expr, name: str) -> bool:
    return isinstance(expression, ast.Call) and isinstance(expression.func, ast.Name) and expression.func.id == name


def _compared(expression: ast.expr, text: str, wanted: str) -> str:
    try:
        value = ast.literal_eval(wanted)
    except (ValueError, SyntaxError, TypeError, RecursionError, MemoryError):
        return f"assert repr({text}) == {wanted!r}"
    if value is None:
        raise CannotImport("the doctest expects the text None, which Python does not show", "use print, or 'is None'")
    if value is True and _is_truth(expression):
        return f"assert {text}"
    if value is False and _is_truth(expression):
        return f"assert not ({text})"
    if isinstance(value, bool):
        return f"assert repr({text}) == {wanted!r}"
    if isinstance(expression, ast.Compare | ast.BoolOp | ast.IfExp | ast.Lambda | ast.NamedExpr):
        text = f"({text})"
    return f"assert {text} == {wanted}"


def _is_truth(expression: ast.expr) -> bool:
    """Return whether an expression is true or false by what it is, whatever the values in it are."""
    if isinstance(expression, ast.Compare):
        return True
    if isinstance(expression, ast.UnaryOp) and isinstance(expression.op, ast.Not):
        return True
    if isinstance(expression, ast.BoolOp):
        return all(map(_is_truth, expression.values))
    if isinstance(expression, ast.Call):
        function = expression.func
        name = function.id if isinstance(function, ast.Name) else getattr(function, "attr", "")
        return name in _CALLS_OF_TRUTH or name in ("isclose", "allclose", "array_equal", "equal")
    return False
