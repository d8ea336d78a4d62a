"""The data contract: which tables a review can read, and what their columns mean.

Only ``transactions`` is needed. Every other table adds the section that lists it
in :data:`SECTION_INPUTS`; without it that section says what it would need.
"""

from dataclasses import dataclass

MONEY = "decimal(18, 4)"
"""Money is exact: sums do not depend on the order of rows. Finer input is rounded to 1/10,000."""


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
        What it holds, with its unit.
    required : bool
        Whether the table is unusable without it.
    """

    name: str
    dtype: str
    meaning: str
    required: bool = False


@dataclass(frozen=True)
class TableSchema:
    """One input table and its columns."""

    name: str
    row: str
    columns: tuple[Column, ...]

    @property
    def required(self) -> tuple[str, ...]:
        """Names of the columns that the table cannot do without."""
        return tuple(column.name for column in self.columns if column.required)

    @property
    def names(self) -> tuple[str, ...]:
        """Names of all columns of the contract."""
        return tuple(column.name for column in self.columns)


def _needed(name: str, dtype: str, meaning: str) -> Column:
    return Column(name, dtype, meaning, required=True)


TRANSACTIONS = TableSchema(
    "transactions",
    "one order line",
    (
        _needed("order_id", "string", "the order that the line belongs to"),
        _needed("customer_id", "string", "who bought"),
        _needed("order_date", "date", "day of the order"),
        _needed("amount", MONEY, "money in the review's currency, negative if returned"),
        Column("quantity", MONEY, "pieces"),
        Column("is_return", "boolean", "true if the line takes goods back"),
        Column("product", "string", "what was bought"),
        Column("category", "string", "the product's category"),
        Column("cost", MONEY, "what the goods cost the company"),
        Column("channel", "string", "where it was bought"),
        Column("currency", "string", "ISO 4217 code of the amount"),
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
        _needed("score", "float64", "the answer on the item's scale"),
        Column("comment", "string", "the answer in words"),
        Column("channel", "string", "how it was asked"),
    ),
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
        Column("category", "string", "what it is about"),
        Column("severity", "string", "how grave it is"),
    ),
)

RECEIVABLES = TableSchema(
    "receivables",
    "one invoice",
    (
        _needed("invoice_id", "string", "the invoice"),
        _needed("customer_id", "string", "who owes it"),
        _needed("issued_at", "date", "day of issue"),
        _needed("due_at", "date", "day on which it is due"),
        _needed("amount", MONEY, "money of the invoice"),
        Column("paid_amount", MONEY, "money received so far"),
        Column("paid_at", "date", "day of the last payment"),
    ),
)

OPPORTUNITIES = TableSchema(
    "opportunities",
    "one deal in the pipeline",
    (
        _needed("opportunity_id", "string", "the deal"),
        _needed("customer_id", "string", "with whom"),
        _needed("stage", "string", "where it stands"),
        Column("amount", MONEY, "expected money"),
        Column("created_at", "date", "day of creation"),
        Column("closed_at", "date", "day on which it was won or lost"),
        Column("is_won", "boolean", "true if won"),
    ),
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

ACTIONS = TableSchema(
    "actions",
    "one action for one customer",
    (
        _needed("action_id", "string", "the action"),
        _needed("customer_id", "string", "for whom"),
        _needed("quarter", "string", "for which quarter"),
        _needed("holdout", "boolean", "true if left out on purpose, for comparison"),
        Column("type", "string", "what was done"),
        Column("cost", MONEY, "what it cost"),
    ),
)

SECTION_INPUTS: dict[str, tuple[TableSchema, ...]] = {
    "satisfaction": (SURVEYS, COMPLAINTS),
    "accounts": (FOLLOW_UPS, RECEIVABLES, OPPORTUNITIES, ACTIONS),
}
"""The tables beyond ``transactions`` that a section of the report is made of."""
