"""Sound tables → tables with known faults, each on rows of its own."""

from dataclasses import dataclass
from datetime import date

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.random import Generator

from analysis.demo.columns import Integers
from analysis.demo.defects import DEFECTS, SOUND, Defect, Row, Sound, Spot
from analysis.demo.words import Words


@dataclass(frozen=True)
class Planted:
    """The rows of one defect; row 1 is the first below the header."""

    defect: Defect
    source_rows: list[int]


def plant_defects(
    rng: Generator, name: str, table: pa.Table, as_of: date, words: Words
) -> tuple[pa.Table, list[Planted]]:
    """Plant the defects of one table.

    Returns
    -------
    pa.Table
        All columns as text; an added row stands below the sound one that it copies.
    list of Planted
        Fewer rows than wanted where the table has too few sound ones.
    """
    texts = pa.table({column: table[column].cast(pa.string()) for column in table.column_names})
    defects = [defect for defect in DEFECTS if defect.table == name]
    if not defects:
        return texts, []
    sound = rng.permutation(_find_sound(texts, SOUND[name], as_of))
    wanted = [defect for defect in defects for _ in range(defect.rows)][: len(sound)]
    sound = sound[: len(wanted)]
    originals = texts.take(pa.array(sound)).to_pylist()
    spoilt = [
        _spoil(defect, Spot(row, number, as_of, words), SOUND[name].key)
        for number, (defect, row) in enumerate(zip(wanted, originals, strict=True), start=1)
    ]
    both = pa.concat_tables([texts, pa.Table.from_pylist(spoilt, schema=texts.schema)])
    order = np.argsort(np.concatenate([np.arange(len(texts)), sound + 0.5]))
    replaced = sound[[defect.on == "place" for defect in wanted]]
    order = order[~np.isin(order, replaced)]
    source_row = np.zeros(len(both), dtype=np.int64)
    source_row[order] = np.arange(1, len(order) + 1)
    return both.take(pa.array(order)), [
        _note(defect, wanted, source_row[len(texts) :], source_row[sound]) for defect in defects
    ]


def _note(
    defect: Defect, wanted: list[Defect], spoilt_rows: Integers, original_rows: Integers
) -> Planted:
    """Where the rows of one defect came to stand."""
    mine = np.flatnonzero([one is defect for one in wanted])
    rows = spoilt_rows[mine].tolist()
    if defect.on == "both":
        rows += original_rows[mine].tolist()
    return Planted(defect, sorted(rows))


def _spoil(defect: Defect, spot: Spot, key: str | None) -> Row:
    """The row at fault; a copy gets a key of its own."""
    row = dict(spot.row)
    if key and defect.on in ("copy", "both"):
        row[key] = f"{row[key]}-{spot.number}"
    return row | defect.spoil(spot)


def _find_sound(texts: pa.Table, sound: Sound, as_of: date) -> Integers:
    """Places of the rows that may carry a defect."""
    fits = pa.array(np.ones(len(texts), dtype=np.bool_))
    if sound.day:
        day = pc.utf8_slice_codeunits(texts[sound.day], 0, 10)
        fits = pc.and_(fits, pc.fill_null(pc.less_equal(day, as_of.isoformat()), False))
    for column in sound.filled:
        fits = pc.and_(fits, pc.is_valid(texts[column]))
    for column in sound.blank:
        fits = pc.and_(fits, pc.is_null(texts[column]))
    for column in sound.untrue:
        fits = pc.and_(fits, pc.equal(texts[column], "false"))
    return np.flatnonzero(np.asarray(fits))
