"""A review that is made in a few seconds: the kit's own graph, with notebooks that do little."""

import os
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

import nbformat

from analysis.pipeline.planning import step_called
from analysis.pipeline.steps import STEPS

ROOT = Path(__file__).parents[2]

PARAMS = """\
review: {name: tiny, company: Tiny, quarter: 2026Q3, languages: [en], currency: CNY}
sources:
  transactions: {format: csv, location: orders.csv}
report: {renderer: embedded, formats: [html, pdf]}
"""
ORDERS = "order_id,customer_id,order_date,amount\n1,a,2026-07-01,5.00\n2,b,2026-08-01,7.00\n"
DOCUMENT = """\
# Orders

There were {{< var orders.total >}} orders.
"""
PUBLISH = 'ws.publish({{"{name}": Result({value}, "count")}})'
CELLS = {
    "01_cleaning": [
        "source = ws.params.sources.transactions",
        "raw = sources.read_table(ws.connection, TRANSACTIONS, source, ws.scratch)",
        'orders = ws.save("transactions", raw.table, sorted_by="order_id")',
        "customers = orders.group_by('customer_id').agg(n=orders.count())",
        'ws.save("customer_summary", customers, sorted_by="customer_id")',
        'ws._new_file("figures/en/none.svg").write_text("<svg/>")',
        'ws.show("none", lambda words: Table(("h",), (False,), ()))',
        PUBLISH.format(name="orders.total", value="int(orders.count().execute())"),
    ],
    "02_segmentation": [PUBLISH.format(name="rfm.window", value="ws.params.rfm.window_months")],
    "03_value": [PUBLISH.format(name="value.unit", value="ws.params.value.time_unit_days")],
    "05_accounts": [
        PUBLISH.format(name="accounts.n", value="ws.params.accounts.key_accounts"),
        'chosen = ibis.memtable({"customer_id": ["a"], "rank": [1]})',
        'ws.save("key_accounts", chosen, sorted_by="rank")',
    ],
}
"""What the tests look at; what else a step has declared is written by :func:`declared`."""
IMPORTS = """\
import ibis
from analysis import sources
from analysis.results import Result
from analysis.schemas import TRANSACTIONS
from analysis.tables import Table
from analysis.workspace import Workspace
"""


@dataclass(frozen=True)
class Tiny:
    """A project folder of its own, and the commands on it."""

    folder: Path
    env: dict[str, str] = field(default_factory=dict)

    @property
    def out(self) -> Path:
        return self.folder / "out"

    @property
    def run_dir(self) -> Path:
        return self.out / "tiny"

    def command(self, name: str, *options: str) -> list[str]:
        params = [] if name == "verify" else ["--params", "params.yml"]
        return [sys.executable, "-m", "analysis.cli", name, *params, "--out", "out", *options]

    def start(self, name: str = "report", *options: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            self.command(name, *options),
            cwd=self.folder,
            env=os.environ | self.env,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def run(self, name: str = "report", *options: str) -> subprocess.CompletedProcess[str]:
        process = self.start(name, *options)
        stdout, stderr = process.communicate(timeout=300)
        return subprocess.CompletedProcess(process.args, process.returncode, stdout, stderr)

    def write_notebook(self, step: str, cells: list[str]) -> None:
        """Write a notebook: imports, parameters, opening, the cells, what else is declared."""
        new = nbformat.v4.new_code_cell
        parameters = new('params_file = "p"\nrun_dir = "r"', metadata={"tags": ["parameters"]})
        opening = new(f'ws = Workspace.open("{step}", params_file, run_dir)')
        notebook = nbformat.v4.new_notebook(
            cells=[
                new(IMPORTS),
                parameters,
                opening,
                *map(new, cells),
                *map(new, declared(step, cells)),
            ]
        )
        nbformat.write(notebook, self.folder / "notebooks" / f"{step}.ipynb")

    def append(self, name: str, text: str) -> None:
        """Add a line to one of its files."""
        path = self.folder / name
        path.write_text(path.read_text(encoding="utf-8") + text, encoding="utf-8")


def declared(step: str, cells: list[str]) -> list[str]:
    """Cells that write what a step has declared and the given cells do not write."""
    code = "\n".join(cells)
    rest = []
    for output in step_called(step).outputs:
        kind, _, name = output.partition("/")
        name, ending = name.rsplit(".", 1)
        if kind == "results":
            new = PUBLISH.format(name=f"{step}.done", value=1) if "ws.publish" not in code else ""
        elif f'"{name}"' in code:
            new = ""
        elif ending == "parquet":
            new = f'ws.save("{name}", ibis.memtable({{"n": [1]}}), sorted_by="n")'
        else:
            new = f'ws._new_file("{output}").write_text("none")'
        rest += [new] if new else []
    return rest


def make_tiny(folder: Path, **env: str) -> Tiny:
    """Lay a tiny project out in an empty folder."""
    tiny = Tiny(folder, env)
    (folder / "notebooks").mkdir(parents=True)
    (folder / "reports/sections").mkdir(parents=True)
    (folder / "params.yml").write_text(PARAMS, encoding="utf-8")
    (folder / "orders.csv").write_text(ORDERS, encoding="utf-8")
    (folder / "reports/review.en.qmd").write_text(DOCUMENT, encoding="utf-8")
    (folder / "reports/_quarto.yml").write_bytes((ROOT / "reports/_quarto.yml").read_bytes())
    (folder / "reports/theme").symlink_to(ROOT / "reports/theme")
    for step in STEPS:
        tiny.write_notebook(step.name, CELLS.get(step.name, []))
    return tiny
