"""The home of the reconciliation service on the web: routes only, to be mounted by a server.

    app = Mount("/reconcile", routes.app(Service(graph, "https://example.org/reconcile")))

Every answer, errors too, may be read from pages of any host (CORS), as the specification wants.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

from alataw.errors import AlatawError, MissingExtraError
from alataw.reconciliation import Service

if TYPE_CHECKING:
    from starlette.applications import Starlette
    from starlette.requests import Request
    from starlette.responses import Response

MOST_BYTES = 1 << 20
"""How long the body of a request may be."""

_CORS = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Allow-Methods": "GET, POST, OPTIONS",
    "Access-Control-Allow-Headers": "*",
}


def app(service: Service) -> Starlette:
    """The service as an ASGI application.

    Raises:
        MissingExtraError: AL080 if Starlette is not installed.
    """
    try:
        from starlette.applications import Starlette
        from starlette.routing import Route
    except ImportError as error:
        raise MissingExtraError(
            "the reconciliation service needs Starlette", code="AL080", fix="pip install 'alataw[server]'"
        ) from error

    async def root(request: Request) -> Response:
        told = await _parameters(request)
        if told is None:
            return _json({"error": f"the body is over {MOST_BYTES:,} bytes"}, 413)
        if "queries" in told:
            return _json(service.reconcile(_parsed(told["queries"])))
        if "extend" in told:
            return _json(service.extend(_parsed(told["extend"])))
        return _json(service.manifest())

    async def suggest(request: Request) -> Response:
        ask = {
            "entity": service.suggest_entity,
            "type": service.suggest_type,
            "property": service.suggest_property,
        }[request.path_params["what"]]
        return _json(ask(request.query_params.get("prefix", ""), _number(request, "cursor") or 0))

    async def propose(request: Request) -> Response:
        return _json(service.propose_properties(request.query_params.get("type", ""), _number(request, "limit")))

    async def preview(request: Request) -> Response:
        from starlette.responses import HTMLResponse

        page = service.preview(request.query_params.get("id", ""))
        return HTMLResponse(page or "no such entity", 200 if page else 404, _CORS)

    methods = ["GET", "POST", "OPTIONS"]
    return Starlette(
        routes=[
            Route("/", _guarded(root), methods=methods),
            Route("/suggest/{what:str}", _guarded(suggest), methods=methods),
            Route("/extend/propose", _guarded(propose), methods=methods),
            Route("/preview", _guarded(preview), methods=methods),
        ]
    )


def _guarded(answer: Callable[[Request], Awaitable[Response]]) -> Callable[[Request], Awaitable[Response]]:
    """A wrong request is told so, with 400 and what is wrong."""

    async def guarded(request: Request) -> Response:
        if request.method == "OPTIONS":
            return _json({})
        try:
            return await answer(request)
        except KeyError:
            return _json({"error": "there is nothing of this name"}, 404)
        except (AlatawError, ValueError, AttributeError) as error:
            return _json({"error": str(error)}, 400)

    return guarded


async def _parameters(request: Request) -> dict[str, str] | None:
    """The parameters of the address and of a form; None if the form is too long."""
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > MOST_BYTES:
            return None
    form = {name: values[-1] for name, values in parse_qs(body.decode(errors="replace")).items()}
    return {**dict(request.query_params), **form}


def _parsed(text: str) -> Any:
    try:
        return json.loads(text)
    except RecursionError as error:
        raise ValueError("the query is too deep") from error


def _number(request: Request, name: str) -> int | None:
    text = request.query_params.get(name, "")
    return int(text) if text.isdecimal() else None


def _json(data: Any, status: int = 200) -> Response:
    from starlette.responses import JSONResponse

    return JSONResponse(data, status, _CORS)
