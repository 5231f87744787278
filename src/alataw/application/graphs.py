"""The home of the graph store: whole graphs, to be read.

Source: SPARQL 1.1 Graph Store HTTP Protocol, 4 and 5.2.
"""

from __future__ import annotations

import re

from alataw.application import writing
from alataw.application.holdings import holdings
from alataw.application.negotiation import RDF, negotiate
from alataw.application.protocol import malformed, read
from alataw.application.replies import represent
from alataw.errors import UsageError
from alataw.publication import Publication
from alataw.store import STATED, Dataset
from alataw.terms import NamedNode
from alataw.web import Reply, Request

_ABSOLUTE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:\S+")
_EVERYTHING = "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }"


def store(publication: Publication, request: Request, rest: str) -> Reply:
    """Answer with the graph that the address names (4.2), or the default graph.

    Raises:
        UsageError: AL133 if it names none, or not as it should; AL130 if it is not held here.
    """
    told = read(request.query, "the address")
    named = [value for name, value in told if name == "graph"]
    if len(named) + sum(name == "default" for name, _ in told) != 1:
        raise malformed("the address names no graph, or several", "write ?default, or ?graph= and an IRI")
    if named and not _ABSOLUTE.fullmatch(named[0]):
        raise malformed(f"{named[0][:200]!r} is no absolute IRI", "write the whole IRI of the graph")
    return _reply(publication, request, named[0] if named else STATED.value)


def graph(publication: Publication, request: Request, name: str) -> Reply:
    """Answer with the graph whose IRI has this path (4.1)."""
    return _reply(publication, request, f"{STATED.value.rpartition('/')[0]}/{name}")


def _reply(publication: Publication, request: Request, iri: str) -> Reply:
    held = holdings(publication)
    if iri not in {graph.value for graph in held.counts}:
        raise UsageError(
            f"the graph {iri[:200]} is not held here",
            code="AL130",
            fix=f"take one of {', '.join(graph.value for graph in held.counts)}",
        )
    offer = negotiate(request, RDF)
    triples = publication.graph.sparql(_EVERYTHING, dataset=Dataset((NamedNode(iri),)), bound=publication.bound).triples
    body = writing.graph(held, triples or (), offer)
    return represent(publication, offer, body, name=iri.rpartition("/")[2], vary="Accept")
