"""The demo company: the same bytes for the same seed, and the faults that it is said to have."""

from datetime import date

import pytest

from analysis import cleaning
from analysis.demo import COLUMNS, FAULTS, write_company
from analysis.params.models import Demo
from analysis.schemas import TRANSACTIONS

AS_OF = date(2026, 9, 30)
EXPORTED_ON = date(2026, 10, 5)


def write(folder, seed=7, customers=300) -> bytes:
    demo = Demo(seed=seed, customers=customers, folder=str(folder))
    return (write_company(demo, AS_OF) / "transactions.csv").read_bytes()


def test_equal_seeds_give_equal_bytes(tmp_path):
    assert write(tmp_path / "one") == write(tmp_path / "two")
    assert write(tmp_path / "one") != write(tmp_path / "three", seed=8)


def test_columns_are_those_of_the_contract():
    assert set(TRANSACTIONS.required) <= set(COLUMNS) <= set(TRANSACTIONS.names)


def test_every_customer_buys_within_the_history(tmp_path):
    lines = [line.split(",") for line in write(tmp_path).decode().splitlines()[1:]]
    assert len({line[1] for line in lines} - {""}) == 300
    assert min(line[2] for line in lines if line[2]) >= "2024-04-01"


def test_cleaning_finds_each_planted_fault(tmp_path, clean):
    cleaned = clean(write(tmp_path), as_of=AS_OF, exported_on=EXPORTED_ON)
    found = cleaning.tally_reasons(cleaned).set_index("rule")["rows"]
    for rule, planted in vars(FAULTS).items():
        assert found[rule] == planted, rule
    # Nothing else is wrong with the file.
    assert set(found.index) - set(vars(FAULTS)) == {"after_as_of", "return"}


@pytest.mark.parametrize("customers", [50, 51])
def test_small_companies_work(tmp_path, customers):
    assert write(tmp_path, customers=customers).startswith(b"order_id,")
