"""Tables, charts and quotes that stand below a finding."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Table:
    """A small table in a finding; every cell is text."""

    title: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    type: Literal["table"] = "table"


@dataclass(frozen=True)
class Series:
    """One line of a chart."""

    name: str
    x: tuple[float, ...]
    y: tuple[float, ...]


@dataclass(frozen=True)
class Chart:
    """A line chart; `alt` says in words what it shows."""

    title: str
    x_label: str
    y_label: str
    series: tuple[Series, ...]
    alt: str
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
    """The shapes that a tensor really had on its way through the layers."""

    title: str
    stages: tuple[Stage, ...]
    type: Literal["trace"] = "trace"


@dataclass(frozen=True)
class Quote:
    """Words of the submission, with the place they stand in; `marks` are phrases to highlight."""

    title: str
    text: str
    where: str = ""
    highlights: tuple[str, ...] = ()
    type: Literal["quote"] = "quote"


@dataclass(frozen=True)
class SpreadRow:
    """Values of one kind and the one that was claimed."""

    name: str
    values: tuple[float, ...]
    claimed: float | None = None


@dataclass(frozen=True)
class Spread:
    """Claims on the distributions that they belong to; `alt` says in words what it shows."""

    title: str
    unit: str
    rows: tuple[SpreadRow, ...]
    alt: str
    type: Literal["spread"] = "spread"


Detail = Table | Chart | Trace | Quote | Spread
