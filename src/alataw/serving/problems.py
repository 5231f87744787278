"""The home of what the rim itself says is wrong: problem details (RFC 9457), by status."""

from __future__ import annotations

import json
from http import HTTPStatus

from alataw.web import Reply

DETAILS = {
    400: "The request breaks the rules of HTTP.",
    403: "This is for the machine of the server alone.",
    404: "There is nothing here.",
    408: "The request did not come in time.",
    413: "The body of the request is too long.",
    414: "The address is too long; a long query can be sent with POST.",
    415: "The body is compressed, which is not taken here.",
    417: "Nothing but 100-continue can be expected here.",
    429: "Too many requests came from this client; wait, and ask more slowly.",
    431: "The headers of the request are too long, or too many.",
    500: "The process that worked on the request has ended: the request took more memory than it may, or met a fault.",
    501: "This method or coding is not known here.",
    503: "Too much is being asked at the moment.",
    504: "The request took more time than it may, and was ended.",
    505: "HTTP/1.1 is spoken here.",
}
"""What is said of each status, unless there is more to say. Nothing of the request is repeated."""


def problem(status: int, detail: str = "", *, retry_s: int | None = None) -> Reply:
    """What is wrong, as a reply.

    >>> problem(503, retry_s=2).header("retry-after")
    '2'
    """
    title = HTTPStatus(status).phrase
    body = json.dumps({"type": "about:blank", "title": title, "status": status, "detail": detail or DETAILS[status]})
    headers = [
        ("Content-Type", "application/problem+json"),
        ("Cache-Control", "no-store"),
        ("X-Content-Type-Options", "nosniff"),
        ("Access-Control-Allow-Origin", "*"),
    ]
    if retry_s is not None:
        headers.append(("Retry-After", str(retry_s)))
    return Reply(status, body.encode() + b"\n", tuple(headers))
