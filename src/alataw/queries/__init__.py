"""The home of stored queries: questions written once in `queries/`, read, filled in, asked.

`header` reads what a file says of its query; `stored` holds that against the query and asks it; `evidence` tells what
an answer rests on.
"""

from alataw.queries.evidence import explain
from alataw.queries.header import VIEWS
from alataw.queries.stored import ANYTHING, Parameter, StoredQuery, Value

__all__ = ["ANYTHING", "VIEWS", "Parameter", "StoredQuery", "Value", "explain"]
