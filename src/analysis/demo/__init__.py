"""A demo company, which is invented: its export is generated before it is read.

``docs/demo-company.md`` says what it has, and what is known about it that its files don't say.
"""

from analysis.demo.export import write_company
from analysis.demo.large import write_large

__all__ = ["write_company", "write_large"]
