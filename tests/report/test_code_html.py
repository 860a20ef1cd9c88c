"""Code with colours: each character as it was written, nothing of it a tag."""

from __future__ import annotations

import re
import time
from html import unescape

import pytest

from grader.report.code_html import MAX_COLOURED, code_lines, code_style

SOURCES = [
    "def f(x):\n    return x**2  # squared\n",
    "\n\n  x = '<b>'\n\n",
    "%matplotlib inline\n!ls\n",
    "class A(: 'not closed\n\t\r\n",
    "s = '''</blockquote><script>alert(1)</script>",
    "",
]


def code(source: str) -> str:
    return "\n".join(map(str, code_lines(source)))


@pytest.mark.parametrize("source", SOURCES)
def test_nothing_of_the_code_is_lost_or_added(source: str) -> None:
    shown = re.sub(r'<span class="\w">|</span>', "", code(source))
    assert "<" not in shown
    assert unescape(shown) == source.replace("\r\n", "\n")


def test_words_have_classes_with_a_colour_for_light_and_dark() -> None:
    assert code("def f(): pass").startswith('<span class="k">def</span> <span class="n">f</span>()')
    assert code_style().count(".code .k{") == 2


def test_long_code_is_shown_without_colours() -> None:
    assert code("x = 1\n" * MAX_COLOURED) == "x = 1\n" * MAX_COLOURED


@pytest.mark.parametrize("part", ["'", '"""', "(", "f'{", "\\", "@", "1e", "x.", "# "])
def test_hostile_code_is_rendered_soon(part: str) -> None:
    begun = time.process_time()
    code((part * MAX_COLOURED)[:MAX_COLOURED])
    assert time.process_time() - begun < 3
