"""With pseudonyms on, nothing that names anybody is left, and tables still join."""

import hashlib
import hmac

import ibis
import pytest
from tests.cleaning.tables import column_of, orders, raw_table

from analysis import cleaning
from analysis.cleaning.privacy import pseudonym

KEY = b"0123456789abcdef"


def hmac_of(text: str, key: bytes = KEY) -> str:
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()


@pytest.mark.parametrize("key", [KEY, b"k", b"k" * 64, b"k" * 65, bytes(range(16))])
def test_pseudonyms_are_hmac_sha256(connection, key):
    texts = ["", "C001", "张伟", "a" * 200]
    table = ibis.memtable({"text": texts, "n": range(4)})
    found = table.select("n", code=pseudonym(table.text, key)).order_by("n")
    codes = connection.to_pyarrow(found)["code"].to_pylist()
    assert codes == [hmac_of(text, key) for text in texts]


PLANTED = ("C0077", "c0077", "O-4711", "Zhang Wei", "13812345678", "Li Na", "K-99", "S-5")


@pytest.fixture(scope="module")
def protected(clean_all):
    """Raw and cleaned tables in which each planted text stands."""
    raw_tables = (
        raw_table(
            "customers",
            {
                "customer_id": ["C0077", "K-99"],
                "name": ["Zhang Wei", "Li Na"],
                "owner": ["Li Na", None],
                "parent_id": ["K-99", None],
                "region": ["North", "South"],
                "phone": ["13812345678", None],
            },
        ),
        orders(
            ("O-4711", "c0077", "2026-01-01", "5"),
            ("O-4711", " C0077", "2026-01-02", "5"),
            ("O-4711", "C0077", "2026-02-30", "5"),
            (None, None, None, None),
            read_fault=[None, None, None, "extra_field"],
            line=[None, None, None, "O-4711,C0077,Zhang Wei,13812345678"],
        ),
        raw_table(
            "surveys",
            {
                "response_id": ["S-5"],
                "customer_id": ["C0077"],
                "date": ["2026-01-03"],
                "item": ["nps"],
                "score": ["9"],
                "comment": ["Call me, Zhang Wei 13812345678"],
            },
        ),
    )
    cleaned = clean_all(*raw_tables, scales={"nps": (0, 10)}, pseudonym_key=KEY)
    return {raw.schema.name: raw for raw in raw_tables}, cleaned


def test_nothing_that_a_run_stores_names_anybody(protected, store):
    raw_tables, cleaned = protected
    tables = [one.table for one in cleaned.values()]
    tables.append(store("rejected", cleaning.describe_rejects(cleaned, raw_tables, KEY)))
    tables.append(store("merged", cleaning.list_merges(cleaned)))
    stored = [str(table.to_pyarrow().to_pylist()) for table in tables]
    assert all(len(text) > 2 for text in stored)
    assert [text for text in PLANTED if any(text in one for one in stored)] == []


def test_tables_still_join(protected):
    _, cleaned = protected
    code = hmac_of("C0077")
    assert column_of(cleaned["customers"].kept, "customer_id") == [code, hmac_of("K-99")]
    assert column_of(cleaned["customers"].kept, "parent_id") == [hmac_of("K-99"), None]
    assert column_of(cleaned["transactions"].kept, "customer_id") == [code] * 2
    assert column_of(cleaned["surveys"].kept, "customer_id") == [code]


def test_what_names_nobody_stays(protected):
    _, cleaned = protected
    assert column_of(cleaned["customers"].kept, "region") == ["North", "South"]


def test_rejects_show_the_codes_of_the_ids(protected, store):
    raw_tables, cleaned = protected
    rejects = store("rejected", cleaning.describe_rejects(cleaned, raw_tables, KEY))
    first, broken = rejects.to_pyarrow().to_pylist()
    assert f"customer_id: {hmac_of('C0077')}, order_date: 2026-02-30" in first["stood"]
    assert broken["stood"] is None
