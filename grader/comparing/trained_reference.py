"""Compare a trained model with the reference that has the same weights."""

from __future__ import annotations

import itertools
from collections.abc import Mapping

import numpy as np

from grader.comparing.model_calls import Case
from grader.comparing.readings import TooManyReadings, layouts
from grader.comparing.reference_outputs import Expected, ReferenceFault, blaming_reference
from grader.comparing.weights import units_of
from grader.model import Array

MAX_LAYOUTS = 100
SAME = 1e-3  # float32 against float64 with trained weights: measured below 1e-5


def mistake_in_reference(reference: str, init: Mapping[str, int], given: Array) -> str:
    """Return what the reference raises with its own weights, or nothing; it returns a number for each of `given`."""
    import torch

    try:
        model = Expected(reference).model(Case({}, init, (), {}, ""))
        with torch.no_grad(), blaming_reference():
            model(torch.tensor(given, dtype=torch.float64)[..., None]).numpy().reshape(given.shape)
    except ReferenceFault as fault:
        return f"{reference}: {fault}"
    return ""


def same_as_reference(
    reference: str, init: Mapping[str, int], weights: Mapping[str, Array], given: Array, returned: Array
) -> bool:
    """Return whether the reference with these weights returns `returned` for `given`, both (batch, seq).

    Raises:
        ReferenceFault: the reference cannot be loaded, built or called.
    """
    import torch

    model = Expected(reference).model(Case({}, init, (), {}, ""))
    values = {name: torch.tensor(array, dtype=torch.float64) for name, array in weights.items()}
    inputs = torch.tensor(given, dtype=torch.float64)[..., None]
    shapes = [(name, tuple(value.shape)) for name, value in values.items()]
    try:
        for layout in itertools.islice(layouts(units_of(model), shapes), MAX_LAYOUTS):
            model.load_state_dict(layout.carry(values), strict=False)
            with torch.no_grad(), blaming_reference():
                expected = model(inputs).numpy().reshape(returned.shape)
            if np.abs(expected - returned).max() <= SAME:
                return True
    except TooManyReadings:
        return False
    return False
