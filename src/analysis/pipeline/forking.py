"""Asks a :mod:`analysis.pipeline.preloaded` process for forks, and hears how they end."""

import json
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any

ENGINE_VARIABLE = "REVIEW_ENGINE"


def can_fork() -> bool:
    """Whether kernels are forked here."""
    # macOS' own libraries do not survive a fork.
    return sys.platform == "linux" and os.environ.get(ENGINE_VARIABLE) != "stock"


@contextmanager
def fork_server(modules: Sequence[str]) -> Iterator["ForkServer | None"]:
    """A process to fork from, which loads modules from now on; None where nothing is forked."""
    if not can_fork():
        yield None
        return
    server = ForkServer()
    server.preload(modules)
    try:
        yield server
    finally:
        server.close()


class ForkServer:
    """Talks to a :mod:`analysis.pipeline.preloaded` process."""

    def __init__(self) -> None:
        ours, theirs = socket.socketpair()
        command = [sys.executable, "-m", "analysis.pipeline.preloaded", str(theirs.fileno())]
        # Inline pictures, as Jupyter has them: matplotlib asks when it is imported.
        environment = os.environ | {"MPLBACKEND": "module://matplotlib_inline.backend_inline"}
        with theirs:
            self._process = subprocess.Popen(
                command, pass_fds=[theirs.fileno()], env=environment, stdin=subprocess.DEVNULL
            )
        self._socket = ours
        self._asking = threading.Lock()
        self._changed = threading.Condition()
        self._forked: list[int] = []
        self._ended: dict[int, int] = {}
        self._is_gone = False
        threading.Thread(target=self._listen, daemon=True).start()

    def preload(self, modules: Sequence[str]) -> None:
        """Have modules loaded as soon as there is nothing else to do."""
        self._send({"load": list(modules)})

    def fork(self, wanted: dict[str, Any]) -> "ForkedProcess":
        """Have it fork.

        Raises
        ------
        RuntimeError
            If the process is gone.
        """
        with self._asking:
            self._send({"fork": wanted})
            with self._changed:
                self._changed.wait_for(lambda: self._forked or self._is_gone)
                if not self._forked:
                    raise RuntimeError("the process that starts kernels was ended")
                return ForkedProcess(self._forked.pop(), self)

    def status(self, pid: int, wait: bool = False, timeout: float | None = None) -> int | None:
        """How a fork ended; None if it has not."""
        with self._changed:
            if wait:
                self._changed.wait_for(lambda: pid in self._ended or self._is_gone, timeout)
            # Its forks do not outlive the process that forked them.
            return self._ended.get(pid, -signal.SIGKILL if self._is_gone else None)

    def close(self) -> None:
        """End the process; the system ends its forks with it."""
        self._process.kill()
        self._process.wait()

    def _send(self, request: dict[str, Any]) -> None:
        with suppress(BrokenPipeError):  # the listening thread has noticed
            self._socket.sendall(json.dumps(request).encode() + b"\n")

    def _listen(self) -> None:
        with self._socket.makefile("r", encoding="utf-8") as answers, suppress(OSError):
            for line in answers:
                answer = json.loads(line)
                with self._changed:
                    if "pid" in answer:
                        self._forked.append(answer["pid"])
                    else:
                        self._ended[answer["ended"]] = answer["status"]
                    self._changed.notify_all()
        with self._changed:
            self._is_gone = True
            self._changed.notify_all()


class ForkedProcess:
    """A fork, with what Jupyter asks of a :class:`subprocess.Popen`."""

    stdin = stdout = stderr = None

    def __init__(self, pid: int, server: ForkServer) -> None:
        self.pid = pid
        self._server = server

    def poll(self) -> int | None:
        """The exit status, or None while it runs."""
        return self._server.status(self.pid)

    def wait(self, timeout: float | None = None) -> int | None:
        """The exit status, as soon as it ends."""
        return self._server.status(self.pid, wait=True, timeout=timeout)

    def send_signal(self, number: int) -> None:
        """Send a signal, unless it has ended."""
        if self.poll() is None:
            os.kill(self.pid, number)

    def terminate(self) -> None:
        """Ask it to end."""
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        """End it."""
        self.send_signal(signal.SIGKILL)
