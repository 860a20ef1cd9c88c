"""Tables, charts and quotes below a finding."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from grader.model.message import Text


@dataclass(frozen=True)
class Table:
    """A small table in a finding; a cell is a message of the grader, or a text that is shown unchanged."""

    title: Text
    head: tuple[Text, ...]
    rows: tuple[tuple[Text, ...], ...]
    type: Literal["table"] = "table"


@dataclass(frozen=True)
class Series:
    """One line of a chart."""

    name: Text
    x: tuple[float, ...]
    y: tuple[float, ...]


@dataclass(frozen=True)
class Chart:
    """A line chart; `alt` describes it in words."""

    title: Text
    x_label: Text
    y_label: Text
    series: tuple[Series, ...]
    alt: Text
    type: Literal["chart"] = "chart"


@dataclass(frozen=True)
class Stage:
    """One layer of a shape trace, in run-time order."""

    name: str
    kind: str
    shape: str
    expected: str = ""
    differs: bool = False


@dataclass(frozen=True)
class Trace:
    """The shapes of a tensor after each layer, as measured."""

    title: Text
    stages: tuple[Stage, ...]
    type: Literal["trace"] = "trace"


@dataclass(frozen=True)
class Quote:
    """Words of the submission, with their place; `highlights` are phrases to highlight."""

    title: Text
    text: str
    where: str = ""
    highlights: tuple[str, ...] = ()
    type: Literal["quote"] = "quote"


@dataclass(frozen=True)
class SpreadRow:
    """The values of a distribution and the claimed value."""

    name: Text
    values: tuple[float, ...]
    claimed: float | None = None


@dataclass(frozen=True)
class Spread:
    """Claims with their distributions; `alt` describes the chart in words."""

    title: Text
    unit: Text
    rows: tuple[SpreadRow, ...]
    alt: Text
    type: Literal["spread"] = "spread"


Detail = Table | Chart | Trace | Quote | Spread
