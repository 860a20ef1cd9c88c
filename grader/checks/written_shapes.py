"""The kind `written_shapes`: the shapes of a tensor on its way through a model, as a team describes them."""

from __future__ import annotations

from decimal import Decimal
from typing import ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field

from grader.checks.base import Check, CheckContext, Credit, CreditOrReview, credit_or_none, words_of
from grader.comparing.symbolic_shapes import words
from grader.model.message import Text, say
from grader.model.verdict import Verdict, needs_review
from grader.reading.judge_shapes import judge_shapes
from grader.reading.shape_shares import ShapeShares
from grader.reading.shape_stages import ExpectedStage, WantedShapes
from grader.reading.shapes import length


class StageOfModel(BaseModel):
    """One place in the model, with its right shape and the words by which teams name it.

    An `optional` stage may be left out; where it is named, its shape has to be right.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)
    name: str
    shape: list[int | str]
    words: list[str] = []
    optional: bool = False


class WrittenShapes(Check):
    """The answer gives the right shape of the tensor at every stage of the model."""

    label: ClassVar[Text] = say("Shapes in words")
    needs_answer: ClassVar[bool] = True
    exact_answer: ClassVar[bool] = True
    example: ClassVar[str] = """\
kind: written_shapes
points: 1
dimensions: {batch: [n, batch_size], seq: [l, sequence_length], shift: [s], hidden: [h, hidden_size]}
numbers: {batch: 10, seq: 80, shift: 10, hidden: 40}
stages:
  - {name: input, shape: [batch, seq, 1]}
  - {name: padding, shape: [batch, seq + shift, 1], words: [pad], optional: true}
  - {name: first LSTM, shape: [batch, seq + shift, hidden], words: [first lstm, lstm1]}
  - {name: linear layer, shape: [batch, seq, 1], words: [linear, dense]}
incomplete: 0.5
one_wrong: 0.25
no_batch: 0.5"""
    kind: Literal["written_shapes"] = "written_shapes"
    dimensions: dict[str, list[str]] = Field(description="the names of the dimensions, each with other names for it")
    numbers: dict[str, int] = Field({}, description="the numbers of the exercise, for answers that use them")
    stages: list[StageOfModel] = Field(
        min_length=2, description="the stages of the model, in order; one with `optional: true` may be left out"
    )
    incomplete: Credit = Field(
        Decimal("0.5"),
        description="the share of the points if all shapes are right and stages are missing; half of it if more are "
        "missing than named",
    )
    one_wrong: Credit = Field(
        Decimal("0.5"), description="the share of the points if one stage is wrong and no other one is wrong or missing"
    )
    per_stage: bool = Field(
        False, description="each stage counts by itself instead: the share of the points is that of the right stages"
    )

    no_batch: CreditOrReview = Field(
        "review", description="the share of the points for right shapes that all lack the batch"
    )
    time_first: CreditOrReview = Field(
        "review",
        description="the share of the points for right shapes that all have time before batch; an answer that says so "
        "earns the points",
    )

    def judge(self, context: CheckContext) -> Verdict:
        """Compare the shapes of the answer with the right ones, stage by stage."""
        if context.answer is None:
            return needs_review(say("There is no answer to read."))
        quote = words_of(context.answer)
        return judge_shapes(self._wanted(), quote)

    def _wanted(self) -> WantedShapes:
        stages = [
            ExpectedStage(
                stage.name,
                tuple(length(str(size)) for size in stage.shape),
                words(stage.shape),
                stage.words,
                stage.optional,
            )
            for stage in self.stages
        ]
        other = credit_or_none(self.no_batch), credit_or_none(self.time_first)
        shares = ShapeShares(self.incomplete, self.one_wrong, self.per_stage, *other)
        return WantedShapes(stages, self.dimensions, self.numbers, shares)
