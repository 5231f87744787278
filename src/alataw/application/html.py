"""The home of the way to the pages: HTML is offered where they can be made."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from alataw.application.negotiation import Offer, languages
from alataw.errors import MissingExtraError
from alataw.exports import schema_org
from alataw.publication import Publication
from alataw.web import Request


@lru_cache(maxsize=1)
def can() -> bool:
    """Whether there are pages here, and what they are made with is installed."""
    return all(find_spec(name) is not None for name in ("alataw.pages", "jinja2"))


def offered(among: tuple[Offer, ...]) -> tuple[Offer, ...]:
    """What is offered, without HTML where no pages can be made."""
    return among if can() else tuple(offer for offer in among if offer.suffix != "html")


def page(publication: Publication, request: Request, name: str, /, *about: Any, **more: Any) -> bytes:
    """Have a page made, in the languages of the request.

    Args:
        publication: What is published.
        request: Who asks.
        name: A method of `pages.Pages`.
        about: What it takes before the languages.
        more: What it takes behind them.

    Raises:
        MissingExtraError: AL080 if no pages can be made.
    """
    if not can():
        raise MissingExtraError("pages need jinja2", code="AL080", fix="pip install 'alataw[site]'")
    accepted = list(languages(request.headers.get("accept-language", "")))
    made: str = getattr(_pages(publication), name)(*about, accepted, **more)
    return made.encode("utf-8", "replace")


def telling(page: bytes, data: dict[str, Any]) -> bytes:
    """A page that tells machines what it shows, in its head."""
    return page.replace(b"</head>", schema_org.block(data).encode() + b"</head>", 1)


def policy() -> str:
    """What a browser may do with a page."""
    return str(import_module("alataw.pages").CONTENT_SECURITY_POLICY)


def static() -> Mapping[str, tuple[str, bytes]]:
    """The files that pages need, by path: media type and bytes."""
    return dict(import_module("alataw.pages").STATIC) if can() else {}


@lru_cache(maxsize=4)
def _pages(publication: Publication) -> Any:
    pages = import_module("alataw.pages").Pages(publication)
    pages.warm()
    return pages
