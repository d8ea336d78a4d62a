"""Executing notebooks with papermill, and telling honestly whether they ran."""

import logging
import sys
import warnings
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from jupyter_client.manager import AsyncKernelManager
from traitlets import Unicode
from traitlets.config import Config

from analysis.pipeline.steps import Step

# nbformat's validator would build a grammar of internationalised URLs for two seconds, which no
# notebook needs; without this optional module it leaves that check out.
sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]

import nbformat  # noqa: E402
from papermill import execute_notebook  # noqa: E402
from papermill.engines import NBClientEngine, papermill_engines  # noqa: E402
from papermill.exceptions import PapermillExecutionError  # noqa: E402

ENGINE = "review"
KERNEL = "python3"
CELL_TIMEOUT_SECONDS = 3600
LAST_LINES = 5

CellDone = Callable[[int, int], None]
"""Told after each cell: how many cells have run, and how many there are."""


class StepError(Exception):
    """A notebook did not do its work; the text says which cell and why."""


class ReviewEngine(NBClientEngine):  # type: ignore[misc]  # papermill has no types
    """papermill's own engine, which also tells how far it has come."""

    @classmethod
    def execute_managed_notebook(
        cls, nb_man: Any, kernel_name: str, cell_done: CellDone | None = None, **options: Any
    ) -> Any:
        """Execute as papermill does, calling ``cell_done`` after each code cell."""
        total = sum(cell.cell_type == "code" for cell in nb_man.nb.cells)
        complete, finished = nb_man.cell_complete, 0

        def report(cell: Any, *arguments: Any, **details: Any) -> None:
            nonlocal finished
            complete(cell, *arguments, **details)
            if cell.cell_type == "code" and cell_done:
                finished += 1
                cell_done(finished, total)

        nb_man.cell_complete = report
        return super().execute_managed_notebook(nb_man, kernel_name, **options)


papermill_engines.register(ENGINE, ReviewEngine)


class LoggedKernelManager(AsyncKernelManager):
    """Starts kernels whose own notices go to a log file instead of the terminal."""

    log_file = Unicode(help="where the kernel's own notices go").tag(config=True)

    async def _async_launch_kernel(self, kernel_cmd: list[str], **options: Any) -> None:
        with Path(self.log_file).open("ab") as log:
            await super()._async_launch_kernel(kernel_cmd, stdout=log, stderr=log, **options)


def execute_step(step: Step, notebooks: Path, run_dir: Path, cell_done: CellDone) -> None:
    """Execute one notebook on a run folder and check what it left there.

    Parameters
    ----------
    step : Step
        Which notebook, and what it must write.
    notebooks : Path
        Folder of the notebooks.
    run_dir : Path
        The run being made; it holds ``params.yml``.
    cell_done : callable
        See :data:`CellDone`.

    Raises
    ------
    StepError
        If a cell fails or does not run, or a declared output is missing. The notebook as far as
        it came is in the run folder.
    """
    executed = run_dir / "notebooks" / f"{step.name}.ipynb"
    executed.parent.mkdir(parents=True, exist_ok=True)
    _quiet_imports()
    try:
        with TemporaryDirectory(prefix="review-") as sockets:
            execute_notebook(
                notebooks / f"{step.name}.ipynb",
                executed,
                # Relative, so that no path of this machine stands in a published notebook.
                parameters={"params_file": "../params.yml", "run_dir": ".."},
                engine_name=ENGINE,
                kernel_name=KERNEL,
                progress_bar=False,
                execution_timeout=CELL_TIMEOUT_SECONDS,
                cell_done=cell_done,
                resources={"metadata": {"path": str(executed.parent)}},
                kernel_manager_class=LoggedKernelManager,
                shutdown_kernel="immediate",  # what a step leaves is on disk by then
                config=Config(
                    {
                        # Sockets in the file system: no port is opened that others could reach.
                        "KernelManager": {"transport": "ipc", "ip": f"{sockets}/k"},
                        "LoggedKernelManager": {"log_file": f"{sockets}/kernel.log"},
                    }
                ),
            )
    except PapermillExecutionError as error:
        raise StepError(_explain(error)) from None
    except (RuntimeError, TimeoutError) as error:
        raise StepError(f"the kernel stopped: {error}") from None
    _conclude(step, executed, run_dir)


def _conclude(step: Step, executed: Path, run_dir: Path) -> None:
    """Check that every cell ran and every declared output exists, and tidy the notebook.

    papermill alone does not tell: after a killed kernel or ``sys.exit(0)`` it reports success.
    """
    notebook = nbformat.read(executed, as_version=4)  # type: ignore[no-untyped-call]
    code = [cell for cell in notebook.cells if cell.cell_type == "code" and cell.source.strip()]
    skipped = [n for n, cell in enumerate(code, start=1) if cell.execution_count is None]
    if skipped:
        raise StepError(f"code cell {skipped[0]} of {len(code)} did not run")
    # papermill notes where the files lay on this machine; where they lie in a run is enough.
    notebook.metadata.papermill.update(input_path=executed.name, output_path=executed.name)
    nbformat.write(notebook, executed)  # type: ignore[no-untyped-call]
    missing = [name for name in step.outputs if not (run_dir / name).is_file()]
    if missing:
        raise StepError(f"it ended without writing {', '.join(missing)}")


def _explain(error: PapermillExecutionError) -> str:
    lines = str(error.evalue).strip().splitlines()[-LAST_LINES:]
    return f"code cell {error.exec_count} raised {error.ename}: " + "\n".join(lines)


def _quiet_imports() -> None:
    """Keep the libraries' notices off the progress display; errors still arrive as exceptions."""
    logging.getLogger("papermill").setLevel(logging.ERROR)
    warnings.filterwarnings("ignore", module=r"(papermill|nbclient|jupyter_client|traitlets)\b.*")
