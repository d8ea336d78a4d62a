"""What must not matter: how rows are split into files, ordered, quoted, ended and encoded."""

import csv
import io
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.params.source_models import CsvSource
from analysis.schemas import TRANSACTIONS
from analysis.sources import count_lines, read_table

NAMES = ("order_id", "customer_id", "order_date", "amount", "product")
VALUE = st.text(st.sampled_from('ab1 茶é",;\n#'), max_size=6).filter(
    # A file cannot tell a value of blanks, or a line break of another kind, from none.
    lambda text: text == text.strip()
)
RECORDS = st.lists(
    st.tuples(st.integers(1, 99), st.just("c"), st.just("2026-01-02"), st.just("5"), VALUE),
    min_size=1,
    max_size=6,
)
FEW = settings(settings.get_profile("engine"), max_examples=12)


def write(path, records, names=NAMES, line_break="\n", delimiter=",", quoting=csv.QUOTE_MINIMAL,
          encoding="utf-8"):  # fmt: skip
    text = io.StringIO()
    writer = csv.writer(text, delimiter=delimiter, lineterminator="\n", quoting=quoting)
    writer.writerow(names)
    writer.writerows(records)
    path.write_bytes(text.getvalue().replace("\n", line_break).encode(encoding))
    return str(path)


@pytest.fixture(scope="module")
def rows(connection, tmp_path_factory):
    """The rows of files, in their order, after checking that none has a fault."""

    def rows(*locations: str) -> list[tuple]:
        source = CsvSource.model_validate({"format": "csv", "location": tuple(locations)})
        scratch = tmp_path_factory.mktemp("scratch")
        table = read_table(connection, TRANSACTIONS, source, scratch).table.order_by("source_row")
        found = table.to_pyarrow()
        assert found["source_row"].to_pylist() == list(range(1, len(found) + 1))
        assert found["read_fault"].null_count == len(found)
        return list(zip(*(found[name].to_pylist() for name in NAMES), strict=True))

    return rows


def as_read(records) -> list[tuple]:
    return [tuple(str(value) or None for value in record) for record in records]


@FEW
@given(records=RECORDS, seed=st.integers(0, 99))
def test_splitting_a_file_changes_nothing(rows, tmp_path_factory, records, seed):
    folder = tmp_path_factory.mktemp("split")
    cut = random.Random(seed).randint(1, len(records))
    parts = [part for part in (records[:cut], records[cut:]) if part]
    found = rows(*(write(folder / f"{i}.csv", part) for i, part in enumerate(parts)))
    assert found == rows(write(folder / "whole.csv", records)) == as_read(records)


@FEW
@given(records=RECORDS, order=st.permutations(range(len(NAMES))))
def test_the_order_of_columns_changes_nothing(rows, tmp_path_factory, records, order):
    path = tmp_path_factory.mktemp("order") / "orders.csv"
    moved = [[record[i] for i in order] for record in records]
    assert rows(write(path, moved, [NAMES[i] for i in order])) == as_read(records)


@FEW
@given(records=RECORDS, seed=st.integers(0, 99))
def test_the_order_of_rows_is_kept(rows, tmp_path_factory, records, seed):
    path = tmp_path_factory.mktemp("rows") / "orders.csv"
    shuffled = random.Random(seed).sample(records, len(records))
    assert rows(write(path, shuffled)) == as_read(shuffled)


@FEW
@given(
    records=RECORDS,
    line_break=st.sampled_from(["\n", "\r\n", "\r"]),
    delimiter=st.sampled_from(",;\t|"),
    quoting=st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
)
def test_the_dialect_changes_nothing(
    rows, tmp_path_factory, records, line_break, delimiter, quoting, encoding
):
    path = tmp_path_factory.mktemp("dialect") / "orders.csv"
    location = write(path, records, NAMES, line_break, delimiter, quoting, encoding)
    assert rows(location) == as_read(records)


JUNK = ["3,c,2026", "4,c,2026-01-02,5,x,y", "", "   ", ",,,,", "# note", "5,c\x00,2026,5,x"]


@FEW
@given(
    lines=st.lists(
        st.sampled_from(["1,c,2026-01-02,5,x", '2,"a\nb",2026-01-02,5,"q""q"', *JUNK]),
        max_size=12,
    )
)
def test_no_row_is_lost_or_moved_whatever_stands_between(connection, tmp_path_factory, lines):
    """Every record arrives, with its line, as it stands or with the reason why not."""
    sound = ["9,c,2026-01-02,5,x"] * 13  # most rows of a table are sound
    path = tmp_path_factory.mktemp("junk") / "orders.csv"
    text = ",".join(NAMES) + "\n"
    expected = []
    for line in [*lines, *sound]:
        is_record = bool(line.strip(" ,")) and not line.startswith("# ")
        if is_record:
            expected.append((text.count("\n") + 1, line[0]))
        text += line + "\n"
    path.write_text(text)
    source = CsvSource.model_validate({"format": "csv", "location": str(path)})
    raw = read_table(connection, TRANSACTIONS, source, path.parent)
    found = count_lines(raw, raw.table).order_by("source_row").to_pyarrow().to_pylist()
    firsts = [(row["source_line"], (row["line"] or row["order_id"])[0]) for row in found]
    assert firsts == expected
    faults = {"3": "short_row", "4": "extra_field", "5": "control_character"}
    assert [row["read_fault"] for row in found] == [faults.get(first) for _, first in expected]
