"""A process that has the libraries loaded and forks others from itself when asked to.

Importing what a notebook needs takes longer than most notebooks compute. This process, started as
``python -m analysis.pipeline.preloaded <descriptor>``, imports it once; a fork inherits it in a
few milliseconds. It has one thread and opens nothing, so that a fork starts from a clean state.

Over the socket that it inherits it gets one JSON object a line, and answers in the same way:

``{"load": [modules]}``
    import these when there is nothing else to do; one of this package that has a function
    ``warm_up`` has it called, to read what every fork would otherwise read for itself
``{"fork": {"modules", "call", "arguments", "cwd", "env", "log"}}``
    import the modules, fork, and in the fork call ``package.module:function`` with the arguments;
    answer ``{"pid": …}``, and when it ends ``{"ended": pid, "status": …}``

When the socket closes, its forks are ended: they do not outlive the run that asked for them.
"""

import ctypes
import gc
import importlib
import json
import os
import select
import signal
import socket
import sys
import traceback
from collections import deque
from contextlib import suppress
from functools import cache
from typing import Any, NoReturn

PR_SET_PDEATHSIG = 1
OWN = "analysis."
GARBAGE_AFTER = 50_000
"""Objects that a fork makes before it looks for garbage; Python's own choice is 700."""
COLUMNS_IN_A_KERNEL = 20
"""What pandas chooses where it is imported inside a kernel."""


class ForkServer:
    """Serves one runner until it hangs up."""

    def __init__(self, runner: socket.socket) -> None:
        self._runner = runner
        self._requests = b""
        self._to_load: deque[str] = deque()
        self._forks: set[int] = set()
        self._child_ended, wakeup = os.pipe()
        os.set_blocking(wakeup, False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.set_wakeup_fd(wakeup, warn_on_full_buffer=False)
        # All that is imported stays. Its forks have garbage again: see become.
        gc.disable()
        # Ctrl-C on the terminal reaches the runner too, which ends the forks in good order.
        signal.signal(signal.SIGINT, signal.SIG_IGN)

    def serve(self) -> None:
        """Answer requests, and load modules while there are none."""
        while True:
            wait = 0 if self._to_load else None
            heard = [self._runner.fileno(), self._child_ended]
            ready, _, _ = select.select(heard, [], [], wait)
            if self._child_ended in ready:
                os.read(self._child_ended, 4096)
                self._report_ended()
            if self._runner.fileno() in ready:
                received = self._runner.recv(65536)
                if not received:
                    break
                self._receive(received)
            if not ready:
                load(self._to_load.popleft())
        for fork in self._forks:
            with suppress(ProcessLookupError):
                os.killpg(fork, signal.SIGKILL)

    def _receive(self, received: bytes) -> None:
        *lines, self._requests = (self._requests + received).split(b"\n")
        for line in lines:
            request = json.loads(line)
            self._to_load.extend(request.get("load", ()))
            if "fork" in request:
                self._fork(request["fork"])

    def _fork(self, wanted: dict[str, Any]) -> None:
        for module in wanted["modules"]:
            load(module)
        gc.freeze()
        parent = os.getpid()
        pid = os.fork()
        if pid == 0:
            self._runner.close()
            become(parent, wanted)
        self._forks.add(pid)
        self._answer({"pid": pid})

    def _report_ended(self) -> None:
        with suppress(ChildProcessError):  # no child is left
            while (ended := os.waitpid(-1, os.WNOHANG))[0]:
                self._forks.discard(ended[0])
                self._answer({"ended": ended[0], "status": os.waitstatus_to_exitcode(ended[1])})

    def _answer(self, answer: dict[str, int]) -> None:
        with suppress(BrokenPipeError):  # the runner has gone; the next read tells
            self._runner.sendall(json.dumps(answer).encode() + b"\n")


@cache
def load(module: str) -> None:
    """Import a module; one that fails will fail in its notebook too, which then says so."""
    with suppress(Exception):
        loaded = importlib.import_module(module)
        if module.startswith(OWN) and hasattr(loaded, "warm_up"):
            loaded.warm_up()


def become(parent: int, wanted: dict[str, Any]) -> NoReturn:
    """Turn a fork into what is wanted, a kernel or a check of the data."""
    status = 1
    try:
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        signal.signal(signal.SIGINT, signal.default_int_handler)
        os.setsid()
        _end_with(parent)
        log = os.open(wanted["log"], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        for stream, source in ((0, os.open(os.devnull, os.O_RDONLY)), (1, log), (2, log)):
            os.dup2(source, stream)
        os.environ.clear()
        os.environ.update(wanted["env"], JPY_PARENT_PID=str(parent))
        os.chdir(wanted["cwd"])
        # Queries are built of very many small objects: looking for garbage among them after every
        # few hundred takes a tenth of a notebook's time.
        gc.set_threshold(GARBAGE_AFTER)
        gc.enable()
        module, _, function = wanted["call"].partition(":")
        status = getattr(importlib.import_module(module), function)(wanted["arguments"]) or 0
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)


def run_kernel(arguments: list[str]) -> None:
    """Run a kernel as ``python -m ipykernel_launcher`` does."""
    from ipykernel.kernelapp import IPKernelApp

    app: Any = IPKernelApp.instance()
    app.initialize(arguments)
    # A fresh kernel has pictures in its notebook because matplotlib is imported after it starts.
    app.shell.enable_matplotlib("inline")
    # And pandas, imported before there is a kernel, takes this for a terminal and folds its tables.
    if pandas := sys.modules.get("pandas"):
        pandas.set_option("display.max_columns", COLUMNS_IN_A_KERNEL)
    app.start()


def _end_with(parent: int) -> None:
    """Have the system end this process when its parent ends, where it can (Linux)."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:
            os._exit(1)


if __name__ == "__main__":
    with socket.socket(fileno=int(sys.argv[1])) as runner:
        ForkServer(runner).serve()
