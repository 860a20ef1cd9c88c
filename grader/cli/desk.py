"""Open the tutor's desk."""

from __future__ import annotations

import getpass
import socket
import webbrowser
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated

import typer

from grader.cli.app import app
from grader.errors import GraderError


@app.command()
def desk(
    folder: Annotated[Path, typer.Argument(help="The folder that 'grader grade' wrote.")],
    tutor: Annotated[str | None, typer.Option(help="Your name, as it stands in reports; your login otherwise.")] = None,
    port: Annotated[int, typer.Option(min=0, max=65535, help="0 is any that is free.")] = 0,
    browser: Annotated[bool, typer.Option(help="Open the page in your browser.")] = True,
) -> None:
    """Open a local page on which a person decides what waits, question by question."""
    if find_spec("uvicorn") is None:
        raise GraderError("the desk needs Starlette and uvicorn; pip install 'grader[desk]'")
    import uvicorn

    from grader.desk.server import make_app, new_token

    listener = _listen(port)
    address = f"127.0.0.1:{listener.getsockname()[1]}"
    token = new_token()
    hosts = frozenset({address, address.replace("127.0.0.1", "localhost")})
    application = make_app(folder, tutor or getpass.getuser(), hosts, token)
    where = f"http://{address}/?token={token}"
    typer.echo(f"the desk is open at {where}")
    typer.echo("stop it with Ctrl-C; everything is saved as you decide", err=True)
    if browser:
        webbrowser.open(where)
    server = uvicorn.Server(uvicorn.Config(application, log_level="warning", access_log=False, server_header=False))
    server.run(sockets=[listener])


def _listen(port: int) -> socket.socket:
    """Return a socket of this machine alone."""
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(("127.0.0.1", port))
        listener.listen()
    except OSError as error:
        listener.close()
        raise GraderError(f"port {port}: {error.strerror}; choose another one, or 0 for any that is free") from None
    return listener
