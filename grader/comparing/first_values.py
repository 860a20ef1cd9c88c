"""Buffers of the reference that a submission keeps in no buffer: right results may rest on their first values alone.

A batch normalisation in evaluation mode with a mean of zero and a variance of one changes next to nothing, so that a
class that leaves it out returns the same. Where the buffers could not be set, such results prove nothing, unless a
call before has changed the buffers and a later one depends on that.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from grader.comparing.any_weights import draw
from grader.comparing.function_cases import FunctionCase

if TYPE_CHECKING:
    from torch import Tensor

Differ = Callable[[Sequence[Any], Sequence[Any]], object]  # truthy where results differ


def rests_on_first_values(case: FunctionCase, carried: Mapping[str, Tensor], differ: Differ) -> list[str]:
    """Return the buffers that were not set and on whose first values alone the results of a case rest.

    Raises:
        ReferenceFault: the reference raised an exception.
    """
    import torch

    unset = [one for one in case.weights if one.role.startswith("buffer") and one.name not in carried]
    if not unset:
        return []
    usual = case.expected_with(carried)
    others = {name: torch.tensor(value) for name, value in draw(unset, case.seed + 3).items()}
    names = [one.name for one in unset]
    if not differ(case.expected_with({**carried, **others}), usual):
        return []
    return [] if differ(case.expected_with(carried, forgetting=names), usual) else names
