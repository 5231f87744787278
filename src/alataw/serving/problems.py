"""The home of what the rim itself says is wrong: problem details (RFC 9457), by status."""

from __future__ import annotations

import json
from html import escape
from http import HTTPStatus

from alataw.application.negotiation import PROBLEM, choose
from alataw.application.replies import CORS
from alataw.web import Reply, Request

DETAILS = {
    400: "The request breaks the rules of HTTP.",
    403: "This is for the machine of the server alone.",
    404: "There is nothing here.",
    408: "The request did not come in time.",
    412: "What is here is not what the conditions of the request want.",
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


LONGEST_ACCEPT = 1024
"""How long a list of what is accepted may be to be looked at: the front, which looks, has everybody waiting."""

# As the pages of the site look, by their stylesheet; made without them, since the front has to tell what is wrong when
# nobody else can.
_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>{title}</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<link rel="stylesheet" href="{link}static/style.css">
<link rel="icon" type="image/svg+xml" href="{link}static/favicon.svg">
</head>
<body>
<header class="top">
<div class="wide">
<a class="home" href="{link}"><img class="rails" src="{link}static/favicon.svg" alt="">The first page</a>
</div>
</header>
<main class="wide">
<p class="kinds"><span class="kind">{status}</span></p>
<h1>{title}</h1>
<p class="lead">{detail}</p>
</main>
</body>
</html>
"""
_POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


def problem(status: int, request: Request, detail: str = "", *, retry_s: int | None = None, home: str = "/") -> Reply:
    r"""What is wrong, as a reply: as RFC 9457 has it, or as HTML or text if that is what is asked for.

    Args:
        status: What is wrong.
        request: What was asked.
        detail: What is said of it; what `DETAILS` has if empty.
        retry_s: When to ask again.
        home: The path at which the site is published, where a page leads to.

    >>> busy = problem(503, Request(headers={"accept": "text/plain"}), retry_s=2)
    >>> busy.header("retry-after"), busy.body
    ('2', b'503 Service Unavailable: Too much is being asked at the moment.\n')
    """
    accept = request.headers.get("accept", "")
    offer = choose(accept if len(accept) <= LONGEST_ACCEPT else "", PROBLEM) or PROBLEM[0]
    told = {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status}
    told["detail"] = detail or DETAILS[status]
    headers = [("Content-Type", offer.content_type), ("Cache-Control", "no-store"), ("Vary", "Accept")]
    if offer.suffix == "html":
        headers.append(("Content-Security-Policy", _POLICY))
        body = _PAGE.format_map({name: escape(str(said)) for name, said in {**told, "link": home}.items()})
    elif offer.suffix == "txt":
        body = "{status} {title}: {detail}\n".format_map(told)
    else:
        body = json.dumps(told) + "\n"
    if retry_s is not None:
        headers.append(("Retry-After", str(retry_s)))
    return Reply(status, body.encode(), (*headers, *CORS, ("X-Content-Type-Options", "nosniff")))
