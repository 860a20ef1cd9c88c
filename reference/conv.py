"""Convolution arithmetic by running the convolution: sizes and counts are read off real tensors and modules."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import nn


@dataclass(frozen=True)
class OutputSize:
    """The output of a convolution along one axis: `size`, and whether the last filter position ends at the border."""

    size: int
    fits: bool


def output_size(size: int, kernel: int, stride: int, padding: int = 0) -> OutputSize:
    """Return the output size along one axis, read off `torch.nn.functional.conv2d` on a real tensor."""
    image = torch.zeros(1, 1, size, size)
    result = nn.functional.conv2d(image, torch.zeros(1, 1, kernel, kernel), stride=stride, padding=padding)
    return OutputSize(result.shape[-1], (size + 2 * padding - kernel) % stride == 0)


def same_size(size: int, kernel: int, stride: int) -> int:
    """Return the output size with 'same' padding, `ceil(size / stride)`, by padding a real tensor as needed."""
    missing = max((-(-size // stride) - 1) * stride + kernel - size, 0)
    padded = nn.functional.pad(torch.zeros(1, 1, size, size), (missing // 2, missing - missing // 2) * 2)
    result = nn.functional.conv2d(padded, torch.zeros(1, 1, kernel, kernel), stride=stride)
    return int(result.shape[-1])


@dataclass(frozen=True)
class Network:
    """A convolution, ReLU, (pooling) and a fully connected layer on a square grey image."""

    image: int
    filters: int
    kernel: int
    stride: int
    outputs: int
    pool: int = 1
    bias: bool = False

    def module(self) -> nn.Sequential:
        """Build the network; ReLU comes after the pooling."""
        convolution = nn.Conv2d(1, self.filters, self.kernel, self.stride, bias=self.bias)
        layers: list[nn.Module] = [convolution, nn.MaxPool2d(self.pool), nn.ReLU(), nn.Flatten()]
        with torch.no_grad():
            features = nn.Sequential(*layers)(torch.zeros(1, 1, self.image, self.image)).shape[1]
        return nn.Sequential(*layers, nn.Linear(features, self.outputs, bias=self.bias))

    def counts(self) -> dict[str, int]:
        """Return the numbers of weights and of ReLU operations, counted on the real module."""
        network = self.module()
        seen: list[int] = []
        network[2].register_forward_hook(lambda _module, _inputs, output: seen.append(output.numel()))
        with torch.no_grad():
            network(torch.zeros(1, 1, self.image, self.image))
        parameters = {name: sum(p.numel() for p in part.parameters()) for name, part in network.named_children()}
        return {
            "convolution_weights": parameters["0"],
            "relus": seen[0],
            "linear_weights": parameters["4"],
            "all_weights": sum(parameters.values()),
        }
