import torch
from torch import nn


class Classifier(nn.Module):
    def __init__(self, channels1, channels2, classes=4):
        super().__init__()
        self.net = nn.Sequential(
            nn.Conv2d(1, channels1, 3, padding="same"),
            nn.BatchNorm2d(channels1),
            nn.ReLU(),
            nn.MaxPool2d(2, 2),
            nn.Conv2d(channels1, channels2, 3, padding="same"),
            nn.BatchNorm2d(channels2),
            nn.ReLU(),
            nn.MaxPool2d(2, 2),
            nn.Flatten(),
            nn.Linear(channels2 * 4 * 4, classes),
        )

    def forward(self, images):
        return self.net(images)


def accuracy(logits, labels):
    return float((logits.max(1).indices == labels).float().mean())


def train(model, images, labels, epochs, lr, seed):
    torch.manual_seed(seed)
    opt = torch.optim.Adam(model.parameters(), lr)
    ce = nn.CrossEntropyLoss(reduction="sum")
    result = []
    for _ in range(epochs):
        model.train()
        perm = torch.randperm(images.shape[0])
        total = 0
        for i in range(0, len(perm), 32):
            idx = perm[i : i + 32]
            loss = ce(model(images[idx]), labels[idx])
            opt.zero_grad(set_to_none=True)
            (loss / len(idx)).backward()
            opt.step()
            total += float(loss.detach())
        model.eval()
        result.append(total / images.shape[0])
    return result
