"""The home of the remote engine: any SPARQL 1.1 endpoint, asked through SPARQLWrapper.

What is asked and what is loaded stands here; how bytes come and go, against all odds, is `exchange`. The graph stands
in named graphs (see `store`), and each query says which of them it asks (SPARQL 1.1 Protocol, 2.1.4).
"""

from __future__ import annotations

import re
import struct
import urllib.parse
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

import pyoxigraph

from alataw import querytext
from alataw.errors import QueryError, RemoteError
from alataw.exchange import Answered, Exchange
from alataw.store import BESIDE, STATED, Bound, Dataset, EmbeddedStore, Result, Solutions, within
from alataw.terms import GEO, XSD, Literal, NamedNode, Term, Triple, text_of

if TYPE_CHECKING:
    from SPARQLWrapper import SPARQLWrapper

PAGE = 10_000
"""How many rows are asked for at once; Virtuoso sorts no more."""

SURELY_WHOLE = 1_000
"""An answer of fewer rows than this was not cut: no endpoint known has a lower limit."""

UPDATE_BATCH = 250
"""How many triples one INSERT DATA holds; Virtuoso compiles each, and refuses some thousands."""

STORE_BATCH = 10_000
"""How many triples one POST to a graph store holds."""

_RESULTS = {
    "application/sparql-results+json": pyoxigraph.QueryResultsFormat.JSON,
    "application/json": pyoxigraph.QueryResultsFormat.JSON,
    "application/sparql-results+xml": pyoxigraph.QueryResultsFormat.XML,
}
_GRAPHS = {
    "application/n-triples": pyoxigraph.RdfFormat.N_TRIPLES,
    "text/plain": pyoxigraph.RdfFormat.N_TRIPLES,
    "text/turtle": pyoxigraph.RdfFormat.TURTLE,
}
_LIMIT = "X-SPARQL-MaxRows"
"""The header in which Virtuoso tells that it cut an answer, and to how many rows."""

_VIRTUOSO_POINT = NamedNode("http://www.openlinksw.com/schemas/virtrdf#Geometry")

_ACCEPT = {"SELECT": "application/sparql-results+json", "CONSTRUCT": "application/n-triples, text/turtle;q=0.9"}


@dataclass(frozen=True)
class Endpoint:
    """Where a remote engine answers.

    Args:
        query: The address that is asked.
        update: The address of SPARQL 1.1 Update; empty if nothing is written by it.
        graph_store: The address of the Graph Store Protocol; empty if nothing is written by it.
        auth: `basic`, `digest`, `bearer`, or empty.
        credentials: `user:password`, or the token; never shown.
        default_graph: What queries ask by default; None for the default graph of the endpoint.
    """

    query: str
    update: str = ""
    graph_store: str = ""
    auth: str = ""
    credentials: str = ""
    default_graph: NamedNode | None = STATED

    def __repr__(self) -> str:
        return f"Endpoint({self.query!r})"


class RemoteStore:
    """A remote engine.

    Args:
        endpoint: Where it answers.
        timeout_s: The time in which one exchange is over, its repetitions included.

    Raises:
        UsageError: AL035 if an address is no address of the web, or the way of authentication is unknown.
    """

    def __init__(self, endpoint: Endpoint, *, timeout_s: float = 60.0) -> None:
        self.endpoint = endpoint
        self._exchange = Exchange(
            (endpoint.query, endpoint.update, endpoint.graph_store),
            auth=endpoint.auth,
            credentials=endpoint.credentials,
            timeout_s=timeout_s,
        )
        self._judge = EmbeddedStore()

    def query(
        self,
        text: str,
        *,
        file: str = "query",
        admitted: str = "",
        dataset: Dataset | None = None,
        bound: Bound | None = None,
    ) -> Result:
        """Answer a query; an ordered SELECT is asked page by page, so that no limit of the endpoint cuts it.

        Raises:
            QueryError: AL017 if the text is refused, here or there; AL135 if the answer is over the bound.
            RemoteError: AL031 to AL033, AL035, AL081, if the endpoint fails; nothing of its answer is used.
        """
        judged = self._judge.judge(text, file=file, admitted=admitted)
        if isinstance(judged, bool):
            return _boolean(self._ask(text, dataset=dataset))
        if not isinstance(judged, Solutions):
            return tuple(within(self._graph(text, dataset), bound))
        if not querytext.is_ordered(text):
            answered = self._ask(text, dataset=dataset)
            why = "rows without an order cannot be asked for page by page"
            _refuse_cut(answered, why, "end the query with an ORDER BY that leaves no ties")
            return Solutions(judged.variables, tuple(within(_rows(answered, judged.variables), bound)))
        rows: list[tuple[Term | None, ...]] = []
        while True:
            page = _rows(self._page(text, len(rows), dataset), judged.variables)
            rows = list(within([*rows, *page], bound))
            if len(page) < SURELY_WHOLE:
                return Solutions(judged.variables, tuple(rows))

    def _graph(self, text: str, dataset: Dataset | None = None) -> tuple[Triple, ...]:
        """The triples of a CONSTRUCT or DESCRIBE; page by page from Virtuoso, which cuts them without saying so."""
        answered = self._ask(text, "CONSTRUCT", dataset)
        triples = _triples(answered)
        if len(triples) < SURELY_WHOLE or not answered.headers.get("Server", "").startswith("Virtuoso"):
            return triples
        paged = querytext.sorted_graph(text)
        if not paged:
            raise RemoteError(
                f"{answered.address} may have cut the graph",
                code="AL033",
                why="Virtuoso does not say so, and only CONSTRUCT { } WHERE { } can be asked for page by page",
                fix="ask for less of it, or write it as CONSTRUCT { } WHERE { }",
            )
        found: dict[Triple, None] = {}
        offset = 0
        while page := _triples(self._ask(querytext.window(paged, SURELY_WHOLE, offset), "CONSTRUCT", dataset)):
            found |= dict.fromkeys(page)
            offset += SURELY_WHOLE
        return tuple(found)

    def _page(self, text: str, offset: int, dataset: Dataset | None) -> Answered:
        try:
            return self._ask(querytext.window(text, PAGE, offset), dataset=dataset)
        except QueryError as error:
            # Virtuoso sorts no more rows than it gives, those that are left out among them, but keeps the order of rows
            # that it has sorted within (its documentation calls that a scrollable cursor).
            if "SR353" not in error.why:
                raise
            return self._ask(querytext.window(querytext.wrapped(text), PAGE, offset), dataset=dataset)

    def triples(self, graph: NamedNode | None = None) -> Iterator[Triple]:
        """Every triple of the graph of what is stated, or of another.

        Raises:
            RemoteError: As `query`.
        """
        where = f"GRAPH {graph} {{ ?s ?p ?o }}" if graph else "?s ?p ?o"
        return iter(self._graph(f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ {where} }}"))

    def load(self, triples: Iterable[Triple], graph: NamedNode | None = None) -> None:
        """Add triples to the graph of what is stated, or to another; once more changes nothing.

        Raises:
            RemoteError: As `query`; what was added stays.
        """
        name = graph or self.endpoint.default_graph
        rest = iter(triples)
        if self.endpoint.graph_store:
            where = f"?graph={urllib.parse.quote(name.value, safe='')}" if name else "?default"
            while batch := list(islice(rest, STORE_BATCH)):
                data = pyoxigraph.serialize(batch, format=pyoxigraph.RdfFormat.N_TRIPLES)
                self._exchange.send("POST", self.endpoint.graph_store + where, data or b"", "application/n-triples")
            return
        while batch := list(islice(rest, UPDATE_BATCH)):
            self._update(_insertion(batch, name))

    def clear(self, graph: NamedNode | None = None) -> None:
        """Take everything out of a graph; of one that is not there, nothing.

        Raises:
            RemoteError: As `query`.
        """
        name = graph or self.endpoint.default_graph
        if self.endpoint.update:
            self._update(f"CLEAR SILENT {f'GRAPH {name}' if name else 'DEFAULT'}")
            return
        where = f"?graph={urllib.parse.quote(name.value, safe='')}" if name else "?default"
        self._exchange.send("DELETE", self.endpoint.graph_store + where, fine=(404,))

    def optimize(self) -> None:
        """Nothing: an endpoint looks after itself."""

    def __len__(self) -> int:
        """The number of triples that are asked by default."""
        found = self.query("SELECT (COUNT(*) AS ?n) { ?s ?p ?o } ORDER BY ?n")
        number = found.rows[0][0] if isinstance(found, Solutions) and found.rows else None
        return int(number.value) if isinstance(number, Literal) else 0

    def _client(self, text: str, form: str) -> SPARQLWrapper:
        """What writes a request as the SPARQL 1.1 Protocol wants it."""
        from SPARQLWrapper import JSON, POST, TURTLE, SPARQLWrapper

        client = SPARQLWrapper(self.endpoint.query, self.endpoint.update or None, agent=self._exchange.agent)
        client.setMethod(POST)
        client.setOnlyConneg(True)
        client.setReturnFormat(TURTLE if form == "CONSTRUCT" else JSON)
        client.setQuery(text)
        client.queryType = form  # it guesses, by words that may stand in comments and strings as well
        return client

    def _ask(self, text: str, form: str = "SELECT", dataset: Dataset | None = None) -> Answered:
        client = self._client(text, form)
        client.addCustomHttpHeader("Accept", _ACCEPT[form])
        if dataset is None and self.endpoint.default_graph:
            dataset = Dataset((self.endpoint.default_graph,), BESIDE)
        for name, graphs in (dataset or Dataset())._asdict().items():
            for graph in graphs:
                client.addParameter(f"{name}-graph-uri", graph.value)
        return self._exchange.run(client)

    def _update(self, text: str) -> None:
        if not self.endpoint.update:
            raise RemoteError(
                f"{self.endpoint.query} is only asked",
                code="AL035",
                why="neither an address of SPARQL Update nor one of the Graph Store Protocol is known",
                fix="name one with --update-endpoint or --graph-store",
            )
        self._exchange.run(self._client(text, "INSERT"))


def _insertion(triples: Iterable[Triple], graph: NamedNode | None) -> str:
    """The update that adds triples to a graph, or to the default one.

    Durations are computed: Virtuoso makes none of one that is written in INSERT DATA (SR553).
    """
    written: list[str] = []
    computed: list[str] = []
    durations: dict[Literal, str] = {}
    for triple in triples:
        if isinstance(triple.object, Literal) and triple.object.datatype == XSD.duration:
            variable = durations.setdefault(triple.object, f"?duration{len(durations)}")
            computed.append(f"{triple.subject} {triple.predicate} {variable} .\n")
        else:
            written.append(f"{triple} .\n")
    begin, end = (f"GRAPH {graph} {{\n", "}") if graph else ("\n", "")
    steps = [f"INSERT DATA {{ {begin}{''.join(written)}{end} }}"] if written else []
    if computed:
        made = "".join(
            f"BIND(STRDT({Literal(term.value)}, {XSD.duration}) AS {name})\n" for term, name in durations.items()
        )
        steps.append(f"INSERT {{ {begin}{''.join(computed)}{end} }} WHERE {{\n{made}}}")
    return " ;\n".join(steps)


def _boolean(answered: Answered) -> bool:
    found = _parsed(answered)
    if isinstance(found, bool):
        return found
    # Virtuoso tells the answer of an ASK as a row.
    if found.variables == ("__ASK_RETVAL",):
        return any(text_of(row[0]) in ("1", "true") for row in found.rows)
    raise answered.fault("it sent rows where yes or no was asked")


def _rows(answered: Answered, variables: tuple[str, ...]) -> list[tuple[Term | None, ...]]:
    """The rows, in the columns that were asked for, in whatever order the endpoint names them."""
    found = _parsed(answered)
    if isinstance(found, bool):
        raise answered.fault("it sent yes or no where rows were asked")
    if not set(found.variables) <= set(variables):
        raise answered.fault(f"it sent the columns {', '.join(found.variables)}")
    places = [found.variables.index(name) if name in found.variables else None for name in variables]
    return [tuple(None if place is None else _term(row[place]) for place in places) for row in found.rows]


def _parsed(answered: Answered) -> Solutions | bool:
    found = None
    try:
        found = pyoxigraph.parse_query_results(answered.data, format=answered.media_type_of(_RESULTS))
        if isinstance(found, pyoxigraph.QueryBoolean):
            return bool(found)
        names = tuple(variable.value for variable in found.variables)
        return Solutions(names, tuple(tuple(row[name] for name in names) for row in found))
    except (SyntaxError, ValueError) as error:
        why = f"its rows cannot be read: {error}"
    finally:
        # Solutions end in the thread in which they began, and an exception that is kept would keep them.
        del found
    raise answered.fault(why)


def _triples(answered: Answered) -> tuple[Triple, ...]:
    format_ = answered.media_type_of(_GRAPHS)
    try:
        return tuple(
            Triple(quad.subject, quad.predicate, _term(quad.object) or quad.object)
            for quad in pyoxigraph.parse(answered.data, format=format_)
        )
    except (SyntaxError, ValueError) as error:
        raise answered.fault(f"its triples cannot be read: {error}") from None


def _term(term: Term | None) -> Term | None:
    """A term as it was loaded: Virtuoso has datatypes of its own for points, and for durations as numbers of months."""
    if isinstance(term, Literal) and term.datatype == _VIRTUOSO_POINT:
        return Literal(re.sub(r"-?\d+\.\d+", _shortest, term.value), datatype=GEO.wktLiteral)
    if isinstance(term, Literal) and term.datatype == XSD.duration and term.value.isdigit():
        years, months = divmod(int(term.value), 12)
        text = (f"{years}Y" if years else "") + (f"{months}M" if months else "")
        return Literal(f"P{text or '0M'}", datatype=XSD.duration)
    return term


def _shortest(number: re.Match[str]) -> str:
    """The shortest number that Virtuoso would have kept so: it keeps coordinates in 32 bits, some seven digits.

    >>> _shortest(re.match(".*", "82.741897583008"))
    '82.7419'
    """
    kept = struct.pack("f", float(number[0]))
    spelled = (f"{float(number[0]):.{digits}g}" for digits in range(1, 10))
    return next((text for text in spelled if struct.pack("f", float(text)) == kept and "e" not in text), number[0])


def _refuse_cut(answered: Answered, why: str, fix: str) -> None:
    """Refuse an answer that the endpoint says it cut."""
    if _LIMIT in answered.headers:
        told = f"{answered.address} gives no more than {answered.headers[_LIMIT]} rows"
        raise RemoteError(told, code="AL033", why=f"the answer has more, and {why}", fix=fix)
