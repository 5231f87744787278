"""The home of the SPARQL 1.1 Protocol: how a query is sent, of which graphs it is asked, and how its answer is told.

Nothing is fetched: a graph is one of those that are held here, whoever names it.
Source: SPARQL 1.1 Protocol, 2.1 and 2.2.
"""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import parse_qsl

import pyoxigraph

from alataw import sparql as text_of_sparql
from alataw.application import html
from alataw.application.negotiation import RDF, ROWS, TRUTH, Offer, languages, negotiate, offers
from alataw.application.replies import represent
from alataw.errors import AlatawError, QueryError, UsageError
from alataw.exports import rdf
from alataw.publication import Publication
from alataw.solutions import Answer
from alataw.store import BEST, NAMES, ONTOLOGY, PLACES, STATED, Dataset
from alataw.terms import NamedNode
from alataw.web import Reply, Request

GRAPHS = (STATED, BEST, ONTOLOGY, NAMES, PLACES)
"""The graphs that a query may name."""

_BY_FORM = {"SELECT": ROWS, "ASK": TRUTH, "CONSTRUCT": RDF, "DESCRIBE": RDF}
_FORM, _QUERY, _UPDATE = "application/x-www-form-urlencoded", "application/sparql-query", "application/sparql-update"
_MOST_PARAMETERS = 100


def sparql(publication: Publication, request: Request, rest: str) -> Reply:
    """Answer a query of a client's own; without one, describe the service."""
    told = _told(request)
    if any(name == "update" for name, _ in told):
        raise _no_update()
    queries = [value for name, value in told if name == "query"]
    if len(queries) != 1:
        raise _malformed(f"there are {len(queries)} of `query`" if queries else "there is no `query`", "send one query")
    text = queries[0]
    dataset = _dataset(publication, told)
    form = text_of_sparql.form(text)
    if not form:
        publication.graph.sparql(text)  # which refuses it, and says where
    offer = negotiate(request, (*_BY_FORM.get(form, ROWS), *(offers("html") if html.can() else ())))
    try:
        answer = publication.graph.sparql(text, dataset=dataset, bound=publication.bound)
    except QueryError as error:
        if any(map(text_of_sparql.calls_out, text_of_sparql.tokens(text))):
            raise QueryError(error.what, code="AL136", why=error.why, fix=error.fix) from None
        raise
    body = write(publication, answer, offer, request, text)
    return represent(publication, offer, body, name="answer", vary="Accept")


def _told(request: Request) -> list[tuple[str, str]]:
    """The parameters of a request, from its address and its body.

    Raises:
        UsageError: AL133 if they cannot be read; AL134 if the body is of another kind; AL136 for an update.
    """
    told = read(request.query.encode("latin-1", "replace"), "the address")
    if request.method != "POST":
        return told
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind == _FORM:
        return told + read(request.body, "the body")
    if kind == _QUERY:
        return [*told, ("query", _decoded(request.body))]
    if kind == _UPDATE:
        raise _no_update()
    raise UsageError(
        f"a body of the type {kind[:100]!r} is not understood" if kind else "the body does not say its type",
        code="AL134",
        fix=f"send {_QUERY} or {_FORM}",
    )


def read(data: bytes, where: str) -> list[tuple[str, str]]:
    """Read parameters, in order, empty ones too.

    Raises:
        UsageError: AL133 if they are not in UTF-8, or too many.
    """
    try:
        return parse_qsl(data.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=_MOST_PARAMETERS)
    except UnicodeDecodeError:
        raise _malformed(f"{where} is not percent-encoded UTF-8", "encode it") from None
    except ValueError:
        raise _malformed(f"{where} has more than {_MOST_PARAMETERS} parameters", "send fewer") from None


def _decoded(body: bytes) -> str:
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError:
        raise _malformed("the query is not UTF-8", "encode it") from None


def _dataset(publication: Publication, told: list[tuple[str, str]]) -> Dataset | None:
    """The dataset that a request names; None if it names none.

    Raises:
        UsageError: AL138 if a graph is not held here.
    """
    default, named = (
        tuple(known(value) for name, value in told if name == f"{kind}-graph-uri") for kind in ("default", "named")
    )
    return Dataset(default, named) if default or named else None


def known(iri: str) -> NamedNode:
    """The graph of an IRI.

    Raises:
        UsageError: AL138 if it is not held here.
    """
    for graph in GRAPHS:
        if graph.value == iri:
            return graph
    raise UsageError(
        f"the graph {iri[:200]} is not held here",
        code="AL138",
        why="nothing is ever fetched",
        fix=f"take one of {', '.join(graph.value for graph in GRAPHS)}",
    )


def write(publication: Publication, answer: Answer, offer: Offer, request: Request, text: str) -> bytes:
    """Write an answer as it is wanted.

    Raises:
        AlatawError: AL060 if the format cannot say it.
    """
    if offer.suffix == "html":
        accepted = list(languages(request.headers.get("accept-language", "")))
        page: str = html.pages(publication).sparql(text, answer, None, accepted)
        return page.encode()
    if answer.triples is None:
        return answer.write({"md": "markdown"}.get(offer.suffix, offer.suffix))
    if offer.suffix == "rdf":
        return rdf.rdfxml(replace(publication.graph.source(), triples=answer.triples))
    format_ = pyoxigraph.RdfFormat.from_extension(offer.suffix)
    prefixes = {prefix: namespace for prefix, namespace in answer.prefixes.items() if prefix}
    try:
        written = pyoxigraph.serialize(answer.triples, format=format_, prefixes=prefixes)
    except ValueError as error:
        raise AlatawError(f"{offer.media_type} cannot say the graph: {error}", code="AL060") from None
    return written or b""


def _malformed(why: str, fix: str) -> UsageError:
    return UsageError("the request is malformed", code="AL133", why=why, fix=fix)


def _no_update() -> UsageError:
    return UsageError("nothing is changed by SPARQL", code="AL136", why="the graph is only asked", fix="send a query")
