"""One entry of the key `holds`: a property of a result or of a part of it, as a rubric names it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from grader.asking.sizes import number_of
from grader.asking.values import DTYPES
from grader.comparing import value_properties as values
from grader.comparing.function_cases import FunctionCase
from grader.comparing.property_trials import (
    OTHER_SEEDS,
    Trial,
    changed,
    other_inputs,
    other_seeds,
    permuted,
    repeated,
    undone,
)
from grader.comparing.value_comparison import Difference, Tolerance
from grader.model import NOTHING, Message, Text, say, say_number, sentences

_NAME = re.compile(r"[A-Za-z_]\w*(\.[A-Za-z_]\w*)?")
Size = int | str
True_ = Literal[True]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Sum(_Part):
    """The sums along an axis; without one, the sum of all numbers."""

    axis: int | None
    expected: float = Field(alias="is")


class Monotone(_Part):
    """The order of the numbers along an axis."""

    axis: int = -1
    direction: Literal["up", "down"]
    strict: bool = False


class Permutes(_Part):
    """Inputs whose order along an axis may change, and the axis of the result that changes with it."""

    inputs: tuple[str, ...] = Field(min_length=1)
    axis: int = 0
    result_axis: int | None = 0


class Property(_Part):
    """A property of a result or, with `of`, of a part of it."""

    of: str = ""
    type: values.Kind | None = None
    shape: tuple[Size, ...] | None = None
    dtype: str | None = None
    finite: True_ | None = None
    range: tuple[float | None, float | None] | None = None
    sum: Sum | None = None
    symmetric: tuple[int, int] | None = None
    monotone: Monotone | None = None
    deterministic: True_ | None = None
    random: True_ | None = None
    seeded: True_ | None = None
    differs_when: Annotated[dict[str, Any], Field(min_length=1)] | None = None
    same_when: Annotated[dict[str, Any], Field(min_length=1)] | None = None
    permutes: Permutes | None = None
    idempotent: True_ | None = None
    inverse_of: str = ""

    @model_validator(mode="after")
    def _one_property(self) -> Property:
        named = [name for name in type(self).model_fields if name != "of" and getattr(self, name) not in (None, "")]
        if len(named) != 1:
            found = ", ".join(named) or "none"
            raise PydanticCustomError(
                "one_property", "an entry names exactly one property; here {found}", {"found": found}
            )
        return self

    @property
    def name(self) -> str:
        """Return the key of the property."""
        return next(name for name in type(self).model_fields if name != "of" and getattr(self, name) not in (None, ""))

    def in_words(self) -> Text:
        """Return the key of the property, with the part that it is about."""
        return say("{property} of part {path}", property=self.name, path=self.of) if self.of else self.name

    @property
    def inputs(self) -> Mapping[str, Any]:
        """Return the inputs that a further call changes, as the rubric describes them."""
        return self.differs_when or self.same_when or {}

    @property
    def input_names(self) -> list[str]:
        """Return the names of the inputs that a further call changes."""
        return [*self.inputs, *(self.permutes.inputs if self.permutes else ())]

    @property
    def differs(self) -> bool:
        """Return whether a further call must have another result."""
        return bool(self.random or self.differs_when)

    @property
    def calls_again(self) -> bool:
        """Return whether a further call shows the property."""
        seeds = self.random or self.seeded
        return bool(seeds or self.inputs or self.permutes or self.idempotent or self.inverse_of)

    def mistake(self, case: FunctionCase, number: int) -> str:
        """Return what is wrong with the property at one case; nothing if it can be tested.

        Raises:
            BadInput, NoSize: an input cannot be drawn, or a size has no number.
        """
        if self.shape is not None:
            [number_of(size, case.sizes) for size in self.shape]
        if self.dtype is not None and self.dtype not in DTYPES:
            return f"'{self.dtype}' is no number type"
        if self.range is not None and None not in self.range and not self.range[0] < self.range[1]:  # type: ignore[operator]
            return "the first number of a range is below the second"
        if self.inverse_of and not _NAME.fullmatch(self.inverse_of):
            return f"'{self.inverse_of}' is not the name of a function"
        if (self.idempotent or self.inverse_of) and not case.calls[0][1]:
            return f"{self.name} needs an input in 'given'"
        self.trial(case, number, None)
        return ""

    def difference(self, value: Any, sizes: Mapping[str, int], tolerance: Tolerance) -> Difference | None:
        """Return why the property does not hold of one value; None if it does, or if only further calls show it."""
        if self.type is not None:
            return values.of_type(value, self.type, self.of)
        if self.shape is not None:
            return values.of_shape(value, [number_of(size, sizes) for size in self.shape], self.of)
        if self.dtype is not None:
            return values.of_dtype(value, self.dtype, self.of)
        if self.finite:
            return values.finite(value, self.of)
        if self.range is not None:
            return values.in_range(value, *self.range, tolerance, self.of)
        if self.sum is not None:
            return values.sums(value, self.sum.axis, self.sum.expected, tolerance, self.of)
        if self.symmetric is not None:
            return values.symmetric(value, self.symmetric, tolerance, self.of)
        if self.monotone is not None:
            rises = self.monotone.direction == "up"
            return values.monotone(value, self.monotone.axis, rises, self.monotone.strict, tolerance, self.of)
        return None

    def trial(self, case: FunctionCase, number: int, found: Any) -> Trial | Difference | None:
        """Return the further call for one case, or why the result cannot have the property; None without a call.

        `number` is the place of the entry, and `found` the part of the result.

        Raises:
            BadInput: an input cannot be drawn, or there is none of this name.
        """
        if self.random or self.seeded:
            return other_seeds(case, found, self.of, self.differs)
        if self.inputs:
            given = other_inputs(case, self.inputs, number)
            return changed(case, given, found, self.of, self.differs)
        if self.permutes is not None:
            order = self.permutes
            return permuted(case, order.inputs, order.axis, order.result_axis, found, self.of)
        if self.idempotent:
            return repeated(case, found, self.of)
        return undone(case, self.inverse_of, self.of) if self.inverse_of else None

    def sentences(self, found: Difference | None, target: str) -> tuple[Message, Message]:
        """Return what a further call showed, and a hint; `found` is the difference, where there is one."""
        known = found.sentence() if found is not None else NOTHING
        hint = found.hint if found is not None else NOTHING
        if found is not None and not found.proves:
            return known, NOTHING
        if self.deterministic:
            what = say("The result changes when it is called again with the same inputs and the same seed.")
            hint = say(
                "Look for random numbers from a generator without this seed, and for a state that a call changes."
            )
        elif self.random:
            what = say("The result is the same with {n} other seeds.", n=OTHER_SEEDS)
            hint = say("Look for a seed that the code sets, and for random numbers that are not used.")
        elif self.seeded:
            what = say("The result depends on the state of the random generators, not only on the given seed.")
            hint = say("Look for random numbers, such as a shuffled order, that are drawn without the given seed.")
        elif self.differs_when:
            names = self.input_names
            what = say_number(
                "The input {names} is ignored: the result is the same with another value.",
                "The inputs {names} are ignored: the result is the same with other values.",
                len(names), names=names,
            )  # fmt: skip
            hint = say("Look for the places where the code should use it.")
        elif self.same_when:
            what = say("Other values of {names} change the result, and they must not.", names=self.input_names)
            hint = say("Look for the places where the values that do not count should be left out.")
        elif self.permutes:
            what = say(
                "With another order of {names}, the result is not the same in that order.", names=self.input_names
            )
            hint = say("Look for a reshape or view that mixes axes, and for means over all entries.")
        elif self.idempotent:
            what = say("{target} of its own result is another result.", target=target)
        else:
            what = say("{other} of the result of {target} is not the input.", other=self.inverse_of, target=target)
        return sentences(what, known), hint


def words_of_earlier_results(described: Any) -> str:
    """Return `of` or `result` where an input uses it; empty if none does."""
    if isinstance(described, Mapping):
        for word, keys in (("of", {"of", "given", "path"}), ("result", {"result", "path"})):
            if word in described and set(described) <= keys:
                return word
        described = list(described.values())
    if not isinstance(described, (list, tuple)):
        return ""
    return next((word for part in described if (word := words_of_earlier_results(part))), "")


_MEANINGS = {
    "type: list": "a `list`, `tuple`, `dict`, `bool`, `int`, `float`, `str`, torch `tensor` or numpy `array`",
    'shape: [n, "2 * d"]': "an array of this shape, or a list of numbers of these lengths",
    "dtype: float32": "the type of the numbers in its arrays",
    "finite: true": "no number is infinite or NaN",
    "range: [0, 1]": "all numbers are in this range; a bound may be `null`",
    "sum: {axis: -1, is: 1}": "the sums along an axis, or with `axis: null` the sum of all numbers",
    "symmetric: [-1, -2]": "exchanging these axes changes nothing",
    "monotone: {axis: -1, direction: up}": "the numbers rise along an axis, or fall (`down`); "
    "with `strict: true`, equal ones are wrong",
    "deterministic: true": "a second call with the same inputs and seed has the same result",
    "random: true": f"other seeds have other results; {OTHER_SEEDS} are tested",
    "seeded: true": "other states of the random generators have the same result, as a seed is among the inputs",
    "differs_when: {mask: ...}": "other values of these inputs change the result for one of the `sizes` at least",
    "same_when: {x: ...}": "other values of these inputs do not change it",
    "permutes: {inputs: [x], axis: 0, result_axis: 0}": "another order of the inputs along `axis` gives the same "
    "order of the result; with `result_axis: null`, it changes nothing",
    "idempotent: true": "with the result, or its part, in place of the first input, the result is the same",
    "inverse_of: encode": "this other function of the submission, called with the result in place of the first input, "
    "returns the first input; `Class.method` for a method of the same object",
}


def table_of_properties() -> str:
    """Return the properties in Markdown, as a table."""
    lines = ["| property | meaning |", "|---|---|"]
    return "\n".join([*lines, *(f"| `{example}` | {meaning} |" for example, meaning in _MEANINGS.items())])
