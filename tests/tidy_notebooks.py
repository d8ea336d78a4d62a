"""Keep the committed notebooks thin and clean.

A committed notebook holds no outputs, except those of cells tagged ``nbval-check-output``, which
the tests compare. ``--run`` executes the notebooks and stores those; ``--check`` only looks.
"""

import argparse
import re
import sys
from pathlib import Path

import nbformat
from nbclient import NotebookClient

NOTEBOOKS = Path(__file__).parents[1] / "notebooks"
CHECKED = "nbval-check-output"
MOST_LINES = 14
LOGIC = re.compile(
    r"^\s*(def |class |for |while |if |with |try:|lambda)|\.(merge|groupby|group_by|join)\(", re.M
)
PARAMETERS = {"params_file", "run_dir"}


def problems(notebook: nbformat.NotebookNode) -> list[str]:
    """What keeps a notebook from being committed, cell by cell."""
    found = []
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    for number, cell in enumerate(code, start=1):
        is_checked = CHECKED in cell.metadata.get("tags", [])
        if LOGIC.search(cell.source):
            found.append(f"code cell {number} holds logic, which belongs into src/analysis")
        if len(cell.source.splitlines()) > MOST_LINES:
            found.append(f"code cell {number} is longer than {MOST_LINES} lines")
        if cell.outputs and not is_checked:
            found.append(f"code cell {number} has an output that no test compares")
        if is_checked and not cell.outputs:
            found.append(f"code cell {number} lacks the output that a test is to compare")
        if not is_checked and cell.execution_count is not None:
            found.append(f"code cell {number} has an execution count")
    parameters = [cell for cell in code if "parameters" in cell.metadata.get("tags", [])]
    names = [set(re.findall(r"^(\w+) = ", cell.source, re.M)) for cell in parameters]
    if names != [PARAMETERS]:
        found.append(f"one cell tagged 'parameters' must set {', '.join(sorted(PARAMETERS))}")
    return found


def tidy(notebook: nbformat.NotebookNode) -> nbformat.NotebookNode:
    """Take away what is not compared: outputs, execution counts, traces of who ran it."""
    notebook.metadata = nbformat.from_dict(
        {
            "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
            "language_info": {"name": "python"},
        }
    )
    for cell in notebook.cells:
        cell.metadata = nbformat.from_dict(
            {key: value for key, value in cell.metadata.items() if key == "tags"}
        )
        if cell.cell_type == "code" and CHECKED not in cell.metadata.get("tags", []):
            cell.outputs, cell.execution_count = [], None
    return notebook


def main() -> int:
    """Tidy, run or check every notebook; 1 if something is wrong."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="change nothing, say what is wrong")
    parser.add_argument("--run", action="store_true", help="execute on the demo review first")
    options = parser.parse_args()
    bad = False
    for path in sorted(NOTEBOOKS.glob("*.ipynb")):
        notebook = nbformat.read(path, as_version=4)
        if not options.check:
            if options.run:
                NotebookClient(notebook, resources={"metadata": {"path": NOTEBOOKS}}).execute()
            nbformat.write(tidy(notebook), path)
        for problem in problems(notebook):
            print(f"{path.name}: {problem}", file=sys.stderr)
            bad = True
    return int(bad)


if __name__ == "__main__":
    sys.exit(main())
