"""The home of content negotiation: the one table of media types, and which of those offered a client gets.

Headers are read by werkzeug, by the rules of RFC 9110, 12.5.1 and 12.5.4: the most specific range that fits tells the
quality of a media type. What is no header at all counts as none.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

from alataw.errors import UsageError
from alataw.web import Request

MEDIA_TYPES = {
    "html": "text/html",
    "ttl": "text/turtle",
    "nt": "application/n-triples",
    "nq": "application/n-quads",
    "trig": "application/trig",
    "rdf": "application/rdf+xml",
    "jsonld": "application/ld+json",
    "json": "application/sparql-results+json",
    "xml": "application/sparql-results+xml",
    "csv": "text/csv",
    "tsv": "text/tab-separated-values",
    "jsonl": "application/jsonl",
    "md": "text/markdown",
    "geojson": "application/geo+json",
    "linkset": "application/linkset+json",
    "rq": "application/sparql-query",
    "txt": "text/plain",
    "problem": "application/problem+json",
}
"""Suffix of a document to its media type."""


class Offer(NamedTuple):
    """One representation that can be had: how it is written, by the suffix of its documents, and what it is called."""

    suffix: str
    media_type: str

    @property
    def content_type(self) -> str:
        """The media type as it is sent: what is text says its encoding."""
        return f"{self.media_type}; charset=utf-8" if self.media_type.startswith("text/") else self.media_type


def offers(*suffixes: str, **also: str) -> tuple[Offer, ...]:
    """Representations in the order in which they are preferred here, and other names for them behind.

    Args:
        suffixes: Keys of `MEDIA_TYPES`.
        also: Suffix to one more media type under which it can be asked for, for clients that know no other.
    """
    named = [Offer(suffix, MEDIA_TYPES[suffix]) for suffix in suffixes]
    return (*named, *(Offer(suffix, media_type) for suffix, media_type in also.items()))


SECOND = {"jsonld": "application/json", "nt": "text/plain"}
"""Second names of RDF formats, which some clients ask for: the second was that of N-Triples until 2013."""

RDF = offers("ttl", "nt", "rdf", "jsonld", "trig", "nq", **SECOND)
ROWS = offers("json", "xml", "csv", "tsv", json="application/json", xml="application/xml")
TRUTH = offers("json", "xml", json="application/json", xml="application/xml")
PROBLEM = offers("problem", "html", "txt", problem="application/json")
HTML = offers("html")

MOST_LANGUAGES = 10
LONGEST_TAG = 35
"""How many languages of a header are heard, and of how many characters; each label of a page is looked up in each."""

_UTF_8 = re.compile(r';\s*charset="?utf-?8"?\s*(?=;|$)', re.IGNORECASE)
"""The encoding in which everything is sent, as a parameter of a media range."""


def split(path: str) -> tuple[str, str]:
    """Part a path into that of a thing and the suffix of its document, which is empty for the thing itself.

    >>> split("station/alashankou.ttl"), split("station/st.-gallen")
    (('station/alashankou', 'ttl'), ('station/st.-gallen', ''))
    """
    name, dot, suffix = path.rpartition(".")
    return (name, suffix) if dot and suffix in MEDIA_TYPES else (path, "")


def negotiate(request: Request, among: Iterable[Offer]) -> Offer:
    """Choose what a client gets.

    Raises:
        UsageError: AL132 if it accepts nothing of what there is.
    """
    among = tuple(among)
    chosen = choose(request.headers.get("accept", ""), among)
    if chosen is None:
        raise UsageError(
            "nothing that is acceptable can be had here",
            code="AL132",
            why=f"the request accepts {request.headers['accept'][:200]}",
            fix=f"accept one of {', '.join(offer.media_type for offer in among)}",
        )
    return chosen


def chosen(request: Request, suffix: str, among: Iterable[Offer]) -> Offer:
    """What the suffix of a path says, else what is accepted.

    Raises:
        UsageError: AL130 if there is no such representation; AL132 if nothing is acceptable.
    """
    if not suffix:
        return negotiate(request, among)
    found = next((offer for offer in among if offer.suffix == suffix), None)
    if found is None:
        raise UsageError(f"there is nothing at {request.path[:200]}", code="AL130", fix="take another suffix")
    return found


def chosen_by(suffix: str) -> str:
    """The headers of a request by which a representation was chosen, for `Vary`: a suffix leaves the language alone.

    >>> chosen_by(""), chosen_by("html"), chosen_by("ttl")
    ('Accept, Accept-Language', 'Accept-Language', '')
    """
    return "Accept, Accept-Language" if not suffix else "Accept-Language" if suffix == "html" else ""


@lru_cache(maxsize=1024)
def choose(accept: str, among: tuple[Offer, ...]) -> Offer | None:
    """The best of what is offered, by quality, then by how exactly it is asked for, then by our order; None if none.

    >>> choose("text/html;q=0.5, application/rdf+xml, */*;q=0.1", RDF).suffix
    'rdf'
    """
    from werkzeug.datastructures import MIMEAccept
    from werkzeug.http import parse_accept_header, parse_options_header

    ranges = [
        (parse_options_header(_UTF_8.sub("", said)), quality)
        for said, quality in parse_accept_header(accept, MIMEAccept)
        if "/" in said
    ]
    if not ranges:
        return among[0] if among else None
    # A range with other parameters names a variant that there is not, but what a client that knows one can mostly read;
    # what it says of the bare type itself counts before.
    plain = {bare.lower() for (bare, parameters), _ in ranges if not parameters}
    heard = [(bare, quality) for (bare, parameters), quality in ranges if not parameters or bare.lower() not in plain]
    told = {offer.media_type: offer for offer in reversed(among)}
    order = list(dict.fromkeys(offer.media_type for offer in among))
    found = MIMEAccept(heard).best_match(order)
    return told[found] if found else None


@lru_cache(maxsize=1024)
def languages(accept_language: str) -> tuple[str, ...]:
    """The ten best language tags of a header; those of quality 0, and those longer than any in use, left out.

    >>> languages("ru;q=0.5, zh-Hans, *;q=0.1")
    ('zh-Hans', 'ru')
    """
    from werkzeug.datastructures import LanguageAccept
    from werkzeug.http import parse_accept_header

    told = sorted(parse_accept_header(accept_language, LanguageAccept), key=lambda said: -said[1])
    tags = dict.fromkeys(tag for tag, quality in told if quality > 0 and tag != "*" and len(tag) <= LONGEST_TAG)
    return tuple(tags)[:MOST_LANGUAGES]
