"""A trained model and the reference with its weights."""

from __future__ import annotations

import numpy as np
import pytest

from grader.comparing.reference_outputs import ReferenceFault
from grader.comparing.trained_reference import mistake_in_reference, same_as_reference

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


@pytest.mark.parametrize(
    ("reference", "init", "word"),
    [
        (REFERENCE, {"shift": 2, "hidden_size": 3}, ""),
        (REFERENCE, {**INIT, "more": 1}, "positional arguments"),
        ("reference.lstm:LSTMCell", {"input_size": 1, "hidden_size": 2}, "reference.lstm:LSTMCell: "),
        ("reference.lstmz:LSTM", {}, "No module named"),
    ],
    ids=["another order", "arguments", "another result", "module"],
)
def test_what_is_wrong_with_the_reference_itself(reference: str, init: dict[str, int], word: str) -> None:
    found = mistake_in_reference(reference, init, np.zeros((2, 8), dtype=np.float32))
    assert word in found
    assert bool(found) == bool(word)


def test_a_reference_that_fails_is_not_compared() -> None:
    with pytest.raises(ReferenceFault):
        same_as_reference(REFERENCE, {**INIT, "more": 1}, {}, np.zeros((2, 8)), np.zeros((2, 8)))
