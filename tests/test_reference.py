"""The reference against torch itself, and the stated protocol against its published figure."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch
from torch import nn

from reference import calibrate
from reference.conv import Network, output_size, same_size
from reference.lstm import LSTM, FusedNoiseRemovalModel, LSTMCell, NoiseRemovalModel
from reference.many_seeds import run_together
from reference.mistakes import MISTAKES
from reference.noise import Training, add_noise, draw_curves, percent_removed, run, train
from reference.rnn import VanillaRNN, bound_violated_with_w_inside, bumpy


def carried(fused: nn.LSTM) -> LSTM:
    """Our LSTM with the weights of torch's, whose gates stand as input, forget, candidate, output."""
    own = LSTM(fused.input_size, fused.hidden_size)
    with torch.no_grad():
        parts = dict(fused.named_parameters())
        i, f, g, o = torch.cat((parts["weight_ih_l0"], parts["weight_hh_l0"]), 1).chunk(4)
        own.cell.linear.weight.copy_(torch.cat((g, f, i, o)))
        i, f, g, o = (parts["bias_ih_l0"] + parts["bias_hh_l0"]).chunk(4)
        own.cell.linear.bias.copy_(torch.cat((g, f, i, o)))
    return own


@pytest.mark.parametrize("given", [False, True], ids=["from zeros", "from hx"])
def test_lstm_equals_torch(given: bool) -> None:
    torch.manual_seed(1)
    fused = nn.LSTM(3, 5, batch_first=True)
    own, x = carried(fused), torch.randn(4, 9, 3)
    state = (torch.randn(4, 5), torch.randn(4, 5)) if given else None
    expected, (h, c) = fused(x, None if state is None else (state[0][None], state[1][None]))
    output, last = own(x, state)
    torch.testing.assert_close(output, expected)
    torch.testing.assert_close(last, (h[0], c[0]))


def test_cell_equals_one_step_and_an_empty_sequence_is_refused() -> None:
    torch.manual_seed(2)
    lstm, x = LSTM(2, 3), torch.randn(4, 1, 2)
    torch.testing.assert_close(lstm(x)[1], lstm.cell(x[:, 0]))
    with pytest.raises(ValueError, match="empty"):
        lstm(torch.zeros(4, 0, 2))


def test_the_fused_form_equals_the_step_by_step_one_in_values_and_gradients() -> None:
    torch.manual_seed(5)
    lstm, x = LSTM(3, 4).double(), torch.randn(2, 9, 3, dtype=torch.float64, requires_grad=True)
    state = torch.randn(2, 4, dtype=torch.float64), torch.randn(2, 4, dtype=torch.float64)
    for hx in (None, state):
        (fused, last), (plain, end) = lstm(x, hx), lstm.step_by_step(x, hx)
        torch.testing.assert_close((fused, *last), (plain, *end))
        wanted = [x, *lstm.parameters()]
        torch.testing.assert_close(
            torch.autograd.grad(fused.sum(), wanted), torch.autograd.grad(plain.sum(), wanted), rtol=1e-9, atol=1e-12
        )


def test_the_model_sees_shift_steps_ahead_and_no_more() -> None:
    torch.manual_seed(3)
    model, x = NoiseRemovalModel(4, shift=5), torch.randn(1, 20, 1, requires_grad=True)
    model(x)[0, 8, 0].backward()
    assert x.grad is not None
    touched = x.grad[0, :, 0].nonzero().flatten()
    assert touched.max() == 13
    assert model(x).shape == (1, 20, 1)


def test_fused_model_is_the_same_model() -> None:
    torch.manual_seed(4)
    own, x = NoiseRemovalModel(4, 3), torch.randn(2, 11, 1)
    torch.testing.assert_close(own(x), FusedNoiseRemovalModel(own)(x))


def test_training_fused_gives_the_numbers_of_the_loop() -> None:
    class Loop(torch.nn.Module):
        """The model as the exercise writes it."""

        def __init__(self, model: NoiseRemovalModel) -> None:
            super().__init__()
            self.model = model

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            padded = torch.nn.functional.pad(x, (0, 0, 0, self.model.shift))
            hidden, _ = self.model.first.step_by_step(padded)
            hidden, _ = self.model.second.step_by_step(hidden[:, self.model.shift :])
            cleaned: torch.Tensor = self.model.linear(hidden)
            return cleaned

    torch.set_num_threads(1)
    short = Training(hidden_size=8, shift=3, epochs=3, curves=40, validation_curves=20, seed=5)
    assert run(short) == pytest.approx(run(short, Loop), abs=0.02)


def test_each_named_mistake_differs_from_the_right_model() -> None:
    inputs = {
        LSTMCell: (torch.randn(4, 3),),
        LSTM: (torch.randn(4, 7, 3),),
        NoiseRemovalModel: (torch.randn(4, 11, 1),),
    }
    arguments = {LSTMCell: (3, 5), LSTM: (3, 5), NoiseRemovalModel: (5, 3)}
    for kind, mistakes in MISTAKES.items():
        torch.manual_seed(5)
        model = kind(*arguments[kind])
        size = 5
        state = () if kind is NoiseRemovalModel else ((torch.randn(4, size), torch.randn(4, size)),)
        right = _first(model(*inputs[kind], *state))
        for sentence, forward in mistakes.items():
            wrong = _first(forward(model, *inputs[kind], *state))
            assert not torch.allclose(wrong, right, atol=1e-3), sentence


def _first(value: object) -> torch.Tensor:
    found = value[0] if isinstance(value, tuple) else value
    assert isinstance(found, torch.Tensor)
    return found


@pytest.mark.parametrize("activation", [torch.tanh, torch.sigmoid, bumpy], ids=["tanh", "sigmoid", "bumpy"])
def test_jacobians_equal_jacrev_and_the_chain_rule(activation: object) -> None:
    generator = torch.Generator().manual_seed(6)

    def draw(*shape: int) -> torch.Tensor:
        return torch.randn(*shape, generator=generator, dtype=torch.float64)

    cell = VanillaRNN(draw(4, 4), draw(4, 3), draw(4), activation)  # type: ignore[arg-type]
    h, x = draw(4), draw(3)
    slope = cell.dh_dz(cell.z(h, x))
    torch.testing.assert_close(slope, torch.diag(torch.diagonal(slope)))
    torch.testing.assert_close(cell.dh_dh(h, x), slope @ cell.W)


@pytest.mark.parametrize("seed", range(5))
def test_counterexample_to_the_bound_with_w_inside(seed: int) -> None:
    left, right = bound_violated_with_w_inside(seed)
    assert left > 1.9 * right  # ||W|| is one half, so W counted twice halves the bound


def test_convolution_sizes_of_the_question() -> None:
    assert [(output_size(13, 3, s).size, output_size(13, 3, s).fits) for s in (2, 3, 4, 5)] == [
        (6, True), (4, False), (3, False), (3, True),
    ]  # fmt: skip
    assert [output_size(13, 3, s, padding=1).size for s in (2, 3, 4)] == [7, 5, 4]
    assert not output_size(13, 3, 5, padding=1).fits
    assert [same_size(13, 3, s) for s in (2, 3, 4, 5)] == [7, 5, 4, 3]


def test_counts_of_the_network() -> None:
    counts = Network(image=12, filters=3, kernel=4, stride=2, outputs=4).counts()
    assert counts == {"convolution_weights": 48, "relus": 75, "linear_weights": 300, "all_weights": 348}
    assert Network(image=12, filters=3, kernel=4, stride=2, outputs=4, bias=True).counts()["all_weights"] == 355


def test_curves_and_metric() -> None:
    clean = draw_curves(20, np.random.RandomState(1))
    noisy = add_noise(clean, np.random.RandomState(2))
    assert clean.shape == (20, 80)
    ratio = (noisy - clean).std(axis=1) / np.ptp(clean, axis=1)
    assert 0.04 < ratio.mean() < 0.06
    assert percent_removed(clean, noisy, clean) == 100
    assert percent_removed(clean, noisy, noisy) == 0
    assert percent_removed(clean, noisy, 2 * noisy - clean) == pytest.approx(-100)


def test_short_training_lowers_the_loss_and_repeats() -> None:
    def once() -> list[float]:
        torch.manual_seed(7)
        clean = draw_curves(20, np.random.RandomState(7), length=20)
        model = NoiseRemovalModel(4, 2)
        return train(model, add_noise(clean, np.random.RandomState(8)), clean, Training(epochs=3))

    first = once()
    assert first[-1] < first[0]
    assert once() == first


@pytest.mark.slow
def test_the_stated_protocol_gives_the_stated_figure() -> None:
    torch.set_num_threads(1)
    assert run(Training(hidden_size=20, shift=10, epochs=100)) == pytest.approx(53.80, abs=0.3)


SMALL = Training(hidden_size=6, shift=3, epochs=3, batch_size=7, curves=20, validation_curves=5, learning_rate=0.02)


def test_many_seeds_at_once_give_each_seed_its_own_figure() -> None:
    trainings = [replace(SMALL, seed=seed) for seed in (1, 2, 3)]
    together = run_together(trainings, "cpu")
    assert together == pytest.approx([run(training, FusedNoiseRemovalModel) for training in trainings], abs=1e-3)
    assert len({round(percent) for percent in together}) == 3


def test_seeds_of_different_trainings_do_not_run_together() -> None:
    with pytest.raises(ValueError, match="differ in the seed alone"):
        run_together([SMALL, replace(SMALL, shift=4, seed=2)], "cpu")


def test_calibration_takes_all_seeds_of_a_configuration_at_once_where_there_is_a_gpu(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    taken: list[list[Training]] = []

    def together(trainings: list[Training]) -> list[float]:
        taken.append(trainings)
        return [training.seed + 0.123456 for training in trainings]

    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(calibrate, "run_together", together)
    monkeypatch.setattr(calibrate, "AT_ONCE", 2)
    todo = [replace(SMALL, seed=seed, shift=shift) for seed in (1, 2, 3) for shift in (3, 5)]
    found = dict(calibrate.trained(todo))
    assert found == {one: one.seed + 0.1235 for one in todo}
    assert [(len(group), {one.shift for one in group}) for group in taken] == [(2, {3}), (1, {3}), (2, {5}), (1, {5})]
