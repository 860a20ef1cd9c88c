"""ipykernel's application without terminal and user settings, which take a third of its start."""

from __future__ import annotations

import sys
from types import SimpleNamespace
from typing import Any

from ipykernel import ipkernel
from ipykernel.kernelapp import IPKernelApp


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


def serve(connection: str) -> None:
    """Serve as the kernel of the connection file; returns when the kernel is shut down."""
    app = Application.instance(connection_file=connection)
    app.config.HistoryManager.enabled = False
    app.initialize()  # type: ignore[no-untyped-call]
    app.start()  # type: ignore[no-untyped-call]
