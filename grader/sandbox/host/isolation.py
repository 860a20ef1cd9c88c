"""Choose the isolation level by a self-test: start a confined process, attack from inside, and list what succeeds."""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import shutil
import socket
import sys
import tempfile
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from grader.sandbox.boundary.owner import owned_prefix
from grader.sandbox.boundary.policy import Level
from grader.sandbox.host.make_policy import hidden_paths, make_policy, throwaway_uid
from grader.sandbox.host.process import readable, start_cold
from grader.sandbox.limits import LEVELS, Isolation

PROBE_SECONDS = 20


@cache
def choose(required: Level | None = None) -> Isolation:
    """Return the strongest level that passes its self-test; only `required` is tried if it is given."""
    reasons: list[str] = []
    for level in (required,) if required else LEVELS[:2]:
        through = self_test(level)
        if not through:
            return Isolation(level, tuple(reasons))
        reasons.append(f"{level}: {', '.join(through)}")
    return Isolation("C", tuple(reasons))


def self_test(level: Level) -> list[str]:
    """Attack from inside a process of this level; return the attacks that succeeded, empty if there are none."""
    if level == "B" and os.geteuid() == 0 and not throwaway_uid(level):
        return ["as root it needs an interpreter that other users may read"]
    with tempfile.TemporaryDirectory(prefix=owned_prefix()) as folder, _canaries(Path(folder)) as (targets, contacted):
        policy = make_policy(level, Path(folder))
        process = start_cold(policy, json.dumps(targets), "probe")
        try:
            if process.popen is None or process.popen.stdout is None:
                return ["it did not start"]
            ready = readable(process.popen.stdout.fileno(), PROBE_SECONDS)
            answer = process.popen.stdout.readline() if ready else b""
            through: list[str] = json.loads(answer) if answer else ["it did not start"]
        except ValueError:
            through = ["it answered something else"]
        finally:
            process.close()
        return [*through, *contacted()]


def _beside_interpreter(stack: contextlib.ExitStack) -> str | None:
    """Plant a file in the folder of the environment, where a course may lie; None where nobody may write there."""
    try:
        descriptor, name = tempfile.mkstemp(dir=sys.prefix, prefix=f".{owned_prefix()}")
    except OSError:
        return None
    stack.callback(os.unlink, name)
    os.fchmod(descriptor, 0o644)
    os.close(descriptor)
    return name


@contextlib.contextmanager
def _canaries(folder: Path) -> Iterator[tuple[dict[str, Any], Any]]:
    """Make the targets that a submission must not reach: a file, a folder, listeners on loopback and by name."""
    outside = Path(tempfile.mkdtemp(prefix=owned_prefix()))
    os.chmod(outside, 0o777)  # noqa: S103 - everybody may write, so only isolation keeps the probe out
    (outside / "secret").write_text("secret", encoding="ascii")
    abstract = f"grader-{secrets.token_hex(8)}"
    unix = str(outside / "socket")
    with contextlib.ExitStack() as stack:
        tcp = stack.enter_context(socket.create_server(("127.0.0.1", 0)))
        udp = stack.enter_context(socket.socket(socket.AF_INET, socket.SOCK_DGRAM))
        udp.bind(("127.0.0.1", 0))
        named = [stack.enter_context(socket.socket(socket.AF_UNIX)) for _ in range(2)]
        for server, address in zip(named, (unix, "\0" + abstract), strict=True):
            server.bind(address)
            server.listen()
        os.chmod(unix, 0o777)  # noqa: S103 - as above
        secrets_ = {f"a file of {Path(path).name}": str(Path(path) / "__init__.py") for path in hidden_paths()}
        if (beside := _beside_interpreter(stack)) is not None:
            secrets_["a file beside the interpreter"] = beside
        targets = {
            "secrets": secrets_,
            "file": str(outside / "secret"),
            "folder": str(outside),
            "tcp": tcp.getsockname()[1],
            "udp": udp.getsockname()[1],
            "unix": unix,
            "abstract": abstract,
            "parent": os.getpid(),
        }
        servers: Sequence[tuple[str, socket.socket]] = (
            ("TCP", tcp),
            ("UDP", udp),
            ("a socket", named[0]),
            ("a socket", named[1]),
        )

        def contacted() -> list[str]:
            contacted = [f"{name} was contacted" for name, server in servers if readable(server.fileno(), 0)]
            return [*contacted, "something was written"] if (outside / "written").exists() else contacted

        try:
            yield targets, contacted
        finally:
            shutil.rmtree(outside, ignore_errors=True)
