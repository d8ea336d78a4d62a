"""Tables → files."""

import json
from pathlib import Path

import pyarrow as pa
from pyarrow import csv


def write_csv(table: pa.Table, path: Path) -> None:
    """Write a table as UTF-8 with a header, quoted only where that is needed."""
    options = csv.WriteOptions(include_header=False, quoting_style="needed")
    with path.open("wb") as file:
        # Arrow puts all names of a header in quotation marks.
        file.write((",".join(table.column_names) + "\n").encode())
        csv.write_csv(table, file, options)


def write_json(content: dict[str, object], path: Path) -> None:
    """Write JSON that people can read."""
    text = json.dumps(content, ensure_ascii=False, indent=2)
    path.write_text(text + "\n", encoding="utf-8")
