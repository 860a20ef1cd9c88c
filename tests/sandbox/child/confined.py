"""Code that confines its own process, run in a process of its own, and what it prints as JSON."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

from tests.helpers import ROOT

START = """
import ctypes, json, os, sys
sys.path.insert(0, {root!r})
from grader.sandbox.boundary import syscalls
from grader.sandbox.child import landlock, seccomp
given = json.loads({given!r})
syscalls.no_new_privileges()
"""


def confined(code: str, **given: object) -> Any:
    """Run `code`, which finds `given` and prints JSON, where nothing that it does reaches a terminal."""
    start = START.format(root=str(ROOT), given=json.dumps(given))
    done = subprocess.run(
        [sys.executable, "-I", "-c", start + code],
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        start_new_session=True,
        timeout=100,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)
