"""The words of a submission on a page: what is shown is what was submitted."""

from __future__ import annotations

import time

import pytest
from markupsafe import Markup

from grader.report.safe_html import quote


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("x**2 + y**2", "x**2 + y**2"),
        ("2 **3** 4 and 2**n**2", "2 **3** 4 and 2**n**2"),
        ("`w**2` is squared", "<code>w**2</code> is squared"),
        ("**Answer:** yes", "<strong>Answer:</strong> yes"),
        ("# the loss", "# the loss"),
        ("#include", "#include"),
        ("a_b and a\\_b", "a_b and a\\_b"),
        ("if a < b and b > c: <b>x</b>", "if a &lt; b and b &gt; c: &lt;b&gt;x&lt;/b&gt;"),
        ("it costs $5 and $6", "it costs $5 and $6"),
        ("`$x$` in code", "<code>$x$</code> in code"),
        ("`` a`b ``", "<code> a`b </code>"),
        ("```python\nloss = a**b\n# the loss\ncost = '$x$'\n```\nend",
         "<pre><code>loss = a**b\n# the loss\ncost = &#39;$x$&#39;\n</code></pre>\nend"),
        ("~~~\nopen to the end", "<pre><code>open to the end</code></pre>"),
        ("| a | b |\n|---|:-:|\n| `x` | 2 | more |\nend",
         "<table><tr><td>a</td><td>b</td></tr><tr><td><code>x</code></td><td>2</td><td>more</td></tr></table>\nend"),
        ("a | b\nc | d", "a | b\nc | d"),
        ("<script>alert(1)</script>", "&lt;script&gt;alert(1)&lt;/script&gt;"),
        ("[x](javascript:alert(1))", "[x](javascript:alert(1))"),
    ],
)  # fmt: skip
def test_nothing_of_the_text_is_lost(written: str, shown: str) -> None:
    assert quote(written) == Markup(shown)


def test_formulas_outside_of_code_are_rendered() -> None:
    assert quote("$x_1$, `$y$`").startswith("<math")
    assert "<code>$y$</code>" in quote("$x_1$, `$y$`")
    assert 'display="block"' in quote("$$\nx = 1\n$$")


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
