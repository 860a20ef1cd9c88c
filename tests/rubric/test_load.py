"""Rubrics: the shipped ones are right, and a wrong one says everything at once, with file and line."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import jsonschema
import pytest
import yaml

from grader.checks import kinds
from grader.errors import RubricError
from grader.rubric.load import parse_rubric, read_rubric
from grader.rubric.schema import json_schema
from tests.helpers import ROOT

RUBRICS = sorted((ROOT / "rubrics").glob("*.yaml"))
GOOD = """\
rubric: 1
title: Example
points: 2
questions:
  - id: q
    title: A question
    points: 2
    answer: {number: ["1"], words: [word]}
    checks:
      - {kind: word_limit, id: words, most: 100, deducts: 0.5}
      - {kind: manual, id: marker, points: 2, guide: anything}
"""


@pytest.mark.parametrize("path", RUBRICS, ids=[path.stem for path in RUBRICS])
def test_shipped_rubric_is_right_and_fits_the_schema(path: Path) -> None:
    rubric = read_rubric(path)
    assert rubric.points == sum(q.points for q in rubric.questions if not q.bonus)
    data = yaml.safe_load(path.read_text(encoding="utf-8"))
    jsonschema.validate(_plain(data), json_schema())


def _plain(value: object) -> object:
    if isinstance(value, dict):
        return {key: _plain(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_plain(inner) for inner in value]
    return value.isoformat() if hasattr(value, "isoformat") else value


def test_points_are_decimals_as_written() -> None:
    rubric = parse_rubric(GOOD.replace("points: 2", "points: 0.1"), "r.yaml")
    assert rubric.points == Decimal("0.1")


def test_every_mistake_is_reported_at_once_with_its_line() -> None:
    text = (
        GOOD.replace("most: 100", "mots: 100").replace("guide: anything", "guide: 3").replace("title: Ex", "titel: Ex")
    )
    with pytest.raises(RubricError) as caught:
        parse_rubric(text, "r.yaml")
    lines = str(caught.value).splitlines()
    assert "r.yaml:2: titel: unknown key; did you mean 'title'?" in lines
    assert "r.yaml:10: questions[1].checks[1].mots: unknown key; did you mean 'most'?" in lines
    assert any(line.startswith("r.yaml:11: questions[1].checks[2].guide") for line in lines)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (("id: marker, points: 2", "id: marker, points: 1"), "r.yaml:7: questions[1].points: the checks sum to 1"),
        (("kind: manual", "kind: manuel"), "unknown kind 'manuel'; did you mean 'manual'?"),
        (("id: marker", "id: words"), "duplicate id 'words'"),
        (("most: 100", "most: 100, needs: [marker]"), "needs 'marker', which comes later"),
        (("most: 100", "most: 100, needs: [wrods]"), "unknown check 'wrods' in needs"),
        (("deducts: 0.5", "deducts: 0.5, points: 1"), "'points' and 'deducts' cannot be combined"),
        (('    answer: {number: ["1"], words: [word]}\n', ""), "'word_limit' needs an answer"),
        (("title: Example", "title: Example\ntitle: Again"), "duplicate key 'title'"),
        (("points: 2\nquestions", "points: 3\nquestions"), "the questions without bonus sum to 2"),
        (("rubric: 1", "rubric: 2"), "r.yaml:1: rubric"),
        (("points: 2\n    answer", "points: -2\n    answer"), "greater than or equal to 0"),
        (("[word]}", "[word}"), "not YAML"),
        (
            ("title: E", 'suggest: {endpoint: "http://a.example.org/v1", model: m}\ntitle: E'),
            "may leave this machine only encrypted",
        ),
        (
            ("title: E", 'suggest: {endpoint: "file:///etc", model: m}\ntitle: E'),
            "suggest.endpoint: give an address such as",
        ),
        (
            ("title: E", 'suggest: {endpoint: "https://:secret@a.example.org/v1", model: m}\ntitle: E'),
            "suggest.endpoint: give an address such as",
        ),
        (("title: E", 'suggest: {endpoint: "https://a.example.org/v1"}\ntitle: E'), "r.yaml:2: suggest.model"),
    ],
    ids=lambda value: value if isinstance(value, str) else None,
)
def test_mistake_is_named(change: tuple[str, str], message: str) -> None:
    assert change[0] in GOOD
    with pytest.raises(RubricError) as caught:
        parse_rubric(GOOD.replace(*change), "r.yaml")
    assert message in str(caught.value)


@pytest.mark.parametrize("text", ["", "[]", "a: !!python/object/apply:os.system [echo]", "x: &a [*a]", "\tx: 1"])
def test_what_is_no_rubric_is_a_message(text: str) -> None:
    with pytest.raises(RubricError):
        parse_rubric(text, "r.yaml")


def test_a_missing_file_is_a_message(tmp_path: Path) -> None:
    with pytest.raises(RubricError, match="cannot be read"):
        read_rubric(tmp_path / "none.yaml")


def test_every_kind_of_the_design_exists() -> None:
    wanted = {
        "notebook_runs", "shapes", "same_output", "noise_removed", "must_not_use", "jacobian", "written_shapes", "numbers",
        "table_claims", "word_limit", "sentence_limit", "names_sources", "archive_name", "members", "received_by",
        "files_present", "manual", "mentions",
    }  # fmt: skip
    assert wanted <= set(kinds())


def test_a_check_whose_finding_another_one_reads_comes_before_it() -> None:
    text = (ROOT / "rubrics" / "noise-removal.yaml").read_text(encoding="utf-8")
    for model, message in (
        ("model-outptu", "unknown check 'model-outptu' in model; did you mean 'model-output'?"),
        ("q4-figures", "model 'q4-figures', which comes later"),
    ):
        with pytest.raises(RubricError) as caught:
            parse_rubric(text.replace("model: model-output", f"model: {model}"), "r.yaml")
        assert message in str(caught.value)
