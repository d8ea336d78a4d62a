"""Laws: the order of rows, files and columns changes nothing, the currency's unit only money."""

from datetime import timedelta
from decimal import Decimal

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from tests.cleaning.tables import AS_OF, EXPORTED_ON, orders

from analysis import cleaning

LAWS = hypothesis_settings(hypothesis_settings.get_profile("engine"), max_examples=4)

dirty_lines = st.tuples(
    st.sampled_from(["1", "2", "2", None]),
    st.sampled_from(["a", "b", " b", "B", None]),
    st.sampled_from(
        ["2026-01-01", "2026-01-02", "2026-02-30", None, "x"]
        + [str(day + timedelta(n)) for day in (AS_OF, EXPORTED_ON) for n in (0, 1)]
    ),
    st.sampled_from(["5", "5.5", "-5", "0", "-0.00", None, "x", "0.1", "¥3"]),
    st.sampled_from([None, None, None, "yes", "no", "perhaps"]),
)
tables = st.lists(dirty_lines, min_size=20, max_size=80)


@pytest.fixture(scope="module")
def outcomes(clean_one):
    """What became of lines: for each of them its content, outcome and reasons, as a bag."""

    def outcomes(lines, **changed):
        raw = orders(
            *(line[:4] for line in lines), is_return=[line[4] for line in lines], **changed
        )
        cleaned = clean_one(raw, exported_on=EXPORTED_ON, duplicates="exclude")
        found = cleaned.table.drop("source_row", "source_file").to_pyarrow().to_pylist()
        return sorted(map(repr, found)), cleaning.tally_outcomes(cleaned)

    return outcomes


@LAWS
@given(lines=tables, seed=st.randoms())
def test_the_order_of_rows_changes_nothing(outcomes, lines, seed):
    shuffled = seed.sample(lines, len(lines))
    found, tally = outcomes(lines)
    again, tally_again = outcomes(shuffled)
    assert found == again
    assert (tally == tally_again).all(axis=None)


@LAWS
@given(lines=tables)
def test_splitting_a_file_changes_nothing(outcomes, lines):
    files = [f"part{n % 3}.csv" for n in range(len(lines))]
    assert outcomes(lines)[0] == outcomes(lines, source_file=files)[0]


@LAWS
@given(lines=tables)
def test_the_order_of_columns_changes_nothing(clean_one, lines):
    raw = orders(*(line[:4] for line in lines))
    turned = raw.table.select(*reversed(raw.table.columns))
    found = [
        clean_one(type(raw)(**(vars(raw) | {"table": table}))).table.order_by("source_row")
        for table in (raw.table, turned)
    ]
    first, second = (table.to_pyarrow() for table in found)
    assert first.select(sorted(first.column_names)) == second.select(sorted(first.column_names))


@LAWS
@given(lines=tables)
def test_another_unit_of_money_scales_money_alone(clean_one, lines):
    def scaled(text):
        return str(Decimal(text) * 100) if text and text[-1].isdigit() and text[0] != "¥" else text

    plain = clean_one(orders(*(line[:4] for line in lines)))
    cents = clean_one(orders(*((*line[:3], scaled(line[3])) for line in lines)))
    pairs = [one.table.order_by("source_row").to_pyarrow().to_pylist() for one in (plain, cents)]
    for one, hundredfold in zip(*pairs, strict=True):
        is_scaled = one["amount"] is not None and "mended_number" not in one["reasons"]
        expected = one["amount"] * 100 if is_scaled else one["amount"]
        assert hundredfold == one | {"amount": expected}


@LAWS
@given(lines=tables)
def test_rows_and_money_are_conserved(outcomes, lines):
    _, tally = outcomes(lines)
    money = [
        Decimal(line[3].strip("¥")) for line in lines if line[3] is not None and line[3] != "x"
    ]
    assert tally.loc["read"].to_list() == [len(lines), sum(money)]
    assert (tally.iloc[1:].sum() == tally.loc["read"]).all()


@pytest.mark.parametrize(
    "lines",
    [
        [(None, None, None, None)],
        [("1", "c", "2026-01-01", "5")],
        [("1", "c", "2026-01-01", "5"), ("2", "d", "2026-01-01", "5")],
        [("1", "c", "2026-10-01", "5")],
    ],
    ids=["no customer", "one", "all alike", "nothing in the quarter"],
)
def test_few_customers_stop_nothing(clean_one, lines):
    cleaned = clean_one(orders(*lines))
    assert cleaning.tally_outcomes(cleaned).loc["read", "rows"] == len(lines)
    assert cleaned.kept.schema()["amount"].is_decimal()
    assert isinstance(cleaned.kept.to_pyarrow(), pa.Table)
