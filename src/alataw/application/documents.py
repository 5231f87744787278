"""The home of documents: what is said of a thing, in every format, at the path of its IRI with a suffix.

The path of a thing leads to the best of them (303; Cool URIs for the Semantic Web, 4.2); the ontology and its
vocabularies are documents themselves. What was withdrawn says so (410), what was renamed leads on (301).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from alataw.application import html, signposts, writing
from alataw.application.holdings import Holdings, holdings
from alataw.application.negotiation import SECOND, Offer, chosen, chosen_by, offers, split
from alataw.application.replies import FRESH, represent
from alataw.errors import UnknownNameError, UsageError
from alataw.exports import schema_org
from alataw.names import nearest
from alataw.publication import Publication
from alataw.terms import DCTERMS, OWL, RDF, RDFS, SKOS, NamedNode, Triple, text_of
from alataw.web import Reply, Request, address

ENTITY = offers("ttl", "html", "nt", "jsonld", "rdf", "trig", "csv", "geojson", "linkset", **SECOND)
TERM = offers("ttl", "html", "nt", "jsonld", "rdf", "trig", "linkset", **SECOND)
_LONGEST = 2000  # how long an IRI may be that something is said of
_NO_PAGE = tuple(offer for offer in TERM if offer.suffix != "html")


@dataclass(frozen=True)
class Thing:
    """What a path speaks of.

    Args:
        path: Its path, without suffix.
        iri: What it is called.
        triples: What is said of it.
        offers: In which formats.
        page: The method of `pages.Pages` that shows it; empty if none does.
        is_document: Whether its path is that of a document, and not of a thing that documents are about.
    """

    path: str
    iri: NamedNode
    triples: tuple[Triple, ...]
    offers: tuple[Offer, ...]
    page: str = ""
    is_document: bool = False

    def all(self, predicate: NamedNode) -> list[str]:
        """What is said of the thing itself, as text."""
        return [text_of(t.object) for t in self.triples if t.subject == self.iri and t.predicate == predicate]


def answer(publication: Publication, request: Request, path: str) -> Reply:
    """Answer for a thing, or a document of one."""
    name, suffix = split(path)
    held = holdings(publication)
    thing = find(held, name)
    if thing is None:
        raise missing(held, path)
    replaced = [held.path(NamedNode(iri)) for iri in thing.all(DCTERMS.isReplacedBy) if iri.startswith(held.base)]
    if replaced and replaced[0] != name:
        to = address(replaced[0] + (f".{suffix}" if suffix else ""))
        return Reply(301, b"", (("Location", publication.link(to)), ("Cache-Control", FRESH)))
    if "true" in thing.all(OWL.deprecated):
        return _tombstone(held, request, thing, suffix)
    offer = chosen(request, suffix, html.offered(thing.offers))
    links = _links(held, thing, suffix)
    at = publication.link(address(f"{name}.{offer.suffix}"))
    if not suffix and not thing.is_document:
        headers = [("Location", at), ("Vary", "Accept"), ("Cache-Control", FRESH), signposts.header(links)]
        return Reply(303, b"", tuple(headers))
    headers = [("Content-Location", at), signposts.header(links)]
    headers += [("Last-Modified", held.modified)] if held.modified else []
    body = _write(held, request, thing, offer)
    return represent(publication, offer, body, headers, name=name, vary=chosen_by(suffix))


def find(held: Holdings, path: str) -> Thing | None:
    """What a path without suffix speaks of; None if there is nothing there."""
    if path in held.documents:
        iri, triples = held.documents[path]
        page = "vocabulary" if path == "def" else "term" if path.startswith("vocabulary/") else ""
        return Thing(path, iri, triples, TERM if page else _NO_PAGE, page, is_document=True)
    above, _, local = path.rpartition("/")
    if above in held.documents:
        return _term(path, *held.documents[above], local)
    node = None if "#" in path else _node(held.base + path)
    triples = held.document(node) if node else ()
    if node is None or not triples:
        return None
    of = {t.object for t in triples if t.subject == node and t.predicate == RDF.type}
    among = ENTITY if of & held.features else tuple(offer for offer in ENTITY if offer.suffix != "geojson")
    return Thing(path, node, triples, among, "entity")


def _term(path: str, document: NamedNode, triples: tuple[Triple, ...], local: str) -> Thing | None:
    """A class, property or concept, which has a page of its own; its IRI is that of its document and a fragment."""
    iri = _node(f"{document.value}#{local}")
    said = tuple(triple for triple in triples if triple.subject == iri)
    return Thing(path, iri, said, TERM, "term") if iri and said else None


def _node(iri: str) -> NamedNode | None:
    try:
        return None if iri.count("#") > 1 or len(iri) > _LONGEST else NamedNode(iri)
    except ValueError:
        return None


def _suffixes(thing: Thing) -> list[str]:
    """The suffixes of the documents of a thing."""
    return list(dict.fromkeys(offer.suffix for offer in html.offered(thing.offers)))


def _links(held: Holdings, thing: Thing, suffix: str) -> list[signposts.Link]:
    """The links of a document of a thing, or of the thing itself."""
    return signposts.of_document(held, thing.path, thing.iri.value, thing.all(RDF.type), _suffixes(thing), suffix)


def _write(held: Holdings, request: Request, thing: Thing, offer: Offer) -> bytes:
    if offer.suffix == "html":
        about = () if thing.page == "vocabulary" else (thing.iri,)
        if thing.page != "entity":
            return html.page(held.publication, request, thing.page, *about)
        page = html.page(held.publication, request, thing.page, *about, document=thing.triples)
        return html.telling(page, _schema_org(held, thing))
    if offer.suffix == "linkset":
        at = held.publication.url(address(thing.path))
        documents = ((f"{at}.{suffix}", _links(held, thing, suffix)) for suffix in _suffixes(thing))
        return signposts.linkset([(at, _links(held, thing, "")), *documents])
    return writing.document(held, thing.triples, offer.suffix)


def _schema_org(held: Holdings, thing: Thing) -> dict[str, Any]:
    page = held.publication.url(address(f"{thing.path}.html"))
    return schema_org.thing(held.words.over(thing.triples), thing.iri, page, held.base)


def _tombstone(held: Holdings, request: Request, thing: Thing, suffix: str) -> Reply:
    """What is left of a thing that was withdrawn; it is gone whatever a client accepts."""
    name = next(iter(thing.all(SKOS.prefLabel)), thing.path)
    gone = UsageError(f"{name} was withdrawn", code="AL137", why=" ".join(thing.all(RDFS.comment)))
    try:
        offer = chosen(request, suffix, html.offered(thing.offers))
    except UsageError:
        raise gone from None
    if offer.suffix == "html":
        raise gone
    body = _write(held, request, thing, offer)
    return represent(held.publication, offer, body, status=410, name=thing.path, vary="Accept")


def missing(held: Holdings, path: str) -> UnknownNameError:
    """There is nothing at a path; what is most like it is named."""
    name, _ = split(path)
    folder = f"{name.partition('/')[0]}/"
    near = nearest(name, [other for other in held.classes if other.startswith(folder)]) if len(name) < 200 else []
    return UnknownNameError(f"there is nothing at {path[:200]}", code="AL130", candidates=tuple(near))
