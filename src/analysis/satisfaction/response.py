"""How many of those who were asked answered."""

import ibis.expr.types as ir
import pandas as pd

from analysis.params import Quarter
from analysis.satisfaction.intervals import wilson_interval
from analysis.satisfaction.scores import STRATUM
from analysis.satisfaction.small_cells import REST, pool_small


def count_responses(
    invitations: ir.Table, answers: ir.Table, profile: ir.Table, quarter: Quarter
) -> pd.DataFrame:
    """Count those invited in the quarter, and those of them who answered in it, by segment.

    Parameters
    ----------
    invitations : ibis table
        One row an invitation: ``customer_id``, ``date``.
    answers : ibis table
        One row a questionnaire, from :func:`analysis.satisfaction.collect_answers`.
    profile : ibis table
        One row a customer, from :func:`analysis.satisfaction.profile_customers`.
    quarter : Quarter
        The quarter under review.

    Returns
    -------
    DataFrame
        One row a segment, ``other`` for small ones and customers without, and in front one for
        ``all`` where anybody was invited: ``level``, ``invited``, ``answered``, ``rate``, ``low``,
        ``high``.
    """
    day = invitations.date.cast("date")
    asked = invitations.filter(day.between(quarter.first_day, quarter.last_day))
    asked = asked.select("customer_id").distinct()
    voices = answers.filter(answers.quarter == str(quarter))
    voices = voices.select(answered_id=voices.customer_id).distinct()
    asked = asked.left_join(voices, asked.customer_id == voices.answered_id)
    asked = asked.left_join(profile.select("customer_id", STRATUM), "customer_id")
    counted = asked.group_by(level=asked[STRATUM]).agg(
        invited=asked.count(), answered=asked.answered_id.count()
    )
    levels = counted.to_pandas().sort_values("level", ignore_index=True)
    if levels.empty:
        return levels.assign(rate=[], low=[], high=[])
    levels["level"] = pool_small(levels, "answered").fillna(REST)
    levels = levels.groupby("level", sort=True)[["invited", "answered"]].sum().reset_index()
    total = pd.DataFrame(
        {"level": ["all"], "invited": levels["invited"].sum(), "answered": levels["answered"].sum()}
    )
    rates = pd.concat([total, levels], ignore_index=True)
    rates["rate"] = rates["answered"] / rates["invited"]
    intervals = [wilson_interval(row.rate, row.invited) for row in rates.itertuples()]
    rates[["low", "high"]] = pd.DataFrame(intervals, index=rates.index)
    return rates
