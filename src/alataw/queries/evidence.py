"""The home of evidence: for each row of an answer the claims it rests on, and their sources, so that it can be cited.

Which claims these are says the query (see `StoredQuery.evidence`). A row that tells what is said of an entity itself, a
label or a country, rests on the sources of that entity.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from alataw.queries.holding import TRIPLE
from alataw.queries.parameters import Value
from alataw.queries.stored import StoredQuery
from alataw.resolution import Resolver
from alataw.solutions import Answer
from alataw.sparql import batches
from alataw.store import Solutions, Store
from alataw.terms import Literal, NamedNode, Term, text_of

COLUMNS = ("claims", "sources", "citations")
"""What is added to each row: IRIs of claims (else entities), of their sources, title with locator; parted by `; `.

A column of the query that bears one of these names keeps it, and what is added is `evidenceClaims`.
"""

Row = tuple[Term | None, ...]


class Support(NamedTuple):
    """What a claim or an entity rests on: a source, and where in it."""

    node: NamedNode
    is_claim: bool
    source: NamedNode
    citation: str


def explain(
    query: StoredQuery,
    answer: Answer,
    sources: StoredQuery,
    store: Store,
    resolver: Resolver,
    values: Mapping[str, Value | Iterable[Value] | None],
) -> Answer:
    """Add to each row what it rests on; a graph is told as rows of triples.

    Args:
        query: What was asked.
        answer: What it gave.
        sources: The stored query that gives what nodes rest on: `node`, `said`, `source`, `title`, `locator`.
        store: The engine.
        resolver: Where names are looked up.
        values: What was given for the parameters.

    Returns:
        The answer with the columns of `COLUMNS`; empty where a row says what nobody claims.
    """
    variables = answer.variables if answer.triples is None else TRIPLE
    rows: Sequence[Row] = answer.rows if answer.triples is None else [tuple(triple) for triple in answer.triples]
    if query.evidence == "none":
        return Answer(_with_columns(variables), tuple((*row, None, None, None) for row in rows))
    claims: list[list[NamedNode]] = [[] for _ in rows]
    if query.explanation:
        found = store.query(query.bind_explanation(values, resolver), file=query.file)
        claims = list(_agreeing(variables, rows, found)) if isinstance(found, Solutions) else claims
    # Where a text says which claims are behind a row and finds none, there are none: what was asked for is no evidence.
    asked = [] if query.explanation else query.nodes(values, resolver)
    named = [[term for term in row if isinstance(term, NamedNode)] for row in rows]
    support = _support({node for each in (*claims, *named, asked) for node in each}, sources, store)
    told = (_told(_best(support, (each, of_row, asked))) for each, of_row in zip(claims, named, strict=True))
    return Answer(_with_columns(variables), tuple((*row, *more) for row, more in zip(rows, told, strict=True)))


def _with_columns(variables: Sequence[str]) -> tuple[str, ...]:
    """The columns, and those of the evidence; one whose name is taken is told apart.

    >>> _with_columns(("entity", "claims"))
    ('entity', 'claims', 'evidenceClaims', 'sources', 'citations')
    """
    return (*variables, *(f"evidence{name.title()}" if name in variables else name for name in COLUMNS))


def _best(support: Mapping[NamedNode, list[Support]], among: Sequence[Iterable[NamedNode]]) -> list[Support]:
    """The claims that were named, else those in the row, else the entities in it, else those that were asked for."""
    named, of_row, asked = ([one for node in dict.fromkeys(nodes) for one in support.get(node, ())] for nodes in among)
    claims = [one for one in named or of_row if one.is_claim]
    return claims or of_row or asked


def _agreeing(variables: Sequence[str], rows: Sequence[Row], found: Solutions) -> Iterator[list[NamedNode]]:
    """For each row the claims of those explanations that agree with it in every column they share."""
    shared = [name for name in found.variables if name != "claim"]
    claims: dict[Row, list[NamedNode]] = defaultdict(list)
    for row in found.rows:
        of = dict(zip(found.variables, row, strict=True))
        if isinstance(of["claim"], NamedNode):
            claims[tuple(of[name] for name in shared)].append(of["claim"])
    places = [variables.index(name) for name in shared]
    for row in rows:
        yield claims.get(tuple(row[place] for place in places), [])


def _support(nodes: set[NamedNode], sources: StoredQuery, store: Store) -> Mapping[NamedNode, list[Support]]:
    """What each node rests on; what is neither claim nor entity rests on nothing."""
    support: dict[NamedNode, list[Support]] = defaultdict(list)
    for batch in batches(sorted(nodes, key=str)):
        for node, said, source, title, locator in sources.ask_of(store, {"node": [*map(str, batch)]}).rows:
            if isinstance(node, NamedNode) and isinstance(source, NamedNode):
                citation = ", ".join(filter(None, (text_of(title), text_of(locator))))
                support[node].append(Support(node, text_of(said) == "claim", source, citation))
    return support


def _told(support: Sequence[Support]) -> Row:
    if not support:
        return (None, None, None)
    return tuple(
        Literal("; ".join(dict.fromkeys(texts)))
        for texts in (
            [one.node.value for one in support],
            [one.source.value for one in support],
            [one.citation for one in support],
        )
    )
