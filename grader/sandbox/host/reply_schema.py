"""Validate replies; one of another form is a bad reply of the submission and never reaches a check."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from grader.asking.values import BadValue, read_value
from grader.model import Array, Frame, Raised
from grader.sandbox.host.observed_schema import OBSERVED, check_observed
from grader.text import clean

MAX_PARAMETERS = 500
MAX_WEIGHTS = 20_000_000  # numbers in all parameters of one model
MAX_OUTPUTS = 200
MAX_NESTED = 100  # lists and mappings of a session's values
MAX_CHANGES = 10_000  # of values, by one operation of a session


class BadReply(Exception):
    """The reply is not one that the worker writes."""


Name = Annotated[str, Field(max_length=300)]
Length = Annotated[int, Field(ge=0, le=1 << 31)]
Shape = Annotated[list[Length], Field(max_length=64)]


class _Part(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid")


class _Layer(_Part):
    layer: Name
    type: Name
    inputs: list[Shape] = Field(alias="in", max_length=MAX_OUTPUTS)
    outputs: list[Shape] = Field(alias="out", max_length=MAX_OUTPUTS)
    times: Length


class _Call(_Part):
    outputs: list[tuple[Name, Shape]] = Field(max_length=MAX_OUTPUTS)
    type: Name
    dtype: Name
    usual: bool
    layers: list[_Layer] = Field(max_length=400)
    gradients: Length = 0
    gradient_error: str = Field("", max_length=2000)


class _Case(_Part):
    parameters: list[tuple[Name, Shape]] = Field(max_length=MAX_PARAMETERS)
    module: bool = True  # whether it is a torch module, whose weights can be set
    calls: list[_Call] = Field(max_length=50)


class _Called(_Part):
    cases: list[_Case] = Field(max_length=50)


class _Trained(_Part):
    trained: list[tuple[Name, bool]] = Field(max_length=MAX_PARAMETERS)


class _Session(_Part):
    """The reply to an operation of a session; the process of the tests reads its values, see `live_values.py`."""

    gone: bool = False
    result: Any = None
    changes: list[Any] = Field([], max_length=MAX_CHANGES)
    random: dict[Literal["torch", "numpy", "python"], Any] = {}
    printed: str = Field("", max_length=100_000)
    warned: list[tuple[Name, Annotated[str, Field(max_length=2000)]]] = Field([], max_length=50)
    raised: dict[str, Any] | None = None


class _Inside(_Part):
    """The result of a test of the course that ran inside."""

    result: Literal["passed", "failed", "skipped", "error", "ended", "not run"]
    message: str = Field("", max_length=600)
    file: Name = ""
    line: Length = 0


class _Raised(_Part):
    type: Name
    message: str = Field(max_length=2000)
    bases: list[Name] = Field(max_length=20)
    name: Name
    errno: int = Field(ge=-(1 << 16), le=1 << 16)
    origin: Literal["student", "call", "recipe", "grader"]
    target: Name
    frames: list[tuple[Name, Length, Name]] = Field(max_length=20)
    chain: list[tuple[Name, Annotated[str, Field(max_length=500)]]] = Field(max_length=3)


_FORMS: Mapping[str, type[_Part]] = {"call": _Called, "train": _Trained, "session": _Session, "inside": _Inside}


def check_value(action: str, value: Any, arrays: Mapping[str, Array], results: int = 0) -> None:
    """Validate the value of a reply to `action`, and its announced shapes against the received arrays.

    Of `steps`, as many `results` have to be there as were asked for: what is missing could not differ.

    Raises:
        BadReply: the value has another form, or announces more than was sent.
    """
    if action == "steps":
        _check_typed(value, arrays, results)
        return
    try:
        if action in OBSERVED:
            check_observed(action, value, arrays)
            return
        read = _FORMS[action].model_validate(_tuples(value, 0 if action != "session" else -MAX_NESTED))
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"][:6]))[:100]
        raise BadReply(f"{place}: {first['msg']}") from None
    except ValueError as error:
        raise BadReply(str(error)) from None
    if isinstance(read, _Trained) and any(f"weight{number}" not in arrays for number in range(len(read.trained))):
        raise BadReply("a trained weight was not sent")
    for number, case in enumerate(read.cases if isinstance(read, _Called) else ()):
        _check_weights(case)
        for position, call in enumerate(case.calls):
            for index, (name, shape) in enumerate(call.outputs):
                array = arrays.get(f"case{number}.call{position}.out{index}")
                if array is None or list(array.shape) != shape:
                    raise BadReply(f"the tensor {name or index} is announced in one shape and sent in another")


def _check_typed(value: Any, arrays: Mapping[str, Array], results: int) -> None:
    """Validate the typed values of a reply: their number and notation, and that every array was sent."""
    if not isinstance(value, dict) or set(value) != {"results"} or not isinstance(value["results"], list):
        raise BadReply("it has no results")
    if len(value["results"]) != results:
        raise BadReply(f"it has {len(value['results'])} results instead of {results}")
    try:
        for result in value["results"]:
            read_value(result, arrays)
    except BadValue as error:
        raise BadReply(str(error)) from None


def raised_of(value: Any) -> Raised:
    """Return the description of an exception, cleaned for display.

    Raises:
        BadReply: it is none.
    """
    try:
        read = _Raised.model_validate(_described(value))
    except ValidationError:
        raise BadReply("it describes no exception") from None
    frames = tuple(Frame(clean(file), None, line, clean(function)) for file, line, function in read.frames)
    bases = tuple(map(clean, read.bases))
    named = Raised(clean(read.type), clean(read.message), bases, clean(read.name), read.errno, read.origin)
    chain = tuple(Raised(clean(name), clean(message)) for name, message in read.chain)
    return replace(named, target=clean(read.target), frames=frames, chain=chain)


def raised_in_session(content: Mapping[str, Any]) -> Raised:
    """Return the exception that an operation of a session raised; one without a type if it raised none.

    Raises:
        BadReply: it is described in another way.
    """
    if content.get("raised") is None:
        return Raised()
    raised = raised_of(content["raised"])
    if not raised.type:
        raise BadReply("it describes no exception")
    return raised


def _described(value: Any) -> Any:
    """Return the value with frames and earlier exceptions as tuples, as JSON has only lists."""
    if not isinstance(value, dict):
        return value
    listed = {name: value[name] for name in ("frames", "chain") if isinstance(value.get(name), list)}
    made = {name: [tuple(one) if isinstance(one, list) else one for one in parts] for name, parts in listed.items()}
    return {**value, **made}


def _check_weights(case: _Case) -> None:
    total = 0
    for name, shape in case.parameters:
        size = 1
        for length in shape:
            size *= length
        total += size
        if total > MAX_WEIGHTS:
            raise BadReply(f"its weights, {name} among them, are more than {MAX_WEIGHTS} numbers")


def _tuples(value: Any, depth: int) -> Any:
    """Turn lists into tuples: JSON has only lists, and strict validation expects tuples for pairs."""
    if depth > 12:
        raise BadReply("it is nested too deeply")
    if isinstance(value, dict):
        return {key: _tuples(part, depth + 1) for key, part in value.items()}
    if isinstance(value, list):
        parts = [_tuples(part, depth + 1) for part in value]
        return tuple(parts) if len(parts) == 2 and isinstance(parts[0], str) else parts
    return value
