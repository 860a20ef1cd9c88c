"""Train the noise-removal reference under many seeds at once, which fills a GPU that one small model leaves idle.

The models of all seeds are one model with an axis for the seed in front. Each seed draws what `noise.drawn` gives, and
its numbers do not depend on the others: the loss is a sum over seeds, and Adam treats every weight by itself.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
import torch
from torch import Tensor, nn

from reference.lstm import LSTM
from reference.noise import Drawn, Training, drawn, percent_removed

Step = Callable[[Tensor, Tensor], None]  # one batch of every seed: inputs and targets
WARM_UP = 3  # steps before a graph is recorded, as PyTorch recommends


class _Layer(nn.Module):
    """The LSTM of every seed: `(seeds, batch, seq, input)` to `(seeds, batch, seq, hidden)`."""

    def __init__(self, layers: Sequence[LSTM]) -> None:
        super().__init__()
        over_x, over_h, bias = (
            torch.stack([_gates_first(one.fused_weights()[n]) for one in layers]).detach() for n in range(3)
        )
        self.hidden = over_h.shape[-1]
        self.over_x = nn.Parameter(over_x.transpose(1, 2).contiguous())  # (seeds, input, 4 * hidden)
        self.over_h = nn.Parameter(over_h.transpose(1, 2).contiguous())
        self.bias = nn.Parameter(bias[:, None])  # (seeds, 1, 4 * hidden)

    def forward(self, x: Tensor) -> Tensor:
        """Return the states of all steps."""
        seeds, batch, length, inputs = x.shape
        rows = x.transpose(1, 2).reshape(seeds, length * batch, inputs)
        from_x = torch.baddbmm(self.bias, rows, self.over_x).view(seeds, length, batch, 4 * self.hidden)
        h = c = x.new_zeros(seeds, batch, self.hidden)
        steps = []
        for t in range(length):
            gates = torch.baddbmm(from_x[:, t], h, self.over_h)
            write, forget, output = torch.sigmoid(gates[..., : 3 * self.hidden]).chunk(3, dim=-1)
            c = torch.addcmul(forget * c, write, torch.tanh(gates[..., 3 * self.hidden :]))
            h = output * torch.tanh(c)
            steps.append(h)
        return torch.stack(steps, dim=2)


def _gates_first(weight: Tensor) -> Tensor:
    """Return a weight in the order input, forget, output, candidate: what passes a sigmoid stands together."""
    write, forget, candidate, output = weight.chunk(4)
    return torch.cat((write, forget, output, candidate))


class _Models(nn.Module):
    """The noise-removal model of every seed: `(seeds, batch, seq, 1)` to the same."""

    def __init__(self, ones: Sequence[Drawn]) -> None:
        super().__init__()
        models = [one.model for one in ones]
        self.shift = models[0].shift
        self.first = _Layer([model.first for model in models])
        self.second = _Layer([model.second for model in models])
        self.weight = nn.Parameter(torch.stack([model.linear.weight.T for model in models]).detach())
        self.bias = nn.Parameter(torch.stack([model.linear.bias[None] for model in models]).detach())

    def forward(self, x: Tensor) -> Tensor:
        """Return the denoised curves."""
        hidden = self.first(nn.functional.pad(x, (0, 0, 0, self.shift)))
        hidden = self.second(hidden[:, :, self.shift :])
        seeds, batch, length, size = hidden.shape
        cleaned = torch.baddbmm(self.bias, hidden.reshape(seeds, batch * length, size), self.weight)
        return cleaned.view(seeds, batch, length, 1)


def run_together(trainings: Sequence[Training], device: str = "cuda") -> list[float]:
    """Run the protocol of trainings that differ in the seed alone, and return the percentages removed.

    Raises:
        ValueError: they differ in more.
    """
    first = trainings[0]
    if any(replace(one, seed=first.seed) != first for one in trainings):
        raise ValueError("only trainings that differ in the seed alone can run together")
    ones = [drawn(training) for training in trainings]
    models = _Models(ones).to(device)
    _train(models, _stacked([one.noisy for one in ones], device), _stacked([one.clean for one in ones], device), first)
    with torch.no_grad():
        outputs = models(_stacked([one.noisy_validation for one in ones], device)).squeeze(-1).double().cpu().numpy()
    return [
        percent_removed(one.clean_validation, one.noisy_validation, output)
        for one, output in zip(ones, outputs, strict=True)
    ]


def _stacked(curves: Sequence[np.ndarray], device: str) -> Tensor:
    return torch.as_tensor(np.stack(curves), dtype=torch.float32, device=device)[..., None]


def _train(models: _Models, inputs: Tensor, targets: Tensor, training: Training) -> None:
    """Train as `noise.train` does; the step is recorded as a graph on a GPU where every batch has the same size."""
    on_gpu = inputs.is_cuda
    rate = training.learning_rate
    optimizer = torch.optim.Adam(
        models.parameters(), lr=torch.tensor(rate, device=inputs.device) if on_gpu else rate, capturable=on_gpu
    )
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, T_max=training.epochs)
    size, count = training.batch_size, training.curves

    def eagerly(batch: Tensor, wanted: Tensor) -> None:
        optimizer.zero_grad(set_to_none=False)
        (models(batch) - wanted).square().mean(dim=(1, 2, 3)).sum().backward()
        optimizer.step()

    step: Step = eagerly
    if on_gpu and count % size == 0:
        step = _recorded(eagerly, models, optimizer, inputs[:, :size], targets[:, :size])
    for _ in range(training.epochs):
        for start in range(0, count, size):
            step(inputs[:, start : start + size], targets[:, start : start + size])
        schedule.step()


def _recorded(step: Step, models: nn.Module, optimizer: torch.optim.Optimizer, batch: Tensor, wanted: Tensor) -> Step:
    """Return the step as one graph: the kernels of a small model take less time than Python needs to start them."""
    batch, wanted = batch.clone(), wanted.clone()
    before = [parameter.detach().clone() for parameter in models.parameters()]
    stream = torch.cuda.Stream()  # type: ignore[no-untyped-call]
    stream.wait_stream(torch.cuda.current_stream())
    with torch.cuda.stream(stream):
        for _ in range(WARM_UP):
            step(batch, wanted)
    torch.cuda.current_stream().wait_stream(stream)
    graph = torch.cuda.CUDAGraph()
    with torch.cuda.graph(graph):
        step(batch, wanted)
    with torch.no_grad():  # as if nothing had been trained yet
        for parameter, value in zip(models.parameters(), before, strict=True):
            parameter.copy_(value)
        for state in optimizer.state.values():
            for value in state.values():
                value.zero_()

    def replay(now: Tensor, target: Tensor) -> None:
        batch.copy_(now)
        wanted.copy_(target)
        graph.replay()

    return replay
