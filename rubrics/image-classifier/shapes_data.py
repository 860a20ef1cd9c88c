"""Small images of bars, squares and crosses under noise."""

import torch
from torch import Tensor

CLASSES = ("horizontal bar", "vertical bar", "square", "cross")
SIZE = 16


def draw(label: int, generator: torch.Generator) -> Tensor:
    """One clean image (16, 16) with the shape at a random place."""
    image = torch.zeros(SIZE, SIZE)
    length = int(torch.randint(7, 11, (1,), generator=generator))
    top, left = torch.randint(0, SIZE - length + 1, (2,), generator=generator).tolist()
    middle = length // 2
    if label in (0, 3):
        image[top + middle, left : left + length] = 1.0
    if label in (1, 3):
        image[top : top + length, left + middle] = 1.0
    if label == 2:
        image[top : top + length, left : left + length] = 1.0
        image[top + 1 : top + length - 1, left + 1 : left + length - 1] = 0.0
    return image


def make_data(n: int, seed: int) -> tuple[Tensor, Tensor]:
    """Return n noisy images, float32 (n, 1, 16, 16), and their labels, int64 (n,)."""
    generator = torch.Generator().manual_seed(seed)
    labels = torch.randint(0, len(CLASSES), (n,), generator=generator)
    images = torch.stack([draw(int(label), generator) for label in labels])
    images = images + 0.25 * torch.randn(images.shape, generator=generator)
    return images.unsqueeze(1), labels
