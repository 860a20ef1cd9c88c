"""A kernel provisioner of jupyter_client whose kernel is a confined process."""

from __future__ import annotations

import asyncio
import signal
from typing import Any

from jupyter_client.connect import KernelConnectionInfo
from jupyter_client.provisioning.provisioner_base import KernelProvisionerBase

from grader.sandbox.boundary.policy import Policy
from grader.sandbox.host.fork_client import start
from grader.sandbox.host.process import Process
from grader.sandbox.host.watchdog import Watchdog

NAME = "grader-sandbox"


class SandboxProvisioner(KernelProvisionerBase):
    """Starts kernels under the policy of the kernel manager; registered as `grader-sandbox`."""

    parent: Any
    process: Process | None = None
    watch: Watchdog | None = None

    @property
    def has_process(self) -> bool:
        """Return whether a kernel was started and not cleaned up."""
        return self.process is not None

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> KernelConnectionInfo:
        """Start the kernel of the connection file; the command is not used, as the policy has all settings."""
        policy: Policy = self.parent.policy
        self.process = start(policy, self.parent.connection_file, self.parent.warm)
        self.watch = Watchdog(self.process, policy)
        self.watch.start()
        return self.connection_info

    async def pre_launch(self, **kwargs: Any) -> dict[str, Any]:
        """Write the connection file and make it readable by the policy's user."""
        kwargs = await super().pre_launch(cmd=["in-process"], **kwargs)
        if self.parent is not None:
            self.parent.write_connection_file()
            self.parent.hand_over()
            self.connection_info = self.parent.get_connection_info()
        return kwargs

    async def poll(self) -> int | None:
        """Return None while the kernel runs."""
        return None if self.process is not None and self.process.alive else 1

    async def wait(self) -> int | None:
        """Wait until the kernel ends."""
        while await self.poll() is None:
            await asyncio.sleep(0.02)
        return 0

    async def send_signal(self, signum: int) -> None:
        """Pass on only the signals that end the process; others do not reach its namespaces."""
        if signum == signal.SIGKILL and self.process is not None:
            self.process.kill()

    async def kill(self, restart: bool = False) -> None:
        """End the kernel."""
        if self.process is not None:
            self.process.kill()

    async def terminate(self, restart: bool = False) -> None:
        """End the kernel, at once as with `kill`."""
        await self.kill(restart)

    async def cleanup(self, restart: bool = False) -> None:
        """Close the process of the kernel."""
        if self.watch is not None:
            self.watch.stop()
        if self.process is not None:
            self.process.close()
            self.process = None
