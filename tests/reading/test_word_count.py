"""Words, sentences and sources of a written answer."""

from __future__ import annotations

import pytest

from grader.reading import word_count

HUNDRED = " ".join(["word"] * 100)


@pytest.mark.parametrize(
    ("text", "count"),
    [
        (HUNDRED, 100),
        ("one $a = b + c$ two", 3),
        ("a $$\\frac{a}{b}$$ b", 3),
        ("# A heading\nthree words here", 3),
        ("two words\nSource: Some Book, page 3", 2),
        ("see [the paper](https://example.org/x) now", 4),
        ("text https://example.org/a/b end", 2),
        ("- a bullet\n- and – another", 4),
        ("state-of-the-art model", 2),
        ("as shown (Muster et al., 2017) here", 3),
        ("", 0),
        ("one two ![a text in the place of a picture](a.png) three", 3),
        ('one two <img src="a b.png" alt="some words"> three', 3),
        ("<!-- a note -->one<br>two", 2),
        ("<h3>A heading here</h3>\n<p align='center'>two words</p>", 2),
        ("if a < b then c > d", 6),
    ],
)
def test_words_are_counted_as_a_person_does(text: str, count: int) -> None:
    assert len(word_count.words(text)) == count


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("One. Two! Three?", 3),
        ("E.g. this is one sentence, i.e. not three.", 1),
        ("It costs 3.5 points. That is all.", 2),
        ("A line that\nwraps around. And another.", 2),
        ("One sentence. Source: a book. And more.", 1),
        ("- first thing here\n- second thing here", 2),
        ("Vgl. Abb. 3 z.B. hier.", 1),
        ("One. Two.\n\n![Graph](net.png)", 2),
        ('One. Two.\n\n<img src="net.v2.png">', 2),
        ("One. Two.\n\n![A graph. It is large.](net.png)", 2),
    ],
)
def test_sentences_are_counted(text: str, count: int) -> None:
    assert len(word_count.sentences(text)) == count


@pytest.mark.parametrize(
    "text",
    ["https://example.org", "Source: the lecture", "doi 10.1234/abcd", "Quelle: Vorlesung", "[paper](http://a.org)",
     "(Muster et al., 2017)", "[1] A. Author, A title", "as in (Muster, 2015)", "Reference Material: RNN and LSTM"],
)  # fmt: skip
def test_sources_are_recognised(text: str) -> None:
    assert word_count.sources(f"Some answer.\n{text}\n")


@pytest.mark.parametrize(
    "text",
    ["No sources at all.", "The source code is short.", "Open resources are used.", "![](paper.png)", "Source: ![](a.png)",
     "![p](data:image/png;base64,iVBORw0KGgo=)", "![image.png](attachment:image.png)", '<img src="paper.png">',
     "[paper](paper.png)", "![(Muster et al., 2017)](a.png)", "![](https://example.org/a.png)", "The state is [h](t)."],
)  # fmt: skip
def test_what_is_no_source(text: str) -> None:
    assert not word_count.sources(text)
