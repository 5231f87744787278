"""The home of telling answers apart: of several values of a parameter, for which one a row holds.

A parameter that is no column of the answer becomes one when it is asked for several values: else rows that hold for two
of them would be equal, and none would say for which it holds.
"""

from __future__ import annotations

from functools import lru_cache

from alataw import querytext, sparql

_HIDING = {"EXISTS", "MINUS", "OPTIONAL"}
_AGGREGATES = {"COUNT", "SUM", "MIN", "MAX", "AVG", "SAMPLE", "GROUP_CONCAT", "GROUP", "REDUCED"}


@lru_cache(maxsize=256)
def told(text: str, names: tuple[str, ...]) -> str:
    r"""Project the variables too, behind the other columns and in the order of rows; only those that rows can have.

    >>> told("SELECT ?s WHERE { VALUES ?on { 1 } ?s :p ?on } ORDER BY ?s LIMIT 3", ("on",))
    'SELECT ?s ?on WHERE { VALUES ?on { 1 } ?s :p ?on } ORDER BY ?s STR(?on)\nLIMIT 3'
    >>> told("SELECT ?s WHERE { OPTIONAL { VALUES ?on { 1 } ?s :p ?on } } ORDER BY ?s", ("on",))
    'SELECT ?s WHERE { OPTIONAL { VALUES ?on { 1 } ?s :p ?on } } ORDER BY ?s'
    >>> told("SELECT (COUNT(?o) AS ?n) FROM <g> { VALUES ?on { 1 } ?s ?on ?o } ORDER BY ?s", ("on",))
    'SELECT (COUNT(?o) AS ?n) FROM <g> { VALUES ?on { 1 } ?s ?on ?o } ORDER BY ?s'
    >>> told("SELECT (?s AS ?t) FROM <g> { VALUES ?on { 1 } ?s :p ?on } ORDER BY ?s", ("on",))
    'SELECT (?s AS ?t) ?on FROM <g> { VALUES ?on { 1 } ?s :p ?on } ORDER BY ?s STR(?on)'
    """
    if not names:  # as it is asked nearly always
        return text
    visible = _visible(text)
    seen = [name for name in names if name in visible]
    where, end = _end_of_columns(text), querytext.end_of_order(text)
    if not seen or where is None or querytext.form(text) != "SELECT" or not querytext.is_ordered(text):
        return text
    head = sparql.tokens(text[len(querytext.prologue(text)) : where])
    if any(token.keyword in _AGGREGATES or token.text == "*" for token in (*head, *querytext.outermost(text))):
        return text
    columns, keys = (" ".join(form.format(name) for name in seen) for form in ("?{}", "STR(?{})"))
    return f"{text[:where].rstrip()} {columns} {text[where:end].rstrip()} {keys}\n{text[end:]}".rstrip()


def _end_of_columns(text: str) -> int | None:
    """Where the columns of a SELECT have ended."""
    depth = 0
    for token in sparql.tokens(text):
        if not depth and (token.keyword in ("FROM", "WHERE") or token.text == "{"):
            return token.offset
        depth += (token.kind == "open") - (token.kind == "close")
    return None


def _visible(text: str) -> set[str]:
    """The variables of blocks that stand in no sub-select, nor where a row may be without them."""
    found: set[str] = set()
    hidden = [False]
    code = [token for token in sparql.tokens(text) if token.kind != "comment"]
    for before, token, behind in zip(code, code[1:], code[2:], strict=False):
        if token.text == "{":
            hidden.append(hidden[-1] or before.keyword in _HIDING or behind.keyword == "SELECT")
        elif token.text == "}":
            hidden.pop()
        elif token.keyword == "VALUES" and behind.kind == "variable" and not hidden[-1]:
            found.add(behind.text[1:])
    return found
