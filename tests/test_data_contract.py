"""The contract's document says what the schemas say."""

from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console

from analysis.cli import main
from analysis.data_contract import contract_document, print_contract
from analysis.schemas import TABLES

DOCUMENT = Path(__file__).parents[1] / "docs/data-contract.md"
AGAIN = "make it anew: .venv/bin/python -m analysis.cli schema --markdown > docs/data-contract.md"


def test_the_document_is_up_to_date():
    assert DOCUMENT.read_text(encoding="utf-8") == contract_document(), AGAIN


@pytest.mark.parametrize(
    "line",
    [
        "## complaints · 投诉",
        "- No two rows share: action_id, customer_id",
        "- Used by: accounts, relations",
        "- Presets: fxiaoke, hubspot, salesforce, zoho",
        "| `probability` | number | share of 1 |  | 0 to 1 | chance to win |",
        "| `opened_at` | moment |  | yes |  | when it was opened |",
        "| `rate` | number, 8 decimals | the review's currency | yes | 0 or more "
        "| what one unit of the currency is worth |",
    ],
)
def test_lines_of_the_document(line):
    assert line in contract_document().splitlines()


def test_every_column_is_printed():
    text = StringIO()
    print_contract(Console(file=text, width=200))
    for schema in TABLES.values():
        assert schema.name in text.getvalue()
        assert all(f" {name} " in text.getvalue() for name in schema.names)


def test_the_command_prints_the_document(capsys):
    assert main(["schema", "--markdown"]) == 0
    assert capsys.readouterr().out == contract_document()
