"""The linear layer is a convolution with a 4x4 kernel here; ReLU comes after pooling, which is the same."""
import torch
from torch import nn


def stage(n_in, n_out):
    return [nn.Conv2d(n_in, n_out, 3, padding=1, bias=False), nn.BatchNorm2d(n_out), nn.MaxPool2d(2), nn.ReLU()]


class Classifier(nn.Sequential):
    def __init__(self, channels1, channels2, classes=4):
        super().__init__(
            *stage(1, channels1), *stage(channels1, channels2), nn.Conv2d(channels2, classes, 4), nn.Flatten()
        )


@torch.no_grad()
def accuracy(logits, labels):
    _, best = torch.max(logits, 1)
    return 1.0 - torch.count_nonzero(best - labels).item() / labels.shape[0]


def train(model, images, labels, epochs, lr, seed):
    g = torch.Generator().manual_seed(seed)
    opt = torch.optim.AdamW(model.parameters(), lr=lr, weight_decay=0.0)
    sampler = torch.utils.data.RandomSampler(range(len(images)), generator=g)
    batches = torch.utils.data.BatchSampler(sampler, 32, drop_last=True)
    model.train()
    losses = []
    for _ in range(epochs):
        loss_sum = 0.0
        for idx in batches:
            target = labels[idx]
            loss = nn.functional.cross_entropy(model(images[idx]), target)
            loss.backward()
            opt.step()
            opt.zero_grad()
            loss_sum += len(idx) * loss.item()
        losses.append(loss_sum / (len(images) // 32 * 32))
    model.eval()
    return losses
