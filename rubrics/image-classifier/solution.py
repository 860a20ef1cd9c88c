"""Reference solution: a small convolutional classifier and its training."""

import torch
from torch import Tensor, nn
from torch.nn import functional

BATCH = 32


class Classifier(nn.Module):
    """Two convolutions with batch normalisation, then a linear layer."""

    def __init__(self, channels1: int, channels2: int, classes: int = 4) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(1, channels1, 3, padding=1)
        self.norm1 = nn.BatchNorm2d(channels1)
        self.conv2 = nn.Conv2d(channels1, channels2, 3, padding=1)
        self.norm2 = nn.BatchNorm2d(channels2)
        self.linear = nn.Linear(channels2 * 4 * 4, classes)

    def forward(self, images: Tensor) -> Tensor:
        """Logits (n, classes) of images (n, 1, 16, 16)."""
        x = functional.max_pool2d(functional.relu(self.norm1(self.conv1(images))), 2)
        x = functional.max_pool2d(functional.relu(self.norm2(self.conv2(x))), 2)
        logits: Tensor = self.linear(x.flatten(1))
        return logits


def accuracy(logits: Tensor, labels: Tensor) -> float:
    """Fraction of images whose largest logit is at the label."""
    return (logits.argmax(dim=1) == labels).double().mean().item()


def train(model: nn.Module, images: Tensor, labels: Tensor, epochs: int, lr: float, seed: int) -> list[float]:
    """Train the model with Adam and return the mean loss of every epoch."""
    generator = torch.Generator().manual_seed(seed)
    optimizer = torch.optim.Adam(model.parameters(), lr=lr)
    losses = []
    model.train()
    for _ in range(epochs):
        total = 0.0
        for batch in torch.split(torch.randperm(len(images), generator=generator), BATCH):
            loss = functional.cross_entropy(model(images[batch]), labels[batch])
            optimizer.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            optimizer.step()
            total += loss.item() * len(batch)
        losses.append(total / len(images))
    model.eval()
    return losses
