"""The home of replies: how a representation and how a problem are told, with the headers that each has.

An ETag is a digest of the media type and the bytes: each representation has its own, and a release that changes
nothing of a document leaves it what it was. A problem is RFC 9457, or HTML, or text.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable
from typing import Any

from alataw.application import html
from alataw.application.negotiation import PROBLEM, Offer, choose
from alataw.codes import CODES
from alataw.errors import AlatawError, MissingExtraError, QueryError, RemoteError, sentence
from alataw.publication import Publication
from alataw.web import Reply, Request

Headers = Iterable[tuple[str, str]]

CORS = (
    ("Access-Control-Allow-Origin", "*"),
    ("Access-Control-Expose-Headers", "Allow, Content-Location, ETag, Last-Modified, Link, Location, Retry-After"),
)
"""Everything may be read from pages of any host."""

FRESH = "public, max-age=300"
"""How long a reply may be taken from a cache without asking."""

STATUS = {
    "AL010": 404,
    "AL011": 404,
    "AL031": 504,
    "AL037": 504,
    "AL060": 406,
    "AL130": 404,
    "AL131": 405,
    "AL132": 406,
    "AL134": 415,
    "AL135": 422,
    "AL136": 403,
    "AL137": 410,
}
"""The status of each problem that is none of 400, 501 and 502."""


def represent(
    publication: Publication,
    offer: Offer,
    body: bytes,
    headers: Headers = (),
    *,
    status: int = 200,
    name: str = "",
    vary: str = "",
    cache: str = FRESH,
) -> Reply:
    """Make a reply of a representation.

    Args:
        publication: What is published.
        offer: What it is.
        body: Its bytes.
        headers: Headers of its own.
        status: Its code.
        name: What a file of it is called, without suffix; empty for what is shown and not kept.
        vary: The headers of the request that it was chosen by.
        cache: How long it may be taken from a cache.

    Raises:
        QueryError: AL135 if it has more bytes than a reply may have.
    """
    if len(body) > publication.limits.answer_bytes:
        raise QueryError(
            f"the answer has more than {publication.limits.answer_bytes:,} bytes",
            code="AL135",
            why="an answer is given whole or not at all",
            fix="ask for less with LIMIT, or for a part at a time; or take the whole graph as a file",
        )
    tag = hashlib.sha256(offer.content_type.encode() + b"\0" + body).hexdigest()[:24]
    told = [("Content-Type", offer.content_type), ("ETag", f'"{tag}"'), ("Cache-Control", cache)]
    if offer.suffix == "html":
        told.append(("Content-Security-Policy", html.policy()))
    elif name:
        told.append(("Content-Disposition", f'inline; filename="{file_name(name)}.{offer.suffix}"'))
    if vary:
        told.append(("Vary", vary))
    return Reply(status, body, (*told, *headers))


def file_name(text: str) -> str:
    r"""A name that is one on every system, and cannot leave its quotes: letters, digits, hyphens.

    >>> file_name('station/alash"ankou\r\n')
    'station-alash-ankou'
    """
    return re.sub(r"[^A-Za-z0-9]+", "-", text).strip("-")[:100] or "alataw"


def problem(publication: Publication, request: Request, error: AlatawError, headers: Headers = ()) -> Reply:
    """Make a reply of what is wrong."""
    status = status_of(error)
    # What cannot be told as the client would like is told all the same.
    offer = choose(request.headers.get("accept", ""), html.offered(PROBLEM)) or PROBLEM[0]
    told = [("Content-Type", offer.content_type), ("Cache-Control", "no-cache"), ("Vary", "Accept, Accept-Language")]
    if offer.suffix == "html":
        detail = " ".join(map(sentence, filter(None, (error.what, error.why, error.advice))))
        told.append(("Content-Security-Policy", html.policy()))
        about = (status, CODES[error.code].title, detail)
        body = html.page(publication, request, "problem", *about, candidates=getattr(error, "candidates", ()))
    elif offer.suffix == "txt":
        body = (str(error) + "\n").encode("utf-8", "replace")
    else:
        told_ = json.dumps(_told(publication, error, status), ensure_ascii=False, indent=2) + "\n"
        # Nothing that was asked for comes back as markup, and half a character as a question mark.
        body = told_.replace("<", r"\u003c").encode("utf-8", "replace")
    return Reply(status, body, (*told, *headers))


def _told(publication: Publication, error: AlatawError, status: int) -> dict[str, Any]:
    """A problem as RFC 9457, 3.1 and 3.2 has it; members of ours say where it is and what to do."""
    told: dict[str, Any] = {
        "type": publication.url(f"problem/{error.code}"),
        "title": CODES[error.code].title,
        "status": status,
        "detail": error.what,
        "code": error.code,
    }
    more: dict[str, Any] = {name: getattr(error, name, "") for name in ("why", "fix", "parameter", "candidates")}
    if error.location and error.location.line:
        more |= {"line": error.location.line, "column": error.location.column, "source": error.source_line}
    return told | {name: value for name, value in more.items() if value}


def status_of(error: AlatawError) -> int:
    """The status of a reply that tells of a problem."""
    if isinstance(error, MissingExtraError):
        return 501
    return STATUS.get(error.code, 502 if isinstance(error, RemoteError) else 400)
