"""How tests ask the application, and read what it answers."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import pyoxigraph

from alataw.application import answer
from alataw.publication import Publication
from alataw.terms import Triple
from alataw.web import Reply, Request

Ask = Callable[..., Reply]


def asked(publication: Publication, path: str = "", method: str = "GET", *, body: bytes = b"", **headers: str) -> Reply:
    path, _, query = path.partition("?")
    told = {name.replace("_", "-"): value for name, value in headers.items()}
    return answer(publication, Request(method, path, query, told, body))


def sparql(text: str, **parameters: str) -> str:
    """The address of a query."""
    told = "".join(f"&{name.replace('_', '-')}={quote(value, safe='')}" for name, value in parameters.items())
    return f"sparql?query={quote(text, safe='')}{told}"


def media_type(reply: Reply) -> str:
    return reply.header("Content-Type").partition(";")[0]


def told(reply: Reply) -> dict[str, Any]:
    """A problem document (RFC 9457), held to what one is."""
    assert media_type(reply) == "application/problem+json"
    problem: dict[str, Any] = json.loads(reply.body)
    assert problem["status"] == reply.status >= 400
    assert problem["type"].endswith(f"/problem/{problem['code']}")
    assert problem["title"]
    assert problem["detail"]
    return problem


_RDF = {
    "text/turtle": pyoxigraph.RdfFormat.TURTLE,
    "application/n-triples": pyoxigraph.RdfFormat.N_TRIPLES,
    "text/plain": pyoxigraph.RdfFormat.N_TRIPLES,
    "application/n-quads": pyoxigraph.RdfFormat.N_QUADS,
    "application/trig": pyoxigraph.RdfFormat.TRIG,
    "application/rdf+xml": pyoxigraph.RdfFormat.RDF_XML,
    "application/ld+json": pyoxigraph.RdfFormat.JSON_LD,
    "application/json": pyoxigraph.RdfFormat.JSON_LD,
}


def triples(reply: Reply) -> set[Triple]:
    """What a reply says, read by its media type."""
    return {quad.triple for quad in pyoxigraph.parse(reply.body, format=_RDF[media_type(reply)])}


def links(reply: Reply) -> dict[str, list[tuple[str, str]]]:
    """The links of a reply: relation to targets and media types."""
    found: dict[str, list[tuple[str, str]]] = {}
    for link in reply.header("Link").split(", "):
        target, *attributes = link.split("; ")
        said = dict(attribute.split("=", 1) for attribute in attributes)
        found.setdefault(said["rel"].strip('"'), []).append((target.strip("<>"), said.get("type", "").strip('"')))
    return found
