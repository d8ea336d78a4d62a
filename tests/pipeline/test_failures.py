"""A failure in words, and nothing of the data among them."""

import errno

import pytest

from analysis.pipeline.code import PACKAGE
from analysis.pipeline.failures import (
    errors_for_people,
    explain_ended_kernel,
    explain_exception,
    explain_os_error,
    explain_own_error,
)

FRAMES = [
    "\x1b[31mKeyError\x1b[39m   Traceback (most recent call last)",
    "Cell \x1b[32mIn[3]\x1b[39m, line 1\n----> 1 clean('Jane Smith')",
    f"File \x1b[32m{PACKAGE}/cleaning.py:120\x1b[39m, in clean(rows)\n--> 120 names[name]",
    "File /elsewhere/pandas/core.py:9, in get(self)\n----> 9 raise KeyError(key)",
]


def test_the_text_of_a_foreign_exception_is_not_shown():
    told = explain_exception("KeyError", "'Jane Smith'", FRAMES)
    assert "Jane" not in told
    assert told.endswith("analysis/cleaning.py, line 120, in clean")


def test_the_text_of_the_kits_own_is_shown_to_its_last_lines():
    text = "\n".join(f"line {n}" for n in range(9))
    told = explain_exception("SourceError", text, FRAMES)
    assert told == "SourceError: line 4\nline 5\nline 6\nline 7\nline 8"


def test_the_kits_own_exceptions_are_found():
    assert {"SourceError", "WorkspaceError", "ParamsError", "PublicationError"} <= (
        errors_for_people()
    )
    assert "KeyError" not in errors_for_people()


@pytest.mark.parametrize(
    ("name", "text", "says"),
    [
        ("MemoryError", "", "memory ran out"),
        ("OutOfMemoryException", "failed to allocate", "memory ran out"),
        ("IOException", "IO Error: No space left on device", "The disk is full"),
        ("OSError", "[Errno 122] Disk quota exceeded", "The disk is full"),
    ],
)
def test_want_of_memory_and_space_are_told_as_such(name, text, says):
    assert says in explain_exception(name, text, [])


@pytest.mark.parametrize(
    ("status", "notices", "says"),
    [
        (-9, "", "was killed (signal 9)"),
        (-11, "", "ended by itself (signal 11)"),
        (1, "terminate called after throwing 'std::bad_alloc'", "because memory ran out"),
        (1, "", "ended by itself (exit status 1)"),
        (None, "", "does not answer"),
    ],
)
def test_how_a_kernel_ended(status, notices, says):
    assert says in explain_ended_kernel(status, notices)


@pytest.mark.parametrize(
    ("number", "says"),
    [
        (errno.ENOSPC, "The disk is full"),
        (errno.EROFS, "Nothing can be written here"),
        (errno.EACCES, "Nothing can be written here"),
        (errno.EIO, "I/O error"),
    ],
)
def test_what_keeps_a_run_from_being_written(number, says):
    told = explain_os_error(OSError(number, "I/O error", "/disk/run"))
    assert says in told
    assert "(/disk/run)" in told


def test_a_fault_of_the_kit_names_its_place_and_no_value():
    try:
        explain_exception(None, None, 5)
    except TypeError as error:
        told = explain_own_error(error)
    assert "The kit itself failed (TypeError)" in told
    assert "analysis/pipeline/failures.py, line " in told
    assert "NoneType" not in told
