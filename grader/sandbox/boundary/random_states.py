"""The states of the three random generators, so that a seed in one process holds in another; see `live_values.py`.

All three are Mersenne Twisters. A state that comes back is taken only if it follows from the one that was sent by
drawing numbers, or in torch's case from a seed: a state by itself could hold numbers of anybody's choice.
"""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Any

import numpy as np
import torch

if TYPE_CHECKING:  # the files are run in the same names (see `worker_module.py`)
    from grader.sandbox.boundary.live_kinds import BadLive

WORDS = 624
MAX_TWISTS = 10_000  # of 624 numbers each
MAX_NORMAL = 8.0  # of a normal number that waits to be used
GENERATORS = ("torch", "numpy", "python")
_TORCH_BYTES = 5056
_KEY = slice(24, 24 + 8 * WORDS)  # of torch's state: its seed, the numbers that are left, the next one, and the words


def state_of(generator: str) -> tuple[bytes, tuple[Any, ...]]:
    """Return the state of a generator: its words as bytes, and the rest as numbers."""
    if generator == "torch":
        return torch.default_generator.get_state().numpy().tobytes(), ()
    if generator == "numpy":
        _, key, place, waits, normal = np.random.get_state(legacy=True)
        return np.asarray(key, dtype=np.uint32).tobytes(), (int(place), int(waits), float(normal))
    _, words, normal = random.getstate()
    return np.array(words[:-1], dtype=np.uint32).tobytes(), (words[-1], normal)


def set_state(generator: str, state: tuple[bytes, tuple[Any, ...]]) -> None:
    """Set the state of a generator."""
    data, rest = state
    if generator == "torch":
        torch.default_generator.set_state(torch.frombuffer(bytearray(data), dtype=torch.uint8))
    elif generator == "numpy":
        np.random.set_state(("MT19937", np.frombuffer(data, np.uint32), *rest))
    else:
        words = tuple(int(word) for word in np.frombuffer(data, np.uint32))
        random.setstate((3, (*words, rest[0]), rest[1]))


def read_state(generator: str, data: Any, rest: Any) -> tuple[bytes, tuple[Any, ...]]:
    """Return a state that was sent as an array of bytes and a list of numbers.

    Raises:
        BadLive: it is none.
    """
    lengths = {"torch": _TORCH_BYTES, "numpy": 4 * WORDS, "python": 4 * WORDS}
    if not isinstance(data, np.ndarray) or data.dtype != np.uint8 or data.shape != (lengths[generator],):
        raise BadLive("no state of a random generator")
    forms: dict[str, tuple[tuple[type, ...], ...]] = {
        "torch": (),
        "numpy": ((int,), (int,), (float, int)),
        "python": ((int,), (float, type(None))),
    }
    form = forms[generator]
    if not isinstance(rest, list) or len(rest) != len(form):
        raise BadLive("no state of a random generator")
    if any(type(part) not in kinds for part, kinds in zip(rest, form, strict=True)):
        raise BadLive("no state of a random generator")
    if form and not 0 <= rest[0] <= WORDS:
        raise BadLive("no state of a random generator")
    return data.tobytes(), tuple(rest)


def follows(generator: str, before: tuple[bytes, tuple[Any, ...]], after: tuple[bytes, tuple[Any, ...]]) -> bool:
    """Return whether a state follows from an earlier one by drawing numbers, or in torch from its seed."""
    one, other = _words(generator, before), _words(generator, after)
    if one is None or other is None or not _usual_rest(generator, after):
        return False
    if generator == "torch" and before[0][:8] != after[0][:8]:  # the seeds
        seed = int(np.frombuffer(after[0][:8], np.uint64)[0])
        fresh = torch.Generator().manual_seed(seed).get_state().numpy().tobytes()
        start = _words("torch", (fresh, ()))
        return start is not None and _reached(start, other)
    return _reached(one, other)


def _usual_rest(generator: str, state: tuple[bytes, tuple[Any, ...]]) -> bool:
    """Return whether a normal number that waits in a state could have been drawn."""
    if generator == "torch":
        waiting = [float(one) for one in np.frombuffer(state[0][_KEY.stop :][:24], np.float64)]
    else:
        waiting = [state[1][-1] or 0.0]
    return all(abs(one) <= MAX_NORMAL for one in waiting)


def _words(generator: str, state: tuple[bytes, tuple[Any, ...]]) -> tuple[Any, int] | None:
    """Return the words of a state, and how many of them were used; None where it is no state."""
    data, rest = state
    if generator != "torch":
        return np.frombuffer(data, np.uint32), int(rest[0])
    left, seeded = (int(one) for one in np.frombuffer(data[8:16], np.int32))
    following = int(np.frombuffer(data[16:24], np.uint64)[0])
    wide = np.frombuffer(data[_KEY], np.uint64)
    if seeded != 1 or not 1 <= left <= WORDS or following > WORDS or bool((wide >> np.uint64(32)).any()):
        return None
    words = wide.astype(np.uint32)
    return words, WORDS if left == 1 and following == 0 else WORDS - left + 1


def _reached(before: tuple[Any, int], after: tuple[Any, int]) -> bool:
    words, place = before
    wanted, later = after
    if np.array_equal(words, wanted):
        return later >= place
    twister = np.random.MT19937()
    state: Any = {"bit_generator": "MT19937", "state": {"key": words, "pos": WORDS}}
    twister.state = state
    for _ in range(MAX_TWISTS):
        twister.random_raw(WORDS, output=False)
        key = twister.state["state"]["key"]
        if key[0] == wanted[0] and np.array_equal(key, wanted):
            return True
    return False
