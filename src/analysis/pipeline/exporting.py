"""Write what leaves a review, in a process of its own.

``python -m analysis.pipeline.exporting <params file> <run folder> <step>`` prints what its reader
must know, a line each, or why a file cannot be written, and then ends with status 3.
"""

import sys
from collections.abc import Sequence
from pathlib import Path

from analysis.exports import ExportError, write_exports
from analysis.params import load_params
from analysis.pipeline.request import NOTE, REFUSED
from analysis.sources import SourceError


def main(arguments: Sequence[str]) -> int:
    """Write the exports of a run into its folder."""
    params_file, run_dir, step = arguments
    try:
        notes = write_exports(load_params(params_file), Path(run_dir), step)
    except (ExportError, SourceError) as error:
        print(error)
        return REFUSED
    for note in notes:
        print(NOTE + note)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
