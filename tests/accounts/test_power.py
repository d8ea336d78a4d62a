"""What a holdout can show: against statsmodels, by simulation, and where it can show nothing."""

import ibis
import numpy as np
import pandas as pd
import pytest
from statsmodels.stats.proportion import power_proportions_2indep

from analysis import accounts
from analysis.accounts.power import natural_rates, power_of, smallest_effect
from analysis.accounts.proportions import two_proportion_p_value

DESIGNS = [(0.3, 676, 339), (0.7, 338, 170), (0.05, 400, 100), (0.5, 120, 30)]


@pytest.mark.parametrize(("rate", "treated", "held_out"), DESIGNS)
def test_an_independent_implementation_finds_the_same_power(rate, treated, held_out):
    effect = smallest_effect(rate, treated, held_out)
    theirs = power_proportions_2indep(effect, rate, treated, held_out / treated, 0.05).power
    # Theirs counts effects that are found the wrong way round as well.
    assert theirs == pytest.approx(0.8, abs=1e-4)


@pytest.mark.parametrize(("rate", "treated", "held_out"), DESIGNS[:2])
def test_the_effect_named_is_found_four_times_out_of_five(rate, treated, held_out):
    rng = np.random.default_rng(2)
    effect = smallest_effect(rate, treated, held_out)
    x1 = rng.binomial(treated, rate + effect, 3000)
    x0 = rng.binomial(held_out, rate, 3000)
    found = [
        two_proportion_p_value(int(a), treated, int(b), held_out) <= 0.05
        for a, b in zip(x1, x0, strict=True)
    ]
    assert np.mean(found) == pytest.approx(0.8, abs=0.03)


def test_more_customers_see_smaller_effects():
    effects = [smallest_effect(0.3, n, n) for n in (50, 100, 200, 400)]
    assert effects == sorted(effects, reverse=True)
    assert power_of(0.0, 0.3, 100, 100) == pytest.approx(0.025)


def test_nothing_can_be_seen_where_nearly_all_buy_anyway():
    assert smallest_effect(0.95, 40, 30) is None
    assert smallest_effect(1.0, 400, 300) is None


def outcomes_of(untreated: list[tuple[str, int, int]], held_out=()) -> accounts.Outcomes:
    columns = ["segment", "customers", "bought"]
    rest = pd.DataFrame(untreated, columns=columns)
    arms = pd.DataFrame(held_out, columns=columns).assign(is_held_out=True, type="voucher")
    return accounts.Outcomes(arms, rest)


def test_natural_rates_are_of_those_for_whom_nothing_was_done():
    outcomes = outcomes_of([("loyal", 60, 30), ("new", 10, 9)], [("loyal", 40, 30)])
    by_segment, overall = natural_rates(outcomes)
    assert by_segment == {"loyal": 0.6}
    assert overall == pytest.approx(69 / 110)
    assert natural_rates(outcomes_of([("new", 29, 9)])) == ({}, None)


def drawn_of(sizes: dict[tuple[str, str, bool], int]) -> ibis.Table:
    rows = [key for key, n in sizes.items() for _ in range(n)]
    return ibis.memtable(pd.DataFrame(rows, columns=["play", "segment", "is_held_out"]))


def test_each_list_says_what_it_can_show():
    drawn = drawn_of(
        {("call", "loyal", False): 200, ("call", "new", False): 100, ("call", "loyal", True): 60,
         ("mail", "loyal", False): 20}
    )  # fmt: skip
    outcomes = outcomes_of([("loyal", 60, 30), ("new", 40, 10)])
    power = accounts.state_power(drawn, outcomes)
    assert power["play"].tolist() == ["call", "mail"]
    rate = (260 * 0.5 + 100 * 0.25) / 360
    assert power["natural_rate"].iloc[0] == pytest.approx(rate)
    assert power["smallest_effect"].iloc[0] == pytest.approx(smallest_effect(rate, 300, 60))
    results = accounts.plan_results(power)
    assert results["next_actions.held_out"].value == 60
    assert results["next_actions.judged"].value == 1
    assert results["next_actions.call.smallest_effect"].n == 360
    assert results["next_actions.mail.smallest_effect"].note.startswith("needs a list from which")


def test_without_an_earlier_quarter_no_rate_is_invented():
    drawn = drawn_of({("call", "loyal", False): 200, ("call", "loyal", True): 60})
    power = accounts.state_power(drawn, outcomes_of([]))
    results = accounts.plan_results(power)
    assert results["next_actions.call.smallest_effect"].note.startswith("needs customers of")


def test_without_a_playbook_there_is_no_plan():
    power = accounts.state_power(drawn_of({}), outcomes_of([]))
    assert accounts.plan_results(power)["next_actions.customers"].value is None
