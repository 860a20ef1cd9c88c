"""`grader desk`: serve the page on which tutors grade."""

from __future__ import annotations

import contextlib
import getpass
import html
import ipaddress
import os
import socket
import tempfile
import webbrowser
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from grader.cli.app import GRADING, app
from grader.errors import GraderError

if TYPE_CHECKING:
    from starlette.applications import Starlette


@app.command(rich_help_panel=GRADING)
def desk(
    folder: Annotated[Path, typer.Argument(help="The output folder of 'grader grade'.")],
    tutor: Annotated[str | None, typer.Option(help="Your name as shown in reports; by default your login.")] = None,
    port: Annotated[int, typer.Option(min=0, max=65535, help="The port; 0 takes any free one.")] = 0,
    browser: Annotated[bool, typer.Option(help="Open the page in your browser.")] = True,
    host: Annotated[
        str, typer.Option(help="The address to listen on; if other machines can reach it, each tutor needs a password.")
    ] = "127.0.0.1",
    name: Annotated[
        list[str] | None, typer.Option(help="With --host: HOST or HOST:PORT as shown in the browser; may be repeated.")
    ] = None,
    add_tutor: Annotated[str | None, typer.Option(help="Set the password of this tutor and exit.")] = None,
) -> None:
    """Open the grading desk in a browser.

    Serves a local page on which tutors grade everything that needs review, question by question.
    """
    if find_spec("uvicorn") is None:
        raise GraderError(
            "the desk needs Starlette and uvicorn: run pip install '.[desk]' in the project folder of the grader"
        )
    if add_tutor is not None:
        _add_tutor(folder, add_tutor)
    elif _is_loopback(host):
        if name:
            raise GraderError("--name is only used together with --host")
        _at_home(folder, tutor or getpass.getuser(), host, port, browser)
    elif tutor is not None:
        raise GraderError("--tutor cannot be combined with this --host: each tutor logs in with a name and a password")
    else:
        _outside(folder, host, port, name or [])


def _at_home(folder: Path, tutor: str, host: str, port: int, browser: bool) -> None:
    """Serve this machine only, at an address with a token for one use; each use prints the next address."""
    from grader.desk.auth import new_token
    from grader.desk.server import make_app

    listener = _listen(host, port)
    address = _address(host, listener)
    token = new_token()
    hosts = frozenset({address, address.replace("127.0.0.1", "localhost")})

    def where_with(token: str) -> str:
        return f"http://{address}/?token={token}"

    def tell(token: str) -> None:
        typer.echo(f"opened; for another browser: {where_with(token)}", err=True)

    application = make_app(folder, tutor, hosts, token, renewed=tell)
    where = where_with(token)
    typer.echo(f"the desk is open at {where}")
    typer.echo("press Ctrl-C to stop; each grade is saved immediately", err=True)
    with _page_that_leads_to(where, folder) as page:
        if browser:
            webbrowser.open(page.as_uri())
        _serve(application, listener)


@contextlib.contextmanager
def _page_that_leads_to(address: str, folder: Path) -> Iterator[Path]:
    """Give a page that only this user can read and that leads to an address: command lines are read by everybody."""
    descriptor, name = tempfile.mkstemp(dir=folder, prefix="desk-", suffix=".html")
    page = Path(name)
    try:
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(f'<!doctype html><meta http-equiv="refresh" content="0; url={html.escape(address)}">')
        yield page.resolve()
    finally:
        page.unlink(missing_ok=True)


def _outside(folder: Path, host: str, port: int, names: list[str]) -> None:
    """Serve other machines as well: each tutor logs in."""
    _needs_argon2()
    from grader.desk.manual_grading import GradingDesk
    from grader.desk.passwords import Tutors
    from grader.desk.server import make_app

    GradingDesk(folder)  # raises if the folder has no results, before anything is written
    tutors = Tutors(folder)
    if not tutors.names():
        raise GraderError(
            f"other machines can reach {host}, and no tutor has a password;"
            f" run 'grader desk {folder} --add-tutor NAME' first"
        )
    listener = _listen(host, port)
    address = _address(host, listener)
    hosts = frozenset({address, *(name.lower() for name in names)})
    application = make_app(folder, "", hosts, "", tutors)
    typer.echo(f"the desk is open at http://{address}/")
    typer.echo(f"accepted host names (add one with --name): {', '.join(sorted(hosts))}", err=True)
    typer.echo("tutors log in with a name and a password", err=True)
    typer.echo("traffic is not encrypted; put a TLS proxy in front", err=True)
    typer.echo("press Ctrl-C to stop; each grade is saved immediately", err=True)
    _serve(application, listener)


def _add_tutor(folder: Path, name: str) -> None:
    _needs_argon2()
    from grader.desk.manual_grading import GradingDesk
    from grader.desk.passwords import Tutors

    GradingDesk(folder)  # raises if the folder has no results, before the prompt for a password
    password = typer.prompt(f"Password of {name}", hide_input=True, confirmation_prompt=True)
    Tutors(folder).add(name, password)
    typer.echo(f"{name} can log in")


def _needs_argon2() -> None:
    if find_spec("argon2") is None:
        raise GraderError("passwords need argon2-cffi; run pip install '.[desk]' in the project folder of the grader")


def _serve(application: Starlette, listener: socket.socket) -> None:
    import uvicorn

    server = uvicorn.Server(uvicorn.Config(application, log_level="warning", access_log=False, server_header=False))
    server.run(sockets=[listener])


def _is_loopback(host: str) -> bool:
    """Return whether only this machine can reach an address."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        raise GraderError(f"--host {host}: not an IP address; use a numeric one such as 0.0.0.0") from None


def _address(host: str, listener: socket.socket) -> str:
    """Return host and port as a browser writes them."""
    return f"{f'[{host}]' if ':' in host else host}:{listener.getsockname()[1]}"


def _listen(host: str, port: int) -> socket.socket:
    """Return a socket that listens at an address."""
    listener = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_STREAM)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        listener.listen()
    except OSError as error:
        listener.close()
        where = f"port {port}" if host == "127.0.0.1" else f"{host}, port {port}"
        raise GraderError(f"{where}: {error.strerror}; choose another port, or 0 for any free one") from None
    return listener
