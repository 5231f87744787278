"""The home of outside forms: which rows other people write, and what each of their columns means here.

What becomes of the rows is `importing`.
"""

from alataw.sources.claims import COLUMNS, PHRASES, PROPERTIES, Property, Row, read_claims
from alataw.sources.readings import READINGS, Read
from alataw.sources.table import Problem, Table, read_table

__all__ = [
    "COLUMNS",
    "PHRASES",
    "PROPERTIES",
    "READINGS",
    "Problem",
    "Property",
    "Read",
    "Row",
    "Table",
    "read_claims",
    "read_table",
]
