"""What the documents are told: which parts have data, and the ends of each interval."""

from analysis.locales import Words
from analysis.markup import escape_markdown
from analysis.report.parts import describe_value
from analysis.report.stage import format_results
from analysis.results import Result, missing, number

EN = Words("en", "USD")


def test_beside_a_number_stand_the_ends_of_its_interval():
    results = {
        "value.clv": number(5000.0, "money", low=4000.0, high=6500.0),
        "value.plain": number(3, "customers"),
        "value.model": Result("answer.yes", "label"),
    }
    printed = format_results(results, EN)["value"]
    assert printed == {
        "clv": escape_markdown("$5,000"),
        "clv_low": escape_markdown("$4,000"),
        "clv_high": escape_markdown("$6,500"),
        "plain": "3",
        "plain_low": "–",
        "plain_high": "–",
        "model": "yes",
    }


def test_the_baseline_is_told_only_where_it_is_used():
    for answer, told in (("yes", False), ("no", True), ("open", False)):
        results = {"value.chosen.beats_baseline": Result(f"answer.{answer}", "label")}
        assert describe_value(results)["baseline"] is told
    assert not describe_value({})["baseline"]


def test_parts_of_value_follow_their_numbers():
    results = {
        "value.portfolio.clv_12m": number(1.0, "money"),
        "value.bridge.end": missing("money", "needs a value a quarter ago"),
        "value.watch.customers": number(0, "customers"),
    }
    told = describe_value(results)
    assert (told["value"], told["bridge"], told["watched"]) == (True, False, False)
