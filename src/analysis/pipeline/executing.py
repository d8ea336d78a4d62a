"""Executing notebooks with papermill, and telling honestly whether they ran."""

import logging
import os
import sys
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from analysis.pipeline.failures import (
    StepError,
    explain_ended_kernel,
    explain_exception,
    last_lines,
)
from analysis.pipeline.kernels import RunnerKernelManager
from analysis.pipeline.steps import Step

# nbformat's validator would build a grammar of internationalised URLs for two seconds, which no
# notebook needs; without this optional module it leaves that check out.
sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]

import nbformat  # noqa: E402
from nbclient.exceptions import CellTimeoutError  # noqa: E402
from papermill import execute_notebook  # noqa: E402
from papermill.engines import NBClientEngine, papermill_engines  # noqa: E402
from papermill.exceptions import PapermillExecutionError  # noqa: E402
from papermill.iorw import write_ipynb  # noqa: E402

ENGINE = "review"
TIMEOUT_VARIABLE = "REVIEW_CELL_TIMEOUT"
CELL_TIMEOUT_SECONDS = 3600
INJECTED = "injected-parameters"
"""Tag of the cell that papermill adds."""


@dataclass(frozen=True)
class CellStarted:
    """Which code cell of a notebook has just begun.

    Attributes
    ----------
    number, total : int
        Its place among the code cells, from 1, and how many there are.
    source : str
        Its code.
    """

    number: int
    total: int
    source: str


class ReviewEngine(NBClientEngine):  # type: ignore[misc]  # papermill has no types
    """papermill's own engine, which also tells how far it has come.

    It saves the notebook at the end, or when it breaks off, instead of twice a cell.
    """

    @classmethod
    def execute_managed_notebook(
        cls,
        nb_man: Any,
        kernel_name: str,
        started: Callable[[CellStarted], None],
        save_as: Path,
        **options: Any,
    ) -> Any:
        """Execute as papermill does, calling ``started`` before each code cell."""
        code = [cell for cell in nb_man.nb.cells if cell.cell_type == "code"]
        numbers = {cell.id: number for number, cell in enumerate(code, start=1)}
        begin = nb_man.cell_start

        def tell(cell: Any, *arguments: Any, **details: Any) -> None:
            if cell.id in numbers:
                started(CellStarted(numbers[cell.id], len(code), cell.source))
            begin(cell, *arguments, **details)

        nb_man.cell_start = tell
        try:
            return super().execute_managed_notebook(nb_man, kernel_name, **options)
        except BaseException:
            write_ipynb(nb_man.nb, str(save_as))
            raise


papermill_engines.register(ENGINE, ReviewEngine)


def execute_step(
    step: Step,
    source: Path,
    run_dir: Path,
    manager: RunnerKernelManager,
    started: Callable[[CellStarted], None],
) -> None:
    """Execute one notebook on a run folder and check what it left there.

    Parameters
    ----------
    step : Step
        What the notebook must write.
    source : Path
        The notebook.
    run_dir : Path
        The run being made; it holds ``params.yml``.
    manager : RunnerKernelManager
        From :meth:`analysis.pipeline.kernels.Kernels.manager`.
    started : callable
        Told of each code cell that begins.

    Raises
    ------
    StepError
        If a cell fails or does not run, or a declared output is missing. The notebook as far as
        it came is in the run folder.
    """
    executed = run_dir / "notebooks" / f"{step.name}.ipynb"
    executed.parent.mkdir(parents=True, exist_ok=True)
    cell = CellStarted(0, 0, "")

    def remember(begun: CellStarted) -> None:
        nonlocal cell
        cell = begun
        started(begun)

    try:
        _run_papermill(source, executed, manager, remember)
    except PapermillExecutionError as error:
        reason = explain_exception(error.ename, str(error.evalue), error.traceback)
        raise _failure(cell, reason) from None
    except CellTimeoutError:
        reason = (
            f"the cell took longer than {_timeout():g} s, the most that {TIMEOUT_VARIABLE} allows"
        )
        raise _failure(cell, reason) from None
    except RuntimeError:  # of nbclient (DeadKernelError) and jupyter_client: the kernel is gone
        reason = explain_ended_kernel(manager.ended_with(), manager.notices())
        raise _failure(cell, reason) from None
    _conclude(step, executed, run_dir)


def _run_papermill(
    source: Path,
    executed: Path,
    manager: RunnerKernelManager,
    started: Callable[[CellStarted], None],
) -> None:
    # What goes wrong arrives as an exception too, and is told without the data.
    logging.getLogger("papermill").setLevel(logging.CRITICAL)
    warnings.filterwarnings("ignore", module=r"(papermill|nbclient|jupyter_client|traitlets)\b.*")
    execute_notebook(
        source,
        executed,
        # Relative, so that no path of this machine stands in a published notebook.
        parameters={"params_file": "../params.yml", "run_dir": ".."},
        engine_name=ENGINE,
        kernel_name=manager.kernel_name,
        language="python",
        request_save_on_cell_execute=False,
        progress_bar=False,
        execution_timeout=_timeout(),
        record_timing=False,
        resources={"metadata": {"path": str(executed.parent)}},
        km=manager,
        started=started,
        save_as=executed,
    )


def _timeout() -> float:
    return float(os.environ.get(TIMEOUT_VARIABLE, CELL_TIMEOUT_SECONDS))


def _failure(cell: CellStarted, reason: str) -> StepError:
    if not cell.number:
        return StepError(f"before its first cell: {reason}")
    where = f"code cell {cell.number} of {cell.total}"
    return StepError(f"{where}: {reason}\n  The cell ends with:{last_lines(cell.source)}")


def _conclude(step: Step, executed: Path, run_dir: Path) -> None:
    """Check that every cell ran and every declared output exists, and tidy the notebook.

    papermill alone does not tell: after a killed kernel or ``sys.exit(0)`` it reports success.
    """
    notebook = nbformat.read(executed, as_version=4)  # type: ignore[no-untyped-call]
    code = [cell for cell in notebook.cells if cell.cell_type == "code" and cell.source.strip()]
    for number, cell in enumerate(code, start=1):
        if any(output.get("ename") == "SystemExit" for output in cell.outputs):
            reason = "the notebook ended itself (sys.exit), so what follows did not run"
            raise _failure(CellStarted(number, len(code), cell.source), reason)
        if cell.execution_count is None:
            raise _failure(CellStarted(number, len(code), cell.source), "it did not run")
    missing = [name for name in step.outputs if not (run_dir / name).is_file()]
    if missing:
        raise StepError(f"it ended without writing {', '.join(missing)}")
    _forget_when_and_where(notebook)
    nbformat.write(notebook, executed)  # type: ignore[no-untyped-call]


def _forget_when_and_where(notebook: nbformat.NotebookNode) -> None:
    """Leave out what papermill noted: times, paths and a random id; equal runs look equal."""
    notebook.metadata.pop("papermill", None)
    for cell in notebook.cells:
        cell.metadata.pop("papermill", None)
        if INJECTED in cell.metadata.get("tags", ()):
            cell.id = INJECTED
