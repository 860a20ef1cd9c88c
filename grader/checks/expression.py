"""The kind `expression`: a formula over declared names, compared by value with the one in the rubric."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import TYPE_CHECKING, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field

from grader.checks.base import Check, CheckContext, Credit, words_of
from grader.model.message import Text, say
from grader.model.verdict import Verdict, needs_review

if TYPE_CHECKING:
    from grader.expressions.wanted_formula import WantedFormula

MAX_LENGTH = 50


class Known(BaseModel):
    """A known wrong form: its mistake, and the share of the points that it earns."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    form: str
    because: str
    credit: Credit = Decimal(0)


class Expression(Check):
    """The formula has the same value as the formula of the rubric at random points, in any notation."""

    label: ClassVar[Text] = say("The formula")
    needs_answer: ClassVar[bool] = True
    exact_answer: ClassVar[bool] = True
    example: ClassVar[str] = """\
kind: expression
points: 1
gives: g
names: {A: [m, n], x: [n], b: [m]}
equals: "2 A^T (A x - b)"
known: [{form: "A^T (A x - b)", because: "The factor 2 of the square is missing", credit: 0.5}]"""
    explanation: ClassVar[str] = r"""
A formula has the declared names and the lengths of their shapes, numbers, `+`, `-`, `/`, `^` and `^T`, a space for the
product of numbers and matrices, `*` for the elementwise product, `u · v` for the inner product of two vectors, `|x|`,
`‖x‖`, sums and products over an index (`\sum_i x_i y_i`), `\delta_{ij}`, blocks (`[A, B]`, `[x; y]`), the identity
`I` in a sum, and `exp`, `log`, `sqrt`, `floor`, `ceil`, `sum`, `mean`, `prod`, `norm`, `max`, `min`, `argmax`,
`softmax`, `diag`, `tanh`, `sigmoid`. A vector is a column. `f`, `g`, `sigma`, `phi` and `psi` are one smooth function
unless they are declared. A name is a letter, a Greek letter or word (`gamma`), or another word (`lr`), perhaps with an
index (`W_1`). A length such as `n` in `[n]` has its value in a formula: `sum(x)/n`.

```text
- kind: expression
  points: 1
  gives: dL/dz
  names: {p: [n], y: [n], v: [n], e: []}
  positive: [v, e]
  equals: "(p - y) / sqrt(v + e)"
```

Formulas of usual courses, each with a left side and names:

| formula | left side | names | right side |
|---|---|---|---|
| softmax with cross-entropy, its gradient | `dL/ds` | `{s: [n], t: [n]}` | `softmax(s) - t` |
| the Jacobian of softmax, `s` its value | `J` | `{s: [n]}` | `diag(s) - s s^T` |
| batch norm (`positive: [v]`) | `y` | `{u: [n], v: [], gamma: [], beta: []}` | `gamma u / sqrt(v + 1) + beta` |
| scores of attention | `S` | `{A: [m, d], B: [n, d]}` | `A B^T / sqrt(d)` |
| parameters of a convolution | `P` | `{m: [], k: [], c: []}` | `m (k^2 c + 1)` |
| parameters of an LSTM | `P` | `{D: [], H: []}` | `4 H (D + H + 1)` |
| cross-entropy (`positive: [p]`) | `L` | `{y: [n], p: [n]}` | `-\sum_i y_i log(p_i)` |
| the gradient of the weights of a layer | `∂L/∂W` | `{d: [m], h: [n]}` | `d h^T` |
| a step of a GRU | `h` | `{z: [n], q: [n], p: [n]}` | `(1 - z) * p + z * q` |
| a node of a tree network | `y` | `{A: [m, n], B: [m, n], l: [n], r: [n]}` | `tanh(A l + B r)` |
| cosine of an angle | `c` | `{u: [n], v: [n]}` | `u · v / (‖u‖ ‖v‖)` |
| growth of the time for attention | `C` | `{n: [], d: []}` | `O(n^2 d)` |
| side of an output (`positive: [s]`) | `o` | `{w: [], k: [], p: [], s: []}` | `floor((w + 2 p - k) / s) + 1` |

An answer may give entries (`J_{ij} = s_i (\delta_{ij} - s_j)`), name a derivative as `dL/ds`, `∂L/∂s`,
`\nabla_s L` or `ds`, define names of its own, and put numbers behind the formula, which have to follow from it.
`O(...)` is a claim of growth, of which only the fastest terms count; every name in it may grow.
"""
    kind: Literal["expression"] = "expression"
    names: dict[str, list[int | str]] = Field(
        min_length=1,
        description="the names that a formula may use, with their shapes; [] is a number. A declared name has no other "
        "meaning: with `f` or `sigma` declared, neither is a function",
    )
    equals: str = Field(description="the right formula")
    gives: str = Field(
        "", description="the left side of the formula, a name or a derivative; without one, the only formula counts"
    )
    known: list[Known] = Field(
        [], description="wrong forms, each with its mistake (`because`) and its share of the points (`credit`)"
    )
    positive: list[str] = Field([], description="the names that are never negative, as under a root or a logarithm")
    layout: Literal["any", "as written"] | None = Field(
        None,
        description="`any` accepts the transposed result too, `as written` does not; without it, a derivative on the "
        "left (`gives: dL/dz`) has either layout and everything else is as written",
    )

    def mistake_in_keys(self) -> str:
        """Return which formula of the rubric cannot be read or has no value, or nothing."""
        from grader.expressions.wanted_formula import unusable_form

        bad = [name for name, shape in self.names.items() if len(shape) > 2 or any(not _is_length(n) for n in shape)]
        if bad:
            return f"the shape of {bad[0]} has at most two lengths, each a name or a number from 1 to {MAX_LENGTH}"
        return unusable_form(self._wanted())

    def explain(self, text: str) -> Iterator[str]:
        """See `Check.explain`."""
        from grader.expressions.explain_statement import explain_statements

        return explain_statements(text, self._wanted().vocabulary)

    def judge(self, context: CheckContext) -> Verdict:
        """Compare the formula of the answer with the formula of the rubric, and check the rest of the answer."""
        from grader.expressions.judge_expression import judge_expression

        if context.answer is None:
            return needs_review(say("There is no answer to read."))
        quote = words_of(context.answer)
        return judge_expression(self._wanted(), quote, context.seed)

    def _wanted(self) -> WantedFormula:
        from grader.expressions.wanted_formula import KnownForm, WantedFormula

        known = [KnownForm(form.form, form.because, form.credit) for form in self.known]
        either = None if self.layout is None else self.layout == "any"
        return WantedFormula(self.names, self.equals, self.gives, known, either, self.positive)


def _is_length(length: int | str) -> bool:
    return length.isidentifier() if isinstance(length, str) else 1 <= length <= MAX_LENGTH
