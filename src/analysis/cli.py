"""The commands behind the Makefile."""

import argparse
import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from analysis.params import ParamsError, load_params

EXIT_FAILED = 1
EXIT_BAD_PARAMS = 2

QUARTO_PACKAGE = "quarto-cli"
"""Downloads Quarto's release while it installs, which many networks do not let through."""
QUARTO_SECONDS = 120


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    options = _parser().parse_args(arguments)
    return int(options.command(options))


def report(options: argparse.Namespace) -> int:
    """Make a review and say where it is."""
    try:
        params = load_params(options.params, options.set)
    except ParamsError as error:
        print(error, file=sys.stderr)
        return EXIT_BAD_PARAMS

    # Only now: what follows takes seconds to import, and params are checked in a fraction of one.
    from rich.console import Console

    from analysis.pipeline import ReviewError, run_review
    from analysis.pipeline.progress import Display
    from analysis.report import RenderError

    console = Console(highlight=False)
    try:
        with Display(console) as display:
            run = run_review(params, Path(options.project), Path(options.out), display)
    except (ReviewError, RenderError) as error:
        print(f"\n{error}\n\nNothing was published.", file=sys.stderr)
        return EXIT_FAILED
    console.print(f"\n{params.review.name} {params.quarter}, printed by {run.renderer.name}:")
    for document in run.documents:
        console.print(f"  {document}")
    return 0


def schema(options: argparse.Namespace) -> int:
    """Print the data contract: as tables, or as the document in docs/."""
    from rich.console import Console

    from analysis.data_contract import contract_document, print_contract

    if options.markdown:
        sys.stdout.write(contract_document())
    else:
        print_contract(Console(highlight=False))
    return 0


def setup_quarto(options: argparse.Namespace) -> int:
    """Try to install Quarto, and say in one line which renderer will be used."""
    from analysis.report.quarto import find_quarto

    if find_quarto() is None:
        with suppress(subprocess.TimeoutExpired):
            install = [sys.executable, "-m", "pip", "install", "--quiet", QUARTO_PACKAGE]
            subprocess.run(
                install,
                timeout=QUARTO_SECONDS,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
    found = find_quarto()
    print(
        f"Reports will be printed by Quarto ({found})."
        if found
        else "Reports will be printed by the embedded renderer, since Quarto could not be had. "
        "To get Quarto: conda install -c conda-forge quarto, or https://quarto.org"
    )
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="analysis", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="command")

    make = commands.add_parser("report", help="make the review that a params file describes")
    make.add_argument("--params", default="params/demo.yml", help="the review's params file")
    make.add_argument(
        "--set", action="append", default=[], metavar="key=value", help="override one parameter"
    )
    make.add_argument("--out", default="reports/out", help="folder of all runs")
    make.add_argument("--project", default=".", help="folder with notebooks/ and reports/")
    make.set_defaults(command=report)

    contract = commands.add_parser("schema", help="print the tables that a review can read")
    contract.add_argument("--markdown", action="store_true", help="as docs/data-contract.md")
    contract.set_defaults(command=schema)

    setup = commands.add_parser("setup-quarto", help="try to install Quarto within two minutes")
    setup.set_defaults(command=setup_quarto)
    return parser


if __name__ == "__main__":
    sys.exit(main())
