"""Inputs that hide a mistake: a mask with one value only, and sizes that nothing uses."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from grader.asking.given import BadInput
from grader.asking.sizes import NoSize
from grader.asking.values import Tensor
from grader.checks.outputs import Outputs
from grader.comparing.reference_outputs import ReferenceFault
from grader.rubric.schema import Rubric


def warnings_on_inputs(rubric: Rubric) -> Iterator[str]:
    """Yield a sentence for each input with which a wrong submission would pass unnoticed."""
    for _, check in rubric.checks():
        if isinstance(check, Outputs):
            yield from _of_masks(check, rubric.execute.seed)
            yield from _of_sizes(check)


def _of_masks(check: Outputs, seed: int) -> Iterator[str]:
    values: dict[str, set[bool]] = {}
    try:
        cases = check.cases(seed)
    except (ReferenceFault, BadInput, NoSize):
        return  # reported as a mistake
    for case in cases:
        for _, given in case.calls:
            for name, value in given.items():
                if (array := _mask(name, value)) is not None:
                    values.setdefault(name, set()).update(np.unique(array.astype(bool)).tolist())
    for name, found in values.items():
        if len(found) == 1:
            what = f"the mask '{name}' is {'true' if True in found else 'false'} everywhere in every case"
            yield f"{check.id}: {what}; a submission that ignores it passes; use '{{mask: random, shape: [...]}}'"


def _mask(name: str, value: Any) -> np.ndarray[Any, Any] | None:
    """Return a value as an array if it is a mask, by its type or its name."""
    array = value.array if isinstance(value, Tensor) else value
    if not isinstance(array, np.ndarray) or not array.size:
        return None
    return array if array.dtype == np.bool_ or "mask" in name.lower() else None


def _of_sizes(check: Outputs) -> Iterator[str]:
    text = json.dumps(_texts(check.model_dump(include={"init", "given", "then"})))
    used = set(re.findall(r"[A-Za-z_]\w*", text))
    for name in dict.fromkeys(name for sizes in check.sizes for name in sizes):
        if name not in used:
            yield f"{check.id}: no input uses the size '{name}'; correct its name, or remove it"


def _texts(value: Any) -> list[str]:
    """Return the texts in a value, without the keys of mappings."""
    if isinstance(value, str):
        return [value]
    if isinstance(value, Mapping):
        return [text for part in value.values() for text in _texts(part)]
    return [text for part in value for text in _texts(part)] if isinstance(value, (list, tuple)) else []
