"""Evidence as bytes, without pickles."""

from __future__ import annotations

import io
import json
import logging
import math
import zlib
from collections.abc import Mapping
from dataclasses import asdict, replace
from typing import Any

import numpy as np

from grader.model import Array, CellRun, Evidence, Frame, Outcome, Raised

log = logging.getLogger(__name__)


def to_bytes(evidence: Evidence) -> bytes:
    """Pack evidence as `.npz`: JSON and, one after the other, the bytes of all arrays, each compressed by zlib."""
    outcomes, parts, offset = {}, [], 0
    for name, one in evidence.outcomes.items():
        arrays = {}
        for key, array in one.arrays.items():
            parts.append(np.ascontiguousarray(array).tobytes())
            arrays[key] = [array.dtype.str, list(array.shape), offset]
            offset += len(parts[-1])
        fields = {name: value for name, value in asdict(replace(one, arrays={})).items() if name != "arrays"}
        outcomes[name] = {**fields, "arrays": arrays}
    head = {
        "environment": dict(evidence.environment),
        "cells": [asdict(cell) for cell in evidence.cells],
        "records": [dict(record) for record in evidence.records],
    }
    buffer = io.BytesIO()
    np.savez(buffer, evidence=_packed(head), outcomes=_packed(outcomes), arrays=_compressed(b"".join(parts)))
    return buffer.getvalue()


def _packed(value: Mapping[str, Any]) -> Array:
    return _compressed(json.dumps(value).encode("utf-8", "surrogatepass"))


def _compressed(data: bytes) -> Array:
    return np.frombuffer(zlib.compress(data, 1), dtype=np.uint8)


def _unpacked(stored: Array) -> bytes:
    return zlib.decompress(stored.tobytes())


def from_bytes(data: bytes, rest: Evidence) -> Evidence | None:
    """Unpack evidence and join it with `rest`; None if it is damaged or from another environment."""
    try:
        with np.load(io.BytesIO(data), allow_pickle=False) as stored:
            head, replies, blob = (_unpacked(stored[name]) for name in ("evidence", "outcomes", "arrays"))
        about = json.loads(head)
        if about["environment"] != dict(rest.environment):
            return None
        outcomes = _outcomes(replies, blob)
        cells = tuple(_cell(cell) for cell in about["cells"])
        return replace(rest, cells=cells, outcomes=outcomes, records=tuple(about["records"]))
    except Exception as error:  # damaged in any way: the submission runs again
        log.warning("kept evidence cannot be read (%s); the submission is run again", error)
        return None


def _outcomes(replies: bytes, blob: bytes) -> dict[str, Outcome]:
    outcomes = {}
    for name, one in json.loads(replies).items():
        arrays = {key: _array(blob, *place) for key, place in one["arrays"].items()}
        outcomes[name] = Outcome(**{**one, "arrays": arrays, "raised": _raised(one["raised"])})
    return outcomes


def _cell(fields: Mapping[str, Any]) -> CellRun:
    return CellRun(**{**fields, "raised": _raised(fields["raised"])})


def _raised(fields: Mapping[str, Any]) -> Raised:
    frames = tuple(Frame(**frame) for frame in fields["frames"])
    chain = tuple(_raised(one) for one in fields["chain"])
    return Raised(**{**fields, "bases": tuple(fields["bases"]), "frames": frames, "chain": chain})


def _array(blob: bytes, dtype: str, shape: list[int], offset: int) -> Array:
    kind = np.dtype(dtype)
    if kind.hasobject:
        raise ValueError("not an array of numbers")
    return np.frombuffer(blob, kind, math.prod(shape), offset).reshape(shape)
