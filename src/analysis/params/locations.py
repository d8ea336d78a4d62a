"""Where a source lies: an absolute path, or a file inside an installed Python package."""

from __future__ import annotations

import os
import re
from importlib.machinery import ModuleSpec
from importlib.util import find_spec
from itertools import islice
from pathlib import Path

from analysis.params.problems import PATH_LENGTH, closest, shorten

PACKAGE_PREFIX = "package:"
ANY_TEXT = "*"
_PACKAGE_LOCATION = re.compile(r"package:([A-Za-z_][A-Za-z0-9_]*)/([^\\]+)")
_CONTROL_CHARACTERS = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_LISTED_FILES = 1000
# What systems and programs leave beside files: .DS_Store, ~$orders.xlsx while it is open.
_SIDE_FILES = (".", "~$")


def location_fault(location: str) -> str | None:
    """Return what is wrong with how a location is written, or None."""
    if not location.strip():
        return "a path is needed here; this is empty."
    if _CONTROL_CHARACTERS.search(location):
        return "a path cannot hold control characters."
    if ANY_TEXT in os.path.dirname(location):
        return "* may stand in a file's name only, not in its folder's."
    if not location.startswith(PACKAGE_PREFIX):
        return None
    match = _PACKAGE_LOCATION.fullmatch(location)
    if match is None:
        return 'a file inside a package is written "package:<package>/<path inside>".'
    # Each part must be a plain name: "..", "." and "" would lead out of the package.
    if any(part in ("", ".", "..") for part in match[2].split("/")):
        return 'a path inside a package cannot hold "..", "." or "//".'
    return None


def absolute(location: str, folder: str) -> str:
    """Return the location with a relative path made absolute, counted from ``folder``.

    A location inside a package stays as it is, and so does one which ``location_fault`` refuses.
    """
    if location.startswith(PACKAGE_PREFIX) or location_fault(location):
        return location
    return os.path.abspath(os.path.join(folder, location))


def relative(location: str, folder: str) -> str:
    """Return an absolute location as a path that starts from ``folder``."""
    if location.startswith(PACKAGE_PREFIX):
        return location
    path = os.path.relpath(location, folder)
    # A file may be called "package:…"; "./" keeps it from being read as one in a package.
    return os.path.join(".", path) if path.startswith(PACKAGE_PREFIX) else path


def path_of(location: str) -> Path:
    """Return the path of an absolute location or of a file in a package.

    The package is found without importing it, since importing lifetimes takes over a second.

    Raises
    ------
    ValueError
        The location is not written as it should be.
    FileNotFoundError
        The package is not installed.
    """
    fault = location_fault(location)
    if fault:
        raise ValueError(fault)
    match = _PACKAGE_LOCATION.fullmatch(location)
    if match is None:
        return Path(location)
    folders = _package_folders(match[1])
    if not folders:
        raise FileNotFoundError(f'the Python package "{shorten(match[1])}" is not installed.')
    candidates = [Path(folder, match[2]) for folder in folders]
    return next((path for path in candidates if path.exists()), candidates[0])


def paths_at(location: str) -> list[Path]:
    """Return the path of a location, or the files whose names fit it, sorted by name.

    Raises
    ------
    FileNotFoundError
        The package is not installed, or no file's name fits.
    """
    path = path_of(location)
    if ANY_TEXT not in path.name:
        return [path]
    pattern = re.compile(".*".join(map(re.escape, path.name.split(ANY_TEXT))), re.DOTALL)
    names = files_in(path.parent, limit=None)
    fitting = [name for name in names if pattern.fullmatch(name)]
    fitting = [name for name in fitting if not name.startswith(_SIDE_FILES)]
    if not fitting:
        looked_for = shorten(str(path), PATH_LENGTH)
        raise FileNotFoundError(f"no file's name fits. Looked for {looked_for}.")
    return [path.parent / name for name in fitting]


def _package_folders(package: str) -> list[str]:
    try:
        spec: ModuleSpec | None = find_spec(package)
    except ValueError:  # a module that runs without a specification, such as __main__
        return []
    return list(spec.submodule_search_locations or ()) if spec else []


def file_fault(location: str, written: str) -> tuple[str, str | None] | None:
    """Say why there is no file at a well-formed location.

    Parameters
    ----------
    location
        Absolute path, or a file in a package.
    written
        The location as the params file has it, from which the suggestion is made.

    Returns
    -------
    message, suggestion
        or None where the file exists.
    """
    try:
        paths = paths_at(location)
    except FileNotFoundError as error:
        return str(error), None
    path = paths[0]
    if os.path.isfile(path):
        return None
    if os.path.isdir(path):
        return f"this is a folder, not a file: {shorten(str(path), PATH_LENGTH)}.", None
    match = closest(path.name, files_in(path.parent))
    suggestion = match and shorten(os.path.join(os.path.dirname(written), match))
    missing = "" if os.path.isdir(path.parent) else " Its folder does not exist either."
    looked_for = shorten(str(path), PATH_LENGTH)
    return f"there is no such file. Looked for {looked_for}.{missing}", suggestion


def files_in(
    folder: str | Path, endings: tuple[str, ...] = ("",), limit: int | None = _LISTED_FILES
) -> list[str]:
    """Return the names of a folder's files, sorted; none where it cannot be listed."""
    try:
        with os.scandir(folder) as found:
            files = islice((entry for entry in found if entry.is_file()), limit)
            return sorted(entry.name for entry in files if entry.name.endswith(endings))
    except OSError:
        return []
