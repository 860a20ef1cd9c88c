"""Anchors, aliases and merge keys in a rubric: their content, their lines and their bounds."""

from __future__ import annotations

import tracemalloc
from typing import Any

import pytest
import yaml

from grader.errors import RubricError
from grader.rubric import yaml_nodes
from grader.rubric.load import parse_rubric
from grader.rubric.yaml_nodes import YamlMistake, read_nodes

RUBRIC = """\
rubric: 1
title: Example
points: 2
questions:
  - id: first
    title: One
    points: 1
    answer: &place {number: ["1"]}
    checks:
      - &words {kind: word_limit, id: words, most: 100, deducts: 0.5}
      - &guide {kind: manual, points: 1, guide: anything}
  - id: second
    title: Two
    points: 1
    answer: *place
    checks:
      - {<<: *words, id: more-words, most: 200}
      - *guide
"""


def test_a_repeated_part_and_one_that_is_changed() -> None:
    first, second = parse_rubric(RUBRIC, "r.yaml").questions
    assert second.answer == first.answer
    assert [(check.id, getattr(check, "most", None)) for check in (*first.checks, *second.checks)] == [
        ("words", 100), ("first-manual-2", None), ("more-words", 200), ("second-manual-2", None),
    ]  # fmt: skip


def test_a_repeated_id_is_refused_where_it_is_repeated_and_says_how_to_change_it() -> None:
    text = RUBRIC.replace("{<<: *words, id: more-words, most: 200}", "*words")
    with pytest.raises(RubricError) as caught:
        parse_rubric(text, "r.yaml")
    assert str(caught.value) == (
        "r.yaml:17: questions[2].checks[1].id: duplicate id 'words'; "
        "an alias or a merge key repeats it; give this one an id of its own: '{<<: *name, id: other}'"
    )


def test_an_id_that_a_merge_key_brings_is_refused_as_well() -> None:
    text = RUBRIC.replace("{<<: *words, id: more-words, most: 200}", "{<<: *words, most: 200}")
    with pytest.raises(RubricError, match=r"^r.yaml:17: .*duplicate id 'words'; an alias or a merge key"):
        parse_rubric(text, "r.yaml")


def test_an_id_that_is_written_twice_has_no_hint_on_aliases() -> None:
    with pytest.raises(RubricError) as caught:
        parse_rubric(RUBRIC.replace("more-words", "words"), "r.yaml")
    assert str(caught.value) == "r.yaml:17: questions[2].checks[1].id: duplicate id 'words'"


@pytest.mark.parametrize(
    ("old", "new", "places"),
    [
        ("most: 100", "most: many", ["10: questions[1].checks[1].most"]),
        ("most: 200", "most: many", ["17: questions[2].checks[1].most"]),
        ("deducts: 0.5", "deduct: 0.5", ["10: questions[1].checks[1].deduct", "10: questions[2].checks[1].deduct"]),
        ("guide: anything", "guide: 3", ["11: questions[1].checks[2].guide", "11: questions[2].checks[2].guide"]),
        ("{number:", "{numbers:", ["8: questions[1].answer.numbers", "8: questions[2].answer.numbers"]),
    ],
    ids=["in an anchor, changed by a merge key", "beside a merge key", "merged", "an entry of a list", "a value"],
)
def test_a_mistake_has_the_line_at_which_it_is_written(old: str, new: str, places: list[str]) -> None:
    assert RUBRIC.count(old) == 1
    with pytest.raises(RubricError) as caught:
        parse_rubric(RUBRIC.replace(old, new), "r.yaml")
    lines = str(caught.value).splitlines()
    assert [place for place in places if not any(line.startswith(f"r.yaml:{place}: ") for line in lines)] == []


@pytest.mark.parametrize(
    "text",
    [
        "a: &x {b: 1, c: [1, 2]}\nd: *x\ne: {<<: *x, c: 3}",
        "a: &x {b: 1}\ne: &y {<<: *x, c: 3}\nf: {<<: *y, d: 4}",
        "- &x {a: 1, b: 1}\n- &y {a: 2, c: 2}\n- {<<: [*x, *y], d: 3}",
        "a: &x word\n*x : 1\nb: [*x, *x]",
        "'<<': 1",
        "a: &x\nb: *x",
        "- 2025-01-29T23:59:59\n- 0.1\n- {yes: no}",
    ],
)
def test_the_content_is_that_of_yaml(text: str) -> None:
    assert read_nodes(text)[0] == yaml.safe_load(text)


def test_merged_keys_have_their_own_lines_and_those_of_the_mapping_count_first() -> None:
    text = "- &x\n  a: 1\n  b: 1\n- &y\n  a: 2\n  c: 2\n- <<: [*x, *y]\n  b: 3\n"
    lines = read_nodes(text)[1]
    assert [lines.of[2, key] for key in "abc"] == [2, 8, 6]
    assert lines.is_repeated((2, "a"))
    assert lines.is_repeated((2, "c", "deeper"))
    assert not lines.is_repeated((2, "b"))
    assert not lines.doubled


def laughs(levels: int, merged: bool = False) -> str:
    text = "a0: &a0 {k: x}\n"
    for level in range(1, levels):
        nine = ", ".join([f"*a{level - 1}"] * 9)
        text += f"a{level}: &a{level} " + (f"{{<<: [{nine}]}}\n" if merged else f"[{nine}]\n")
    return text


@pytest.mark.parametrize("merged", [False, True], ids=["lists", "merge keys"])
def test_a_billion_laughs_ends_at_its_line_in_little_memory(merged: bool) -> None:
    tracemalloc.start()
    try:
        with pytest.raises(YamlMistake) as caught:
            read_nodes(laughs(40, merged))
        assert tracemalloc.get_traced_memory()[1] < 4 << 20
    finally:
        tracemalloc.stop()
    assert caught.value.line == 6
    assert caught.value.what == (
        "more than 100000 keys, values and entries, where aliases (*name) count as what they stand for; repeat less"
    )
    with pytest.raises(RubricError, match=r"^r.yaml:6: more than 100000 keys"):
        parse_rubric(laughs(40, merged), "r.yaml")


def test_depth_is_bounded_with_aliases_and_without() -> None:
    within, beyond = yaml_nodes.MAX_DEPTH, yaml_nodes.MAX_DEPTH + 1
    assert read_nodes("[" * within + "]" * within)
    with pytest.raises(YamlMistake, match="more than 50 lists and mappings inside each other"):
        read_nodes("[" * beyond + "]" * beyond)
    chain = "a0: &a0 [1]\n" + "".join(f"a{level}: &a{level} [*a{level - 1}]\n" for level in range(1, within - 1))
    assert read_nodes(chain)
    with pytest.raises(YamlMistake, match="inside each other") as caught:
        read_nodes(chain + f"last: [*a{within - 2}]")
    assert caught.value.line == within


def test_a_deep_text_is_no_crash() -> None:
    with pytest.raises(YamlMistake, match="inside each other"):
        read_nodes("[" * 100_000)


@pytest.mark.parametrize(
    ("text", "line", "what"),
    [
        ("b: 1\na: &a [1, *a]", 2, "the alias *a is inside of the part it repeats"),
        ("b: 1\na: &a {<<: *a}", 2, "the alias *a is inside of the part it repeats"),
        ("a: 1\nb: *c", 2, "not YAML: found undefined alias 'c'; check the line above"),
        ("a: &x 1\nb: {<<: *x}", 1, "not YAML: expected a mapping or list of mappings for merging, but found scalar"),
        ("a: !!python/object/apply:os.system [echo]", 1, "not YAML: could not determine a constructor"),
    ],
)
def test_what_is_no_document_is_a_sentence_with_its_line(text: str, line: int, what: Any) -> None:
    with pytest.raises(YamlMistake) as caught:
        read_nodes(text)
    assert caught.value.what.startswith(what)
    assert caught.value.line == line
