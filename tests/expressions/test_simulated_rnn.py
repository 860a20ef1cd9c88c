"""The simulated network in which formulas are evaluated."""

from __future__ import annotations

import numpy as np
import pytest

from grader.expressions.simulated_rnn import worlds


@pytest.mark.parametrize("shape", [(), (1,), (3,), (2, 3)])
def test_a_derivative_has_the_shape_of_its_point_and_cannot_be_changed(shape: tuple[int, ...]) -> None:
    [world] = worlds(5, ("tanh",), 1)
    at = np.full(shape, 0.5)
    first, again = world.apply(at, 1), world.apply(at, 1)
    np.testing.assert_allclose(first, 1 - np.tanh(at) ** 2)
    assert first.shape == again.shape == shape
    with pytest.raises(ValueError, match="read-only"):
        first[...] = 0
