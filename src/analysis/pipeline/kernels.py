"""Kernels for notebooks: forked from a process that has the libraries loaded, or started anew.

``REVIEW_ENGINE=stock`` starts each kernel anew, as Jupyter does; so does every system but Linux.
Both give equal results, which a test proves.
"""

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from queue import Empty
from tempfile import TemporaryDirectory
from typing import Any

from jupyter_client.asynchronous.client import AsyncKernelClient
from jupyter_client.manager import AsyncKernelManager

from analysis.pipeline.forking import ForkedProcess, ForkServer

KERNEL_MODULES = (
    "ipykernel.kernelapp",
    "ipykernel.ipkernel",
    "matplotlib_inline.backend_inline",
)


class Kernels:
    """Starts the kernels of one run, and ends them with it.

    Parameters
    ----------
    server : ForkServer or None
        What they are forked from; None: each is started anew.
    """

    def __init__(self, server: ForkServer | None) -> None:
        self._scratch = TemporaryDirectory(prefix="review-")
        self._managers: list[RunnerKernelManager] = []
        self._server = server

    def __enter__(self) -> "Kernels":
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
        self._scratch.cleanup()

    def preload(self, modules: Iterable[str]) -> None:
        """Load what else will be asked for, the first modules first, where kernels are forked."""
        if self._server:
            self._server.preload(list(dict.fromkeys(modules)))

    def stop(self) -> None:
        """End every kernel at once."""
        for manager in self._managers:
            manager.end()
        if self._server:
            self._server.close()

    def call(self, module: str, arguments: Sequence[str]) -> tuple[int, str]:
        """Run ``module.main(arguments)`` in a process of its own.

        Returns
        -------
        int, str
            Its exit status and what it printed.
        """
        log = Path(self._scratch.name) / f"{module}.log"
        if self._server:
            wanted = {
                "modules": [module],
                "call": f"{module}:main",
                "arguments": list(arguments),
                "cwd": str(Path.cwd()),
                "env": dict(os.environ),
                "log": str(log),
            }
            status = self._server.fork(wanted).wait()
        else:
            with log.open("wb") as file:
                command = [sys.executable, "-m", module, *arguments]
                status = subprocess.run(command, stdout=file, stderr=file, check=False).returncode
        told = log.read_text(encoding="utf-8", errors="replace") if log.exists() else ""
        return status if status is not None else 1, told.strip()

    @contextmanager
    def manager(self, name: str, modules: Sequence[str]) -> Iterator["RunnerKernelManager"]:
        """A manager whose kernel ends with the block.

        Parameters
        ----------
        name : str
            Names the kernel's files.
        modules : sequence of str
            What its notebook imports.
        """
        folder = Path(self._scratch.name)
        manager = RunnerKernelManager(
            kernel_name="python3",
            client_factory=RunnerKernelClient,
            connection_file=str(folder / f"{name}.json"),
            # Sockets in the file system: no port is opened that others could reach.
            transport="ipc",
            ip=str(folder / name),
        )
        manager.prepare(self._server, modules, folder / f"{name}.log")
        self._managers.append(manager)
        try:
            yield manager
        finally:
            manager.end()
            manager.cleanup_connection_file()


class RunnerKernelClient(AsyncKernelClient):
    """Takes a kernel for ready as soon as it is heard on both channels.

    Jupyter's own goes on listening until nothing was said for a fifth of a second, before each
    notebook; what a kernel says of its start belongs to no cell, and is passed over later too.
    """

    async def wait_for_ready(self, timeout: float | None = None) -> None:
        """Wait until the kernel answers; RuntimeError if it has ended or takes too long."""
        until = time.monotonic() + (timeout or float("inf"))
        while True:
            self.kernel_info()
            with suppress(Empty):
                reply = await self.get_shell_msg(timeout=1)
                await self.get_iopub_msg(timeout=1)
                self._handle_kernel_info_reply(reply)
                return
            if not await self.is_alive() or time.monotonic() > until:
                raise RuntimeError("The kernel ended before it was ready, or did not answer.")


class RunnerKernelManager(AsyncKernelManager):
    """Starts a kernel whose own notices go to a log file, and remembers how it ended."""

    def prepare(self, server: ForkServer | None, modules: Sequence[str], log: Path) -> None:
        """Say how the kernel is to be started."""
        self._server, self._modules, self.log_file = server, list(modules), log
        self._process: subprocess.Popen[bytes] | ForkedProcess | None = None

    async def _async_launch_kernel(self, kernel_cmd: list[str], **options: Any) -> None:
        provisioner: Any = self.provisioner
        if self._server:
            wanted = {
                "modules": self._modules,
                "call": "analysis.pipeline.preloaded:run_kernel",
                "arguments": kernel_cmd[kernel_cmd.index("-f") :],
                "cwd": str(options["cwd"]),
                "env": options["env"],
                "log": str(self.log_file),
            }
            fork = self._server.fork
            provisioner.process = await asyncio.get_running_loop().run_in_executor(
                None, fork, wanted
            )
            provisioner.pid = provisioner.pgid = provisioner.process.pid
        else:
            with self.log_file.open("ab") as log:
                await super()._async_launch_kernel(kernel_cmd, stdout=log, stderr=log, **options)
        self._process = provisioner.process

    def ended_with(self) -> int | None:
        """The kernel's exit status, less than 0 for a signal; None if it runs or never ran."""
        return self._process.poll() if self._process else None

    def notices(self) -> str:
        """What the kernel's process printed besides what its cells did."""
        told = self.log_file.read_bytes() if self.log_file.exists() else b""
        return told.decode("utf-8", errors="replace")

    def end(self) -> None:
        """End the kernel now and whatever it started: what a step leaves is on disk by then."""
        if self._process and self._process.poll() is None:
            with suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
