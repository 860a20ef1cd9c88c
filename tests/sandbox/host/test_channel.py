"""Requests and replies as files: what is not a proper reply is refused, and no link is followed."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from grader.model import Request
from grader.sandbox.host import channel as channel_module
from grader.sandbox.host.channel import Channel

VALUE: dict[str, Any] = {"cases": [{"parameters": [], "calls": []}]}


def reply(channel: Channel, value: object, **arrays: Any) -> Any:
    """What the host reads when this was written."""
    folder = Path(channel.path)
    (folder / "reply-1.json").write_text(json.dumps([value]))
    np.savez(folder / "reply-1.npz", **{f"0/{name}": array for name, array in arrays.items()})
    return read(channel)


def read(channel: Channel) -> Any:
    (outcome,) = channel.read(1, [Request("call", {})])
    return outcome


@pytest.fixture
def channel(tmp_path: Path) -> Channel:
    return Channel(tmp_path)


def test_a_proper_reply_is_read(channel: Channel) -> None:
    outcome = reply(channel, {"status": "ok", "value": VALUE}, x=np.ones(3))
    assert (outcome.status, outcome.value, outcome.arrays["x"].tolist()) == ("ok", VALUE, [1, 1, 1])


@pytest.mark.parametrize("value", [[], {"status": "passed"}, {"status": "ok", "value": 3}, {}, "ok", None])
def test_a_reply_of_another_form_is_refused(channel: Channel, value: object) -> None:
    assert reply(channel, value).status == "unreadable"


def test_pickles_links_pipes_and_floods_are_refused(channel: Channel, monkeypatch: pytest.MonkeyPatch) -> None:
    proper, folder = {"status": "ok", "value": VALUE}, Path(channel.path)
    assert reply(channel, proper, x=np.array([{"a": 1}], dtype=object)).status == "unreadable"
    assert reply(channel, proper, x=np.array(["text"])).status == "unreadable"
    assert reply(channel, proper).status == "ok"
    (folder / "secret").write_text(json.dumps(proper))
    (folder / "reply-1.json").unlink()
    (folder / "reply-1.json").symlink_to(folder / "secret")
    assert read(channel).status == "unreadable"
    (folder / "reply-1.json").unlink()
    os.mkfifo(folder / "reply-1.json")
    assert read(channel).status == "unreadable"
    (folder / "reply-1.json").unlink()
    monkeypatch.setattr(channel_module, "MAX_ARRAYS", 64)
    assert reply(channel, proper, x=np.ones(100)).status == "unreadable"


def test_requests_never_follow_a_link_and_old_replies_do_not_count(channel: Channel, tmp_path: Path) -> None:
    folder, outside = Path(channel.path), tmp_path / "outside"
    outside.write_text("mine")
    (folder / "ask-1.json").symlink_to(outside)
    reply(channel, {"status": "ok", "value": {}})
    channel.write(1, [Request("call", {})])
    assert outside.read_text() == "mine"
    assert read(channel).status == "unreadable"
    folder.rename(tmp_path / "elsewhere")
    (tmp_path / ".exchange").symlink_to("/etc")
    channel.write(2, [Request("call", {})])
    assert (tmp_path / "elsewhere" / "ask-2.json").exists()


def test_a_reply_that_is_a_link_to_a_proper_one_is_refused(channel: Channel, tmp_path: Path) -> None:
    """The target has to be a reply that would be taken: one that is none is refused whatever opens it."""
    proper = {"status": "ok", "value": VALUE}
    assert reply(channel, proper).status == "ok"
    folder = Path(channel.path)
    for ending in ("json", "npz"):
        outside = tmp_path / f"outside.{ending}"
        (folder / f"reply-1.{ending}").rename(outside)
        (folder / f"reply-1.{ending}").symlink_to(outside)
        assert read(channel).status == "unreadable"
        (folder / f"reply-1.{ending}").unlink()
        outside.rename(folder / f"reply-1.{ending}")
        assert read(channel).status == "ok"
