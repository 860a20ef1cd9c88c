"""The kernel client, manager and notebook client of the sandbox: those of Jupyter, with the grader's bounds."""

from __future__ import annotations

import asyncio
import contextlib
import queue
import time
from pathlib import Path
from typing import Any

import zmq
from jupyter_client.asynchronous.client import AsyncKernelClient
from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import AsyncKernelManager
from nbclient import NotebookClient
from nbclient.exceptions import DeadKernelError

from grader.sandbox.boundary.policy import Policy
from grader.sandbox.host.make_policy import give_to
from grader.sandbox.limits import START_SECONDS

MAX_OUTPUT = 1 << 20  # bytes of the output of one cell that are read; the rest is dropped
RECONNECT_MILLISECONDS = 10
ALIVE_SECONDS = 0.1


class Channels(AsyncKernelClient):
    """A kernel client without a heartbeat: the host watches the process, and a heartbeat's thread may never end.

    It connects before the kernel listens, so it retries soon; it waits for the kernel's reply, not for a fixed time.
    """

    def start_channels(
        self, shell: bool = True, iopub: bool = True, stdin: bool = True, hb: bool = True, control: bool = True
    ) -> None:
        """Start all channels but the heartbeat's."""
        self.context.setsockopt(zmq.RECONNECT_IVL, RECONNECT_MILLISECONDS)
        super().start_channels(shell, iopub, stdin, False, control)

    async def _async_wait_for_ready(self, timeout: float | None = None) -> None:
        """Send requests until a reply comes, and its end on the output channel, which may be connected later."""
        ends = time.monotonic() + (START_SECONDS if timeout is None else timeout)
        while time.monotonic() < ends:
            asked = self.kernel_info()
            with contextlib.suppress(queue.Empty):
                await self.shell_channel.get_msg(timeout=1)
                while True:
                    said = await self.iopub_channel.get_msg(timeout=0.2)
                    idle = said["content"].get("execution_state") == "idle"
                    if idle and said["parent_header"].get("msg_id") == asked:
                        return
            if not await self._async_is_alive():
                raise RuntimeError("the kernel ended before it answered")
        raise RuntimeError(f"the kernel did not answer in {START_SECONDS} seconds")

    wait_for_ready = _async_wait_for_ready


class Manager(AsyncKernelManager):
    """A kernel manager that carries the policy to the provisioner and looks up no kernel of the machine."""

    policy: Policy
    warm: bool

    @property
    def kernel_spec(self) -> KernelSpec:
        """Return the kernel's specification, which names the grader's provisioner."""
        metadata = {"kernel_provisioner": {"provisioner_name": "grader-sandbox", "config": {}}}
        return KernelSpec(argv=["in-process"], display_name="submission", language="python", metadata=metadata)

    def hand_over(self) -> None:
        """Make the connection file readable by the sandbox user."""
        give_to(self.policy.uid, Path(self.connection_file))


class Client(NotebookClient):
    """An nbclient that reads a limited amount of output for each cell."""

    taken = 0
    reply: Any = None

    def output(self, outs: Any, msg: Any, display_id: str | None, cell_index: int) -> Any:
        """Save an output, or drop it once the cell has printed too much; errors are always saved."""
        self.taken += len(str(msg.get("content", "")))
        if self.taken > MAX_OUTPUT and msg.get("msg_type") != "error":
            return None
        return super().output(outs, msg, display_id, cell_index)

    async def _async_poll_kernel_alive(self) -> None:
        """Notice soon that the kernel has ended: the host ends it when its time is used up."""
        while True:
            await asyncio.sleep(ALIVE_SECONDS)
            try:
                await self._async_check_alive()
            except DeadKernelError:
                if self.task_poll_for_reply is not None:
                    self.task_poll_for_reply.cancel()
                return

    async def _check_raise_for_error(self, cell: Any, cell_index: int, exec_reply: Any) -> None:
        """Save the reply: a cell that shows no error may have failed all the same."""
        self.reply = exec_reply
