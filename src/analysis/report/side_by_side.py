"""Print several formats at once: what prints them works outside this interpreter."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from analysis.params.report_models import Format

SIDE_BY_SIDE = 2
SLOWEST_FIRST: tuple[Format, ...] = ("pdf", "docx", "html", "pptx")


def print_side_by_side(
    documents: Mapping[Format, str], print_one: Callable[[str, Format], Path]
) -> dict[Format, Path]:
    """Print the documents, two at a time, and return the paths of the new files.

    Parameters
    ----------
    documents
        For each format the file name of the document in it.
    print_one
        Prints a document in a format, and returns the path of the new file.
    """
    with ThreadPoolExecutor(SIDE_BY_SIDE) as pool:
        files = {
            to: pool.submit(print_one, documents[to], to)
            for to in sorted(documents, key=SLOWEST_FIRST.index)
        }
        return {to: files[to].result() for to in documents}
