"""The weights of any layers: drawn, and filled with equal numbers."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
import torch
from torch import nn

from grader.comparing.any_weights import (
    EQUAL,
    Weight,
    biases_differ,
    constant,
    counted,
    draw,
    equally_filled,
    weights_in,
    weights_of,
    with_padding,
)
from tests.comparing.test_any_readings import Fused, InTurn, OneMore, Own, Reference, Split, listed, set_weights


@pytest.mark.parametrize("number", EQUAL)
@pytest.mark.parametrize("model", [Fused, Split, Own, InTurn])
def test_equal_numbers_give_equal_results_in_every_layout(model: Callable[[], nn.Module], number: float) -> None:
    reference, given = Reference(), model()
    assert equally_filled(weights_in(reference), listed(given))
    set_weights(reference, constant(weights_in(reference), number))
    set_weights(given, constant(listed(given), number))
    x = torch.randn(5, 4)
    with torch.no_grad():
        assert torch.allclose(reference(x), given(x), atol=1e-3)


def test_equal_numbers_let_something_through_a_normalisation() -> None:
    model = nn.Sequential(nn.LayerNorm(4), nn.Linear(4, 2))
    set_weights(model, constant(listed(model), 0.11))
    x = torch.randn(5, 4, generator=torch.Generator().manual_seed(1))
    assert model(x).abs().max() > 0.01


def test_equal_numbers_prove_nothing_where_the_models_have_other_weights() -> None:
    class Stacked(Reference):
        def __init__(self) -> None:
            super().__init__()
            self.more = nn.Parameter(torch.randn(2, 3))

    assert not equally_filled(weights_in(Reference()), listed(Stacked()))
    assert biases_differ(weights_in(Reference()), listed(OneMore()))


def test_the_features_of_a_scale_are_along_its_one_axis() -> None:
    scales = [Weight("scale", shape, "ones", "parameter") for shape in ((3,), (1, 3, 1, 1), (3, 1))]
    first, *others = (constant([scale], 0.1)["scale"] for scale in scales)
    assert all(other.reshape(-1).tolist() == first.tolist() for other in others)
    assert equally_filled(scales[:1], scales[1:2])
    assert not equally_filled(scales[:1] * 2, [Weight("scale", (2, 3), "ones", "parameter")])


def test_padding_of_an_embedding_is_zero_in_each_weight_of_its_shape() -> None:
    found = weights_in(nn.Sequential(nn.Embedding(5, 3, padding_idx=1), nn.Linear(3, 5)))
    table, out, bias = found
    assert (table.zeros, out.zeros, bias.zeros) == ((0, 1), (0, 1), None)
    turned = with_padding(found, [Weight("w", (3, 5), "numbers", "parameter")])
    for values in (draw(turned, 1), constant(turned, 0.1)):
        assert not values["w"][:, 1].any()
        assert values["w"][:, 2].all()
    assert equally_filled(found[:1], turned)
    assert not equally_filled(found[:1], [Weight("w", (15,), "numbers", "parameter")])


def test_padding_in_a_square_may_be_a_row_or_a_column() -> None:
    square = weights_in(nn.Embedding(3, 3, padding_idx=0))
    assert not equally_filled(square, square)


def test_buffers_that_the_reference_has_not_are_constants() -> None:
    own = [Weight("w", (2,), "numbers", "parameter"), Weight("h0", (3,), "zeros", "buffer")]
    assert counted(own[:1], own) == (own[0],)
    assert counted([Weight("mean", (1, 3), "zeros", "buffer")], own) == tuple(own)


@pytest.mark.parametrize("filling", ["ones", "zeros", "numbers"])
def test_a_weight_that_is_one_number_stays_an_array(filling: str) -> None:
    weights = [Weight("scale", (), filling, "parameter")]
    for values in (draw(weights, 1), constant(weights, 0.1)):
        assert isinstance(values["scale"], np.ndarray)
        assert values["scale"].shape == ()


def test_drawn_numbers_are_the_same_for_the_same_weights() -> None:
    first, second = draw(listed(Reference()), 5), draw(listed(Reference()), 5)
    assert all((first[name] == second[name]).all() for name in first)
    assert (first["norm.weight"] >= 1).all()
    assert not draw(listed(Reference()), 5, without_bias=True)["q.bias"].any()


@pytest.mark.parametrize(
    "value",
    [
        None,
        5,
        [1],
        [["a", [2], "ones"]],
        [["a", 2, "ones", "parameter"]],
        [["a", ["2"], "ones", "parameter"]],
        [["a", [-1], "ones", "parameter"]],
        [["a", [1 << 23, 1 << 23], "ones", "parameter"]],
        [["a", [0], "nothing", "parameter"]],
    ],
    ids=str,
)
def test_a_list_of_another_form_is_none(value: object) -> None:
    assert weights_of(value) is None
