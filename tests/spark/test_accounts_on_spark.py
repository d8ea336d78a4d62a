"""Relations, key accounts and the closed loop: tables of the demo review on both engines."""

import pytest

from analysis import accounts, engine
from analysis.accounts import (
    campaigns,
    credit,
    customer_360,
    engagement,
    follow_ups,
    funnel,
    loyalty_points,
    owners,
    whitespace,
)
from analysis.params import load_params
from analysis.schemas import TABLES
from analysis.segmentation import playbook, tiers

from .conftest import compare

pyspark = pytest.importorskip("pyspark", reason="PySpark is not installed: make test-spark")


@pytest.fixture(scope="module")
def params(demo):
    return load_params(str(demo / "params.yml"))


@pytest.fixture(scope="module")
def quarters(params):
    return params.last_quarters(8)


@pytest.fixture(scope="module")
def tables(demo, spark, tmp_path_factory):
    """Open a table of the demo review, on DuckDB and on Spark."""
    duckdb = engine.connect(tmp_path_factory.mktemp("spill"))

    def tables(name):
        path = demo / "data" / f"{name}.parquet"
        found = engine.read_parquet(duckdb, path), spark.read_parquet(path)
        if name not in TABLES:
            return found
        columns = {column.name: column.dtype for column in TABLES[name].columns}
        return tuple(engine.complete_table(table, columns) for table in found)

    return tables


def on_both(function, *tables, key):
    """The same function of the same tables gives the same rows on both engines."""
    one, other = (function(*each) for each in zip(*tables, strict=True))
    if hasattr(one, "to_pandas"):
        one, other = one.to_pandas(), other.to_pandas()
    compare(one, other, key)


def test_credit(tables, quarters, params):
    as_of, owed, master = quarters[-1].last_day, tables("receivables"), tables("customers")

    def debtors(receivables, customers):
        invoices = credit.open_invoices(receivables, as_of)
        return credit.use_limits(credit.sum_receivables(invoices), customers)

    on_both(debtors, owed, master, key=["customer_id"])
    on_both(
        lambda r, c: credit.warn_of_credit(debtors(r, c), params.accounts.credit.warn_from),
        owed, master, key=["customer_id"],
    )  # fmt: skip
    on_both(lambda r: credit.measure_credit(r, quarters), owed, key=["quarter"])
    on_both(
        lambda r: credit.age_receivables(credit.open_invoices(r, as_of)).reset_index(),
        owed, key=["bucket"],
    )  # fmt: skip


def test_funnel(tables, quarters, stored):
    as_of = quarters[-1].last_day
    deals = tuple(stored(funnel.judge_deals(t, as_of)) for t in tables("opportunities"))
    on_both(funnel.sum_pipeline, deals, key=["customer_id"])
    on_both(funnel.count_stages, deals, key=["stage"])
    on_both(lambda d: funnel.measure_decisions(d, quarters), deals, key=["quarter"])
    one, other = (funnel.cover_quarter(d, quarters[-1].shift(1)) for d in deals)
    assert one == pytest.approx(other)


def test_follow_ups(tables, quarters, params, stored):
    cadence, as_of = params.accounts.follow_ups.cadence_days.days, quarters[-1].last_day

    def contacts(visits, tiered, master):
        met = stored(follow_ups.find_last_contacts(visits, as_of))
        return stored(follow_ups.plan_contacts(tiered, master, met, cadence, as_of))

    given = tables("follow_ups"), tables("tiers"), tables("customers")
    planned = tuple(contacts(*each) for each in zip(*given, strict=True))
    on_both(lambda table: table, planned, key=["customer_id"])
    on_both(lambda table: follow_ups.cover(table, "tier", quarters[-1]), planned, key=["level"])


def test_engagement_and_points(tables, quarters, stored):
    on_both(
        lambda heard, tiered: engagement.measure_engagement(
            heard, tiered, quarters[-2], quarters[-1]
        ),
        tables("interactions"), tables("tiers"), key=["tier"],
    )  # fmt: skip
    as_of = quarters[-1].last_day
    members = tuple(
        stored(loyalty_points.sum_points(ledger, as_of)) for ledger in tables("loyalty")
    )
    on_both(lambda table: table, members, key=["customer_id"])
    on_both(
        lambda ledger, collected: loyalty_points.follow_points(ledger, collected, quarters),
        tables("loyalty"), members, key=["quarter"],
    )  # fmt: skip


def test_whitespace(tables, quarters, params, stored):
    peers = tiers.find_peers(tables("customers")[0])

    def gaps(lines, tiered):
        bought = whitespace.sum_categories(lines, params.window_start, quarters[-1].last_day)
        return stored(whitespace.find_gaps(stored(bought), tiered, peers))

    found = tuple(gaps(*each) for each in zip(tables("transactions"), tables("tiers"), strict=True))
    on_both(lambda table: table, found, key=["customer_id", "category"])
    on_both(whitespace.choose_offers, found, key=["customer_id", "category"])


def test_outcomes_of_actions(tables, quarters):
    given = tables("actions"), tables("customer_summary"), tables("rfm_before")

    def judge(actions, summary, before):
        outcomes = accounts.count_outcomes(actions, str(quarters[-2]), summary, before)
        return accounts.judge_actions(outcomes, 0.4)

    on_both(judge, *given, key=["type"])
    on_both(
        lambda actions, summary: campaigns.sum_campaigns(actions, summary, quarters[-2]),
        *given[:2], key=["type"],
    )  # fmt: skip


def test_holdouts_are_the_same_customers(tables, params, quarters, stored):
    book, rule = params.playbook, params.accounts.holdout

    def draw(tiered, master):
        listed = playbook.list_customers(stored(playbook.add_consent(tiered, master)), book)
        shares = accounts.shares_of(book, rule)
        return accounts.draw_holdout(listed, shares, rule.seed, quarters[-1])

    on_both(draw, tables("tiers"), tables("customers"), key=["customer_id", "play"])


def test_key_accounts(tables, params):
    def select(tiered, master):
        customers = accounts.add_strategic(tiered, master)
        return accounts.select_accounts(customers, params.accounts)

    on_both(select, tables("tiers"), tables("customers"), key=["customer_id"])


def test_customer_360(tables):
    def gather(tiered, before, master, owed, deals, contacts, health):
        return customer_360.gather_customer_360(
            tiered,
            before,
            customer_360.profile_part(master),
            customer_360.Part(customer_360.HEALTH, health),
            customer_360.Part(customer_360.CREDIT, owed),
            customer_360.Part(customer_360.PIPELINE, deals),
            customer_360.Part(customer_360.CONTACT, contacts),
        )

    names = ("tiers", "rfm_before", "customers", "receivable_sums", "pipeline_sums", "contacts")
    on_both(gather, *map(tables, (*names, "health")), key=["customer_id"])


def test_owners_and_stakeholders(tables, params, quarters, stored):
    on_both(owners.count_stakeholders, tables("tiers"), tables("customers"), key=["level"])
    satisfied = owners.find_satisfied(params.surveys.scales, params.satisfaction.csat)

    def kpis(lines, summary, master, voices, contacts, owed, deals):
        sums = {"contacts": contacts, "receivables": owed, "pipeline": deals}
        bought = owners.find_buyers(lines, quarters[-2])
        found = owners.gather_kpis(summary, master, bought, voices, sums, satisfied, quarters[-1])
        return owners.compare_owners(stored(found))

    names = ("transactions", "customer_summary", "customers", "satisfaction", "contacts")
    sums = ("receivable_sums", "pipeline_sums")
    on_both(kpis, *map(tables, (*names, *sums)), key=["level"])


def test_last_words_and_complaints(tables, params, quarters):
    as_of, nps = quarters[-1].last_day, params.satisfaction.nps
    on_both(
        lambda surveys: customer_360.last_words_part(surveys, nps, as_of).table,
        tables("surveys"), key=["customer_id"],
    )  # fmt: skip
    on_both(
        lambda complaints: customer_360.last_complaint_part(complaints, as_of).table,
        tables("complaints"), key=["customer_id"],
    )  # fmt: skip
