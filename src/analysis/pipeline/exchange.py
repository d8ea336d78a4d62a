"""Swap two folders in one step of the file system, so that neither name is ever missing."""

import ctypes
import os
import sys
from pathlib import Path

AT_FDCWD = -100
RENAME_EXCHANGE = 2  # renameat2(2), Linux
RENAME_SWAP = 2  # renamex_np(2), macOS


def exchange(one: Path, other: Path) -> bool:
    """Swap two folders of one file system.

    Returns
    -------
    bool
        False, with nothing changed, where the system or the file system cannot do it.
    """
    names = os.fsencode(one), os.fsencode(other)
    try:
        library = ctypes.CDLL(None)
        if sys.platform == "linux":
            here = AT_FDCWD
            failed = library.renameat2(here, names[0], here, names[1], RENAME_EXCHANGE)
        elif sys.platform == "darwin":
            failed = library.renamex_np(*names, RENAME_SWAP)
        else:
            return False
    except (AttributeError, OSError):  # a C library that does not have it
        return False
    return not failed
