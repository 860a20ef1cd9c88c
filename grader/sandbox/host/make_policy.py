"""Make the policy of one confined process: its folders, user, environment and readable paths."""

from __future__ import annotations

import importlib.util
import os
import secrets
import sys
import sysconfig
from pathlib import Path
from typing import Any

from grader.sandbox.boundary.policy import SYSTEM, Level, Policy

# What an interpreter needs of its prefix, in which other files may lie: a course folder can be an environment.
OF_PREFIX = ("bin", "lib", "lib32", "lib64", "libexec", "include", "share", "etc", "ssl", "pyvenv.cfg")
_FIRST_UID, _UIDS = 1_200_000, 1 << 20


def interpreter_paths() -> tuple[str, ...]:
    """Return the paths that a Python process here needs to read: of the environment and of its base interpreter."""
    found = {sysconfig.get_paths()[name] for name in ("stdlib", "purelib", "platlib")}
    for prefix in {sys.prefix, sys.base_prefix, str(Path(sys.executable).resolve().parent.parent)}:
        found |= {path for name in OF_PREFIX if os.path.exists(path := os.path.join(prefix, name))}
    kept = sorted(path for path in found if not path.startswith(("/usr/", "/lib")) and path != "/usr")
    return tuple(path for path in kept if not any(path.startswith(other + "/") for other in kept))


def readable_paths() -> tuple[str, ...]:
    """Return what students' code can read at levels A and B besides its own files, as far as it exists here."""
    return tuple(path for path in (*SYSTEM, *interpreter_paths()) if os.path.exists(path))


def hidden_paths() -> tuple[str, ...]:
    """Return the folders of the grader's packages, wherever they are installed, which the child must not read."""
    found = []
    for name in ("grader", "reference"):
        spec = importlib.util.find_spec(name)
        found += list(spec.submodule_search_locations or ()) if spec is not None else []
    return tuple(dict.fromkeys(path for path in found if os.path.isdir(path)))


def throwaway_uid(level: Level) -> int:
    """Return a user id for one submission, or 0 to keep the user: without root, or if only root may read Python."""
    if os.geteuid() != 0 or level == "C":
        return 0
    if level == "B" and not all(_readable_by_others(path) for path in (*interpreter_paths(), sys.executable)):
        return 0
    return _FIRST_UID + secrets.randbelow(_UIDS)


def _readable_by_others(path: str) -> bool:
    """Return whether every user may read a file, or enter and list a folder, and those on the way to it."""
    place = Path(path).resolve()
    needed = 0o005 if place.is_dir() else 0o004
    return place.stat().st_mode & needed == needed and all(
        part.stat().st_mode & 0o005 == 0o005 for part in place.parents
    )


def make_policy(level: Level, folder: Path, **changes: Any) -> Policy:
    """Make the folders of one submission below `folder`, and their policy."""
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
    """Return an environment without the user's own variables: paths in the work folder, one thread, no display."""
    kept = {name: os.environ[name] for name in ("PATH", "LANG", "LC_ALL") if name in os.environ}
    home = work / ".home"
    startup = home / "profile_default" / "startup"
    startup.mkdir(parents=True, exist_ok=True)
    (startup / "README").touch()  # IPython would copy its own profile, with its rights, which level B does not allow
    threads = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
    folders = dict.fromkeys(("HOME", "IPYTHONDIR", "MPLCONFIGDIR", "TMPDIR", "JUPYTER_CONFIG_DIR"), str(home))
    names = dict.fromkeys(("USER", "LOGNAME"), "student")
    fixed = {"MPLBACKEND": "agg", "PYTHONHASHSEED": "0", "PYTHONDONTWRITEBYTECODE": "1"}
    return {**kept, **threads, **folders, **names, **fixed}


def give_to(uid: int, *paths: Path) -> None:
    """Make the sandbox user the owner of these paths, if there is one."""
    if uid:
        for path in paths:
            os.chown(path, uid, uid, follow_symlinks=False)
