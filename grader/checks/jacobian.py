"""The kind `jacobian`: a formula for a derivative of the RNN, compared by value with automatic differentiation."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field

from grader.checks.base import Check, CheckContext, Credit, words_of
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
    example: ClassVar[str] = """\
kind: jacobian
points: 0.5
cell: "reference.rnn:VanillaRNN"
of: "h[k+1]"
wrt: "z[k+1]"
partial:
  - {wrt: "h[k]", credit: 0.5, because: "W is counted twice"}"""
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
    without_bias: Credit = Field(
        Decimal("0.5"), description="share of the points for the right form without the bias in its argument"
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
        wanted = WantedJacobian(self.of, self.wrt, partial, self.not_worked_out, self.without_bias)
        quote = words_of(context.answer)
        return judge_jacobian(wanted, quote, context.seed)
