"""Blocks of a text: their signs stay, and words go through one function."""

from __future__ import annotations

import pytest
from markupsafe import Markup, escape

from grader.report.blocks_html import MAX_NESTING, blocks


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("", ""),
        ("a <b>", "[a &lt;b&gt;]"),
        ("a\n\nb", "<p>[a]</p><p>[b]</p>"),
        ("1. a\n\n2. b", "<ol><li>1. <p>[a]</p></li><li>2. <p>[b]</p></li></ol>"),
        ("- a\n  ```\n  b < c\n  ```", "<ul><li>- [a]\n<pre><code>b &lt; c\n</code></pre></li></ul>"),
        ("a\n\n    $x$ and\n    y", "<p>[a]</p><p>[$x$ and\ny]</p>"),
        ("- " * MAX_NESTING + "a", f"[{'- ' * MAX_NESTING}a]"),
    ],
    ids=["nothing", "one paragraph", "two", "numbers", "a fence in a list", "an indented formula", "too deep"],
)
def test_blocks_keep_their_signs(text: str, shown: str) -> None:
    assert blocks(text, lambda words: Markup("[{}]").format(escape(words))) == Markup(shown)
