"""ipykernel's application without what a terminal and a user's settings need: a third of its start."""

from __future__ import annotations

import sys
from types import SimpleNamespace
from typing import Any

from ipykernel import ipkernel
from ipykernel.kernelapp import IPKernelApp


class Application(IPKernelApp):
    """Everything is given by the caller: no command line, no configuration files, no heartbeat, no banner."""

    def parse_command_line(self, argv: Any = None) -> None:
        """There is none."""
        self.argv = []

    def load_config_file(self, *args: Any, **kwargs: Any) -> None:
        """There is none that should count."""

    def init_heartbeat(self) -> None:
        """The host holds the process itself."""

    def log_connection_info(self) -> None:
        """Nobody looks at the output."""

    def _configure_logging(self) -> None:
        """Nobody looks at the log."""

    def init_kernel(self) -> None:
        """Make the kernel; for its debugger it would look at every module, and so copy the memory of them all."""
        vars(ipkernel)["sys"] = SimpleNamespace(modules={}, stdin=sys.stdin)
        try:
            super().init_kernel()  # type: ignore[no-untyped-call]
        finally:
            vars(ipkernel)["sys"] = sys


def serve(connection: str) -> None:
    """Serve as the kernel of the connection file; returns when the kernel is shut down."""
    app = Application.instance(connection_file=connection)
    app.config.HistoryManager.enabled = False
    app.initialize()  # type: ignore[no-untyped-call]
    app.start()  # type: ignore[no-untyped-call]
