"""What an author wrote: no picture, no comment and no address counts as words."""

from __future__ import annotations

import pytest

from grader.reading.visible_words import is_picture, names_source, visible_words, without_pictures


@pytest.mark.parametrize(
    "picture",
    [
        "![](paper.png)",
        "![paper](paper.png)",
        '![A text, with words.](figures/paper.png "title")',
        "![image.png](attachment:image.png)",
        "![x](data:image/png;base64,iVBORw0KGgo=)",
        "![paper][fig]",
        '<img src="paper.png" alt="as in (Muster, 2015)" width="300"/>',
        "<IMG SRC=paper.png>",
        r"\includegraphics[width=3cm]{paper.png}",
        "[fig]: data:image/png;base64,iVBORw0KGgo=",
        "<!-- Source: a book -->",
    ],
)
def test_a_picture_has_no_words(picture: str) -> None:
    assert without_pictures(f"One.\n{picture}\nTwo.").split() == ["One.", "Two."]
    assert visible_words(picture).split() == []


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("See [this page](https://example.org/lstm).", "See this page."),
        ("See https://example.org/lstm for it.", "See for it."),
        ("[the file](notes/lstm.pdf)", "the file"),
        ("[above](#lstm)", "above"),
        (r"$J = [\sigma'](z_{k+1})$", r"$J = [\sigma'](z_{k+1})$"),
        ("a[i](x) and n! = 6", "a[i](x) and n! = 6"),
        ("a < b and c > d", "a < b and c > d"),
    ],
)
def test_the_address_of_a_link_is_no_word_and_a_formula_stays(text: str, words: str) -> None:
    assert " ".join(visible_words(text).split()) == words


@pytest.mark.parametrize(
    ("target", "counts"),
    [
        ("https://example.org/a", True),
        ("www.example.org", True),
        ("papers/hochreiter.pdf", True),
        ("doi:10.1234/abcd", True),
        ("paper.png", False),
        ("https://example.org/plot.PNG?raw=1", False),
        ("#q3", False),
        ("t", False),
        ("x_t, h", False),
        ("", False),
    ],
)
def test_which_target_of_a_link_can_be_a_source(target: str, counts: bool) -> None:
    assert names_source(target) is counts


def test_an_answer_that_is_only_a_picture_was_not_read() -> None:
    assert is_picture("![scan](scan.jpg)\n\n![](scan2.jpg)")
    assert not is_picture("![scan](scan.jpg) and words")
    assert not is_picture("")
