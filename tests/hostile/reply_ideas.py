"""Ideas of attacks on the channel of replies, each a function that writes what a submission could write into its folder.

Defence off: `naive` below reads the folder as a grader without bounds would, and the attack does its harm there, as `harm`
says. Defence on: `Channel.read` refuses the reply.
"""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

PROPER: dict[str, Any] = {"status": "ok", "value": {"cases": [{"parameters": [], "calls": []}]}}


class Unpickled:
    """An object that writes a file when it is unpickled."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[Any, ...]:
        return Path.touch, (self.path,)


@dataclass(frozen=True)
class ReplyIdea:
    """One attack: what it tries, what it writes, and whether a reader without bounds is harmed."""

    claim: str
    write: Callable[[Path], None]
    harm: Callable[[Path, Any, dict[str, Any]], bool]


def naive(folder: Path) -> tuple[Any, dict[str, Any]]:
    """Return a reply as it is read without any bound: links followed, pickles loaded."""
    value = json.loads((folder / "reply-1.json").read_text(encoding="utf-8"))
    with np.load(folder / "reply-1.npz", allow_pickle=True) as stored:
        return value, {name: stored[name] for name in stored.files}


def _json(folder: Path, value: Any) -> None:
    (folder / "reply-1.json").write_text(json.dumps(value), encoding="utf-8")


def _arrays(folder: Path, **arrays: Any) -> None:
    _json(folder, [PROPER])
    np.savez_compressed(folder / "reply-1.npz", **arrays)


def _text(folder: Path, text: str) -> None:
    _arrays(folder)
    (folder / "reply-1.json").write_text(text, encoding="utf-8")


def _link(folder: Path) -> None:
    _arrays(folder)
    (folder / "secret").write_text(json.dumps([PROPER]), encoding="utf-8")
    (folder / "reply-1.json").unlink()
    (folder / "reply-1.json").symlink_to(folder / "secret")


def _linked_arrays(folder: Path) -> None:
    _arrays(folder, **{"0/x": np.ones(1)})
    (folder / "reply-1.npz").rename(folder / "other.npz")
    (folder / "reply-1.npz").symlink_to(folder / "other.npz")


def _many(folder: Path) -> None:
    _json(folder, [PROPER])
    buffer = io.BytesIO()
    np.save(buffer, np.ones(1))
    with zipfile.ZipFile(folder / "reply-1.npz", "w") as archive:
        for number in range(5000):
            archive.writestr(f"0/{number}.npy", buffer.getvalue())


REPLIES: dict[str, ReplyIdea] = {
    "link": ReplyIdea("lets the grader read another file as the reply", _link, lambda f, v, a: v == [PROPER]),
    "linked-arrays": ReplyIdea("the same for the numbers", _linked_arrays, lambda f, v, a: "0/x" in a),
    "pickle": ReplyIdea(
        "has an object unpickled", lambda f: _arrays(f, x=np.array([Unpickled(f / "written")], dtype=object)),
        lambda f, v, a: (f / "written").exists()),
    "zeros": ReplyIdea(
        "takes 80 MB for 80 kB", lambda f: _arrays(f, x=np.zeros(80 << 20, np.uint8)),
        lambda f, v, a: a["x"].nbytes > 64 << 20),
    "names": ReplyIdea("sends 5,000 arrays", _many, lambda f, v, a: len(a) == 5000),
    "words": ReplyIdea(
        "sends texts for numbers", lambda f: _arrays(f, x=np.array(["1"])), lambda f, v, a: a["x"].dtype.kind == "U"),
    "fields": ReplyIdea(
        "sends numbers with named fields", lambda f: _arrays(f, x=np.zeros(1, [("a", float), ("b", float)])),
        lambda f, v, a: a["x"].dtype.kind == "V"),
    "times": ReplyIdea(
        "sends times, for which every comparison is false",
        lambda f: _arrays(f, x=np.array(["NaT"], "datetime64[s]")), lambda f, v, a: bool((a["x"] != a["x"]).all())),
    "long": ReplyIdea(
        "sends 6 MB of text", lambda f: _text(f, json.dumps([{**PROPER, "message": "x" * (6 << 20)}])),
        lambda f, v, a: len(v[0]["message"]) > 4 << 20),
    "more-replies": ReplyIdea(
        "answers twice", lambda f: _text(f, json.dumps([PROPER, PROPER])), lambda f, v, a: len(v) == 2),
    "other-status": ReplyIdea(
        "says that it has passed", lambda f: _text(f, '[{"status": "passed"}]'), lambda f, v, a: v[0]["status"] == "passed"),
    "twice": ReplyIdea(
        "has the status twice, so that readers differ",
        lambda f: _text(f, '[{"status": "ok", "status": "passed", "value": {}}]'),
        lambda f, v, a: v[0]["status"] == "passed"),
}  # fmt: skip
