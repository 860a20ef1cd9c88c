"""The kind `numbers`: convolution arithmetic; the right numbers are computed with real tensors and modules."""

from __future__ import annotations

from decimal import Decimal
from typing import ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field

from grader.checks.base import Check, CheckContext, Credit, CreditOrReview, credit_or_none, words_of
from grader.model.message import Text, say
from grader.model.verdict import Verdict, grader_error, needs_review
from grader.reading.sizes import Padding, Rounding, SizeQuestion


class Convolution(BaseModel):
    """A square image, square filters, and the strides that the question names."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    input: int = Field(gt=0)
    kernel: int = Field(gt=0)
    filters: int = Field(1, gt=0)
    strides: list[int] = Field(min_length=1)
    asks: Literal["sizes", "fits", "either"] = Field(
        "sizes",
        description="`sizes` if the question needs a size at each stride, `fits` if it asks which strides fit, "
        "`either` if both will do",
    )
    padding: Padding = Field("any", description="the padding that the question allows")
    rounding: Rounding = Field(
        "any",
        description="where a stride does not fit, `floor` wants the size rounded down, `strict` that it does not fit",
    )
    missing: Literal["review", "wrong"] = Field(
        "review", description="a stride without a size needs review, or is `wrong` like a wrong size"
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
    exact_answer: ClassVar[bool] = True
    example: ClassVar[str] = """\
kind: numbers
points: 2
convolution: {input: 13, kernel: 3, filters: 64, strides: [2, 3, 4, 5], asks: either}"""
    explanation: ClassVar[str] = """
`convolution` has further keys. `asks: sizes` (the default) needs a size at each stride; with `asks: either` it is
enough to say which strides fit; with `asks: fits` a rounded size is wrong where a stride does not fit. `padding: any`
accepts no padding, a padding of 1 and 'same' padding, as long as it is one of them; `none`, `one` or `same` is the one
that the question names. Where a stride does not fit, `rounding: any` accepts the size rounded down and "does not fit",
`floor` and `strict` only the first or the second. `missing: wrong` counts a stride without a size as a wrong one
instead of leaving the answer to a tutor.

```text
- kind: numbers
  points: 1
  convolution: {input: 13, kernel: 3, strides: [2, 5], padding: none, rounding: strict, missing: wrong}
- kind: numbers
  points: 1
  convolution: {input: 13, kernel: 3, strides: [2, 3, 4, 5], asks: fits, padding: none}
- kind: numbers
  points: 1
  network: {image: 12, filters: 3, kernel: 4, stride: 2, outputs: 4}
  count: all_weights
  biases: either
  part: 0.5
  unknown: 0
```
"""
    kind: Literal["numbers"] = "numbers"
    convolution: Convolution | None = Field(
        None, description="the convolution whose output size the question asks for, at each stride"
    )
    network: NetworkPlan | None = Field(None, description="the network of which the question asks for a count")
    count: Literal["convolution_weights", "relus", "all_weights"] | None = Field(
        None, description="the count of the network: weights of the convolution, ReLU operations, or all weights"
    )

    biases: Literal["none", "counted", "either"] = Field(
        "none", description="whether the count of the network includes biases; `either` accepts both"
    )
    part: Credit = Field(
        Decimal(0), description="share of the points for the count of one filter, one feature map or one layer"
    )
    other_biases: CreditOrReview = Field(
        "review",
        description="share of the points for a count with biases where none count, or without where they do; with "
        "`review`, answers that speak of biases need review, and others earn nothing",
    )
    unknown: CreditOrReview = Field(
        "review", description="share of the points for a count that is neither right nor a known mistake"
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

            return judge_sizes(_question(self.convolution), quote)
        if self.network is None or self.count is None:
            return grader_error(say("The rubric names neither a convolution nor a count."))
        from grader.reading.judge_counts import CountShares, judge_count
        from reference.conv import Network

        with_biases = {"none": (False,), "counted": (True,), "either": (False, True)}[self.biases]
        plans = [Network(**self.network.model_dump(), bias=bias) for bias in with_biases]
        shares = CountShares(self.part, credit_or_none(self.other_biases), credit_or_none(self.unknown))
        return judge_count(plans, self.count, quote, shares)


def _question(plan: Convolution) -> SizeQuestion:
    strides, may_say, wrong = tuple(plan.strides), plan.asks != "sizes", plan.missing == "wrong"
    rounding: Rounding = "strict" if plan.asks == "fits" and plan.rounding == "any" else plan.rounding
    return SizeQuestion(plan.input, plan.kernel, plan.filters, strides, may_say, plan.padding, rounding, wrong)
