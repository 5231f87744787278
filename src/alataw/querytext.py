"""The home of the text of one query: where its parts stand, and the text with others in their place.

A query is never built by splicing text: what is filled in stands between tokens, and is written by the RDF library.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import pairwise

from alataw.sparql import Token, tokens
from alataw.terms import NamedNode

_FORMS = {"SELECT", "CONSTRUCT", "ASK", "DESCRIBE"}


def blocks(text: str) -> dict[str, list[tuple[int, int]]]:
    """Find each `VALUES ?p { ... }`, in sub-selects too.

    Returns:
        Variable to where the inside of the braces begins and ends, for each of its blocks.

    >>> text = "SELECT * { VALUES ?p { 'a}' } }"
    >>> [text[start:end] for start, end in blocks(text)["p"]]
    [" 'a}' "]
    """
    found: dict[str, list[tuple[int, int]]] = {}
    told = [token for token in tokens(text) if token.kind != "comment"]
    for number, token in enumerate(told[:-3]):
        variable, brace = told[number + 1 : number + 3]
        if token.keyword == "VALUES" and variable.kind == "variable" and brace.text == "{":
            close = next((later for later in told[number + 3 :] if later.text == "}"), None)
            if close:
                found.setdefault(variable.text[1:], []).append((brace.end, close.offset))
    return found


def prologue(text: str) -> str:
    """The BASE and PREFIX lines, and what stands before them."""
    return text[: next((token.offset for token in tokens(text) if token.keyword in _FORMS), 0)]


def form(text: str) -> str:
    """The form of a query: SELECT, CONSTRUCT, ASK or DESCRIBE; empty if it is none.

    >>> form("PREFIX select: <#> ASK {}")
    'ASK'
    """
    return next((token.keyword for token in tokens(text) if token.keyword in _FORMS), "")


def is_ordered(text: str) -> bool:
    """Whether the query as a whole, not only a part of it, has an ORDER BY."""
    return any(token.keyword == "ORDER" for token in outermost(text))


def end_of_order(text: str) -> int:
    """Where an ORDER BY of the query as a whole ends, or would stand: before what comes after one (19.8, [18])."""
    behind = ("LIMIT", "OFFSET", "VALUES")
    return next((token.offset for token in outermost(text) if token.keyword in behind), len(text))


def window(text: str, limit: int | None, offset: int | None) -> str:
    r"""Narrow the rows of a query, within the LIMIT and OFFSET that it has.

    >>> window("SELECT * {} LIMIT 10 OFFSET 5", 100, 3)
    'SELECT * {}\nLIMIT 7\nOFFSET 8'
    """
    if limit is None and offset is None:
        return text
    told = outermost(text)
    own = {
        token.keyword: (token.offset, number.end, int(number.text))
        for token, number in pairwise(told)
        if token.keyword in ("LIMIT", "OFFSET") and number.kind == "number"
    }
    # A VALUES clause of the whole query comes after LIMIT and OFFSET (SPARQL 1.1, 19.8, [2] and [7]).
    end = next((token.offset for token in told if token.keyword == "VALUES"), len(text))
    rest = text[end:]
    for begin, behind, _ in sorted(own.values(), reverse=True):
        text = text[:begin].rstrip() + text[behind:end]
        end = len(text)
    most = [] if limit is None else [limit]
    if "LIMIT" in own:
        most.append(max(own["LIMIT"][2] - (offset or 0), 0))
    skipped = (offset or 0) + (own["OFFSET"][2] if "OFFSET" in own else 0)
    clauses = [f"LIMIT {min(most)}"] if most else []
    clauses += [f"OFFSET {skipped}"] if skipped else []
    ending = "\n" if rest or text.endswith("\n") else ""
    return "\n".join([text[:end].rstrip(), *clauses]) + ending + rest


def over(text: str, default: NamedNode, named: Iterable[NamedNode]) -> str:
    r"""A query over a dataset of its own (SPARQL 1.1, 13.2).

    >>> over("ASK WHERE { ?s ?p ?o }", NamedNode("http://a"), [NamedNode("http://b")])
    'ASK FROM <http://a>\nFROM NAMED <http://b>\nWHERE { ?s ?p ?o }'
    """
    where = next((token.offset for token in outermost(text) if token.keyword == "WHERE"), None)
    if where is None:
        return text
    clauses = "".join([f"FROM {default}\n", *(f"FROM NAMED {graph}\n" for graph in named)])
    return text[:where] + clauses + text[where:]


def without_dataset(text: str) -> tuple[str, list[str], list[str]]:
    """Part a query from its FROM clauses (SPARQL 1.1, 19.8, [13]).

    Returns:
        The query with blanks in their place, and the graphs of FROM and of FROM NAMED, as they are written.

    >>> text, default, named = without_dataset("ASK FROM NAMED <a> FROM x:b {}")
    >>> text.split(), default, named
    (['ASK', '{}'], ['x:b'], ['<a>'])
    """
    default: list[str] = []
    named: list[str] = []
    told = outermost(text)
    for token, next_, behind in zip(told, told[1:], told[2:] + told[:1], strict=False):
        graph = behind if next_.keyword == "NAMED" else next_
        if token.keyword == "FROM" and graph.kind in ("iri", "name"):
            (default if graph is next_ else named).append(graph.text)
            clause = text[token.offset : graph.end]
            text = text[: token.offset] + re.sub(r"[^\r\n]", " ", clause) + text[graph.end :]
    return text, default, named


def wrapped(text: str) -> str:
    r"""A SELECT as the only part of another, so that a window can be laid over rows that are sorted already.

    >>> wrapped("PREFIX : <#> SELECT ?s { ?s :p ?o } ORDER BY ?s")
    'PREFIX : <#> SELECT * WHERE { {\nSELECT ?s { ?s :p ?o } ORDER BY ?s\n} }'
    """
    head = prologue(text)
    return f"{head}SELECT * WHERE {{ {{\n{text[len(head) :]}\n}} }}"


def sorted_graph(text: str) -> str:
    r"""A CONSTRUCT whose solutions are sorted within, so that a window can be laid over; empty for other forms.

    >>> sorted_graph("CONSTRUCT { ?s :p ?o } WHERE { ?s :q ?o }")
    'CONSTRUCT { ?s :p ?o } WHERE { { SELECT DISTINCT ?s ?o WHERE { ?s :q ?o }\nORDER BY ?s ?o } }'
    """
    told = [token for token in tokens(text) if token.kind != "comment"]
    begin = next((n for n, token in enumerate(told) if token.keyword == "CONSTRUCT"), None)
    close = next((n for n, token in enumerate(told) if begin is not None and n > begin and token.text == "}"), None)
    if begin is None or close is None or told[close + 1].keyword != "WHERE" or outermost(text)[-1].keyword != "WHERE":
        return ""
    variables = dict.fromkeys("?" + t.text[1:] for t in told[begin:close] if t.kind == "variable")
    if not variables:
        return ""
    where, names = text[told[close + 1].end :].rstrip(), " ".join(variables)
    return f"{text[: told[close + 1].offset]}WHERE {{ {{ SELECT DISTINCT {names} WHERE{where}\nORDER BY {names} }} }}"


def outermost(text: str) -> list[Token]:
    """The tokens that stand in no brackets."""
    told, depth = [], 0
    for token in tokens(text):
        depth += (token.kind == "open") - (token.kind == "close")
        if not depth and token.kind not in ("comment", "close"):
            told.append(token)
    return told
