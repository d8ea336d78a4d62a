"""The line of a file on which each record begins."""

import ibis
import ibis.expr.types as ir
import pyarrow as pa
import pyarrow.compute as pc

from analysis.sources.part import Part
from analysis.sources.raw import RawTable


def count_lines(raw: RawTable, records: ir.Table) -> ir.Table:
    """Add ``source_line``, the line of its file on which each record begins.

    A row of a Parquet file, or of a database, counts as a line.

    Parameters
    ----------
    records : ibis table
        Records of ``raw`` with ``source_row``.
    """
    places = ibis.memtable(raw.places)
    found = records.asof_join(
        places, on=records.source_row >= places.place_row, rname="{name}_place"
    )
    line = found.place_line + found.source_row - found.place_row
    return found.mutate(source_line=line).drop("place_row", "place_line")


def place_parts(parts: list[Part]) -> pa.Table:
    """The places of several files under the numbers that their records have in the whole table.

    Returns
    -------
    arrow table
        ``place_row``, ``place_line``: from this record on, up to the next place, record and line
        grow together.
    """
    rows, lines, n_before = [], [], 0
    for part in parts:
        rows.append(pc.add(part.places["row"], n_before))
        lines.append(part.places["line"])
        n_before += part.n_rows
    return pa.table({"place_row": _joined(rows), "place_line": _joined(lines)})


def _joined(columns: list[pa.ChunkedArray]) -> pa.ChunkedArray:
    return pa.chunked_array([chunk for column in columns for chunk in column.chunks], pa.int64())
