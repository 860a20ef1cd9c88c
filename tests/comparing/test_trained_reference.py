"""A trained model and the reference with its weights."""

from __future__ import annotations

import numpy as np
import pytest

from grader.comparing.reference_outputs import ReferenceFault
from grader.comparing.trained_reference import call_once, same_as_reference

REFERENCE = "reference.lstm:NoiseRemovalModel"
INIT = {"hidden_size": 3, "shift": 2}


def test_the_same_weights_give_the_same_outputs_and_others_do_not() -> None:
    import torch

    from reference.lstm import NoiseRemovalModel

    model = NoiseRemovalModel(**INIT)
    weights = {name: value.detach().numpy() for name, value in model.named_parameters()}
    given = np.random.default_rng(1).standard_normal((3, 12)).astype(np.float32)
    with torch.no_grad():
        returned = model(torch.tensor(given)[..., None])[..., 0].numpy()
    assert same_as_reference(REFERENCE, INIT, weights, given, returned)
    assert not same_as_reference(REFERENCE, INIT, weights, given, returned + 0.01)
    assert not same_as_reference(REFERENCE, INIT, weights, given, returned * np.nan)


def test_the_order_of_init_does_not_matter_and_a_wrong_one_is_a_fault_of_the_reference() -> None:
    given = np.zeros((2, 8), dtype=np.float32)
    call_once(REFERENCE, {"shift": 2, "hidden_size": 3}, given)
    for reference, init in (
        (REFERENCE, {**INIT, "more": 1}),
        ("reference.lstm:LSTMCell", {"input_size": 1, "hidden_size": 2}),
    ):
        with pytest.raises(ReferenceFault):
            call_once(reference, init, given)
