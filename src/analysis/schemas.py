"""The data contract: which tables a review can read, and what their columns mean.

Only ``transactions`` is needed. Every other table adds to the sections that list it in
:data:`SECTION_INPUTS`; without it they say what they would need. ``docs/data-contract.md`` is
made from this file.
"""

from dataclasses import dataclass

MONEY = "decimal(18, 4)"
"""Money is exact: sums do not depend on the order of rows. Finer input is rounded to 1/10,000."""
RATE = "decimal(18, 8)"


@dataclass(frozen=True)
class Column:
    """One column of an input table.

    Attributes
    ----------
    name : str
        The contract's name; ``sources.<table>.columns`` in params maps a file's name to it.
    dtype : str
        Ibis type of the cleaned column. Ids are always text.
    meaning : str
        What it holds.
    unit : str, optional
        What its numbers count or measure.
    required : bool
        Whether the table is unusable without it, and a row without a value in it.
    at_least, at_most : float, optional
        The range of sound values, ends included.
    choices : tuple of str
        The only sound values, where there is a closed list.
    """

    name: str
    dtype: str
    meaning: str
    unit: str | None = None
    required: bool = False
    at_least: float | None = None
    at_most: float | None = None
    choices: tuple[str, ...] = ()

    @property
    def is_id(self) -> bool:
        """Whether it names a thing: ids are compared without regard to case and blanks."""
        return self.name.endswith("_id")

    @property
    def is_moment(self) -> bool:
        """Whether it holds a day or a moment."""
        return self.dtype in ("date", "timestamp")


@dataclass(frozen=True)
class TableSchema:
    """One input table and its columns.

    Attributes
    ----------
    name : str
        Its name in ``sources`` of the params file.
    row : str
        What one row is.
    columns : tuple of Column
        In the order of the contract.
    key : tuple of str
        Columns whose values name a row: no two rows share them all. Empty: rows have no name.
    """

    name: str
    row: str
    columns: tuple[Column, ...]
    key: tuple[str, ...] = ()

    @property
    def required(self) -> tuple[str, ...]:
        """Names of the columns that the table cannot do without."""
        return tuple(column.name for column in self.columns if column.required)

    @property
    def names(self) -> tuple[str, ...]:
        """Names of all columns of the contract."""
        return tuple(column.name for column in self.columns)

    def __getitem__(self, name: str) -> Column:
        return next(column for column in self.columns if column.name == name)


def _needed(name: str, dtype: str, meaning: str, unit: str | None = None) -> Column:
    return Column(name, dtype, meaning, unit, required=True)


_CURRENCY = "the review's currency"

TRANSACTIONS = TableSchema(
    "transactions",
    "one order line",
    (
        _needed("order_id", "string", "the order that the line belongs to"),
        _needed("customer_id", "string", "who bought"),
        _needed("order_date", "date", "day of the order"),
        _needed("amount", MONEY, "money of the line, net of tax; negative if returned", _CURRENCY),
        Column("quantity", MONEY, "how many were bought; negative if returned", "pieces"),
        Column("is_return", "boolean", "true if the line takes goods back"),
        Column("product", "string", "what was bought"),
        Column("category", "string", "the product's category"),
        Column("cost", MONEY, "what the goods cost the company, signed as amount", _CURRENCY),
        Column("channel", "string", "where it was bought"),
        Column("currency", "string", "ISO 4217 code of amount and cost"),
    ),
)

CUSTOMERS = TableSchema(
    "customers",
    "one customer",
    (
        _needed("customer_id", "string", "the customer"),
        Column("name", "string", "what the customer is called"),
        Column("owner", "string", "who looks after the customer"),
        Column("industry", "string", "the customer's industry"),
        Column("region", "string", "where the customer is"),
        Column("stakeholder_type", "string", "investor, government, institution, …"),
        Column("created_at", "date", "day on which the customer was entered"),
        Column("birthday", "date", "birthday of the contact"),
        Column("consent_marketing", "boolean", "true if the customer agreed to marketing"),
        Column("credit_limit", MONEY, "how much the customer may owe", _CURRENCY, at_least=0),
        Column("strategic", "boolean", "true if the company calls the customer strategic"),
        Column("parent_id", "string", "the customer that this one belongs to"),
    ),
    key=("customer_id",),
)

OPPORTUNITIES = TableSchema(
    "opportunities",
    "one deal in the pipeline",
    (
        _needed("opportunity_id", "string", "the deal"),
        _needed("customer_id", "string", "with whom"),
        _needed("stage", "string", "where it stands"),
        Column("amount", MONEY, "expected money", _CURRENCY, at_least=0),
        Column("created_at", "date", "day of creation"),
        Column("closed_at", "date", "day on which it was, or is expected to be, won or lost"),
        Column("is_won", "boolean", "true if won, false if lost, empty while open"),
        Column("probability", "float64", "chance to win", "share of 1", at_least=0, at_most=1),
    ),
    key=("opportunity_id",),
)

COMPLAINTS = TableSchema(
    "complaints",
    "one complaint",
    (
        _needed("complaint_id", "string", "the ticket"),
        _needed("customer_id", "string", "who complained"),
        _needed("opened_at", "timestamp", "when it was opened"),
        Column("first_response_at", "timestamp", "when somebody first answered"),
        Column("closed_at", "timestamp", "when it was closed, empty while open"),
        Column("status", "string", "where it stands"),
        Column("category", "string", "what it is about"),
        Column("severity", "string", "how grave it is"),
    ),
    key=("complaint_id",),
)

RECEIVABLES = TableSchema(
    "receivables",
    "one invoice",
    (
        _needed("invoice_id", "string", "the invoice"),
        _needed("customer_id", "string", "who owes it"),
        _needed("issued_at", "date", "day of issue"),
        _needed("due_at", "date", "day on which it is due"),
        _needed("amount", MONEY, "money of the invoice", _CURRENCY),
        Column("paid_amount", MONEY, "money received so far", _CURRENCY, at_least=0),
        Column("paid_at", "date", "day of the last payment"),
    ),
    key=("invoice_id",),
)

FOLLOW_UPS = TableSchema(
    "follow_ups",
    "one visit, call or other follow-up",
    (
        _needed("customer_id", "string", "with whom"),
        _needed("date", "date", "day of the follow-up"),
        Column("type", "string", "visit, call, …"),
        Column("owner", "string", "who did it"),
        Column("outcome", "string", "what came of it"),
        Column("next_due", "date", "day on which the next one is due"),
    ),
)

SURVEYS = TableSchema(
    "surveys",
    "one answer to one item of a survey",
    (
        _needed("response_id", "string", "the questionnaire that the answer belongs to"),
        Column("customer_id", "string", "who answered"),
        _needed("date", "date", "day of the answer"),
        _needed("item", "string", "which question, for example nps or delivery"),
        _needed("score", "float64", "the answer", "points on the item's scale"),
        Column("comment", "string", "the answer in words"),
        Column("channel", "string", "how it was asked"),
    ),
    key=("response_id", "item"),
)

INVITATIONS = TableSchema(
    "invitations",
    "one customer invited to a survey",
    (
        _needed("customer_id", "string", "who was asked"),
        _needed("date", "date", "day of the invitation"),
    ),
    key=("customer_id", "date"),
)

INTERACTIONS = TableSchema(
    "interactions",
    "one contact on the customer's side: an opened mail, a visit to the site, …",
    (
        _needed("customer_id", "string", "who"),
        _needed("date", "date", "when"),
        _needed("type", "string", "what was done"),
        Column("channel", "string", "where"),
    ),
)

ACTIONS = TableSchema(
    "actions",
    "one action for one customer",
    (
        _needed("action_id", "string", "the action"),
        _needed("customer_id", "string", "for whom"),
        _needed(
            "quarter",
            "string",
            "when it was planned, written as 2026Q3; the next quarter shows what it brought",
        ),
        Column("type", "string", "what was done"),
        Column("owner", "string", "who was to do it"),
        Column("due", "date", "by when"),
        Column("status", "string", "how far it came"),
        Column("cost", MONEY, "what it cost", _CURRENCY, at_least=0),
        _needed("holdout", "boolean", "true if left out on purpose, for comparison"),
    ),
    key=("action_id", "customer_id"),
)

LOYALTY = TableSchema(
    "loyalty",
    "one entry of the points ledger",
    (
        _needed("customer_id", "string", "whose points"),
        _needed("date", "date", "day of the entry"),
        _needed("points", "int64", "points earned, or spent if negative", "points"),
        Column("reason", "string", "why"),
    ),
)

BENCHMARKS = TableSchema(
    "benchmarks",
    "one figure to compare with",
    (
        _needed("metric", "string", "a published number's name, for example satisfaction.nps"),
        _needed("value", "float64", "the figure", "unit of the published number"),
        _needed("period", "string", "what time it stands for"),
        _needed("source", "string", "who says so"),
    ),
    key=("metric", "period", "source"),
)

FX_RATES = TableSchema(
    "fx_rates",
    "one exchange rate on one day",
    (
        _needed("currency", "string", "ISO 4217 code"),
        _needed("date", "date", "first day on which the rate holds"),
        Column(
            "rate",
            RATE,
            "what one unit of the currency is worth",
            _CURRENCY,
            required=True,
            at_least=0,
        ),
        _needed("source", "string", "who says so"),
    ),
    key=("currency", "date"),
)

TABLES: dict[str, TableSchema] = {
    schema.name: schema
    for schema in (
        TRANSACTIONS,
        CUSTOMERS,
        OPPORTUNITIES,
        COMPLAINTS,
        RECEIVABLES,
        FOLLOW_UPS,
        SURVEYS,
        INVITATIONS,
        INTERACTIONS,
        ACTIONS,
        LOYALTY,
        BENCHMARKS,
        FX_RATES,
    )
}
"""Every table of the contract by its name."""

SECTION_INPUTS: dict[str, tuple[TableSchema, ...]] = {
    "satisfaction": (SURVEYS, INVITATIONS, COMPLAINTS),
    "accounts": (CUSTOMERS, ACTIONS),
    "relations": (
        RECEIVABLES,
        OPPORTUNITIES,
        FOLLOW_UPS,
        CUSTOMERS,
        INTERACTIONS,
        LOYALTY,
        ACTIONS,
        BENCHMARKS,
    ),
}
"""The tables beyond ``transactions`` that a section of the report is made of."""
