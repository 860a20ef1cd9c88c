import torch
from torch import nn
from shapes_data import CLASSES, make_data


class Classifier(nn.Module):
    def __init__(self, channels1, channels2, classes=len(CLASSES)):
        super().__init__()
        self.layer1 = self.make_layer(1, channels1)
        self.layer2 = self.make_layer(channels1, channels2)
        self.weight = nn.Parameter(torch.empty(classes, 16 * channels2))
        self.bias = nn.Parameter(torch.zeros(classes))
        nn.init.kaiming_uniform_(self.weight, a=5**0.5)

    @staticmethod
    def make_layer(n_in, n_out):
        layer = nn.Sequential()
        layer.add_module("conv", nn.Conv2d(n_in, n_out, 3, padding=1))
        layer.add_module("norm", nn.BatchNorm2d(n_out))
        layer.add_module("relu", nn.ReLU())
        layer.add_module("pool", nn.MaxPool2d(2))
        return layer

    def forward(self, images):
        x = self.layer2(self.layer1(images))
        return x.flatten(1) @ self.weight.T + self.bias


def accuracy(logits, labels):
    winners = logits.argmax(1)
    matrix = torch.zeros(logits.shape[1], logits.shape[1])
    for w, l in zip(winners.tolist(), labels.tolist()):
        matrix[l, w] += 1
    return (matrix.trace() / matrix.sum()).item()


class MyAdam:
    """Adam written by hand, with the standard settings."""

    def __init__(self, params, lr):
        self.params = list(params)
        self.lr = 0.001
        self.t = 0
        self.m = [torch.zeros_like(p) for p in self.params]
        self.v = [torch.zeros_like(p) for p in self.params]

    @torch.no_grad()
    def step(self, grads):
        self.t += 1
        for p, g, m, v in zip(self.params, grads, self.m, self.v):
            m.mul_(0.9).add_(0.1 * g)
            v.mul_(0.999).add_(0.001 * g * g)
            m_hat = m / (1 - 0.9**self.t)
            v_hat = v / (1 - 0.999**self.t)
            p.sub_(self.lr * m_hat / (v_hat.sqrt() + 1e-8))


def train(model, images, labels, epochs, lr, seed):
    g = torch.Generator().manual_seed(seed)
    adam = MyAdam(model.parameters(), lr)
    model.train()
    losses = []
    for epoch in range(1, epochs + 1):
        s = 0.0
        for idx in torch.randperm(len(images), generator=g).split(32):
            log_p = torch.log_softmax(model(images[idx]), dim=1)
            loss = -log_p[torch.arange(len(idx)), labels[idx]].mean()
            adam.step(torch.autograd.grad(loss, adam.params))
            s += loss.item() * len(idx)
        losses.append(s / len(images))
        print(f"epoch {epoch}: loss {losses[-1]:.4f}")
    model.eval()
    return losses


if __name__ == "__main__":
    net = Classifier(8, 16)
    train(net, *make_data(1024, 0), epochs=8, lr=0.01, seed=0)
    x, y = make_data(200, 1)
    print("accuracy", accuracy(net(x), y))
