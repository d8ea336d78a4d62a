"""The commands behind the Makefile."""

from __future__ import annotations

import argparse
import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from io import TextIOWrapper
from pathlib import Path
from typing import TYPE_CHECKING

from analysis.params import ParamsError, load_params

if TYPE_CHECKING:
    from analysis.pipeline import Review, ReviewRun
    from analysis.pipeline.events import Event, Tell
    from analysis.pipeline.progress import Display

EXIT_FAILED = 1
EXIT_BAD_PARAMS = 2
EXIT_LOCKED = 75
"""As sysexits.h has it: a temporary failure, try again later."""
EXIT_INTERRUPTED = 130

AT_ONCE = 2
"""Steps that run side by side unless told otherwise: each notebook holds an engine of its own."""

RESTATED = "restated"
"""Folder of reviews that restate an archived one, below the folder of all runs."""

QUARTO_PACKAGE = "quarto-cli"
"""Downloads Quarto's release while it installs, which many networks do not let through."""
QUARTO_SECONDS = 120


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="replace")  # a terminal without our signs is no failure
    options = _parser().parse_args(arguments)
    return int(options.command(options))


def report(options: argparse.Namespace) -> int:
    """Make a review and say where it is."""
    try:
        params = load_params(options.params, options.set)
    except ParamsError as error:
        print(error, file=sys.stderr)
        return EXIT_BAD_PARAMS

    # Only now: params are checked in a fraction of the second that the rest takes to import.
    from analysis.pipeline import Review

    review = Review(params, Path(options.project), Path(options.out), options.workers)
    signal.signal(signal.SIGTERM, _interrupt)
    try:
        if options.dry:
            return _tell_plan(review)
        if options.events:
            return _make(review, is_quiet=True, listen=_stream_events, report_made=_stream_made)
        return _make(review, options.quiet)
    except KeyboardInterrupt:
        print(
            "\nInterrupted. Nothing was published; finished steps are not redone.", file=sys.stderr
        )
        return EXIT_INTERRUPTED


def _make(
    review: Review,
    is_quiet: bool,
    listen: Callable[[], AbstractContextManager[Tell]] | None = None,
    report_made: Callable[[ReviewRun], None] | None = None,
) -> int:
    from analysis.pipeline import ReviewError, ReviewLockedError, run_review
    from analysis.pipeline.failures import DEBUG_VARIABLE, explain_os_error, explain_own_error
    from analysis.report import RenderError

    try:
        run = run_review(review, listen or _listener(review.workers, is_quiet))
    except ReviewLockedError as error:
        print(error, file=sys.stderr)
        return EXIT_LOCKED
    except (ReviewError, RenderError) as error:
        print(f"\n{error}\n\nNothing was published.", file=sys.stderr)
        return EXIT_FAILED
    except OSError as error:
        print(f"\n{explain_os_error(error)}\n\nNothing was published.", file=sys.stderr)
        return EXIT_FAILED
    except Exception as error:
        if os.environ.get(DEBUG_VARIABLE):
            raise
        print(f"\n{explain_own_error(error)}\n\nNothing was published.", file=sys.stderr)
        return EXIT_FAILED
    if report_made:
        report_made(run)
    elif not is_quiet:
        made = f"printed by {run.renderer}" if run.is_new else "up to date, nothing to do"
        print(f"{review.name} {review.params.quarter}, {made}:")
        print(*(f"  {document}" for document in run.documents), sep="\n")
    return 0


@contextmanager
def _stream_events() -> Iterator[Tell]:
    """What happens, a JSON object a line, for whoever runs many reviews."""
    writing = threading.Lock()

    def tell(event: Event) -> None:
        line = {"event": event.kind, "step": event.step, "details": event.details}
        with writing:
            print(json.dumps(line, default=str), flush=True)

    yield tell


def _stream_made(run: ReviewRun) -> None:
    told = {"run_dir": str(run.run_dir), "is_new": run.is_new}
    print(json.dumps({"published": told}), flush=True)


def batch(options: argparse.Namespace) -> int:
    """Make many reviews and say what became of each; a failure of one stops no other."""
    from rich.console import Console

    from analysis.pipeline.batch import find_params, read_orders, run_batch
    from analysis.pipeline.batch_display import BatchDisplay, summarize

    files = find_params(options.params)
    if not files:
        print(f"No params file is called {' '.join(options.params)}.", file=sys.stderr)
        return EXIT_BAD_PARAMS
    orders, refused = read_orders(files, options.set)
    passed_on = ["--out", options.out, "--project", options.project]
    passed_on += ["--workers", str(options.workers)]
    passed_on += [word for override in options.set for word in ("--set", override)]
    console = Console(highlight=False, soft_wrap=True)
    signal.signal(signal.SIGTERM, _interrupt)
    try:
        with BatchDisplay(console, orders, options.quiet) as display:
            outcomes = run_batch(orders, passed_on, options.at_once, display)
    except KeyboardInterrupt:
        print("\nInterrupted. Reviews that were finished are published.", file=sys.stderr)
        return EXIT_INTERRUPTED
    outcomes = sorted([*outcomes, *refused], key=lambda outcome: str(outcome.params_file))
    console.print(summarize(outcomes))
    failed = [outcome for outcome in outcomes if not outcome.is_good]
    for outcome in failed:
        print(f"\n{outcome.params_file}:\n{outcome.told}", file=sys.stderr)
    console.print(f"{len(outcomes) - len(failed)} of {len(outcomes)} reviews are published.")
    return EXIT_FAILED if failed else 0


def schema(options: argparse.Namespace) -> int:
    """Print the data contract: as tables, or as the document in docs/."""
    from rich.console import Console

    from analysis.data_contract import contract_document, print_contract

    if options.markdown:
        sys.stdout.write(contract_document())
    else:
        print_contract(Console(highlight=False))
    return 0


def _listener(workers: int, is_quiet: bool) -> Callable[[], Display]:
    def listen() -> Display:
        from analysis.pipeline.progress import open_display

        return open_display(workers, is_quiet)

    return listen


def _tell_plan(review: Review) -> int:
    from analysis.pipeline import plan_review

    print(f"{review.name} {review.params.quarter} would be made so:")
    for decision in plan_review(review):
        sign = "=" if decision.record else "→"
        print(f"  {sign} {decision.name:<16} {'; '.join(decision.reasons) or 'as before'}")
    return 0


def _interrupt(*_: object) -> None:
    raise KeyboardInterrupt


def verify(options: argparse.Namespace) -> int:
    """Say whether a finished run is what it says: whole, and the same when it is made again."""
    from analysis.pipeline import ReviewError
    from analysis.pipeline.verify import archived_params, find_damage, remake

    run = Path(options.run)
    try:
        damage = find_damage(run)
    except (OSError, ValueError):
        print(f"{run} is no finished run: its manifest.json cannot be read.", file=sys.stderr)
        return EXIT_FAILED
    if damage:
        print(f"{run} is not as it was made:", *damage, sep="\n  ")
        return EXIT_FAILED
    if (run / "restatement.csv").exists():
        print(
            f"{run}: every file is as it was made. It restates another run: to make it again, "
            "make restate RUN=<that run>"
        )
        return 0
    print(f"{run}: every file is as it was made. Making it again …")
    try:
        params = archived_params(run, tuple(options.set))
        differences = remake(
            run, params, Path(options.project), options.workers, _listener(options.workers, True)
        )
    except ParamsError as error:
        print(f'{error}\nIf an input has moved, say where it is: SET="…=…"', file=sys.stderr)
        return EXIT_BAD_PARAMS
    except ReviewError as error:
        print(error, file=sys.stderr)
        return EXIT_FAILED
    if differences:
        print(
            f"{len(differences)} numbers or files come out differently:", *differences, sep="\n  "
        )
        return EXIT_FAILED
    print("Made again, every number and every document is the same.")
    return 0


def restate(options: argparse.Namespace) -> int:
    """Review the quarter of an archived run again, and list each number that moved and why."""
    from analysis.pipeline import Review
    from analysis.pipeline.manifest import read_manifest
    from analysis.pipeline.restatement import FILE, ArchiveError, check_archive
    from analysis.results import read_results

    archive = Path(options.run).resolve()
    try:
        told = read_manifest(archive) if (archive / "manifest.json").exists() else {}
        own = [f"review.quarter={told.get('quarter', '')}"]
        check_archive(archive, str(told.get("quarter", "")))
        params = load_params(options.params or archive / "params.yml", [*options.set, *own])
    except (ArchiveError, ParamsError) as error:
        print(error, file=sys.stderr)
        return EXIT_BAD_PARAMS
    # A folder of its own, not a name of its own: that would be another difference of the params.
    out = Path(options.out) / RESTATED
    review = Review(params, Path(options.project), out, options.workers, archive)
    if archive == review.run_dir.resolve():
        print(f"{archive} would be replaced. Choose another folder with OUT=…", file=sys.stderr)
        return EXIT_BAD_PARAMS
    signal.signal(signal.SIGTERM, _interrupt)
    if status := _make(review, options.quiet):
        return status
    results = read_results(review.run_dir / "results.json")
    moved, compared = (results[f"restatement.{name}"].value for name in ("moved", "compared"))
    print(f"{moved} of {compared} numbers moved; {review.run_dir / FILE} says which, and why.")
    return 0


def doctor(options: argparse.Namespace) -> int:
    """Say what works on this machine and what does not."""
    from analysis.pipeline.doctor import examine

    signs = {"good": "✓", "fair": "·", "bad": "✗"}
    is_ill = False
    for finding in examine(Path(options.project), Path(options.out)):
        is_ill |= finding.state == "bad"
        print(f"{signs[finding.state]} {finding.name:<18} {finding.told}")
        if finding.remedy:
            print(f"  {'':<18} {finding.remedy}")
    return EXIT_FAILED if is_ill else 0


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

    place = argparse.ArgumentParser(add_help=False)
    place.add_argument("--out", default="reports/out", help="folder of all runs")
    place.add_argument("--project", default=".", help="folder with notebooks/ and reports/")
    work = argparse.ArgumentParser(add_help=False)
    work.add_argument(
        "--set", action="append", default=[], metavar="key=value", help="override one parameter"
    )
    work.add_argument("--workers", type=int, default=AT_ONCE, help="steps that run side by side")

    make = commands.add_parser(
        "report", help="make the review that a params file describes", parents=[place, work]
    )
    make.add_argument("--params", default="params/demo.yml", help="the review's params file")
    make.add_argument("--dry", action="store_true", help="only tell what would run, and why")
    make.add_argument("--quiet", action="store_true", help="print nothing but errors")
    make.add_argument("--events", action="store_true", help="print what happens as JSON lines")
    make.set_defaults(command=report)

    many = commands.add_parser(
        "batch", help="make the reviews of many params files", parents=[place, work]
    )
    many.add_argument("--params", nargs="+", required=True, help="params files, or patterns")
    many.add_argument("--at-once", type=int, default=AT_ONCE, help="reviews side by side")
    many.add_argument("--quiet", action="store_true", help="print nothing but the table")
    many.set_defaults(command=batch)

    contract = commands.add_parser("schema", help="print the tables that a review can read")
    contract.add_argument("--markdown", action="store_true", help="as docs/data-contract.md")
    contract.set_defaults(command=schema)

    check = commands.add_parser(
        "verify", help="hash a finished run and make it again", parents=[place, work]
    )
    check.add_argument("--run", default="reports/out/demo", help="folder of the finished run")
    check.set_defaults(command=verify)

    again = commands.add_parser(
        "restate",
        help="review an archived run's quarter again, and list what moved",
        parents=[place, work],
    )
    again.add_argument("--run", required=True, help="folder of the archived run")
    again.add_argument("--params", help="params file; without it, those of the archived run")
    again.add_argument("--quiet", action="store_true", help="print nothing but the count")
    again.set_defaults(command=restate)

    look = commands.add_parser("doctor", help="say what works on this machine", parents=[place])
    look.set_defaults(command=doctor)

    setup = commands.add_parser("setup-quarto", help="try to install Quarto within two minutes")
    setup.set_defaults(command=setup_quarto)
    return parser


if __name__ == "__main__":
    sys.exit(main())
