"""Ninety cases of bad input and what each must get.

Each module registers its cases when it is imported: reading files, cleaning rows, params.
"""

from importlib import import_module
from pathlib import Path

from tests.bad_input.case import CASES, Case


def all_cases() -> list[Case]:
    """Every registered case, by its number."""
    for path in sorted(Path(__file__).parent.glob("cases_*.py")):
        import_module(f"tests.bad_input.{path.stem}")
    return sorted(CASES.values(), key=lambda case: case.number)
