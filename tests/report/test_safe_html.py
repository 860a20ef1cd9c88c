"""The words of a submission on a page: what is shown is what was submitted."""

from __future__ import annotations

import html
import re
import time

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from markupsafe import Markup

from grader.report.safe_html import breakable, quote


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("x**2 + y**2", "x**2 + y**2"),
        ("2 **3** 4 and 2**n**2", "2 **3** 4 and 2**n**2"),
        ("`w**2` is squared", "<code>w**2</code> is squared"),
        ("**Answer:** yes", "<strong>Answer:</strong> yes"),
        ("# the loss", '<p><span class="soft"># </span><strong>the loss</strong></p>'),
        ("#include", "#include"),
        ("a_b and a\\_b", "a_b and a\\_b"),
        ("if a < b and b > c: <b>x</b>", "if a &lt; b and b &gt; c: &lt;b&gt;x&lt;/b&gt;"),
        ("it costs $5 and $6", "it costs $5 and $6"),
        ("`$x$` in code", "<code>$x$</code> in code"),
        ("`` a`b ``", "<code> a`b </code>"),
        ("```python\nloss = a**b\n# the loss\ncost = '$x$'\n```\nend",
         "<pre><code>loss = a**b\n# the loss\ncost = &#39;$x$&#39;\n</code></pre>end"),
        ("~~~\nopen to the end", "<pre><code>open to the end</code></pre>"),
        ("| a | b |\n|---|:-:|\n| `x` | 2 | more |\nend",
         "<table><tr><td>a</td><td>b</td></tr><tr><td><code>x</code></td><td>2</td><td>more</td></tr></table>end"),
        ("a | b\nc | d", "a | b\nc | d"),
        ("W x\n+ b", "<p>W x</p><ul><li>+ b</li></ul>"),
        ("2) two\n3) **three**\n   more", "<ol><li>2) two</li><li>3) <strong>three</strong>\nmore</li></ol>"),
        ("a\n\n  - b\n    - c", "<p>a</p><ul><li>- b\n<ul><li>- c</li></ul></li></ul>"),
        ("tree:\n\n    a\n      b", "<p>tree:</p><pre><code>a\n  b\n</code></pre>"),
        ("a > b\n> c\n===", "a &gt; b\n&gt; c\n==="),
        ("&lt;b&gt;", "&amp;lt;b&amp;gt;"),
        ("<script>alert(1)</script>", "&lt;script&gt;alert(1)&lt;/script&gt;"),
        ("[x](javascript:alert(1))", "[x](javascript:alert(1))"),
    ],
)  # fmt: skip
def test_nothing_of_the_text_is_lost(written: str, shown: str) -> None:
    assert quote(written) == Markup(shown)


@given(st.text(st.sampled_from("-+*#1.)>&a =\t\n"), max_size=60))
@example("- " * 60 + "a")
@example("-\n" * 40)
def test_blocks_lose_no_sign(written: str) -> None:
    """Only stars around bold words may go, and space."""
    shown = html.unescape(re.sub(r"</?\w[^>]*>", "", str(quote(written))))
    assert re.sub(r"[\s*]", "", shown) == re.sub(r"[\s*]", "", written)


def test_a_displayed_formula_of_several_lines_is_no_list() -> None:
    for shown in (quote("$$\nW x\n+ b\n$$"), quote("\\[\nW x\n- b\n\\]")):
        assert shown.startswith("<math")
        assert "<li>" not in shown


def test_formulas_outside_of_code_are_rendered() -> None:
    assert quote("$x_1$, `$y$`").startswith("<math")
    assert "<code>$y$</code>" in quote("$x_1$, `$y$`")
    assert 'display="block"' in quote("$$\nx = 1\n$$")


def test_a_name_can_break_after_its_underscores_and_stays_a_text() -> None:
    assert breakable("Test_1<b>_\u202ex") == Markup("Test_<wbr>1&lt;b&gt;_<wbr>x")


def test_phrases_are_highlighted_in_text_and_code() -> None:
    assert quote("shared weights, `shared`", ["shared"]) == Markup(
        "<mark>shared</mark> weights, <code><mark>shared</mark></code>"
    )


@pytest.mark.parametrize("text", ["`" * 6000, "|" * 6000, "**a " * 1500, "$a" * 3000, "|-" * 3000, "```\n" * 1500,
                                  "a|\n" * 2000, "-|\n|-" * 1200, "|\n" + "|-" * 2900])  # fmt: skip
def test_hostile_text_is_rendered_soon(text: str) -> None:
    begun = time.process_time()
    quote(text)
    assert time.process_time() - begun < 2
