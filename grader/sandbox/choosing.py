"""Choose the isolation level by trying: start the real thing, attack from inside, see what comes through."""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import shutil
import socket
import sys
import sysconfig
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from grader.sandbox.policy import MEANING, Level, Policy
from grader.sandbox.starting import readable, start_cold

PROBE_SECONDS = 20
LEVELS: tuple[Level, ...] = ("A", "B", "C")
_FIRST_UID, _UIDS = 1_200_000, 1 << 20


@dataclass(frozen=True)
class Isolation:
    """The level that holds here, and for each stronger level why it does not."""

    level: Level
    reasons: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"{self.level} ({MEANING[self.level]})"


def interpreter_paths() -> tuple[str, ...]:
    """Return the folders that a Python process here needs to read: the environment, and what it was made from."""
    found = {sys.prefix, sys.base_prefix, *(sysconfig.get_paths()[name] for name in ("stdlib", "purelib", "platlib"))}
    found |= {str(Path(sys.executable).resolve().parent.parent)}
    kept = sorted(path for path in found if not path.startswith(("/usr/", "/lib")) and path != "/usr")
    return tuple(path for path in kept if not any(path.startswith(other + "/") for other in kept))


def hidden_paths() -> tuple[str, ...]:
    """Return our own packages where they lie among the installed ones: the child must not see them."""
    packages = sysconfig.get_paths()["purelib"]
    return tuple(path for name in ("grader", "reference") if os.path.isdir(path := f"{packages}/{name}"))


def throwaway_uid(level: Level) -> int:
    """Return a user id for one hand-in, or 0 where the user stays: not root, or an interpreter for root alone."""
    if os.geteuid() != 0 or level == "C":
        return 0
    if level == "B" and not all(_readable_by_others(path) for path in (*interpreter_paths(), sys.executable)):
        return 0
    return _FIRST_UID + secrets.randbelow(_UIDS)


def _readable_by_others(path: str) -> bool:
    parts = Path(path).resolve()
    return all(part.stat().st_mode & 0o005 == 0o005 for part in (parts, *parts.parents))


@cache
def choose(required: Level | None = None) -> Isolation:
    """Return the strongest level that passes its self-test; only `required` is tried where it is given."""
    reasons: list[str] = []
    for level in (required,) if required else LEVELS[:2]:
        through = self_test(level)
        if not through:
            return Isolation(level, tuple(reasons))
        reasons.append(f"{level}: {', '.join(through)}")
    return Isolation("C", tuple(reasons))


def self_test(level: Level) -> list[str]:
    """Attack from inside a process of this level; return what came through, empty when it holds."""
    if level == "B" and os.geteuid() == 0 and not throwaway_uid(level):
        return ["as root it needs an interpreter that other users may read"]
    with tempfile.TemporaryDirectory(prefix="grader-probe-") as folder, _canaries(Path(folder)) as (targets, contacted):
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


def make_policy(level: Level, folder: Path, **changes: Any) -> Policy:
    """Make the folders of one hand-in below `folder` and the policy that goes with them."""
    work, private, root = folder / "work", folder / "k", folder / "root"
    for path in (work, private, root):
        path.mkdir(mode=0o700, exist_ok=True)
    uid = throwaway_uid(level)
    environment = _environment(work)
    policy = Policy(
        level, str(work), str(private), str(root), environment, interpreter_paths(), hidden_paths(), uid, **changes
    )
    home = work / ".home"
    give_to(policy.uid, folder, work, private, home, *home.rglob("*"))
    return policy


def _environment(work: Path) -> dict[str, str]:
    """Nothing of the user's own: paths in the work folder, one thread, no display."""
    kept = {name: os.environ[name] for name in ("PATH", "LANG", "LC_ALL") if name in os.environ}
    home = work / ".home"
    startup = home / "profile_default" / "startup"
    startup.mkdir(parents=True, exist_ok=True)
    (startup / "README").touch()  # IPython would copy its own, with its rights, which level B does not allow
    threads = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
    folders = dict.fromkeys(("HOME", "IPYTHONDIR", "MPLCONFIGDIR", "TMPDIR", "JUPYTER_CONFIG_DIR"), str(home))
    names = dict.fromkeys(("USER", "LOGNAME"), "student")
    fixed = {"MPLBACKEND": "agg", "PYTHONHASHSEED": "0", "PYTHONDONTWRITEBYTECODE": "1"}
    return {**kept, **threads, **folders, **names, **fixed}


def give_to(uid: int, *paths: Path) -> None:
    """Let the hand-in's user own these paths; nothing where the user does not change."""
    if uid:
        for path in paths:
            os.chown(path, uid, uid, follow_symlinks=False)


@contextlib.contextmanager
def _canaries(folder: Path) -> Iterator[tuple[dict[str, Any], Any]]:
    """Make what a hand-in must not reach: a file, a folder, listeners on loopback and by name."""
    outside = Path(tempfile.mkdtemp(prefix="grader-canary-"))
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
        targets = {
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
            seen = [f"{name} was contacted" for name, server in servers if readable(server.fileno(), 0)]
            return [*seen, "something was written"] if (outside / "written").exists() else seen

        try:
            yield targets, contacted
        finally:
            shutil.rmtree(outside, ignore_errors=True)
