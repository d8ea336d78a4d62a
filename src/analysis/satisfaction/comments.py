"""Comments → masked clauses with their words and sentiment, for the quarters that are compared.

Here alone rows are read by Python: the engine cannot split Chinese into words. Only comments come,
never scores, and in batches.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from analysis.params import Quarter
from analysis.satisfaction.masking import Masker
from analysis.satisfaction.sentiment import score_words
from analysis.satisfaction.tokens import language_of, split_clauses, split_words

BATCH = 20_000
COMMENTS = pa.schema(dict.fromkeys(("response_id", "quarter", "language", "text"), pa.string()))
CLAUSES = pa.schema([*COMMENTS, ("words", pa.string()), ("sentiment", pa.float64())])

Row = dict[str, Any]


def gather_masker(customers: ir.Table) -> Masker:
    """A masker that knows the names and ids of the customers, and who looks after them.

    Parameters
    ----------
    customers : ibis table
        The input table: ``customer_id``, ``name``, ``owner``; may be empty.
    """
    known = customers.select("customer_id", "name", "owner").to_pyarrow()
    ids, names, owners = (known[name].to_pylist() for name in ("customer_id", "name", "owner"))
    return Masker(names=[*names, *set(owners)], ids=ids)


def mask_comments(surveys: ir.Table, quarters: Sequence[Quarter], masker: Masker) -> ir.Table:
    """Take personal data out of the comments of some quarters.

    Parameters
    ----------
    surveys : ibis table
        One row an answer: ``response_id``, ``date``, ``comment``. A comment that stands beside
        several answers of a questionnaire is one comment. Without a date it counts in the last
        quarter.
    quarters : sequence of Quarter
        The quarters to read, oldest first.
    masker : Masker
        Knows what is personal.

    Returns
    -------
    ibis table
        One row a comment: ``response_id``, ``quarter``, ``language`` (en, zh), ``text`` (masked).
    """
    day = surveys.date.cast("date").coalesce(ibis.literal(quarters[-1].last_day))
    in_quarters = ((day.between(q.first_day, q.last_day), str(q)) for q in quarters)
    written = surveys.mutate(quarter=ibis.cases(*in_quarters, else_=None))
    written = written.filter(
        written.quarter.notnull() & (written.comment.strip().length() > 0)
    ).select("response_id", "quarter", "comment")

    def masked(row: Row) -> Iterator[Row]:
        text = masker(row.pop("comment").strip())
        yield row | {"language": language_of(text), "text": text}

    return _map_rows(written.distinct().order_by("response_id", "comment"), masked, COMMENTS)


def split_comments(comments: ir.Table) -> ir.Table:
    """Take masked comments apart.

    Parameters
    ----------
    comments : ibis table
        From :func:`mask_comments`.

    Returns
    -------
    ibis table
        One row a clause: ``response_id``, ``quarter``, ``language``, ``text`` (small letters),
        ``words`` (separated by blanks), ``sentiment`` (−1 to 1).
    """

    def clauses(row: Row) -> Iterator[Row]:
        for clause in split_clauses(row["text"]):
            words = split_words(clause)
            sentiment = score_words(words, row["language"])
            yield row | {
                "text": clause.lower(), "words": " ".join(words), "sentiment": sentiment
            }  # fmt: skip

    return _map_rows(comments, clauses, CLAUSES)


def _map_rows(table: ir.Table, make: Callable[[Row], Iterator[Row]], schema: pa.Schema) -> ir.Table:
    """The rows that a function makes of each row, read and made in batches."""
    parts = [
        pa.Table.from_pylist([new for row in batch.to_pylist() for new in make(row)], schema)
        for batch in table.to_pyarrow().to_batches(BATCH)
    ]
    return ibis.memtable(pa.concat_tables(parts) if parts else schema.empty_table())
