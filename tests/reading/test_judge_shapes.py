"""Shapes in words: the mistake that a wrong shape has, and why an answer needs review."""

from __future__ import annotations

import pytest

from grader.model import Trace
from grader.model.verdict import Verdict
from grader.report.i18n import translated
from tests.helpers import context, shipped_check

LAYERS = (
    "Input: (batch, seq, 1)\nPadding: (batch, seq + shift, 1)\nFirst LSTM: (batch, seq + shift, hidden)\n"
    "Slice: (batch, seq, hidden)\nSecond LSTM: (batch, seq, hidden)\nLinear: (batch, seq, 1)"
)


def judged(answer: str) -> Verdict:
    return shipped_check("q3-shapes").judge(context(answer))


@pytest.mark.parametrize(
    ("shape", "mistake"),
    [
        ("(batch, seq, hidden)", "That is the shape of another stage."),
        ("(batch, hidden)", "A dimension is missing."),
        ("(batch, seq + shift, hidden, 1)", "There is one dimension too many."),
        ("(batch, hidden, seq + shift)", "The dimensions are in the wrong order."),
        ("(batch + shift, seq, hidden)", "The size of the batch does not change."),
        ("(batch, seq + 2*shift, hidden)", "The length is wrong."),
        ("(batch, seq + shift, 2*hidden)", "The number of features is wrong."),
        ("(batch, seq + 3*shift, 2*hidden)", "The length and the number of features are wrong."),
    ],
)
def test_a_wrong_shape_fails_with_its_mistake(shape: str, mistake: str) -> None:
    verdict = judged(LAYERS.replace("First LSTM: (batch, seq + shift, hidden)", f"First LSTM: {shape}"))
    assert verdict.status == "failed"
    assert f"the answer has {shape}; (batch, seq + shift, hidden) is right. {mistake}" in str(verdict.message)
    assert str(verdict.message).endswith("All other stages are right.")


def test_a_list_without_names_is_read_so_that_no_stage_is_missing_that_has_to_be_named() -> None:
    verdict = judged("(N, L, 1) -> (N, L + shift, H) -> (N, L, H) -> (N, L, 1)")
    assert verdict.status == "passed"
    assert str(verdict.message) == (
        "The answer gives the right shape for every stage except padding, slice, which may be left out."
    )


def test_words_that_may_contradict_the_shapes_need_review_also_beside_a_wrong_stage() -> None:
    wrong = LAYERS.replace("Slice: (batch, seq, hidden)", "Slice: (batch, seq, 1)")
    assert judged(wrong + "\nOnly the last step is kept.").status == "needs_review"


def test_the_trace_shows_a_dash_for_a_stage_without_a_shape() -> None:
    verdict = judged(LAYERS.replace("Second LSTM: (batch, seq, hidden)\n", ""))
    assert verdict.status == "failed"
    assert str(verdict.message) == "All shapes in the answer are right; stages without a shape: second LSTM."
    [trace] = [detail for detail in verdict.details if isinstance(detail, Trace)]
    assert [stage.shape for stage in trace.stages].count("–") == 1
    assert translated(trace.title, "de") == "Die angegebenen und die tatsächlichen Formen"


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        ("Nothing about shapes.", "The answer contains no list of shapes."),
        (LAYERS.replace("seq + shift", "T + 10"), "(batch, T + 10, 1) mixes names and numbers."),
        (LAYERS + "\nThis is wrong.", "The words 'This is wrong' may take back the answer."),
        (LAYERS.replace("(batch, seq, 1)\nP", "(batch, seq, 1) or (seq, batch, 1)\nP"), "The answer gives two alternatives for a length or a shape."),
        (LAYERS.replace("(batch, seq", "(seq, batch").replace("seq, batch + shift", "seq + shift, batch"), "Every shape has time first and the batch second, which is another convention."),
        (LAYERS.replace("hidden", "hidden^2"), "(batch, seq + shift, hidden^2) could not be read: 'hidden^2' is not a length."),
    ],
)  # fmt: skip
def test_a_doubtful_answer_needs_review_and_says_why(answer: str, message: str) -> None:
    verdict = judged(answer)
    assert (verdict.status, str(verdict.message)) == ("needs_review", message)
