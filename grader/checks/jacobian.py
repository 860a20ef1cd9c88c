"""The kind `jacobian`: a formula for a derivative of the RNN, compared by value with automatic differentiation."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field

from grader.checks.base import Check, CheckContext, Credit, CreditOrReview, credit_or_none, words_of
from grader.model.message import Text, say
from grader.model.verdict import Verdict, needs_review


class PartialCredit(BaseModel):
    """Another derivative that earns a share of the points."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    wrt: str
    credit: Credit
    because: str


class Jacobian(Check):
    """The formula is the derivative that the question asks for, in any notation."""

    label: ClassVar[Text] = say("The Jacobian")
    needs_answer: ClassVar[bool] = True
    exact_answer: ClassVar[bool] = True
    example: ClassVar[str] = """\
kind: jacobian
points: 0.5
cell: "reference.rnn:VanillaRNN"
of: "h[k+1]"
wrt: "z[k+1]"
partial:
  - {wrt: "h[k]", credit: 0.5, because: "W is counted twice"}
index_off: 0.5
vector: 0.25
unknown: review"""
    kind: Literal["jacobian"] = "jacobian"
    cell: str = Field(description="the cell of the reference solution, as module:name")
    of: str = Field(description="the numerator of the derivative, such as h[k+1]")
    wrt: str = Field(description="the denominator of the derivative, such as z[k+1]")
    partial: list[PartialCredit] = Field(
        [], description="other derivatives, each with its share of the points (`credit`) and the reason (`because`)"
    )
    not_worked_out: Credit = Field(
        Decimal("0.5"), description="share of the points for the right derivative that is not evaluated"
    )
    without_bias: CreditOrReview = Field(
        Decimal("0.5"), description="share of the points for the right form without the bias in its argument"
    )
    index_off: CreditOrReview = Field(
        Decimal(0), description="share of the points for the derivative at another step, such as z[k]"
    )
    product_order: CreditOrReview = Field(
        Decimal(0), description="share of the points for the factors of dh[k+1]/dh[k] in the wrong order"
    )
    transposed: CreditOrReview = Field(
        Decimal(0), description="share of the points for dh[k+1]/dh[k] with W transposed, or in the other `layout`"
    )
    elementwise: CreditOrReview = Field(
        Decimal(0), description="share of the points for the elementwise product in dh[k+1]/dh[k]"
    )
    vector: CreditOrReview = Field(
        "review", description="share of the points for the entries without a diagonal matrix"
    )
    lost_prime: CreditOrReview = Field(
        "review", description="share of the points for the right form without its prime in the text of a scan or PDF"
    )
    unknown: CreditOrReview = Field(
        "review", description="share of the points for a formula that equals neither the right one nor a known mistake"
    )
    layout: Literal["any", "numerator", "denominator"] = Field(
        "any",
        description="the layout of derivatives that are no diagonal matrix: `numerator` is D W, `denominator` W^T D",
    )

    def mistake_in_keys(self) -> str:
        """Return which name is not h or z with an index in k, or nothing."""
        names = [self.of, self.wrt, *(part.wrt for part in self.partial)]
        bad = [name for name in names if not re.fullmatch(r"[hz]\[k([+-]\d)?\]", name)]
        return f"'{bad[0]}' is not of the form h[k+1] or z[k]" if bad else ""

    def explain(self, text: str) -> Iterator[str]:
        """See `Check.explain`."""
        from grader.expressions.explain_statement import explain_statements

        return explain_statements(text)

    def judge(self, context: CheckContext) -> Verdict:
        """Compare the formula for J with the derivative and with known mistakes, and check the rest of the answer."""
        from grader.expressions.judge_jacobian import PartialForm, WantedJacobian, judge_jacobian

        if context.answer is None:
            return needs_review(say("There is no answer to read."))
        partial = [PartialForm(part.wrt, part.credit, part.because) for part in self.partial]
        wanted = WantedJacobian(self.of, self.wrt, partial, self.not_worked_out, self._shares(), self.layout)
        quote = words_of(context.answer)
        return judge_jacobian(wanted, quote, context.seed)

    def _shares(self) -> dict[str, Decimal | None]:
        """Return the share of each mistake that has a key; None where a tutor decides."""
        return {
            "without_bias": credit_or_none(self.without_bias),
            "index_off": credit_or_none(self.index_off),
            "product_order": credit_or_none(self.product_order),
            "transposed": credit_or_none(self.transposed),
            "elementwise": credit_or_none(self.elementwise),
            "vector": credit_or_none(self.vector),
            "lost_prime": credit_or_none(self.lost_prime),
            "unknown": credit_or_none(self.unknown),
        }
