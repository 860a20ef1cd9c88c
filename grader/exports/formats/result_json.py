"""The format `json`: the result itself; `grader export --schema` prints its schema."""

from __future__ import annotations

from grader.exports.export_format import Export, Format, Inputs
from grader.exports.result import adapter, result_of


def _make(inputs: Inputs) -> Export:
    doubts: list[str] = []
    data = adapter().dump_json(result_of(inputs, doubts), indent=1) + b"\n"
    return Export((("result.json", data),), doubts=tuple(doubts))


FORMAT = Format("json", "The results as JSON; --schema prints the schema.", _make, always=True)
