"""The kind `numbers`: convolution arithmetic; the right numbers are computed with real tensors and modules."""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field

from grader.checks.base import Check, CheckContext, words_of
from grader.model.message import Text, say
from grader.model.verdict import Verdict, grader_error, needs_review


class Convolution(BaseModel):
    """A square image, square filters, and the strides that the question names."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    input: int = Field(gt=0)
    kernel: int = Field(gt=0)
    filters: int = Field(1, gt=0)
    strides: list[int] = Field(min_length=1)
    asks: Literal["sizes", "either"] = Field(
        "sizes",
        description="`sizes` if the question needs a size at each stride, `either` if it may say which strides fit",
    )


class NetworkPlan(BaseModel):
    """A convolution, pooling, ReLU and a fully connected layer, without biases."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    image: int = Field(gt=0)
    filters: int = Field(gt=0)
    kernel: int = Field(gt=0)
    stride: int = Field(gt=0)
    outputs: int = Field(gt=0)
    pool: int = Field(1, gt=0)


class Numbers(Check):
    """The numbers in the answer are right. For output sizes, the answer may choose the padding.

    Every number in the answer has to be explained; an answer with an unexplained number needs review.
    """

    label: ClassVar[Text] = say("Numbers")
    needs_answer: ClassVar[bool] = True
    example: ClassVar[str] = """\
kind: numbers
points: 2
convolution: {input: 13, kernel: 3, filters: 64, strides: [2, 3, 4, 5]}"""
    kind: Literal["numbers"] = "numbers"
    convolution: Convolution | None = Field(
        None, description="the convolution whose output size the question asks for, at each stride"
    )
    network: NetworkPlan | None = Field(None, description="the network of which the question asks for a count")
    count: Literal["convolution_weights", "relus", "all_weights"] | None = Field(
        None, description="the count of the network: weights of the convolution, ReLU operations, or all weights"
    )

    def mistake_in_keys(self) -> str:
        """Return that it needs either a convolution or a network with a count, or nothing."""
        if (self.convolution is None) == (self.network is None) or (self.network is None) != (self.count is None):
            return "give either 'convolution', or 'network' with 'count'"
        return ""

    def judge(self, context: CheckContext) -> Verdict:
        """Compare the numbers of the answer with those of real tensors and modules, and with known mistakes."""
        if context.answer is None:
            return needs_review(say("There is no answer to read."))
        quote = words_of(context.answer)
        if self.convolution is not None:
            from grader.reading.judge_sizes import judge_sizes
            from grader.reading.sizes import SizeQuestion

            plan = self.convolution
            question = SizeQuestion(plan.input, plan.kernel, plan.filters, tuple(plan.strides), plan.asks == "either")
            return judge_sizes(question, quote)
        if self.network is None or self.count is None:
            return grader_error(say("The rubric names neither a convolution nor a count."))
        from grader.reading.judge_counts import judge_count
        from reference.conv import Network

        return judge_count(Network(**self.network.model_dump()), self.count, quote)
