"""Each idea of an attack on the channel harms a reader without bounds, and the channel refuses it."""

from __future__ import annotations

from pathlib import Path

import pytest

from grader.model import Request
from grader.sandbox.host.channel import Channel
from tests.hostile.reply_ideas import REPLIES, naive


@pytest.mark.hostile
@pytest.mark.parametrize("name", REPLIES)
def test_without_bounds_the_reply_does_harm(name: str, tmp_path: Path) -> None:
    REPLIES[name].write(tmp_path)
    assert REPLIES[name].harm(tmp_path, *naive(tmp_path)), REPLIES[name].claim


@pytest.mark.hostile
@pytest.mark.parametrize("name", REPLIES)
def test_the_channel_refuses_it(name: str, tmp_path: Path) -> None:
    channel = Channel(tmp_path)
    try:
        REPLIES[name].write(Path(channel.path))
        (outcome,) = channel.read(1, [Request("call", {})])
    finally:
        channel.close()
    assert outcome.status == "unreadable", REPLIES[name].claim
    assert not (Path(channel.path) / "written").exists()
