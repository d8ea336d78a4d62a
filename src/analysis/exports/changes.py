"""``exports/crm_<system>.changes.<language>.csv``: what changes in the CRM, for how many.

A dry run: nothing is sent. The new file is compared with last quarter's, key by key.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path

import ibis
import ibis.expr.types as ir
import pandas as pd

from analysis.exports.columns import KEY
from analysis.exports.errors import ExportError
from analysis.exports.run_tables import RunTables, write_csv
from analysis.locales import Words

COMPARED = ("segment", "tier", "risk")
LABELS = {"segment": "segment", "tier": "label.tier", "risk": "risk"}
_MONEY = "decimal(18, 2)"


def write_changes(
    tables: RunTables,
    system: str,
    columns: Mapping[str, str],
    last: Path,
    languages: list[Words],
) -> None:
    """Compare a CRM's new file with last quarter's, and say what changes for how many customers.

    Parameters
    ----------
    columns : mapping
        The files' header by what stands below it (:meth:`crm_forms.Form.columns`).

    Raises
    ------
    ExportError
        If last quarter's file lacks a column, or names a customer twice.
    """
    new = tables.run_dir / "exports" / f"crm_{system}.csv"
    then, now = (read_crm_file(tables, path, columns) for path in (last, new))
    _require_single_keys(then, last)
    both = tables.connection.create_table(f"both_{system}", join_files(then, now), temp=True)
    changes = count_changes(both)
    for words in languages:
        shown = set_changes(changes, words)
        name = f"exports/crm_{system}.changes.{words.language}.csv"
        write_csv(tables, ibis.memtable(shown), name)


def read_crm_file(tables: RunTables, path: Path, columns: Mapping[str, str]) -> ir.Table:
    """Read a file that the exports wrote for a CRM.

    Parameters
    ----------
    columns : mapping
        The file's header by what stands below it (:meth:`crm_forms.Form.columns`).

    Returns
    -------
    ibis table
        One row a customer: text of what stands there, by the names of the facts; empty text is
        null.
    """
    rows: ir.Table = tables.connection.read_csv(
        str(path), all_varchar=True, header=True, delim=",", quote='"'
    )
    if absent := [header for header in columns.values() if header not in rows.columns]:
        raise ExportError(
            f"{path.name}: there is no column {', '.join(absent)}. Take the file as the review "
            "wrote it, say exports.key_columns as it was then, or take it out of exports.last_crm."
        )
    return rows.select(**{name: rows[header].nullif("") for name, header in columns.items()})


def _require_single_keys(rows: ir.Table, path: Path) -> None:
    twice = int((rows.count() - rows[KEY].nunique()).execute())
    if twice:
        raise ExportError(
            f"{path.name}: {twice:,} rows repeat a key or have none. Take the file as the review "
            "wrote it."
        )


def join_files(then: ir.Table, now: ir.Table) -> ir.Table:
    """Put last quarter's file and the new one side by side.

    Parameters
    ----------
    then, now : ibis tables
        :func:`read_crm_file`.

    Returns
    -------
    ibis table
        One row a customer of either: what the new file says, and what the last one said under the
        same names with ``_then``; ``clv`` and ``clv_then`` are money.
    """
    renamed = then.rename(lambda name: f"{name}_then")
    both = renamed.join(now, [(f"{KEY}_then", KEY)], how="outer")
    return both.mutate(clv=both.clv.try_cast(_MONEY), clv_then=both.clv_then.try_cast(_MONEY))


def count_changes(both: ir.Table) -> pd.DataFrame:
    """Count the customers for whom something changes.

    Parameters
    ----------
    both : ibis table
        :func:`join_files`.

    Returns
    -------
    DataFrame
        One row a change: ``field`` (``customer``, ``segment``, ``tier``, ``risk``, ``clv`` or
        ``any``), ``before`` and ``after``, ``customers``. Of a customer: ``new``, ``gone`` (keeps
        in the CRM what stood there) and ``both``. Of the value: whether it goes up, down or stays.
        ``any`` counts customers of both files with a change of any kind.
    """
    stays = both.filter(both[KEY].notnull() & both[f"{KEY}_then"].notnull())
    return pd.DataFrame(
        [*_count_customers(both), *_count_fields(stays), *_count_value(stays), _count_any(stays)],
        columns=["field", "before", "after", "customers"],
        dtype=object,
    )


Change = tuple[str, str | None, str | None, int]


def _count_customers(both: ir.Table) -> Iterator[Change]:
    is_new, is_gone = both[f"{KEY}_then"].isnull(), both[KEY].isnull()
    for name, is_it in (("new", is_new), ("gone", is_gone), ("both", ~is_new & ~is_gone)):
        yield "customer", None, name, int(both.filter(is_it).count().execute())


def _count_fields(stays: ir.Table) -> Iterator[Change]:
    for name in COMPARED:
        pairs = stays.select(before=stays[f"{name}_then"], after=stays[name])
        moved = pairs.filter(~pairs.before.identical_to(pairs.after))
        counted = moved.group_by("before", "after").agg(n=moved.count())
        ordered = counted.order_by(ibis.desc("n"), "before", "after").to_pyarrow()
        for row in ordered.to_pylist():
            yield name, row["before"], row["after"], row["n"]


def _count_value(stays: ir.Table) -> Iterator[Change]:
    up, down = stays.clv > stays.clv_then, stays.clv < stays.clv_then
    appears = stays.clv.notnull() & stays.clv_then.isnull()
    goes = stays.clv.isnull() & stays.clv_then.notnull()
    for name, is_it in (("up", up), ("down", down), ("appears", appears), ("goes", goes)):
        yield "clv", None, name, int(stays.filter(is_it.fill_null(False)).count().execute())


def _count_any(stays: ir.Table) -> Change:
    same = stays.clv.identical_to(stays.clv_then)
    for name in COMPARED:
        same &= stays[name].identical_to(stays[f"{name}_then"])
    return "any", None, None, int(stays.filter(~same).count().execute())


def set_changes(changes: pd.DataFrame, words: Words) -> pd.DataFrame:
    """The changes in a language, with its headings."""

    def shown(field: str, value: str | None) -> str:
        if value is None:
            return words("changes.nothing") if field in COMPARED else ""
        if field == "segment":
            return words.named("segment", value)
        return words(f"{LABELS.get(field, f'changes.{field}')}.{value}")

    rows = [
        (words(f"changes.field.{field}"), shown(field, before), shown(field, after), n)
        for field, before, after, n in changes.itertuples(index=False)
    ]
    heads = [words(f"changes.{name}") for name in ("what", "before", "after", "customers")]
    return pd.DataFrame(rows, columns=heads)
