"""The home of documents: what is said of a thing, in every format, at the path of its IRI with a suffix.

The path of a thing itself leads to one of them (303, Cool URIs for the Semantic Web, 4.2).
"""

from __future__ import annotations

from dataclasses import replace

from alataw import exports
from alataw.application import html
from alataw.application.negotiation import Offer, languages, negotiate, offers, split
from alataw.application.replies import represent
from alataw.errors import UsageError
from alataw.publication import Publication
from alataw.terms import NamedNode, Triple
from alataw.web import Reply, Request

FORMATS = {
    "ttl": "turtle",
    "nt": "ntriples",
    "jsonld": "jsonld",
    "rdf": "rdfxml",
    "trig": "trig",
    "csv": "csv",
    "geojson": "geojson",
}
"""Suffix of a document to the format of `exports.FORMATS` that writes it."""

OFFERS = offers("ttl", "html", "nt", "jsonld", "rdf", "trig", "csv", "geojson", jsonld="application/json")


def answer(publication: Publication, request: Request, path: str) -> Reply:
    """Answer for a thing or a document of one."""
    name, suffix = split(path)
    triples = said(publication, name)
    if not triples:
        raise missing(path)
    formats = tuple(offer for offer in OFFERS if offer.suffix != "html" or html.can())
    if not suffix:
        offer = negotiate(request, formats)
        return Reply(303, b"", (("Location", publication.link(f"{name}.{offer.suffix}")), ("Vary", "Accept")))
    offer = next((offer for offer in formats if offer.suffix == suffix), None) or _unknown(path)
    return represent(
        publication,
        offer,
        _write(publication, request, name, triples, offer),
        (("Content-Location", publication.link(path)),),
        name=name,
        vary="Accept-Language" if suffix == "html" else "",
    )


def said(publication: Publication, path: str) -> tuple[Triple, ...]:
    """What is said of the thing of a path, its parts and claims; nothing if there is no such thing."""
    graph = publication.graph
    try:
        node = NamedNode(graph.repository.base + path)
    except ValueError:
        return ()
    described = graph.stored_query("describe-entity").ask(graph.store, graph.resolver, {"entity": node})
    return described.triples or ()


def _write(publication: Publication, request: Request, path: str, triples: tuple[Triple, ...], offer: Offer) -> bytes:
    iri = NamedNode(publication.graph.repository.base + path)
    if offer.suffix == "html":
        accepted = list(languages(request.headers.get("accept-language", "")))
        page: str = html.pages(publication).entity(iri, accepted)
        return page.encode()
    return exports.write(replace(publication.graph.source(), triples=triples), FORMATS[offer.suffix])


def missing(path: str) -> UsageError:
    """There is nothing at a path."""
    return UsageError(f"there is nothing at {path[:200]}", code="AL130", fix="begin at the landing page, or search")


def _unknown(path: str) -> Offer:
    raise missing(path)
