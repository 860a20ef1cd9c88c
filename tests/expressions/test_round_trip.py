"""Random trees printed as LaTeX, Unicode and code and read back are equal; random garbage never raises and never passes."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.expressions.parse_math import parse_chain
from grader.expressions.parse_python import parse_code
from grader.expressions.tree import Apply, Binary, Index, Negative, Node, Number, Symbol, Transposed, show
from grader.model.message import Message
from tests.helpers import context, shipped_check

INDICES = st.sampled_from([Index("k", 1), Index("k", 0), Index("t", 0), Index("k", -1)])
LEAVES = st.one_of(
    st.integers(0, 9).map(lambda n: Number(float(n))),
    st.builds(Symbol, st.sampled_from(["z", "h"]), INDICES),
    st.sampled_from([Symbol("W"), Symbol("U"), Symbol("b"), Symbol("I")]),
)


def larger(inner: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    return st.one_of(
        st.builds(Binary, st.sampled_from(["+", "-", "@"]), inner, inner),
        st.builds(Apply, st.just("diag"), st.just(0), inner),
        st.builds(Apply, st.sampled_from(["sigma", "tanh"]), st.sampled_from([0]), inner),
        st.builds(Apply, st.just("sigma"), st.just(1), inner),
        st.builds(Negative, inner),
        st.builds(Transposed, inner),
        st.builds(lambda base: Binary("^", base, Number(2.0)), inner),
    )


TREES = st.recursive(LEAVES, larger, max_leaves=12)


LATEX = {"@": r"\cdot"}
UNICODE = {"@": "·", "-": "−"}


def latex(node: Node) -> str:
    match node:
        case Number(value=v):
            return f"{v:g}"
        case Symbol(name=n, index=i):
            return rf"\mathbf{{{n}}}" + (f"_{{{i}}}" if i is not None else "")
        case Apply(function="diag", argument=a):
            return rf"\operatorname{{diag}}\left({latex(a)}\right)"
        case Apply(function=f, order=o, argument=a):
            return rf"\{f}" + "'" * o + rf"\bigl({latex(a)}\bigr)"
        case Binary(operator="^", left=a):
            return rf"\left({latex(a)}\right)^{{2}}"
        case Binary(operator=op, left=a, right=b):
            return rf"({latex(a)} {LATEX.get(op, op)} {latex(b)})"
        case Negative(value=a):
            return f"(-{latex(a)})"
        case Transposed(value=a):
            return rf"\left({latex(a)}\right)^{{\top}}"
    raise AssertionError(node)


def unicode_(node: Node) -> str:
    match node:
        case Number(value=v):
            return f"{v:g}"
        case Symbol(name=n, index=i):
            return n + (str(i).translate(str.maketrans("k+-0123456789t", "ₖ₊₋₀₁₂₃₄₅₆₇₈₉ₜ")) if i is not None else "")
        case Apply(function=f, order=o, argument=a):
            return {"sigma": "σ"}.get(f, f) + "′" * o + f"({unicode_(a)})"
        case Binary(operator="^", left=a):
            return f"({unicode_(a)})²"
        case Binary(operator=op, left=a, right=b):
            return f"({unicode_(a)} {UNICODE.get(op, op)} {unicode_(b)})"
        case Negative(value=a):
            return f"(−{unicode_(a)})"
        case Transposed(value=a):
            return f"({unicode_(a)})ᵀ"
    raise AssertionError(node)


def code(node: Node) -> str:
    match node:
        case Number(value=v):
            return f"{v:g}"
        case Symbol(name=n, index=i):
            return n + (f"[{i}]" if i is not None else "")
        case Apply(function="sigma", order=1, argument=a):
            return f"sigma_prime({code(a)})"
        case Apply(function=f, argument=a):
            return f"{'np.' if f != 'sigma' else ''}{f}({code(a)})"
        case Binary(operator="^", left=a):
            return f"({code(a)}) ** 2"
        case Binary(operator=op, left=a, right=b):
            return f"({code(a)} {op} {code(b)})"
        case Negative(value=a):
            return f"(-({code(a)}))"
        case Transposed(value=a):
            return f"({code(a)}).T"
    raise AssertionError(node)


def reading(node: Node) -> str:
    """The reading of a product is the same, whether it is written with a dot or with @."""
    return show(node).replace(" @ ", " ")


@settings(max_examples=300, deadline=None)
@given(TREES)
def test_latex_is_read_back(tree: Node) -> None:
    (back,) = parse_chain(latex(tree))
    assert reading(back) == reading(tree)


@settings(max_examples=300, deadline=None)
@given(TREES)
def test_unicode_is_read_back(tree: Node) -> None:
    (back,) = parse_chain(unicode_(tree))
    assert reading(back) == reading(tree)


@settings(max_examples=300, deadline=None)
@given(TREES)
def test_code_is_read_back(tree: Node) -> None:
    (back,) = parse_code(code(tree))
    assert show(back) == show(tree)


PIECES = ["J_{k+1}", "=", "$", "\\frac", "{", "}", "z_{k+1}", "h", "W", "'", "(", ")", "diag", "\\begin{pmatrix}", "&", "\\\\",
          "^", "_", "1", "-", "not", "6x6", "stride 2", "(batch, seq, 1)", "first LSTM", "|", "\n", "48", "times", "\\sum_{i}", "…"]  # fmt: skip


@pytest.mark.parametrize("check", ["11-2-3a-jacobian", "q3-shapes", "q1-sizes", "q4i-count"])
@settings(max_examples=120, deadline=None)
@given(text=st.one_of(st.text(max_size=80), st.lists(st.sampled_from(PIECES), max_size=14).map(" ".join)))
def test_garbage_never_raises_and_hardly_passes(check: str, text: str) -> None:
    verdict = shipped_check(check).judge(context(text))
    assert verdict.status in ("needs_review", "failed", "passed")
    assert isinstance(verdict.message, Message)  # a string would never be translated
    assert isinstance(verdict.hint, Message)
    if verdict.status == "passed":  # the pieces can make a right answer: then it is one to read
        assert check == "q4i-count"
        assert "48" in text
