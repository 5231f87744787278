"""The home of the SPARQL 1.1 Protocol: how a query is sent, of which graphs it is asked, and how its answer is told.

Nothing is fetched: a graph is one of those that are held here, whoever names it.
Source: SPARQL 1.1 Protocol, 2.1 and 2.2.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import parse_qsl

from alataw import querytext
from alataw import sparql as texts
from alataw.application import html, service, writing
from alataw.application.holdings import holdings
from alataw.application.negotiation import HTML, RDF, ROWS, TRUTH, negotiate
from alataw.application.replies import represent, status_of
from alataw.errors import AlatawError, QueryError, UsageError
from alataw.exports.source import hold_rdf11
from alataw.publication import Publication
from alataw.solutions import Answer
from alataw.store import PUBLIC, STATED, Dataset, EmbeddedStore, Solutions
from alataw.terms import NamedNode
from alataw.web import Reply, Request

GRAPHS = {"default": (STATED, *PUBLIC), "named": PUBLIC}
"""The graphs that a query may take for its default graph, and those that it may take by name."""

_BY_FORM = {"SELECT": ROWS, "ASK": TRUTH, "CONSTRUCT": RDF, "DESCRIBE": RDF}
_FORM, _QUERY, _UPDATE = "application/x-www-form-urlencoded", "application/sparql-query", "application/sparql-update"
_MOST_PARAMETERS = 100
_VARY = "Accept, Accept-Language"


def sparql(publication: Publication, request: Request, rest: str) -> Reply:
    """Answer a query of a client's own; without one, describe the service."""
    told = _told(request)
    if any(name == "update" for name, _ in told):
        raise _no_update()
    texts_ = [value for name, value in told if name == "query"]
    if not texts_ and request.method != "POST":
        return _description(publication, request)
    if len(texts_) != 1:
        raise malformed(f"there are {len(texts_)} of `query`", "send one query")
    return _asked(publication, request, texts_[0], told)


def _description(publication: Publication, request: Request) -> Reply:
    """Describe the service (SPARQL 1.1 Service Description, 2)."""
    held = holdings(publication)
    offer = negotiate(request, html.offered((*RDF, *HTML)))
    if offer.suffix == "html":
        body = html.page(publication, request, "sparql", "", None, None)
    else:
        body = writing.document(held, service.describe(held), offer.suffix, service.PREFIXES)
    return represent(publication, offer, body, name="service", vary=_VARY)


def _asked(publication: Publication, request: Request, text: str, told: list[tuple[str, str]]) -> Reply:
    _hold_length(publication, text)
    among = _BY_FORM.get(querytext.form(text), ROWS)
    dataset = dataset_of(told)
    try:
        offer = negotiate(request, html.offered((*among, *HTML)))
    except UsageError:
        with _telling(text):
            EmbeddedStore().judge(text)  # what is malformed is so however its answer would be told
        raise
    found: Answer | None = None
    status = 200
    wrong: AlatawError | None = None
    try:
        found = ask(publication, text, dataset)
    except AlatawError as error:
        if offer.suffix != "html":
            raise
        wrong, status = error, status_of(error)
    if found is None or offer.suffix == "html":
        body = html.page(publication, request, "sparql", text, found, wrong)
    else:
        body = writing.answer(holdings(publication), found, offer)
    # The same question may be answered otherwise by another release at any time, or by chance (RAND, NOW).
    return represent(publication, offer, body, status=status, name="answer", vary=_VARY, cache="no-cache")


def ask(publication: Publication, text: str, dataset: Dataset | None) -> Answer:
    """Ask a query, whose length is held already, within the other limits.

    Raises:
        AlatawError: AL060 if its answer is a graph that RDF 1.1 cannot say.
        QueryError: AL017 if it is refused, with the place; AL136 if it would call another host; AL135 if its answer is
            over a limit.
        UsageError: AL138 if it is asked of a graph that is not held here.
    """
    with _telling(text):
        text, dataset = _parted(text, dataset)
        found = publication.graph.sparql(text, dataset=dataset, bound=publication.bound)
    hold_rdf11(found.triples or ())
    return found


def _hold_length(publication: Publication, text: str) -> None:
    most = publication.limits.query_characters
    if len(text) > most:
        raise QueryError(f"the query has more than {most:,} characters", code="AL017", fix="ask in smaller steps")


@contextmanager
def _telling(text: str) -> Iterator[None]:
    """Tell a query that would call another host from one that is only wrong."""
    try:
        yield
    except QueryError as error:
        if error.code != "AL017" or not any(map(texts.calls_out, texts.tokens(text))):
            raise
        raise QueryError(error.what, code="AL136", why=error.why, fix=error.fix, location=error.location) from None


def _parted(text: str, dataset: Dataset | None) -> tuple[str, Dataset | None]:
    """Part a query from its FROM clauses, so that those can be held to the graphs that there are.

    Args:
        text: The query.
        dataset: That of the request, which takes the place of them, whatever they name (2.1.4).

    Raises:
        UsageError: AL138 if a graph is not held here.
    """
    without, default, named = querytext.without_dataset(text)
    if not default and not named:
        return text, dataset
    try:
        asked = {kind: _resolved(text, names) for kind, names in (("default", default), ("named", named))}
    except QueryError:
        return text, dataset  # a name that means nothing; the engine says where
    graphs = (tuple(known(iri.value, kind) for iri in iris) for kind, iris in asked.items())
    return without, dataset or Dataset(*graphs)


def _resolved(text: str, names: list[str]) -> list[NamedNode]:
    """What IRIs and prefixed names of a query mean."""
    asked = f"{querytext.prologue(text)} SELECT * {{ VALUES ?graph {{ {' '.join(names)} }} }}"
    found = EmbeddedStore().query(asked)
    rows = found.rows if isinstance(found, Solutions) else ()
    return [term for (term,) in rows if isinstance(term, NamedNode)]


def dataset_of(told: list[tuple[str, str]]) -> Dataset | None:
    """The dataset that a request names, which replaces that of its query (2.1.4); None if it names none.

    Raises:
        UsageError: AL138 if a graph is not held here.
    """
    default, named = (
        tuple(known(value, kind) for name, value in told if name == f"{kind}-graph-uri") for kind in GRAPHS
    )
    return Dataset(default, named) if default or named else None


def known(iri: str, kind: str) -> NamedNode:
    """The graph of an IRI, as it may be used.

    Raises:
        UsageError: AL138 if it is not held here.
    """
    for graph in GRAPHS[kind]:
        if graph.value == iri:
            return graph
    raise UsageError(
        f"the {kind} graph {iri[:200]} is not held here",
        code="AL138",
        why="nothing is ever fetched",
        fix=f"take one of {', '.join(graph.value for graph in GRAPHS[kind])}",
    )


# -- what is sent --------------------------------------------------------------------------------------


def _told(request: Request) -> list[tuple[str, str]]:
    """The parameters of a request, from its address and its body.

    Raises:
        UsageError: AL133 if they cannot be read; AL134 if the body is of another kind; AL136 for an update.
    """
    told = read(request.query, "the address")
    if request.method != "POST":
        return told
    kind, charset = _content_type(request)
    if charset not in ("", "utf-8"):
        raise UsageError(f"a body in {charset[:100]!r} is not understood", code="AL134", fix="send it in UTF-8")
    if kind == _FORM:
        return told + read(decoded(request.body), "the body")
    if kind == _QUERY:
        return [*told, ("query", decoded(request.body))]
    if kind == _UPDATE:
        raise _no_update()
    raise UsageError(
        f"a body of the type {kind[:100]!r} is not understood" if kind else "the body does not say its type",
        code="AL134",
        fix=f"send {_QUERY} or {_FORM}",
    )


def _content_type(request: Request) -> tuple[str, str]:
    """The media type of the body, and in which characters it says it is."""
    from werkzeug.http import parse_options_header

    kind, parameters = parse_options_header(request.headers.get("content-type", ""))
    return kind.lower(), parameters.get("charset", "").lower()


def read(text: str, where: str) -> list[tuple[str, str]]:
    """Read parameters, in order, empty ones too.

    Raises:
        UsageError: AL133 if they are not in UTF-8, or too many.
    """
    try:
        return parse_qsl(text, keep_blank_values=True, errors="strict", max_num_fields=_MOST_PARAMETERS)
    except UnicodeError:
        raise malformed(f"{where} is not UTF-8 behind its percent signs", "encode it") from None
    except ValueError:
        raise malformed(f"{where} has more than {_MOST_PARAMETERS} parameters", "send fewer") from None


def decoded(body: bytes) -> str:
    """Read a body.

    Raises:
        UsageError: AL133 if it is not in UTF-8.
    """
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError:
        raise malformed("the body is not UTF-8", "encode it") from None


def malformed(why: str, fix: str) -> UsageError:
    """A request is not as the protocol wants it."""
    return UsageError("the request is malformed", code="AL133", why=why, fix=fix)


def _no_update() -> UsageError:
    return UsageError("nothing is changed by SPARQL", code="AL136", why="the graph is only asked", fix="send a query")
