"""Refuse files that are too large for the repository: data belong elsewhere."""

import sys
from pathlib import Path

MOST_BYTES = 1_000_000


def main(names: list[str]) -> int:
    """Name each file that is too large; 1 if there is one."""
    large = [name for name in names if Path(name).stat().st_size > MOST_BYTES]
    for name in large:
        print(f"{name}: larger than {MOST_BYTES:,} bytes", file=sys.stderr)
    return int(bool(large))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
