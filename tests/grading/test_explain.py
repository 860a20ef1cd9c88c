"""`grader explain`: the reading, the tree and the comparison of one answer."""

from __future__ import annotations

import json

import pytest

from grader.errors import GraderError
from grader.grading.explain import explain
from tests.command_line import run
from tests.helpers import ROOT, shipped


def explained(text: str, rubric: str, question: str) -> str:
    return "\n\n".join(map(str, explain(text, shipped(rubric), question)))


def test_a_formula_is_shown_as_read_with_its_tree_and_verdict() -> None:
    shown = explained(r"$J_{k+1} = \mathrm{diag}(\sigma'(z_{k+1})) W$", "sequence-modeling", "11.2.3a")
    assert "read: J[k+1] = (diag(sigma'(z[k+1])) W)" in shown
    assert "    operator .\n      function diag\n        function sigma'\n          z[k+1]\n      W" in shown
    assert "failed: Read as" in shown
    assert "W inside" in shown or "counted twice" in shown


def test_what_is_not_read_says_where() -> None:
    shown = explained(r"$J = \foo{z}$", "sequence-modeling", "11.2.3a")
    assert "not read" in shown
    assert "needs_review" in shown


def test_sizes_are_shown_beside_the_conventions() -> None:
    shown = explained("stride 2: 6x6, stride 3: 4x4, stride 4: 3x3, stride 5: 3x3", "cnn-rnn", "q1")
    assert "no padding" in shown
    assert "passed" in shown


@pytest.mark.parametrize(("question", "word"), [("nothing", "has no question"), ("11.3", "reads a written answer")])
def test_a_question_that_cannot_be_explained(question: str, word: str) -> None:
    with pytest.raises(GraderError, match=word):
        explain("x", shipped("sequence-modeling"), question)


def test_json_has_the_steps_and_the_verdict_of_each_check() -> None:
    rubric = str(ROOT / "rubrics" / "sequence-modeling.yaml")
    done = run("explain", r"$J = \foo{z}$", "--rubric", rubric, "--question", "11.2.3a", "--json")
    assert done.returncode == 0, done.stderr
    first = json.loads(done.stdout)[0]
    assert first["status"] == "needs_review"
    assert first["title"]
    assert first["message"]
    assert any("not read" in step for step in first["steps"])
