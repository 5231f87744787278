"""The home of the reconciliation service over HTTP: what is asked by address and form, and answered in JSON.

    reconcile              version 0.2
    reconcile/1.0-draft    the draft: its own manifest, `match` and `extend`, which take JSON; else the same calls

Source: Reconciliation Service API 0.2, 2 to 7, and the draft.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from alataw.application.holdings import holdings
from alataw.application.negotiation import MEDIA_TYPES, Offer
from alataw.application.protocol import decoded, malformed, read
from alataw.application.replies import represent
from alataw.errors import UsageError
from alataw.publication import Publication
from alataw.reconciliation import Service
from alataw.reconciliation_draft import VERSION, Draft
from alataw.web import Reply, Request

_JSON = Offer("json", "application/json")
_PREVIEW = Offer("", MEDIA_TYPES["html"])
_FORM = "application/x-www-form-urlencoded"

Parameters = dict[str, str]


def answer(publication: Publication, request: Request, path: str) -> Reply:
    """Answer a call of the service.

    Raises:
        UsageError: AL133 if it is malformed, AL134 if the body is of another kind, AL130 if there is no such call.
    """
    service = holdings(publication).reconciliation
    below = path.removeprefix(VERSION).removeprefix("/") if f"{path}/".startswith(f"{VERSION}/") else None
    path = path if below is None else below
    told = {} if below in _BY_BODY else dict(_told(request))
    if path == "preview":
        page = service.preview(told.get("id", ""))
        if not page:
            raise UsageError(
                f"there is no entity {told.get('id', '')[:200]}", code="AL130", fix="take an id of a result"
            )
        return represent(publication, _PREVIEW, page.encode(), [("Content-Security-Policy", "default-src 'none'")])
    if below not in _BY_BODY and path not in _CALLS:
        raise UsageError(f"there is nothing at {request.path[:200]}", code="AL130", fix="the manifest is at reconcile")
    try:
        if below in _BY_BODY:
            found = _BY_BODY[below](Draft(service), _sent(request))
        else:
            found = Draft(service).manifest() if below == "" else _CALLS[path](service, told)
        body = json.dumps(found, ensure_ascii=False).encode() + b"\n"  # not of half a character
    except (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError) as error:
        fix = f"see the Reconciliation Service API {'0.2' if below is None else VERSION}"
        raise malformed(f"the service cannot read it: {error}", fix) from None
    return represent(publication, _JSON, body)


_BY_BODY: dict[str | None, Callable[[Draft, Any], Any]] = {"match": Draft.match, "extend": Draft.extend}
"""Path below the draft to what answers a body of JSON."""


def _sent(request: Request) -> Any:
    """The body of a request, which is JSON."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if request.method != "POST" or kind != _JSON.media_type:
        raise UsageError("this is asked by POST with a body of JSON", code="AL134", fix=f"send {_JSON.media_type}")
    return json.loads(decoded(request.body))


def _told(request: Request) -> list[tuple[str, str]]:
    told = read(request.query, "the address")
    if request.method != "POST":
        return told
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != _FORM:
        raise UsageError(f"a body of the type {kind[:100]!r} is not understood", code="AL134", fix=f"send {_FORM}")
    return told + read(decoded(request.body), "the body")


def _root(service: Service, told: Parameters) -> Any:
    """The batch of queries, the extension, or the manifest."""
    if "queries" in told:
        return service.reconcile(json.loads(told["queries"]))
    if "extend" in told:
        return service.extend(json.loads(told["extend"]))
    return service.manifest()


def _number(told: Parameters, name: str) -> int | None:
    text = told.get(name, "")
    return int(text) if text.isdecimal() and len(text) < 10 else None


_CALLS: dict[str, Callable[[Service, Parameters], Any]] = {
    "": _root,
    "suggest/entity": lambda service, told: service.suggest_entity(
        told.get("prefix", ""), _number(told, "cursor") or 0
    ),
    "suggest/type": lambda service, told: service.suggest_type(told.get("prefix", ""), _number(told, "cursor") or 0),
    "suggest/property": lambda service, told: service.suggest_property(
        told.get("prefix", ""), _number(told, "cursor") or 0
    ),
    "extend/propose": lambda service, told: service.propose_properties(told.get("type", ""), _number(told, "limit")),
}
"""Path below the service to what answers."""
