"""One request to an assistant: what it sends, and every way in which a reply can be of no use."""

from __future__ import annotations

import http.server
import json
from typing import Any

import pytest

from grader.desk.assistant_client import MAX_BYTES, Endpoint, NoReply, reply
from tests.desk.model_server import Play, model_server, says, sends

MESSAGES = [{"role": "user", "content": "Grüße"}]


def test_a_request_has_model_messages_and_key_and_nothing_else() -> None:
    with model_server(says("yes")) as server:
        assert reply(Endpoint(f"{server.address}/", "small", "secret"), MESSAGES) == "yes"
        assert reply(Endpoint(server.address, "small"), MESSAGES) == "yes"
    assert server.bodies == [{"model": "small", "messages": MESSAGES, "temperature": 0}] * 2
    assert [headers["path"] for headers in server.headers] == ["/v1/chat/completions"] * 2
    assert [headers.get("Authorization") for headers in server.headers] == ["Bearer secret", None]
    assert not {"Cookie", "User-Agent", "Referer"} & {name for headers in server.headers for name in headers}


@pytest.mark.parametrize(
    ("play", "why"),
    [
        (says("no", status=500), "status 500"),
        (sends(b"", 302, Location="http://127.0.0.1:9/elsewhere"), "status 302"),
        (sends(b"<html>busy</html>"), "Expecting value"),
        (sends(b"\xff\xfe\x00"), "decode"),
        (sends(b"[" * 100_000), "recursion"),
        (sends(json.dumps({"choices": []}).encode()), "no message in it"),
        (sends(json.dumps({"choices": [{"message": {"content": 3}}]}).encode()), "no text in it"),
        (sends(json.dumps([]).encode()), "no message in it"),
        (sends(b" " * (MAX_BYTES + 1)), "more than"),
    ],
    ids=["status", "redirect", "no JSON", "no text", "nested", "no choice", "a number", "a list", "too long"],
)
def test_other_replies_are_one_exception(play: Play, why: str) -> None:
    with model_server(play) as server, pytest.raises(NoReply, match=why):
        reply(Endpoint(server.address, "small"), MESSAGES)
    assert len(server.bodies) == 1


def test_a_reply_that_does_not_end_is_given_up() -> None:
    with model_server(lambda handler, body: None) as server:
        server.play = lambda handler, body: dripping(handler, server.over.wait)
        with pytest.raises(NoReply):
            reply(Endpoint(server.address, "small"), MESSAGES, seconds=0.3)


def dripping(handler: http.server.BaseHTTPRequestHandler, wait: Any) -> None:
    """Send one byte after the other, until the other side or the test is gone."""
    handler.send_response(200)
    handler.send_header("Content-Length", "1000000")
    handler.end_headers()
    try:
        while not wait(0.02):
            handler.wfile.write(b" ")
            handler.wfile.flush()
    except OSError:
        return


@pytest.mark.parametrize("key", ["secret\n", "secret\r\nX: y", "“secret”"])
def test_a_key_that_no_header_can_have_is_not_shown(key: str) -> None:
    with pytest.raises(NoReply, match="no key has") as caught:
        reply(Endpoint("http://127.0.0.1:9/v1", "small", key), MESSAGES)
    assert "secret" not in str(caught.value)


def test_a_server_that_is_not_there_is_the_same_exception() -> None:
    with model_server(says("")) as server:
        gone = Endpoint(server.address, "small")
    with pytest.raises(NoReply, match=r"127\.0\.0\.1"):
        reply(gone, MESSAGES)
