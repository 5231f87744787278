"""The home of engines: what holds the graph and answers SPARQL.

One protocol; today one engine, Oxigraph in this process, in memory or on disk. The default graph holds what the
documents and the ontology say; the graphs named below hold what is derived from it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple, Protocol, TypeAlias

import pyoxigraph

from alataw import sparql
from alataw.errors import Location, QueryError
from alataw.terms import BASE, NamedNode, Term, Triple

BEST = NamedNode(BASE + "graph/best")
"""The graph of the best view."""

NAMES = NamedNode(BASE + "graph/names")
"""The graph of name keys, by which names are found in any script."""


class Solutions(NamedTuple):
    """The solutions of a SELECT: its variables without `?`, and a row of terms for each; None is unbound."""

    variables: tuple[str, ...]
    rows: tuple[tuple[Term | None, ...], ...]


Result: TypeAlias = Solutions | bool | tuple[Triple, ...]
"""What a query gives: solutions (SELECT), a boolean (ASK), or triples (CONSTRUCT, DESCRIBE)."""


class Store(Protocol):
    """What an engine must do."""

    def query(self, text: str, *, file: str = "query") -> Result:
        """Answer a query; `file` names it in messages."""

    def load(self, triples: Iterable[Triple], graph: NamedNode | None = None) -> None:
        """Add triples to the default graph, or to a named one."""

    def __len__(self) -> int:
        """The number of quads."""


class EmbeddedStore:
    """Oxigraph in this process.

    Args:
        directory: Where on disk; None for memory.
    """

    def __init__(self, directory: Path | None = None) -> None:
        self._store = pyoxigraph.Store(str(directory)) if directory else pyoxigraph.Store()

    def load(self, triples: Iterable[Triple], graph: NamedNode | None = None) -> None:
        """Add triples to the default graph, or to a named one."""
        where = graph or pyoxigraph.DefaultGraph()
        self._store.bulk_extend(pyoxigraph.Quad(t.subject, t.predicate, t.object, where) for t in triples)

    def query(self, text: str, *, file: str = "query") -> Result:
        """Answer a query.

        Raises:
            QueryError: AL017 if the text is refused; nothing was run.
        """
        sparql.admit(text, file=file)
        try:
            result = self._store.query(text)
            if isinstance(result, pyoxigraph.QueryBoolean):
                return bool(result)
            if isinstance(result, pyoxigraph.QueryTriples):
                return tuple(result)
            variables = tuple(variable.value for variable in result.variables)
            rows = tuple(tuple(solution[name] for name in variables) for solution in result)
        except SyntaxError as error:
            raise _refusal(str(error), text, file) from None
        except (ValueError, OSError) as error:
            raise QueryError(f"the query failed: {error}", code="AL017", fix="correct the query") from error
        return Solutions(variables, rows)

    def __len__(self) -> int:
        return len(self._store)


def _refusal(message: str, text: str, file: str) -> QueryError:
    """Put Oxigraph's `error at LINE:COLUMN: reason` at its place."""
    match = re.match(r"error at (\d+):(\d+): (.*)", message, re.DOTALL)
    line, column, why = (int(match[1]), int(match[2]), match[3]) if match else (0, 0, message)
    lines = text.split("\n")
    return QueryError(
        "this is not valid SPARQL 1.1",
        code="AL017",
        why=re.sub(r"\b(?:LATERAL|SERVICE), ?", "", why),
        fix="correct the query at the place shown",
        location=Location(file, line, column),
        source_line=lines[line - 1] if 0 < line <= len(lines) else "",
    )
