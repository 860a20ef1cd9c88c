"""Curves, noise, metric and training of the noise-removal exercise."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from reference.lstm import FusedNoiseRemovalModel, NoiseRemovalModel

Curves = NDArray[np.float64]


def draw_curves(count: int, generator: np.random.RandomState, length: int = 80) -> Curves:
    """Draw `(count, length)` clean curves, each a sum of one to three sines on `linspace(0, 5, length)`.

    Per curve, in this order: the number of sines, amplitudes U(0, 2), offsets U(-pi, pi), frequencies U(0.1, 1).
    """
    x = np.linspace(0, 5, length)
    curves = np.empty((count, length))
    for row in curves:
        sines = generator.randint(1, 4)
        amplitudes = generator.uniform(0, 2, sines)
        offsets = generator.uniform(-np.pi, np.pi, sines)
        frequencies = generator.uniform(0.1, 1, sines)
        row[:] = sum(a * np.sin(np.pi * f * x + o) for a, o, f in zip(amplitudes, offsets, frequencies, strict=True))
    return curves


def add_noise(clean: Curves, generator: np.random.RandomState) -> Curves:
    """Add Gaussian noise with a standard deviation of 0.05 times each curve's own peak-to-peak range."""
    spread = 0.05 * np.ptp(clean, axis=1, keepdims=True)
    noisy: Curves = clean + generator.normal(size=clean.shape) * spread
    return noisy


def percent_removed(clean: Curves, noisy: Curves, output: Curves) -> float:
    """Return the share of the absolute noise that is removed, in per cent, not clipped (it can be below 0)."""
    return float(100 * (1 - np.abs(clean - output).sum() / np.abs(clean - noisy).sum()))


@dataclass(frozen=True)
class Training:
    """The exercise's protocol; `seed` draws weights, curves and noise."""

    hidden_size: int = 40
    shift: int = 10
    epochs: int = 101
    batch_size: int = 10
    learning_rate: float = 0.01
    curves: int = 200
    validation_curves: int = 50
    seed: int = 42


def train(model: nn.Module, noisy: Curves, clean: Curves, training: Training) -> list[float]:
    """Train `model` in place (Adam, cosine annealing over all epochs, MSE, no shuffling); return the loss per epoch."""
    device = next(model.parameters()).device
    inputs = torch.as_tensor(noisy, dtype=torch.float32, device=device)[..., None]
    targets = torch.as_tensor(clean, dtype=torch.float32, device=device)[..., None]
    trained = [parameter for parameter in model.parameters() if parameter.requires_grad]
    optimizer = torch.optim.Adam(trained, lr=training.learning_rate)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, T_max=training.epochs)
    losses = []
    for _ in range(training.epochs):
        total = 0.0
        for start in range(0, len(inputs), training.batch_size):
            optimizer.zero_grad()
            batch = slice(start, start + training.batch_size)
            loss = nn.functional.mse_loss(model(inputs[batch]), targets[batch])
            loss.backward()  # type: ignore[no-untyped-call]
            optimizer.step()
            total += loss.item() * len(inputs[batch])
        schedule.step()
        losses.append(total / len(inputs))
    return losses


def as_fast_as_possible(model: NoiseRemovalModel) -> nn.Module:
    """Return the model as it is trained here: with torch's fused LSTM, on a GPU if there is one."""
    fused = FusedNoiseRemovalModel(model)
    return fused.cuda() if torch.cuda.is_available() else fused


@dataclass(frozen=True)
class Drawn:
    """What a seed draws, in this order: the weights, the curves of the training and of the validation, their noise."""

    model: NoiseRemovalModel
    clean: Curves
    clean_validation: Curves
    noisy: Curves
    noisy_validation: Curves


def drawn(training: Training) -> Drawn:
    """Return what the training's seed draws."""
    torch.manual_seed(training.seed)
    generator = np.random.RandomState(training.seed)
    model = NoiseRemovalModel(training.hidden_size, training.shift)
    clean = draw_curves(training.curves, generator)
    clean_validation = draw_curves(training.validation_curves, generator)
    noisy = add_noise(clean, generator)
    return Drawn(model, clean, clean_validation, noisy, add_noise(clean_validation, generator))


def run(training: Training, prepare: Callable[[NoiseRemovalModel], nn.Module] = as_fast_as_possible) -> float:
    """Run the whole protocol with `training.seed` and return the percentage removed on the validation curves."""
    one = drawn(training)
    model = prepare(one.model)
    train(model, one.noisy, one.clean, training)
    device = next(model.parameters()).device
    with torch.no_grad():
        output = model(torch.as_tensor(one.noisy_validation, dtype=torch.float32, device=device)[..., None])
    return percent_removed(one.clean_validation, one.noisy_validation, output.squeeze(-1).double().cpu().numpy())
