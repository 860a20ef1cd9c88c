"""Experiments of exercise 7: python -m lib.experiments"""

import numpy as np
import torch
from torch import nn

from lib.models import NoiseRemovalModel


def sine_curves(count, length=80):
    x = np.linspace(0, 5, length)
    curves = np.empty((count, length))
    for index in range(count):
        number = np.random.randint(1, 4)
        amplitude = np.random.uniform(0, 2, (number, 1))
        offset = np.random.uniform(-np.pi, np.pi, (number, 1))
        frequency = np.random.uniform(0.1, 1, (number, 1))
        curves[index] = (amplitude * np.sin(np.pi * frequency * x + offset)).sum(axis=0)
    return curves


def add_noise(curves):
    return curves + np.random.normal(size=curves.shape) * 0.05 * np.ptp(curves, axis=1)[:, None]


def noise_removal_experiment(hidden_size=40, shift=10, num_epochs=101, batch_size=10, lr=0.01, count=200):
    torch.manual_seed(42)
    np.random.seed(42)
    model = NoiseRemovalModel(hidden_size, shift)
    clean = sine_curves(count)
    noisy = add_noise(clean)
    x = torch.as_tensor(noisy, dtype=torch.float32)[..., None]
    y = torch.as_tensor(clean, dtype=torch.float32)[..., None]
    optimizer = torch.optim.Adam(model.parameters(), lr=lr)
    scheduler = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, T_max=num_epochs)
    loss_function = nn.MSELoss()
    for _ in range(num_epochs):
        for i in range(0, count, batch_size):
            optimizer.zero_grad()
            loss = loss_function(model(x[i : i + batch_size]), y[i : i + batch_size])
            loss.backward()
            optimizer.step()
        scheduler.step()
    with torch.no_grad():
        left = (model(x) - y).abs().sum() / (x - y).abs().sum()
    return model, 100 * (1 - left.item())


if __name__ == "__main__":
    print(noise_removal_experiment(hidden_size=8, num_epochs=2, count=20)[1])
