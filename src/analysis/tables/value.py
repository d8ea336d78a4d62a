"""Tables of what the customers are worth."""

from collections.abc import Mapping

from analysis.locales import Words
from analysis.results import Result
from analysis.tables.setting import Table

PARAMETER_SYMBOLS = {
    "value.bgnbd.r": "r",
    "value.bgnbd.alpha": "α",
    "value.bgnbd.a": "a",
    "value.bgnbd.b": "b",
    "value.bgnbd.log_likelihood": "ln L",
    "value.gamma_gamma.p": "p",
    "value.gamma_gamma.q": "q",
    "value.gamma_gamma.v": "v",
}


def table_parameters(results: Mapping[str, Result], time_unit_days: int, *, words: Words) -> Table:
    """The fitted parameters with what each means (:func:`analysis.value.value_results`)."""
    rows = tuple(
        (
            symbol,
            words(
                f"parameter.{name.rsplit('.', 1)[-1]}",
                unit=time_unit_days,
                currency=words.currency,
            ),
            words.format(results[name].value, results[name].unit),
        )
        for name, symbol in PARAMETER_SYMBOLS.items()
    )
    headings = tuple(words(f"column.{key}") for key in ("parameter", "meaning", "value"))
    return Table(headings, (False, False, True), rows)
