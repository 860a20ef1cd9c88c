"""A fixed model for the function `generate`: its logits depend on all tokens so far."""

import torch
from torch import Tensor, nn

VOCAB = 28


class Sums(nn.Module):
    """Logits from a sum of the tokens' vectors that forgets slowly."""

    def __init__(self) -> None:
        super().__init__()
        generator = torch.Generator().manual_seed(7)
        self.table = nn.Parameter(torch.randn(VOCAB, VOCAB, generator=generator))  # as any model, it has parameters

    def forward(self, tokens: Tensor) -> Tensor:
        """Logits (batch, length, VOCAB) of tokens (batch, length)."""
        state = torch.zeros(len(tokens), VOCAB)
        states = []
        for vectors in self.table[tokens].unbind(1):
            state = 0.8 * state + vectors
            states.append(state)
        return torch.stack(states, 1)


model = Sums().eval()
