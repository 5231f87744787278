"""The home of paths: which function answers for which, and in which lane."""

from __future__ import annotations

from alataw.publication import Publication
from alataw.web import Reply, Request


def answer(publication: Publication, request: Request) -> Reply:
    """Answer a request; what is wrong with it is an answer too."""
    if request.path == "health":
        return Reply(200, b"fine\n", (("Content-Type", "text/plain; charset=utf-8"),))
    return Reply(404, b"there is nothing here\n", (("Content-Type", "text/plain; charset=utf-8"),))


def lane(request: Request) -> str:
    """The lane of a request: `free` for a query of one's own, which may cost anything, else `quick`."""
    return "free" if request.path == "sparql" else "quick"
