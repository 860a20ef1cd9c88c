"""ipykernel's application without terminal and user settings, which take a third of its start."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

from ipykernel import ipkernel
from ipykernel.kernelapp import IPKernelApp

INSTALLS = re.compile(r"\b(pip3?|conda|mamba|uv|apt|apt-get|brew)\b[^|;&]*\binstall\b")


class Application(IPKernelApp):
    """An application that its caller configures: no command line, no configuration files, no heartbeat, no banner."""

    def parse_command_line(self, argv: Any = None) -> None:
        """Parse nothing: there is no command line."""
        self.argv = []

    def load_config_file(self, *args: Any, **kwargs: Any) -> None:
        """Load nothing: no configuration file may count."""

    def init_heartbeat(self) -> None:
        """Start no heartbeat: the host watches the process itself."""

    def log_connection_info(self) -> None:
        """Print nothing: the output is not read."""

    def _configure_logging(self) -> None:
        """Configure nothing: the log is not read."""

    def init_kernel(self) -> None:
        """Make the kernel without its debugger, which would read every module and so copy the memory of all of them."""
        vars(ipkernel)["sys"] = SimpleNamespace(modules={}, stdin=sys.stdin)
        try:
            super().init_kernel()  # type: ignore[no-untyped-call]
        finally:
            vars(ipkernel)["sys"] = sys


def run_command(shell: Any, command: str) -> None:
    """Run a line that begins with `!` through pipes: there is no terminal, which IPython would use.

    Nothing can be installed, as there is no network; such a line says so, and the rest of the cell runs.
    """
    text = shell.var_expand(command, depth=2)
    if INSTALLS.search(text):
        print("Submissions are run without a network, so nothing is installed here.")
        shell.user_ns["_exit_code"] = 1
        return
    with subprocess.Popen(  # noqa: S602 - the line is meant for a shell, and runs where the submission runs
        text,
        shell=True,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    ) as process:
        assert process.stdout is not None
        for line in process.stdout:
            sys.stdout.write(line.decode("utf-8", "replace"))
    shell.user_ns["_exit_code"] = process.returncode


def serve(connection: str, attach: Callable[[Any], None] | None = None) -> None:
    """Serve as the kernel of the connection file; returns when the kernel is shut down.

    `attach` gets the shell, for observers of the run.
    """
    app = Application.instance(connection_file=connection)
    app.config.HistoryManager.enabled = False
    app.config.InteractiveShell.xmode = "Minimal"  # a long traceback takes seconds to format, and is not read
    work = os.getcwd()
    os.chdir(os.path.dirname(connection))  # a submission may have a module with the name of one that is imported now
    app.initialize()  # type: ignore[no-untyped-call]
    os.chdir(work)
    shell: Any = app.shell
    shell.system = lambda command: run_command(shell, command)
    if attach is not None:
        attach(shell)
    app.start()  # type: ignore[no-untyped-call]
