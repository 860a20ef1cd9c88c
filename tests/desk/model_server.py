"""A server on loopback that plays an assistant, well or badly, and records what it was sent."""

from __future__ import annotations

import http.server
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

Play = Callable[[http.server.BaseHTTPRequestHandler, dict[str, Any]], None]


@dataclass
class ModelServer:
    """The address of a server, and the bodies and headers of its requests."""

    play: Play
    address: str = ""
    bodies: list[dict[str, Any]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    over: threading.Event = field(default_factory=threading.Event)  # set when the test ends


def says(content: object, status: int = 200) -> Play:
    """Reply with this text, or with the JSON of anything else."""
    text = content if isinstance(content, str) else json.dumps(content)
    return sends(json.dumps({"choices": [{"message": {"content": text}}]}).encode(), status)


def sends(data: bytes, status: int = 200, **headers: str) -> Play:
    """Reply with these bytes."""

    def play(handler: http.server.BaseHTTPRequestHandler, body: dict[str, Any]) -> None:
        handler.send_response(status)
        for name, value in headers.items():
            handler.send_header(name, value)
        handler.send_header("Content-Length", str(len(data)))
        handler.end_headers()
        handler.wfile.write(data)

    return play


@contextmanager
def model_server(play: Play) -> Iterator[ModelServer]:
    """Serve until the block ends."""
    found = ModelServer(play)

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            found.bodies.append(body)
            found.headers.append({**dict(self.headers), "path": self.path})
            found.play(self, body)

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    found.address = f"http://127.0.0.1:{server.server_port}/v1"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield found
    finally:
        found.over.set()
        server.shutdown()
        thread.join()
        server.server_close()
