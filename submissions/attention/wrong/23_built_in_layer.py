# Blatt 7, Aufmerksamkeit
import torch
from torch import nn
from torch.nn import functional as fn


def causal_mask(n):
    zeile = torch.arange(n).reshape(n, 1)
    spalte = torch.arange(n).reshape(1, n)
    return spalte <= zeile


def padding_mask(lengths, n):
    stellen = torch.arange(n).repeat(lengths.numel(), 1)
    return stellen < lengths.reshape(-1, 1)


def attention(q, k, v, mask=None):
    breite = q.shape[-1]
    punkte = torch.matmul(q, k.swapaxes(-1, -2)) / breite**0.5
    if mask is not None:
        punkte = punkte.masked_fill(torch.logical_not(mask), float("-inf"))
    gewichte = fn.softmax(punkte, dim=-1)
    return torch.matmul(gewichte, v), gewichte


class MultiHeadAttention(nn.Module):
    def __init__(self, dim, heads):
        super().__init__()
        self.anzahl_koepfe = heads
        self.ausgabe = nn.Linear(dim, dim)
        self.wert_und_schluessel = nn.Linear(dim, 2 * dim)
        self.anfrage = nn.Linear(dim, dim)

    def aufteilen(self, x):
        stapel, laenge, breite = x.shape
        x = x.reshape(stapel, laenge, self.anzahl_koepfe, breite // self.anzahl_koepfe)
        return x.permute(0, 2, 1, 3)

    def forward(self, x, mask=None):
        dim = x.shape[-1]
        wert, schluessel = self.wert_und_schluessel(x).split(dim, dim=-1)
        if mask is not None and len(mask.shape) == 3:
            mask = mask[:, None]
        ergebnis, gewichte = attention(
            self.aufteilen(self.anfrage(x)), self.aufteilen(schluessel), self.aufteilen(wert), mask
        )
        ergebnis = ergebnis.permute(0, 2, 1, 3).reshape(x.shape)
        return self.ausgabe(ergebnis)


class Block(nn.Module):
    def __init__(self, dim, heads, hidden, dropout=0.1):
        super().__init__()
        self.schicht = nn.TransformerEncoderLayer(
            dim, heads, hidden, dropout, activation="gelu", batch_first=True, norm_first=True
        )

    def forward(self, x, mask=None):
        verdeckt = None if mask is None else ~mask
        if verdeckt is not None and verdeckt.dim() == 3:
            verdeckt = verdeckt.repeat_interleave(self.schicht.self_attn.num_heads, dim=0)
        return self.schicht(x, src_mask=verdeckt)
