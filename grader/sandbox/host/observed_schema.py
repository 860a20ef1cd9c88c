"""Validate replies about what was observed of a run: the figures and the trainings of a notebook."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

import numpy as np
from pydantic import BaseModel, ConfigDict, Field

from grader.model import Array

MAX_PICTURE = 1 << 20  # bytes

Name = Annotated[str, Field(max_length=600)]
Count = Annotated[int, Field(ge=0, le=1 << 31)]


class _Part(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid")


class _Axes(_Part):
    title: Name
    x: Name
    y: Name
    legend: list[Name] = Field(max_length=50)
    words: list[Name] = Field(max_length=50)
    images: list[Name] = Field(max_length=64)
    others: Count
    curves: list[Name] = Field(max_length=400)


class _Figure(_Part):
    words: list[Name] = Field(max_length=50)
    axes: list[_Axes] = Field(max_length=64)
    whole: bool
    cell: Name
    picture: bool


class _Figures(_Part):
    """The figures that were kept, see `child/figures.py`."""

    figures: list[_Figure] = Field(max_length=40)
    left_out: Count
    watched: bool


class _Schedule(_Part):
    name: Name
    settings: dict[Name, float | int] = Field(max_length=50)


class _Training(_Part):
    optimizer: Name
    settings: dict[Name, float | int] = Field(max_length=50)
    cell: Name
    steps: Count
    backwards: Count
    stale: Count
    rates: list[Annotated[list[float | int], Field(min_length=2, max_length=2)]] = Field(max_length=2000)
    schedules: list[_Schedule] = Field(max_length=10)
    in_training: Count
    evaluated: Count
    modes: bool
    still: list[Name] = Field(max_length=500)
    compared: bool
    losses: list[float] = Field(max_length=401)


class _Trainings(_Part):
    """The trainings that were observed, see `child/trainings.py`."""

    runs: list[_Training] = Field(max_length=20)
    left_out: Count


OBSERVED: Mapping[str, type[_Part]] = {"figures": _Figures, "training": _Trainings}  # by action


def check_observed(action: str, value: Any, arrays: Mapping[str, Array]) -> None:
    """Validate a reply, and that each curve and picture that it announces was sent.

    Raises:
        ValueError: the value has another form, or announces more than was sent.
    """
    read = OBSERVED[action].model_validate(value)
    for number, figure in enumerate(read.figures if isinstance(read, _Figures) else ()):
        for curve in range(sum(len(axes.curves) for axes in figure.axes)):
            data = arrays.get(f"figure{number}.curve{curve}")
            if data is None or data.ndim != 2 or len(data) != 2 or data.dtype != np.float64:
                raise ValueError("a curve is announced and was not sent")
        picture = arrays.get(f"figure{number}.picture")
        if figure.picture and (picture is None or picture.dtype != np.uint8 or picture.size > MAX_PICTURE):
            raise ValueError("a picture is announced and was not sent")
