"""The home of stored queries: questions written once in `queries/`, read, filled in, asked.

`header` reads what a file says of its query, and `holding` holds that against it; `parameters` turns values into terms;
`stored` asks; `evidence` tells what an answer rests on.
"""

from alataw.queries.evidence import explain
from alataw.queries.header import VIEWS
from alataw.queries.parameters import ANYTHING, Parameter, Value
from alataw.queries.stored import StoredQuery

__all__ = ["ANYTHING", "VIEWS", "Parameter", "StoredQuery", "Value", "explain"]
