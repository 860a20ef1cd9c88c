"""A fixed model for the function `train`: two layers, and outputs that depend on the mode."""

import torch
from torch import Tensor, nn

LOGITS = 4


class TwoLayers(nn.Module):
    """Logits of the mean brightness of the rows; in evaluation mode they are three times as large."""

    def __init__(self, seed: int) -> None:
        super().__init__()
        generator = torch.Generator().manual_seed(seed)
        self.first = nn.Parameter(torch.randn(16, 6, generator=generator) / 4)
        self.second = nn.Parameter(torch.randn(6, LOGITS, generator=generator))
        self.bias = nn.Parameter(torch.zeros(LOGITS))

    def forward(self, images: Tensor) -> Tensor:
        """Logits (n, 4) of images (n, 1, 16, 16)."""
        logits = torch.tanh(images.mean(dim=(1, 3)) @ self.first) @ self.second + self.bias
        return logits if self.training else 3 * logits


def make_model(seed: int) -> nn.Module:
    """Return a new model in evaluation mode."""
    return TwoLayers(seed).eval()
