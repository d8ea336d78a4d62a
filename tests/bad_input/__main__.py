"""Print the table case → outcome: ``make badinput``."""

import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from rich.console import Console
from rich.table import Table
from tests.bad_input import all_cases


def main() -> int:
    """Run every case; 0 if each got what it must get."""
    table = Table("case", "bad input", "must get", "got", "what the kit says")
    right = 0
    for case in all_cases():
        with TemporaryDirectory() as folder:
            found = case.run(Path(folder))
        is_right = found.outcome == case.expected and all(s in found.message for s in case.says)
        right += is_right
        got = str(found.outcome) if is_right else f"[red]{found.outcome}[/red]"
        table.add_row(str(case.number), case.what, str(case.expected), got, found.message)
    console = Console()
    console.print(table)
    console.print(f"{right} of {len(all_cases())}")
    return 0 if right == len(all_cases()) else 1


if __name__ == "__main__":
    sys.exit(main())
