"""The home of engines: what holds the graph and answers SPARQL.

One protocol, and Oxigraph in this process, in memory or on disk; the engine elsewhere is `remote`. The default graph
holds what the documents and the ontology say; the graphs named below hold what is derived from it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache, partial
from pathlib import Path
from threading import RLock
from typing import Any, NamedTuple, Protocol, TypeAlias, TypeVar

import pyoxigraph

from alataw import sparql
from alataw.errors import InputError, QueryError
from alataw.terms import BASE, NamedNode, Term, Triple, text_of

STATED = NamedNode(BASE + "graph/stated")
"""The graph of what documents and ontology say, where an engine is shared with other graphs."""

BEST = NamedNode(BASE + "graph/best")
"""The graph of the best view."""

NAMES = NamedNode(BASE + "graph/names")
"""The graph of name keys, by which names are found in any script."""

PLACES = NamedNode(BASE + "graph/places")
"""The graph of cells, by which a box on the map finds what lies in it."""

DISPUTES = NamedNode(BASE + "graph/disputes")
"""The graph of disputes, by which those about a thing are found."""

ONTOLOGY = NamedNode(BASE + "graph/ontology")
"""The graph of what the ontology says, so that it can be told from what the documents say."""

LOADS = NamedNode(BASE + "graph/loads")
"""The graph that says how far a load has come."""

DERIVED_GRAPHS = (BEST, NAMES, PLACES, DISPUTES)
"""The graphs that are derived from what is stated."""

PUBLIC = (*DERIVED_GRAPHS, ONTOLOGY)
"""The graphs beside the default graph that anybody may ask."""

BESIDE = (*PUBLIC, LOADS)
"""The graphs beside the default graph."""


class Solutions(NamedTuple):
    """The solutions of a SELECT: its variables without `?`, and a row of terms for each; None is unbound."""

    variables: tuple[str, ...]
    rows: tuple[tuple[Term | None, ...], ...]


Result: TypeAlias = Solutions | bool | tuple[Triple, ...]
"""What a query gives: solutions (SELECT), a boolean (ASK), or triples (CONSTRUCT, DESCRIBE)."""


class Dataset(NamedTuple):
    """The graphs that a query is asked of, in place of those that it names (SPARQL 1.1 Protocol, 2.1.4).

    `STATED` is the graph of what documents and ontology say, wherever an engine keeps it.
    """

    default: tuple[NamedNode, ...] = ()
    named: tuple[NamedNode, ...] = ()


class Bound(NamedTuple):
    """The most that an answer may hold: rows or triples, and characters of all its terms together."""

    rows: int
    characters: int


class Store(Protocol):
    """What an engine must do."""

    def query(
        self,
        text: str,
        *,
        file: str = "query",
        admitted: str = "",
        dataset: Dataset | None = None,
        bound: Bound | None = None,
    ) -> Result:
        """Answer a query.

        Args:
            text: The query.
            file: Its name in messages.
            admitted: What `sparql.admit` makes of it, if that is known.
            dataset: What it is asked of; None for what the query says, else the default graph and all others.
            bound: The most that the answer may hold; None for whatever it holds.
        """

    def load(self, triples: Iterable[Triple], graph: NamedNode | None = None) -> None:
        """Add triples to the default graph, or to a named one."""

    def clear(self, graph: NamedNode | None = None) -> None:
        """Take everything out of the default graph, or a named one."""

    def optimize(self) -> None:
        """Order all that was loaded for reading, where that is for us to do."""

    def triples(self, graph: NamedNode | None = None) -> Iterator[Triple]:
        """Every triple of the default graph, or of a named one, in no order, as it is read."""

    def __len__(self) -> int:
        """The number of triples of the default graph."""


class EmbeddedStore:
    """Oxigraph in this process.

    Args:
        directory: Where on disk, made if it is not there; None for memory.
        read_only: Only read what is there, as it was when it was opened; any number of processes may.

    Raises:
        InputError: AL004 if the folder holds something else, or another process writes to it.
    """

    def __init__(self, directory: Path | None = None, *, read_only: bool = False) -> None:
        self.directory = directory
        self._deferred: dict[NamedNode, Callable[[], Iterable[Triple]]] = {}
        self._loading = RLock()
        try:
            self._store = _opened(directory, read_only)
        except OSError as error:
            raise InputError(
                f"{directory} cannot be opened as a store",
                code="AL004",
                why=str(error),
                fix="name a folder that `alataw load --store` has filled"
                if read_only
                else "name another folder, or end the process that uses this one",
            ) from error

    def load(self, triples: Iterable[Triple], graph: NamedNode | None = None) -> None:
        """Add triples to the default graph, or to a named one."""
        beside = (graph,) if graph else ()  # a default graph that is named takes twice as long
        self._store.bulk_extend(pyoxigraph.Quad(*triple, *beside) for triple in triples)

    def defer(self, graph: NamedNode, derive: Callable[[], Iterable[Triple]]) -> None:
        """Have a named graph filled when it is first asked for."""
        self._deferred[graph] = derive

    def fill(self, text: str = "GRAPH ?any") -> None:
        """Fill each deferred graph that a query could see; without one, all."""
        if not self._deferred:
            return
        with self._loading:  # another thread is to see all of a graph or to wait
            for graph in [graph for graph in self._deferred if sparql.may_see(text, graph)]:
                self.load(self._deferred[graph](), graph)
                del self._deferred[graph]

    def clear(self, graph: NamedNode | None = None) -> None:
        """Take everything out of the default graph, or a named one."""
        self._store.clear_graph(graph or pyoxigraph.DefaultGraph())

    def optimize(self) -> None:
        """Order all that was loaded for reading: on disk, batches lie apart until then, and each is looked into."""
        self._store.optimize()

    def triples(self, graph: NamedNode | None = None) -> Iterator[Triple]:
        """Every triple of the default graph, or of a named one, in no order, as it is read."""
        if graph in self._deferred:
            self.fill(f"GRAPH {graph}")
        where = graph or pyoxigraph.DefaultGraph()
        return (quad.triple for quad in self._store.quads_for_pattern(None, None, None, where))

    def query(
        self,
        text: str,
        *,
        file: str = "query",
        admitted: str = "",
        dataset: Dataset | None = None,
        bound: Bound | None = None,
    ) -> Result:
        """Answer a query.

        Raises:
            QueryError: AL017 if the text is refused, and nothing was run; AL135 if the answer is over the bound.
        """
        return self._begun(text, file, admitted, dataset, partial(_whole, bound=bound))

    def judge(self, text: str, *, file: str = "query", admitted: str = "") -> Result:
        """What a query would give, without its rows: whether it is let pass, of which form, with which variables.

        Raises:
            QueryError: AL017 if the text is refused.
        """
        return self._begun(text, file, admitted, None, _empty)

    def _begun(
        self, text: str, file: str, admitted: str, dataset: Dataset | None, take: Callable[[Any], Result]
    ) -> Result:
        """Begin a query, and take of it what is wanted."""
        if not admitted or len(text) > sparql.MOST_CHARACTERS:
            admitted = sparql.admit(text, file=file)
        self.fill(text if dataset is None else "GRAPH ?any")
        graphs = {} if dataset is None else _graphs(dataset)
        try:
            # Solutions end in the thread in which they began: nothing but `take` holds them.
            return take(self._store.query(admitted + _PADDING, **graphs))
        except SyntaxError as error:
            raise _refusal(str(error), text, admitted, file) from None
        except (ValueError, RuntimeError, OSError) as error:
            raise QueryError(f"the query failed: {error}", code="AL017", fix="correct the query") from error

    def __len__(self) -> int:
        return sum(1 for _ in self._store.quads_for_pattern(None, None, None, pyoxigraph.DefaultGraph()))


def _opened(directory: Path | None, read_only: bool) -> pyoxigraph.Store:
    if directory is None:
        return pyoxigraph.Store()
    if read_only:
        return pyoxigraph.Store.read_only(str(directory))
    directory.parent.mkdir(parents=True, exist_ok=True)
    return pyoxigraph.Store(directory)


def _graphs(dataset: Dataset) -> dict[str, Any]:
    """A dataset as the engine is to be told it: what is stated is its default graph."""
    stated = pyoxigraph.DefaultGraph()
    return {
        "default_graph": [stated if graph == STATED else graph for graph in dataset.default],
        "named_graphs": list(dataset.named),
    }


def _whole(result: Any, bound: Bound | None) -> Result:
    """All that a query gives."""
    try:
        if isinstance(result, pyoxigraph.QueryBoolean):
            return bool(result)
        if isinstance(result, pyoxigraph.QueryTriples):
            return tuple(within(result, bound))
        variables = tuple(variable.value for variable in result.variables)
        return Solutions(variables, tuple(within(map(tuple, result), bound)))
    finally:
        del result  # an exception that is kept would keep it, beyond the thread in which it began


def _empty(result: Any) -> Result:
    """What a query gives, without rows."""
    if isinstance(result, pyoxigraph.QuerySolutions):
        return Solutions(tuple(variable.value for variable in result.variables), ())
    return bool(result) if isinstance(result, pyoxigraph.QueryBoolean) else ()


Held = TypeVar("Held", tuple[Term | None, ...], Triple)


def within(rows: Iterable[Held], bound: Bound | None) -> Iterator[Held]:
    """Give rows or triples as they come, as long as they are within a bound.

    Raises:
        QueryError: AL135 at the first that is over it, so that no more of them is held, and no part passes for all.
    """
    if bound is None:
        yield from rows
        return
    characters = 0
    for number, row in enumerate(rows, 1):
        characters += sum(len(text_of(term)) for term in row)
        if number > bound.rows or characters > bound.characters:
            over = f"{bound.rows:,} rows or triples" if number > bound.rows else f"{bound.characters:,} characters"
            raise QueryError(
                f"the answer has more than {over}",
                code="AL135",
                why="an answer is given whole or not at all",
                fix="ask for less with LIMIT, or for a part at a time; or take the whole graph as a file",
            )
        yield row


@lru_cache(maxsize=4096)
def as_stored(term: Term) -> Term:
    """A term as the engine gives it back: numbers and times as values, written canonically; all else as it went in.

    >>> from alataw.terms import XSD, Literal
    >>> as_stored(Literal("012.50", datatype=XSD.decimal)).value
    '12.5'
    """
    store, node = pyoxigraph.Store(), NamedNode(BASE)
    store.add(pyoxigraph.Quad(node, node, term))
    back: Term = next(iter(store)).object
    return back


# Oxigraph compares a keyword with as many characters as it has, and fails behind them: so there must be as many, and
# the place that it tells is behind the keyword that it expected.
_PADDING = " " * 40

# What Oxigraph says among what it expected -> why. First match wins.
_REASONS = (
    (r"IRI parsing failed", "an IRI is malformed, or relative without a BASE"),
    (r"The SELECT overrides|Duplicated variable", "a variable is given a value twice"),
    (r"The SELECT contains", "a variable is selected that the groups do not have"),
    (r"The query (limit|offset)", "the number is too large"),
    (r"", "what begins here does not fit"),
)


def _refusal(message: str, text: str, admitted: str, file: str) -> QueryError:
    """Put Oxigraph's `error at LINE:COLUMN: expected one of ...` at its place, in words."""
    match = re.match(r"error at (\d+):(\d+): expected (?:one of )?(.*)", message, re.DOTALL)
    line, column, expected = (int(match[1]), int(match[2]), match[3]) if match else (1, 1, message)
    behind = sum(len(before) + 1 for before in admitted.split("\n")[: line - 1]) + column - 1
    keywords = [len(each) if re.fullmatch(r"[A-Za-z]\w+", each) else 0 for each in expected.split(", ")]
    offset, fix = sparql.offset_before(text, behind - min(keywords)), "correct the query at the place shown"
    found = sparql.fault(text)
    why = next(reason for pattern, reason in _REASONS if re.search(pattern, expected))
    if found:
        offset, why, fix = found
    elif offset >= len(text.rstrip()) and why == _REASONS[-1][1]:
        why, fix = "the text ends too soon", "complete the query; count its brackets and quotes"
    location, source_line = sparql.place(text, offset, file)
    return QueryError(
        "this is not a query in SPARQL 1.1",
        code="AL017",
        why=why,
        fix=fix,
        location=location,
        source_line=source_line,
    )
