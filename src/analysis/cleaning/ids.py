"""Ids: always text, spelled alike, and one customer under one spelling.

Blanks, full-width signs and capital letters do not make another customer. Every respelled row is
counted, and every spelling that was given up is listed.
"""

from string import ascii_lowercase, ascii_uppercase, digits

import ibis
import ibis.expr.types as ir

from analysis.cleaning.dialect import Dialect

_MAX_EXACT_FLOAT = 2**53
_ZOHO_PREFIX = "^zcrm_"
_SUFFIX_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"
_LETTERS = ascii_uppercase + ascii_lowercase + digits
_IS_CAPITAL = "1" * len(ascii_uppercase) + "0" * len(ascii_lowercase + digits)
_SEPARATED = "00000,"
_PATTERNS = ",".join(f"{place:05b}"[::-1] for place in range(len(_SUFFIX_LETTERS)))
"""Which of five letters are capitals, the first one counting least: 32 patterns in order."""


def read_id(column: ir.Value, narrowed: ir.StringValue, dialect: Dialect) -> ir.StringValue:
    """An id as text: null if it is missing, or if a spreadsheet has turned it into a number.

    ``narrowed`` is the column as text, without blanks around it and in narrow signs.

    1.23E+05 has lost digits; 12E5 is an id like any other, and so are 007, NA and null.
    """
    if column.type().is_numeric():
        return _id_of_number(column)
    is_scientific = narrowed.upper().contains("E+")
    is_scientific &= narrowed.re_search(r"^\d(\.\d+)?[eE]\+\d+$")
    text = is_scientific.ifelse(None, narrowed)
    if dialect.ids == "salesforce":
        # A list of one: written out, the text would stand in the query a dozen times.
        return ibis.array([text]).map(_lengthen)[0]
    return text.re_replace(_ZOHO_PREFIX, "") if dialect.ids == "zoho" else text


def _id_of_number(column: ir.NumericValue) -> ir.StringValue:
    """Spreadsheets and data frames keep the id 123 as 123.0, and lose digits beyond 2^53."""
    if not column.type().is_floating():
        return column.cast("string")
    is_whole = (column % 1 == 0) & (column.abs() < _MAX_EXACT_FLOAT)
    return is_whole.ifelse(column, None).cast("int64").cast("string")


def _lengthen(text: ir.StringValue) -> ir.StringValue:
    """Salesforce's ids of 18 signs for those of 15: three more say which letters are capitals.

    References
    ----------
    Salesforce Help, "Convert 15 character Ids to 18 character Ids".
    """
    capitals = text.translate(_LETTERS, _IS_CAPITAL)
    suffix = [
        ibis.literal(_SUFFIX_LETTERS).substr(
            ibis.literal(_PATTERNS).find(capitals.substr(start, 5)) // len(_SEPARATED), 1
        )
        for start in (0, 5, 10)
    ]
    is_short = text.re_search("^[A-Za-z0-9]{15}$")
    return is_short.ifelse(text + suffix[0] + suffix[1] + suffix[2], text)


def find_merges(spellings: ir.Table) -> ir.Table:
    """Which spellings name one customer, and which of them is taken.

    Parameters
    ----------
    spellings : ibis table
        ``spelling``, ``folded`` (the same in capitals, or its pseudonym), ``is_master`` (whether
        it stands in the customers' table), ``n`` (rows that use it); a row a spelling and table.

    Returns
    -------
    ibis table
        One row a spelling that is given up: ``spelling``, ``merged_id``. The customers' table
        decides, then the number of rows, then the alphabet; never the order of rows.
    """
    counted = spellings.group_by("folded", "spelling").agg(
        is_master=spellings.is_master.any(), n=spellings.n.sum()
    )
    best_first = ibis.window(
        group_by=counted.folded,
        order_by=[counted.is_master.desc(), counted.n.desc(), counted.spelling],
    )
    ranked = counted.mutate(merged_id=counted.spelling.first().over(best_first))
    return ranked.filter(ranked.spelling != ranked.merged_id).select("spelling", "merged_id")


def merge_ids(rows: ir.Table, merges: ir.Table, columns: tuple[str, ...]) -> ir.Table:
    """Give each customer one spelling; the one that is given up stays in ``<id>_stood``.

    Parameters
    ----------
    rows : ibis table
        Typed rows.
    merges : ibis table
        From :func:`find_merges`.
    columns : tuple of str
        The ids to look at.

    Returns
    -------
    ibis table
        The rows with ``is_merged``: whether one of their ids was given up.
    """
    rows = rows.mutate(is_merged=False)
    for column in columns:
        if column not in rows.columns:
            continue
        joined = rows.left_join(merges, rows[column] == merges.spelling)
        changed = {
            column: joined.merged_id.coalesce(joined[column]),
            f"{column}_stood": joined[f"{column}_stood"].coalesce(joined.spelling),
            "is_merged": joined.is_merged | joined.merged_id.notnull(),
        }
        rows = joined.mutate(**changed).drop("spelling", "merged_id")
    return rows
