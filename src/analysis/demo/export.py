"""The company's export: every table of the data contract as CSV, and the truth beside them."""

from pathlib import Path

import pyarrow as pa

from analysis.demo.accounts import tabulate_customers
from analysis.demo.actions import tabulate_actions
from analysis.demo.company import Company, found_company
from analysis.demo.complaints import tabulate_complaints
from analysis.demo.contacts import tabulate_follow_ups, tabulate_interactions
from analysis.demo.credit import tabulate_receivables
from analysis.demo.events import Events, draw_events
from analysis.demo.funnel import tabulate_opportunities
from analysis.demo.loyalty import tabulate_loyalty
from analysis.demo.market import draw_rates, tabulate_benchmarks, tabulate_rates
from analysis.demo.orders import draw_lines, find_rates, tabulate_lines
from analysis.demo.planting import plant_defects
from analysis.demo.surveys import tabulate_invitations, tabulate_surveys
from analysis.demo.timeline import Timeline
from analysis.demo.truth import write_truth
from analysis.demo.words import words_of
from analysis.demo.writing import write_csv
from analysis.params.models import Demo
from analysis.params.quarters import Quarter


def write_company(demo: Demo, quarter: Quarter) -> Path:
    """Write ``<table>.csv`` for each table of the contract, and the truth into ``truth/``.

    Parameters
    ----------
    demo : Demo
        Seed, number of customers, language and folder. Equal settings give equal bytes.
    quarter : Quarter
        The quarter under review; the export was made a few days after it.

    Returns
    -------
    Path
        The folder.
    """
    company = found_company(demo.seed, demo.customers, Timeline(quarter), words_of(demo.language))
    events = draw_events(company)
    folder = Path(demo.folder)
    folder.mkdir(parents=True, exist_ok=True)
    planted = []
    for name, table in make_tables(company, events).items():
        rng = company.dice(f"defects of {name}")
        faulty, defects = plant_defects(rng, name, table, quarter.last_day, company.words)
        write_csv(faulty, folder / f"{name}.csv")
        planted += defects
    write_truth(company, events, planted, folder / "truth")
    return folder


def make_tables(company: Company, events: Events) -> dict[str, pa.Table]:
    """Every table of the contract by its name, without a fault."""
    timeline, words, accounts = company.timeline, company.words, company.accounts
    rng = company.dice("profiles")
    rate_days, rates = draw_rates(company.dice("rates"), timeline)
    lines_rng, sales = company.dice("lines"), company.exported
    lines = draw_lines(lines_rng, sales, timeline.exported)
    paid_in = find_rates(sales, accounts.is_foreign, rate_days, rates)
    return {
        "transactions": tabulate_lines(lines_rng, lines, sales, paid_in, timeline, words),
        "customers": tabulate_customers(rng, company.buyers, accounts, timeline, words),
        "opportunities": tabulate_opportunities(company, events.deals),
        "complaints": tabulate_complaints(company),
        "receivables": tabulate_receivables(company, events.invoices),
        "follow_ups": tabulate_follow_ups(company, events.follow_ups),
        "surveys": tabulate_surveys(company, events.responses, events.comments.of_responses),
        "invitations": tabulate_invitations(company, events.invitations),
        "interactions": tabulate_interactions(company),
        "actions": tabulate_actions(rng, company.actions, accounts, timeline, words),
        "loyalty": tabulate_loyalty(company),
        "benchmarks": tabulate_benchmarks(timeline, words),
        "fx_rates": tabulate_rates(rate_days, rates, timeline, words),
    }
