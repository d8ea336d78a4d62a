"""What works on this machine and what does not, each with its remedy."""

import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from importlib.resources import files
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal

import psutil
from packaging.requirements import Requirement

from analysis.pipeline.exchange import exchange
from analysis.report.quarto import find_quarto
from analysis.report.stage import FONTS

LEAST_PYTHON = (3, 11)
LEAST_DISK_GB = 2
LEAST_MEMORY_GB = 2
KERNEL_SECONDS = 60
MOST_NAMED = 5

State = Literal["good", "fair", "bad"]


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at.

    Attributes
    ----------
    name : str
        What was looked at.
    state : str
        ``good``; ``fair`` if reviews can be made without it; ``bad`` if not.
    told : str
        What was found.
    remedy : str
        What to do about it.
    """

    name: str
    state: State
    told: str
    remedy: str = ""


def examine(project: Path, out: Path) -> Iterator[Finding]:
    """Look at everything that a review needs.

    Parameters
    ----------
    project : Path
        Folder with the lock file.
    out : Path
        Folder of all runs; need not exist.
    """
    checks: tuple[Callable[[], Finding], ...] = (
        check_python,
        lambda: check_packages(project / "requirements.lock"),
        check_kernel,
        check_quarto,
        check_embedded_renderer,
        check_fonts,
        check_java,
        lambda: check_out(out),
        lambda: check_disk(out),
        check_memory,
    )
    for check in checks:
        yield check()


def check_python() -> Finding:
    """Python is new enough."""
    told = ".".join(map(str, sys.version_info[:3]))
    if sys.version_info >= LEAST_PYTHON:
        return Finding("Python", "good", told)
    return Finding("Python", "bad", told, "Name a newer one: make setup PYTHON=/path/to/python3.12")


def check_packages(lock: Path) -> Finding:
    """Installed packages are those of the lock."""
    wrong = []
    for requirement in _locked(lock):
        found = _installed(requirement.name)
        if found is None or not requirement.specifier.contains(found, prereleases=True):
            wrong.append(f"{requirement.name} {found or 'missing'} ({requirement.specifier})")
    if not wrong:
        return Finding("packages", "good", "as in requirements.lock")
    more = f" and {len(wrong) - MOST_NAMED} more" if len(wrong) > MOST_NAMED else ""
    remedy = "rm .venv/.ready && make setup; numbers may differ from those of other machines"
    return Finding("packages", "fair", f"{', '.join(wrong[:MOST_NAMED])}{more}", remedy)


def check_kernel() -> Finding:
    """A notebook kernel starts and computes."""
    from jupyter_client.manager import start_new_kernel

    remedy = "make setup; if that does not help, .venv/bin/python -m ipykernel_launcher says why"
    try:
        manager, client = start_new_kernel(
            kernel_name="python3", startup_timeout=KERNEL_SECONDS, stderr=subprocess.DEVNULL
        )
    except Exception as error:
        return Finding("kernel", "bad", f"does not start ({type(error).__name__})", remedy)
    try:
        reply = client.execute("1 + 1", reply=True, timeout=KERNEL_SECONDS)
        is_well = reply["content"]["status"] == "ok"
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)
    if is_well:
        return Finding("kernel", "good", "starts and computes")
    return Finding("kernel", "bad", "starts and does not compute", remedy)


def check_quarto() -> Finding:
    """Quarto is there; without it the embedded renderer prints the same report."""
    found = find_quarto()
    if found is None:
        remedy = (
            "Not needed. To have it: conda install -c conda-forge quarto, or https://quarto.org"
        )
        return Finding("Quarto", "fair", "not installed; the embedded renderer is used", remedy)
    told = _first_line([str(found), "--version"])
    if told is None:
        remedy = 'Install it anew, or print without it: SET="report.renderer=embedded"'
        return Finding("Quarto", "bad", f"{found} does not run", remedy)
    return Finding("Quarto", "good", told)


def check_embedded_renderer() -> Finding:
    """pandoc and Typst are there."""
    try:
        import pypandoc
        import typst

        told = f"pandoc {pypandoc.get_pandoc_version()}, Typst {version(typst.__name__)}"
    except (ImportError, OSError, PackageNotFoundError):
        return Finding("embedded renderer", "bad", "cannot be loaded", "make setup")
    return Finding("embedded renderer", "good", told)


def check_fonts() -> Finding:
    """The fonts of figures and PDF are there."""
    with suppress(ModuleNotFoundError):
        folder = files("pylopdf_fonts_zh_cn")
        if all((folder / font).is_file() for font in FONTS):
            return Finding("fonts", "good", "Noto Sans SC, Noto Serif SC")
    return Finding("fonts", "bad", "Noto Sans SC or Noto Serif SC is missing", "make setup")


def check_java() -> Finding:
    """Java is there, which Spark alone needs."""
    told = _first_line(["java", "-version"])
    if told is None:
        remedy = "Only data too large for one machine (Spark) need it: Java 17 or newer"
        return Finding("Java", "fair", "not installed", remedy)
    return Finding("Java", "good", told)


def check_out(out: Path) -> Finding:
    """Runs can be written, and published in one step."""
    place = _nearest_existing(out)
    try:
        with TemporaryDirectory(dir=place, prefix=".doctor-") as folder:
            one, other = Path(folder, "one"), Path(folder, "other")
            one.mkdir()
            other.mkdir()
            in_one_step = exchange(one, other)
    except OSError as error:
        remedy = "Have it made writable, or name another folder: make report OUT=…"
        return Finding("runs", "bad", f"{place}: {error.strerror}", remedy)
    if in_one_step:
        return Finding("runs", "good", "are published in one step")
    remedy = "Readers may miss a run for an instant while it is replaced; a local disk mends that"
    return Finding("runs", "fair", "are published by renaming", remedy)


def check_disk(out: Path) -> Finding:
    """There is room for runs."""
    free = shutil.disk_usage(_nearest_existing(out)).free / 2**30
    if free >= LEAST_DISK_GB:
        return Finding("disk", "good", f"{free:.0f} GB free")
    remedy = f"Free some space: a review wants {LEAST_DISK_GB} GB, large ones thrice their inputs"
    return Finding("disk", "bad", f"{free:.1f} GB free", remedy)


def check_memory() -> Finding:
    """There is memory for the engines of two notebooks."""
    free = psutil.virtual_memory().available / 2**30
    if free >= LEAST_MEMORY_GB:
        return Finding("memory", "good", f"{free:.0f} GB available")
    remedy = "Close other programs, or run one notebook at a time: make report WORKERS=1"
    return Finding("memory", "fair", f"{free:.1f} GB available", remedy)


def _locked(lock: Path) -> Iterator[Requirement]:
    """What the lock pins for this machine."""
    for line in lock.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith((" ", "#")):
            requirement = Requirement(line.rstrip(" \\"))
            if requirement.marker is None or requirement.marker.evaluate():
                yield requirement


def _installed(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None


def _first_line(command: list[str]) -> str | None:
    try:
        completed = subprocess.run(command, capture_output=True, text=True, timeout=30, check=True)
    except (OSError, subprocess.SubprocessError):
        return None
    told = (completed.stdout or completed.stderr).strip()
    return told.splitlines()[0] if told else ""


def _nearest_existing(folder: Path) -> Path:
    return next(path for path in (folder.absolute(), *folder.absolute().parents) if path.exists())
