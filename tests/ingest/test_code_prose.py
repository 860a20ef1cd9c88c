"""Words in code: comments, documentation, printed texts."""

from __future__ import annotations

from grader.ingest.code_prose import MAX_SOURCE, prose_in
from grader.model import Cell, Place


def words(source: str) -> list[str]:
    return [one.text for one in prose_in([Cell(1, source, "a", place=Place("a.ipynb", cell=3))])]


def test_comments_below_each_other_are_one_paragraph() -> None:
    source = (
        "#!/usr/bin/python\n# 4.1\n#   Clip it.\n\n# Then more\nx = 1  # not this\nif x:\n    #: inside\n    pass\n"
    )
    assert words(source) == ["4.1\nClip it.\n\nThen more\n\n: inside"]


def test_texts_of_functions_and_printed_texts_are_words() -> None:
    source = '"""About\n   it."""\ndef f():\n    "Says so."\n    print("4.1", x, "Clip it.")\n    return "not this"\n'
    assert words(source) == ["About\nit.\n\nSays so.\n\n4.1\n\nClip it."]


def test_code_without_words_and_what_cannot_be_read_has_none() -> None:
    assert words("x = 1") == []
    assert words("x = (\n'''") == []
    assert words("# a\n" + "x" * MAX_SOURCE) == []
    assert prose_in([Cell(1, "# a", "a", place=Place("a.ipynb", cell=3))])[0].path == "a.ipynb, cell 3"
