"""The Graph Store Protocol, for reading."""

from __future__ import annotations

from urllib.parse import quote

import pytest
from answers import Ask, asked, media_type, told, triples

from alataw.publication import Limits, Publication
from alataw.store import BEST, STATED


@pytest.mark.parametrize("kind", ["text/turtle", "application/n-triples", "application/rdf+xml", "application/ld+json", "application/trig", "application/n-quads"])  # fmt: skip
def test_a_graph_by_its_iri(kind: str, ask: Ask, publication: Publication) -> None:
    """In every format, the same triples; by the address of the graph itself too."""
    reply = ask(f"graph?graph={quote(BEST.value, safe='')}", accept=kind)
    assert (reply.status, media_type(reply)) == (200, kind)
    assert triples(reply) == set(publication.graph.store.triples(BEST))
    assert ask("graph/best", accept=kind).body == reply.body
    assert reply.header("ETag")
    assert "Accept" in reply.header("Vary")


def test_the_default_graph(ask: Ask, publication: Publication) -> None:
    """By ?default, and by the name under which it can be taken for one."""
    reply = ask("graph?default", accept="application/n-triples")
    assert triples(reply) == set(publication.graph.store.triples())
    assert ask(f"graph?graph={STATED.value}", accept="application/n-triples").body == reply.body


@pytest.mark.parametrize("query", ["", "graph=", "graph=best", "graph=%2Fgraph%2Fbest", "graph=//example.org/x", "graph=a b", "default&graph=https://w3id.org/alataw/graph/best", "default&default", "graph=a:a&graph=a:a"])  # fmt: skip
def test_a_graph_is_named_once_and_whole(query: str, ask: Ask) -> None:
    """Missing, relative or twice is 400."""
    reply = ask(f"graph?{query}")
    assert (reply.status, told(reply)["code"]) == (400, "AL133")


@pytest.mark.parametrize("path", ["graph?graph=https://example.org/nothing", "graph?graph=file:///etc/passwd", "graph/nothing", "graph?graph=https://w3id.org/alataw/graph/loads"])  # fmt: skip
def test_an_unknown_graph_is_404(path: str, ask: Ask) -> None:
    """And nothing is fetched."""
    assert ask(path).status == 404


@pytest.mark.parametrize("method", ["PUT", "POST", "DELETE", "PATCH"])
@pytest.mark.parametrize("path", ["graph?default", "graph/best", "graph?graph=https://w3id.org/alataw/graph/best"])
def test_nothing_is_written(path: str, method: str, ask: Ask) -> None:
    """405, with what can be done."""
    reply = ask(path, method, body=b"<a:a> <a:b> <a:c> .", content_type="text/turtle")
    assert (reply.status, reply.header("Allow")) == (405, "GET, HEAD, OPTIONS")


def test_a_graph_over_a_limit_is_refused_whole(publication: Publication) -> None:
    """With where to take it instead."""
    reply = asked(Publication(publication.graph, limits=Limits(rows=100)), "graph?default")
    assert (reply.status, told(reply)["code"]) == (422, "AL135")
    assert "file" in told(reply)["fix"]
