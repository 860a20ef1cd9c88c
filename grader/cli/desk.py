"""Open the tutor's desk."""

from __future__ import annotations

import getpass
import ipaddress
import socket
import webbrowser
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from grader.cli.app import app
from grader.errors import GraderError

if TYPE_CHECKING:
    from starlette.applications import Starlette


@app.command()
def desk(
    folder: Annotated[Path, typer.Argument(help="The folder that 'grader grade' wrote.")],
    tutor: Annotated[str | None, typer.Option(help="Your name, as it stands in reports; your login otherwise.")] = None,
    port: Annotated[int, typer.Option(min=0, max=65535, help="0 is any that is free.")] = 0,
    browser: Annotated[bool, typer.Option(help="Open the page in your browser.")] = True,
    host: Annotated[
        str, typer.Option(help="The address to listen at; one that other machines reach needs a password per tutor.")
    ] = "127.0.0.1",
    name: Annotated[
        list[str] | None, typer.Option(help="With --host: HOST[:PORT] as browsers have it; may be repeated.")
    ] = None,
    add_tutor: Annotated[
        str | None, typer.Option(help="Ask for the password of this tutor, keep its hash, end.")
    ] = None,
) -> None:
    """Open a local page on which a person decides what waits, question by question."""
    if find_spec("uvicorn") is None:
        raise GraderError("the desk needs Starlette and uvicorn; pip install 'grader[desk]'")
    if add_tutor is not None:
        _add_tutor(folder, add_tutor)
    elif _is_loopback(host):
        if name:
            raise GraderError("--name is for a desk that other machines reach; give --host, too")
        _at_home(folder, tutor or getpass.getuser(), host, port, browser)
    elif tutor is not None:
        raise GraderError("--tutor cannot be given with this --host: each tutor logs in with a name of their own")
    else:
        _outside(folder, host, port, name or [])


def _at_home(folder: Path, tutor: str, host: str, port: int, browser: bool) -> None:
    """Serve this machine alone, at an address with a token."""
    from grader.desk.server import make_app, new_token

    listener = _listen(host, port)
    address = _address(host, listener)
    token = new_token()
    hosts = frozenset({address, address.replace("127.0.0.1", "localhost")})
    application = make_app(folder, tutor, hosts, token)
    where = f"http://{address}/?token={token}"
    typer.echo(f"the desk is open at {where}")
    typer.echo("stop it with Ctrl-C; everything is saved as you decide", err=True)
    if browser:
        webbrowser.open(where)
    _serve(application, listener)


def _outside(folder: Path, host: str, port: int, names: list[str]) -> None:
    """Serve other machines, too: each tutor logs in."""
    _needs_argon2()
    from grader.desk.manual_grading import GradingDesk
    from grader.desk.passwords import Tutors
    from grader.desk.server import make_app

    GradingDesk(folder)  # says where nothing was marked, before anything is written
    tutors = Tutors(folder)
    if not tutors.names():
        raise GraderError(
            f"{host} is reached by other machines, and no tutor has a password;"
            f" run 'grader desk {folder} --add-tutor NAME' first"
        )
    listener = _listen(host, port)
    address = _address(host, listener)
    hosts = frozenset({address, *(name.lower() for name in names)})
    application = make_app(folder, "", hosts, "", tutors)
    typer.echo(f"the desk is open at http://{address}/")
    typer.echo(f"it answers to these names only (--name adds one): {', '.join(sorted(hosts))}", err=True)
    typer.echo("the address has no token: each tutor logs in with a name and a password", err=True)
    typer.echo("nothing is encrypted here: a proxy with TLS belongs in front", err=True)
    typer.echo("stop it with Ctrl-C; everything is saved as you decide", err=True)
    _serve(application, listener)


def _add_tutor(folder: Path, name: str) -> None:
    _needs_argon2()
    from grader.desk.manual_grading import GradingDesk
    from grader.desk.passwords import Tutors

    GradingDesk(folder)  # says where nothing was marked, before anything is asked
    password = typer.prompt(f"Password of {name}", hide_input=True, confirmation_prompt=True)
    Tutors(folder).add(name, password)
    typer.echo(f"{name} can log in")


def _needs_argon2() -> None:
    if find_spec("argon2") is None:
        raise GraderError("passwords need argon2-cffi; pip install 'grader[desk]'")


def _serve(application: Starlette, listener: socket.socket) -> None:
    import uvicorn

    server = uvicorn.Server(uvicorn.Config(application, log_level="warning", access_log=False, server_header=False))
    server.run(sockets=[listener])


def _is_loopback(host: str) -> bool:
    """Whether only this machine reaches an address."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        raise GraderError(f"--host {host}: not an address; give one in numbers, such as 0.0.0.0") from None


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
        raise GraderError(f"{where}: {error.strerror}; choose another one, or 0 for any that is free") from None
    return listener
