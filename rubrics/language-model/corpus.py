"""Text from a small grammar, as numbers of characters."""

import random

import torch
from torch import Tensor

ALPHABET = " .abcdefghijklmnopqrstuvwxyz"
VOCAB = len(ALPHABET)

NOUNS = ("cat", "dog", "bird", "child", "robot")
VERBS = ("sees", "hears", "likes", "finds")
ADJECTIVES = ("small", "old", "green")


def noun_phrase(rng: random.Random) -> str:
    """An article, perhaps an adjective, and a noun."""
    words = ["the"]
    if rng.random() < 0.4:
        words.append(rng.choice(ADJECTIVES))
    words.append(rng.choice(NOUNS))
    return " ".join(words)


def sentence(rng: random.Random) -> str:
    """One sentence of the grammar."""
    return f"{noun_phrase(rng)} {rng.choice(VERBS)} {noun_phrase(rng)}. "


def encode(text: str) -> Tensor:
    """Characters to numbers, int64 (length,)."""
    return torch.tensor([ALPHABET.index(c) for c in text], dtype=torch.int64)


def decode(tokens: Tensor) -> str:
    """Numbers to characters."""
    return "".join(ALPHABET[int(t)] for t in tokens)


def make_tokens(sentences: int, seed: int) -> Tensor:
    """A text of so many sentences as int64 numbers (N,)."""
    rng = random.Random(seed)
    return encode("".join(sentence(rng) for _ in range(sentences)))
