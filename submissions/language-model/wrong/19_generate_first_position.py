# Blatt 11: Sprachmodell
import math

import torch
from torch import nn


def batches(tokens, length):
    anzahl = (tokens.shape[0] - 1) // length
    eingaben = []
    ziele = []
    stelle = 0
    while len(eingaben) < anzahl:
        stueck = tokens[stelle : stelle + length + 1]
        eingaben.append(stueck[:-1])
        ziele.append(stueck[1:])
        stelle += length
    return torch.stack(eingaben), torch.stack(ziele)


class LanguageModel(nn.Module):
    def __init__(self, vocab, dim, hidden):
        super().__init__()
        self.ausgabe = nn.Linear(hidden, vocab)
        self.gedaechtnis = nn.GRU(input_size=dim, hidden_size=hidden, num_layers=1)
        self.einbettung = nn.Embedding(vocab, dim)

    def forward(self, tokens):
        zeit_zuerst = tokens.t()
        vektoren = self.einbettung(zeit_zuerst)
        zustaende, letzter = self.gedaechtnis(vektoren)
        ergebnis = self.ausgabe(zustaende)
        return ergebnis.transpose(0, 1)


def loss(logits, targets):
    summe = nn.functional.cross_entropy(logits.permute(0, 2, 1), targets, reduction="sum")
    return summe / targets.numel()


def perplexity(loss_value):
    return math.e**loss_value


@torch.no_grad()
def generate(model, start, n):
    folge = start
    for schritt in range(n):
        bewertung = model(folge.reshape(1, -1))
        bestes = bewertung[:, 0].argmax(dim=-1)
        folge = torch.concat((folge, bestes))
    return folge
