"""What a notebook holds: the tables, pictures and numbers of one run.

It is the only way between steps: a notebook reads tables that an earlier one saved, and what it
saves, draws and publishes lands in the run's folder.
"""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Protocol, TypeVar

import ibis
import ibis.expr.types as ir
import pandas as pd
from ibis.backends.duckdb import Backend

from analysis import engine
from analysis.locales import Words
from analysis.params import Params, load_params
from analysis.results import Result, read_results
from analysis.run_folder import MANIFEST, made_by, recorded_inputs, scratch_of
from analysis.schemas import TableSchema
from analysis.tables import Table

__all__ = ["MANIFEST", "Workspace", "WorkspaceError", "scratch_of"]


class Printable(Protocol):
    """What can be set in a language: a table, or a passage of text."""

    def to_markdown(self) -> str:
        """As the report includes it."""


T = TypeVar("T", bound=Printable)

SHOWN_WIDTH = 720
"""Pixels across a picture in a notebook; it holds more, for sharp screens."""


class WorkspaceError(Exception):
    """A notebook asks for what is not there; the text says how to get it."""


class Workspace:
    """One step's view of one run.

    While the pipeline makes a run, everything is written into its folder. A finished run never
    changes: a notebook that somebody opens and runs by hand reads it, and writes to a scratch
    folder beside it.

    Attributes
    ----------
    params : Params
        The review's parameters.
    words : tuple of Words
        The review's languages, the first of which the notebook shows.
    """

    def __init__(self, step: str, params: Params, run_dir: Path) -> None:
        self.step = step
        self.params = params
        self.words = tuple(Words.of(params, language) for language in params.review.languages)
        is_finished = (run_dir / MANIFEST).exists()
        self.scratch = scratch_of(run_dir)
        self._read_from = [self.scratch, run_dir] if is_finished else [run_dir]
        self._write_to = self.scratch if is_finished else run_dir
        self._account = made_by(self._write_to, step)
        self._connection: Backend | None = None
        self._published: dict[str, dict[str, Any]] = {}

    @classmethod
    def open(cls, step: str, params_file: str, run_dir: str) -> "Workspace":
        """Open a run for one step.

        Parameters
        ----------
        step : str
            Name of the notebook.
        params_file : str
            The params file of the review.
        run_dir : str
            The run's folder.

        Raises
        ------
        WorkspaceError
            If there is no such run; ``make report`` makes it.
        """
        folder = Path(run_dir).resolve()
        if not folder.is_dir():
            raise WorkspaceError(f"There is no run in {run_dir}. Make it first: make report")
        return cls(step, load_params(params_file), folder)

    @property
    def connection(self) -> Backend:
        """The engine, opened when it is first asked for."""
        if self._connection is None:
            self._connection = engine.connect(self.scratch / "spill")
        return self._connection

    def table(self, name: str) -> ir.Table:
        """A table that an earlier step saved.

        Raises
        ------
        WorkspaceError
            If no step saved it; run the earlier notebooks first.
        """
        for folder in self._read_from:
            if (path := folder / "data" / f"{name}.parquet").exists():
                return engine.read_parquet(self.connection, path)
        raise WorkspaceError(f"No step has saved a table {name!r} yet: run the earlier notebooks.")

    def given(self, schema: TableSchema) -> ir.Table:
        """A cleaned input table with all columns of the contract.

        Columns that the source lacks are empty; without a source there are no rows.
        """
        columns = {column.name: column.dtype for column in schema.columns}
        try:
            return engine.complete_table(self.table(schema.name), columns)
        except WorkspaceError:
            return engine.empty_table(columns)

    def find(self, name: str) -> ir.Table | None:
        """A table that an earlier step saved, or None where the review has no such table."""
        try:
            return self.table(name)
        except WorkspaceError:
            return None

    def results(self) -> dict[str, Result]:
        """Every number that the other steps published, by name."""
        found: dict[str, Result] = {}
        for folder in reversed(self._read_from):
            for path in sorted((folder / "results").glob("*.json")):
                if path.stem != self.step:
                    found |= read_results(path)
        return found

    def inputs(self) -> dict[str, str]:
        """File names and SHA-256 of each input table that the run has read, by table."""
        return recorded_inputs(self._read_from[-1])

    def save(
        self, name: str, table: ir.Table | pd.DataFrame, sorted_by: str | list[str]
    ) -> ir.Table:
        """Write a table for later steps, in a fixed order, and return it as written."""
        if isinstance(table, pd.DataFrame):
            table = ibis.memtable(table)
        path = self._new_file(f"data/{name}.parquet")
        engine.write_parquet(self.connection, table.order_by(sorted_by), path)
        return engine.read_parquet(self.connection, path)

    def save_tables(self, tables: Mapping[str, ir.Table], sorted_by: str) -> dict[str, ir.Table]:
        """Write several tables as :meth:`save` does, and return them by name."""
        return {name: self.save(name, table, sorted_by) for name, table in tables.items()}

    def set_aside(
        self, name: str, table: ir.Table, sorted_by: str | list[str] | None = None
    ) -> ir.Table:
        """Compute a table once for this step alone; it is not part of the run.

        Sorting a large table by what it will be grouped by makes the groups cheap to find.
        """
        path = self.scratch / f"{self.step}.{name}.parquet"
        ordered = table.order_by(sorted_by) if sorted_by else table
        engine.write_parquet(self.connection, ordered, path)
        return engine.read_parquet(self.connection, path)

    def save_csv(self, name: str, table: ir.Table) -> None:
        """Write a table for people into the run's folder; ``name`` may hold a subfolder."""
        engine.write_csv(self.connection, table, self._new_file(f"{name}.csv"))

    def save_lists(self, lists: Mapping[str, ir.Table]) -> None:
        """Write one table for people each into the run's folder ``lists``."""
        for name, table in lists.items():
            self.save_csv(f"lists/{name}", table)

    def save_file(self, name: str, content: bytes) -> None:
        """Write a finished file into the run's folder; ``name`` may hold a subfolder."""
        self._new_file(name).write_bytes(content)

    def figure(self, name: str, plot: Callable[..., Any], *arguments: Any, **options: Any) -> Any:
        """Draw a picture in each language, keep it as SVG and PNG, and return the first to look at.

        What the notebook shows is the very file that the report prints.

        Parameters
        ----------
        name : str
            File name without ending.
        plot : callable
            One of :mod:`analysis.charts`; called with the arguments and ``words``.
        """
        from IPython.display import Image

        from analysis.charts import save_figure

        pictures = []
        for words in self.words:
            picture = f"figures/{words.language}/{name}"
            svg, png = (self._new_file(f"{picture}.{kind}") for kind in ("svg", "png"))
            save_figure(plot(*arguments, words=words, **options), svg.with_suffix(""))
            pictures.append(png)
        return Image(pictures[0].read_bytes(), width=SHOWN_WIDTH)  # type: ignore[no-untyped-call]

    def show(self, name: str, make_table: Callable[..., T], *arguments: Any) -> T:
        """Set a table or a passage in each language, keep it as Markdown, and return the first.

        Parameters
        ----------
        name : str
            File name without ending.
        make_table : callable
            One of :mod:`analysis.tables`; called with the arguments and ``words``.
        """
        tables = [make_table(*arguments, words=words) for words in self.words]
        for words, table in zip(self.words, tables, strict=True):
            path = self._new_file(f"tables/{words.language}/{name}.md")
            path.write_text(table.to_markdown(), encoding="utf-8")
        return tables[0]

    def show_each(
        self, name: str, make_table: Callable[..., T], parts: Mapping[str, Any]
    ) -> list[T]:
        """:meth:`show` for each part, under ``name`` and the part's own with _ between."""
        return [self.show(f"{name}_{key}", make_table, part) for key, part in parts.items()]

    def publish(self, results: dict[str, Result]) -> Table:
        """Publish numbers under their names, and return them as a table.

        Each remembers the notebook and cell that it came from.
        """
        from analysis.tables import table_results

        source = f"{self.step}#{_cell_number()}"
        self._published |= {
            name: result.as_json() | {"source": source} for name, result in results.items()
        }
        path = self._new_file(f"results/{self.step}.json")
        path.write_text(json.dumps(self._published, ensure_ascii=False, indent=1), encoding="utf-8")
        return table_results(results, words=self.words[0])

    def _new_file(self, name: str) -> Path:
        """Path for a file that is about to be written, and on this step's account from now on.

        What stands there is taken away first: it may share its bytes with the published run.
        """
        path = self._write_to / name
        for folder in (path.parent, self._account.parent):
            folder.mkdir(parents=True, exist_ok=True)
        path.unlink(missing_ok=True)
        with self._account.open("a", encoding="utf-8") as account:
            account.write(f"{name}\n")
        return path


def _cell_number() -> int:
    """Execution count of the notebook cell that is running; 0 outside a notebook."""
    try:
        from IPython.core.getipython import get_ipython
    except ImportError:
        return 0
    shell = get_ipython()
    return shell.execution_count if shell else 0
