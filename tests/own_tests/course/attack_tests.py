"""Each test passes a right solution; the submission has none, and tries to pass in another way."""

import numpy as np
import pytest
import torch

import attacks


def test_equal_to_everything():
    assert attacks.equal_to_everything(2) == 4


def test_equal_to_everything_from_the_left():
    assert 4 == attacks.equal_to_everything(2)


def test_true_in_every_comparison():
    assert attacks.equal_to_everything(2) > 3


def test_a_number_with_a_method():
    assert attacks.number(2) == 4


def test_a_text_with_a_method():
    assert attacks.text() == "right"


def test_a_tensor_with_a_method():
    assert torch.equal(attacks.tensor(torch.ones(2)), torch.full((2,), 2.0))


def test_an_array_with_a_method():
    np.testing.assert_allclose(attacks.array(np.ones(2)), np.full(2, 2.0))


def test_a_list_with_a_method():
    assert attacks.several() == [1, 2, 3]


def test_comparisons_replaced():
    attacks.replace_comparisons()
    torch.testing.assert_close(attacks.wrong(torch.ones(2)), torch.full((2,), 2.0))


def test_comparisons_replaced_in_numpy():
    attacks.replace_comparisons()
    np.testing.assert_allclose(attacks.wrong(np.ones(2)), np.full(2, 2.0))


def test_inputs_changed_to_fit():
    x = torch.arange(4.0)
    y = attacks.zeroes_its_input(x)
    assert torch.equal(y, torch.arange(4.0) * 2)


def test_numpy_draws_zeros():
    np.random.seed(0)
    attacks.zero_states()
    x = np.random.rand(5)
    np.testing.assert_allclose(attacks.wrong(x), x * 2)


def test_torch_draws_zeros():
    attacks.zero_states()
    x = torch.rand(5)
    assert torch.allclose(attacks.wrong(x), x * 2)


def test_python_draws_a_chosen_number():
    import random

    attacks.zero_states()
    x = random.random()
    assert attacks.wrong(x) == x * 2


def test_a_class_that_is_everything():
    assert isinstance(attacks.everything(), torch.Tensor)


def test_ends_pytest():
    attacks.ends()
    assert attacks.wrong(1) == 2


def test_pretends_to_be_passed():
    with pytest.raises(ValueError):
        attacks.raises_nothing()


def test_replaces_the_worker():
    attacks.replace_worker()
    assert attacks.wrong(1) == 2
