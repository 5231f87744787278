"""The home of paths: which function answers for which, by which methods, and in which lane."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import NamedTuple

from alataw.application import discovery, documents, graphs, protocol, queries, reconcile, replies
from alataw.application.holdings import FILES
from alataw.application.negotiation import MEDIA_TYPES
from alataw.errors import AlatawError, UsageError
from alataw.publication import Publication
from alataw.web import Reply, Request

Answer = Callable[[Publication, Request, str], Reply]


class Route(NamedTuple):
    """What answers for the paths that a pattern matches; the function is given what its group holds.

    What is asked with parameters or a body goes into a lane, what is asked without into another.
    """

    pattern: str
    answer: Answer
    methods: tuple[str, ...] = ("GET", "HEAD")
    lane: str = "quick"
    bare_lane: str = "quick"


def _health(publication: Publication, request: Request, rest: str) -> Reply:
    return Reply(200, b"fine\n", (("Content-Type", "text/plain; charset=utf-8"), ("Cache-Control", "no-store")))


def _entity(publication: Publication, request: Request, path: str) -> Reply:
    """All entities of a class, or one thing, or a document of it."""
    return discovery.collection(publication, request, path) or documents.answer(publication, request, path)


_ASKED = ("GET", "HEAD", "POST")

ROUTES = (
    Route(r"()", discovery.landing),
    Route(r"(about)", discovery.page),
    Route(r"(crossings|disputes)", discovery.listing),
    Route(r"()search", discovery.search),
    Route(r"()sparql", protocol.sparql, _ASKED, "free"),
    Route(r"()query", queries.listing),
    Route(r"query/(.+)", queries.answer),
    Route(r"()graph", graphs.store, lane="free"),
    Route(r"graph/(.+)", graphs.graph, lane="free", bare_lane="free"),
    Route(r"reconcile(?:/(.*))?", reconcile.answer, _ASKED, "free"),
    Route(rf"(catalog(?:\.(?:{'|'.join(MEDIA_TYPES)}))?|\.well-known/void)", discovery.description),
    Route(r"()\.well-known/sparql-examples", discovery.examples),
    Route(r"()\.well-known/api-catalog", discovery.api_catalog),
    Route(r"()linkset", discovery.linkset),
    Route(r"()openapi\.json", discovery.openapi),
    Route(r"()context/v1\.jsonld", discovery.context),
    Route(r"()robots\.txt", discovery.robots),
    Route(r"sitemap(?:-([0-9]{1,6}))?\.xml", discovery.sitemap),
    Route(r"problem/(AL[0-9]{3})", discovery.problem),
    Route(r"(static/.+)", discovery.static),
    Route("(" + "|".join(map(re.escape, FILES)) + ")", discovery.file),
    Route(r"()health", _health),
    Route(r"(.*)", _entity),
)
"""Every path; the first pattern that matches counts."""


def answer(publication: Publication, request: Request) -> Reply:
    """Answer a request; what is wrong with it is an answer too."""
    route, rest = _route(request)
    allowed = ("Allow", ", ".join((*route.methods, "OPTIONS")))
    if request.method == "OPTIONS":
        return _open(_options(allowed))
    try:
        if request.method not in route.methods:
            raise UsageError(f"{request.method} is not for this path", code="AL131", fix=f"take {allowed[1]}")
        reply = route.answer(publication, request, rest)
    except AlatawError as error:
        reply = replies.problem(publication, request, error, (allowed,) if error.code == "AL131" else ())
    return _open(reply)


def lane(request: Request) -> str:
    """The lane of a request: `free` for a query of one's own, a whole graph or a batch of names, else `quick`."""
    route, _ = _route(request)
    if request.method not in route.methods:
        return "quick"
    return route.lane if request.query or request.method == "POST" else route.bare_lane


def _route(request: Request) -> tuple[Route, str]:
    """The route of a path, and what the group of its pattern holds."""
    matches = ((route, re.fullmatch(route.pattern, request.path, re.DOTALL)) for route in ROUTES)
    return next((route, match[1] or "") for route, match in matches if match)


def _options(allowed: tuple[str, str]) -> Reply:
    asked = (
        ("Access-Control-Allow-Methods", allowed[1]),
        ("Access-Control-Allow-Headers", "*"),
        ("Access-Control-Max-Age", "86400"),
    )
    return Reply(204, b"", (allowed, *asked))


def _open(reply: Reply) -> Reply:
    """Let pages of any host read the reply, and let no browser guess what it is."""
    return replace(reply, headers=(*reply.headers, *replies.CORS, ("X-Content-Type-Options", "nosniff")))
