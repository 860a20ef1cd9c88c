"""Changes of bytes as damage and attackers make them, each from a generator of random numbers."""

from __future__ import annotations

import random
from collections.abc import Sequence

MAX_BYTES = 60_000  # of one case
ODD = (
    b"\0", b"\xff" * 4, b"\x7f\xff\xff\xff", b"\x80" + b"\xff" * 11, b"99999999999999999999", b"-1", b"1e999", b"NaN", b"\r", b"\n\n", b"\"",
    b"[" * 500, b"{" * 500, b"(" * 500, b"../" * 30, b"\xed\xa0\x80", b"\xe2\x80\xae", b"\\sum_{n=1}^{N} ", b"\\frac{", b"=1+1", b"PK\1\2", b"%PDF",
)  # fmt: skip


def changed(data: bytes, others: Sequence[bytes], draw: random.Random) -> bytes:
    """Return `data` after one to eight changes; `others` are samples to take parts from."""
    found = bytearray(data[:MAX_BYTES])
    for _ in range(draw.randint(1, 8)):
        begin = draw.randint(0, len(found))
        end = min(len(found), begin + draw.choice((1, 1, 2, 4, 16, 64, 1000)))
        kind = draw.randrange(7)
        if kind == 0 and begin < len(found):
            found[begin] = draw.randrange(256)
        elif kind == 1:
            del found[begin:end]
        elif kind == 2:
            found[begin:begin] = found[begin:end] * draw.choice((1, 2, 50))
        elif kind == 3:
            found[begin:end] = draw.choice(ODD)
        elif kind == 4:
            other = draw.choice(others)
            at = draw.randint(0, len(other))
            found[begin:end] = other[at : at + draw.choice((8, 64, 512))]
        elif kind == 5:
            del found[begin:]
        else:
            found[begin:end] = draw.randbytes(end - begin)
        del found[MAX_BYTES:]
    return bytes(found)
