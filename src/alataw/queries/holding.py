"""The home of the rules of stored queries: what the header says, held against the query."""

from __future__ import annotations

from typing import TYPE_CHECKING

from alataw import querytext
from alataw.queries.header import Header
from alataw.resolution import literal
from alataw.store import EmbeddedStore, Solutions, Store
from alataw.terms import Term

if TYPE_CHECKING:
    from alataw.queries.stored import StoredQuery

TRIPLE = ("subject", "predicate", "object")
"""The columns of a graph, where it is told as rows."""


def hold(query: StoredQuery, header: Header) -> None:
    """Hold the text against what the header says, by asking it of an empty store."""
    store = EmbeddedStore()
    result = store.query(query.text, file=query.file)
    projection = list(result.variables) if isinstance(result, Solutions) else []
    if list(query.columns) != projection:
        told = f"the columns are {', '.join(projection)}, in this order" if projection else "only a SELECT has columns"
        raise header.fault(told, ("columns",))
    if projection and not querytext.is_ordered(query.text):
        raise header.fault("a SELECT without ORDER BY has no order that can be compared")
    _hold_evidence(query, header, store)
    _hold_derived(query, header, store)
    blocks = querytext.blocks(query.text)
    for parameter in query.parameters:
        here = ("parameters", parameter.name)
        if parameter.name not in blocks:
            raise header.fault(f"no block VALUES ?{parameter.name} {{ ... }} binds the parameter", here)
        for place in blocks[parameter.name]:
            rows = _block(query, parameter.name, place, store)
            if not all(parameter.is_example(term) for row in rows for term in row) or len(rows) != 1:
                raise header.fault(
                    f"the block VALUES ?{parameter.name} holds another value than the example", (*here, "example")
                )


def _hold_derived(query: StoredQuery, header: Header, store: Store) -> None:
    """Hold the blocks of what is derived to what the examples give."""
    examples = {p.name: [literal(p.example, p.of)] for p in query.parameters if p.kind == "datatype"}
    blocks = querytext.blocks(query.text)
    for name, (_, of) in query.derived.items():
        here = ("derived", name)
        if any(parameter not in examples for parameter in of) or name not in blocks:
            raise header.fault(f"{name} has a block of its own, and is made of parameters with a datatype", here)
        expected = query._derived({parameter: list(terms) for parameter, terms in examples.items()})[name]
        for place in blocks[name]:
            if [row[0] for row in _block(query, name, place, store)] != expected:
                told = " ".join(map(str, expected))
                raise header.fault(f"the block VALUES ?{name} holds something else than {told}", here)


def _block(query: StoredQuery, name: str, place: tuple[int, int], store: Store) -> tuple[tuple[Term | None, ...], ...]:
    """The rows that a block holds."""
    asked = f"{querytext.prologue(query.text)} SELECT * {{ VALUES ?{name} {{{query.text[place[0] : place[1]]}}} }}"
    found = store.query(asked, file=query.file)
    return found.rows if isinstance(found, Solutions) else ()


def _hold_evidence(query: StoredQuery, header: Header, store: Store) -> None:
    """Hold the explanation to giving claims by columns of the query."""
    if (query.evidence == "query") != bool(query.explanation):
        told = f"{query.name}.explain.rq stands beside a query whose evidence is `query`, and beside no other"
        raise header.fault(told, ("evidence",))
    if query.explanation:
        result = store.query(query.explanation, file=query.file.removesuffix(".rq") + ".explain.rq")
        given = set(result.variables) if isinstance(result, Solutions) else set()
        if "claim" not in given or not given - {"claim"} <= set(query.columns or TRIPLE):
            told = f"{query.name}.explain.rq gives columns of the query, and claim"
            raise header.fault(told, ("evidence",))
