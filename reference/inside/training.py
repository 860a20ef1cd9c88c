"""Training recipes by name: one epoch on a model of the submission."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import torch
from torch import nn


class AdamCosineMSE:
    """Adam with cosine annealing over all epochs and the mean squared error, in batches of a fixed order."""

    def __init__(self, model: nn.Module, arguments: Mapping[str, Any]) -> None:
        self.model, self.batch_size = model, int(arguments["batch_size"])
        self.optimizer = torch.optim.Adam(model.parameters(), lr=arguments["learning_rate"])
        self.schedule = torch.optim.lr_scheduler.CosineAnnealingLR(self.optimizer, T_max=arguments["epochs"])

    def epoch(self, inputs: torch.Tensor, targets: torch.Tensor) -> float:
        """Train one epoch on `(curves, seq, 1)` tensors and return the mean loss."""
        total = 0.0
        for start in range(0, len(inputs), self.batch_size):
            self.optimizer.zero_grad()
            output = self.model(inputs[start : start + self.batch_size])
            loss = nn.functional.mse_loss(output, targets[start : start + self.batch_size])
            loss.backward()  # type: ignore[no-untyped-call]
            self.optimizer.step()
            total += float(loss) * len(inputs[start : start + self.batch_size])
        self.schedule.step()
        return total / len(inputs)


RECIPES: dict[str, type[AdamCosineMSE]] = {"adam_cosine_mse": AdamCosineMSE}
