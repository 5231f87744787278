"""The home of bodies: how triples and answers are written in each format."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

import pyoxigraph

from alataw import exports
from alataw.application.holdings import Holdings
from alataw.application.negotiation import Offer
from alataw.errors import AlatawError
from alataw.exports import rdf
from alataw.solutions import Answer
from alataw.terms import Triple

FORMATS = {
    "ttl": "turtle",
    "nt": "ntriples",
    "nq": "nquads",
    "jsonld": "jsonld",
    "rdf": "rdfxml",
    "trig": "trig",
    "csv": "csv",
    "geojson": "geojson",
}
"""Suffix of a document to the format of `exports.FORMATS` that writes it."""

_ANSWERS = {"md": "markdown"}


def document(
    holdings: Holdings, triples: Iterable[Triple], suffix: str, prefixes: Mapping[str, str] | None = None
) -> bytes:
    """Write what is said of something as an export writes it: canonical, in the words of the graph.

    Args:
        holdings: What is published.
        triples: What is written.
        suffix: A key of `FORMATS`.
        prefixes: Prefixes besides those of the graph.

    Raises:
        AlatawError: AL060 if the format cannot say it.
    """
    triples = tuple(triples)
    source = holdings.words.over(triples, beside=holdings.named(triples) if suffix == "csv" else ())
    return exports.write(replace(source, prefixes={**source.prefixes, **(prefixes or {})}), FORMATS[suffix])


def answer(holdings: Holdings, found: Answer, offer: Offer) -> bytes:
    """Write an answer: rows and truth values by `solutions`, a graph as `graph` does.

    Raises:
        AlatawError: AL060 if the format cannot say it.
    """
    if found.triples is None:
        return found.write(_ANSWERS.get(offer.suffix, offer.suffix))
    return graph(holdings, found.triples, offer)


def graph(holdings: Holdings, triples: Iterable[Triple], offer: Offer) -> bytes:
    """Write any triples, blank nodes and all, as they are and at once.

    Raises:
        AlatawError: AL060 if the format cannot say them.
    """
    if offer.suffix == "rdf":
        return rdf.rdfxml(holdings.words.over(tuple(triples)))
    format_ = pyoxigraph.RdfFormat.from_extension(offer.suffix)
    prefixes = {prefix: namespace for prefix, namespace in holdings.words.prefixes.items() if prefix}
    try:
        written = pyoxigraph.serialize(triples, format=format_, prefixes=prefixes)
    except (OSError, ValueError) as error:
        raise AlatawError(f"{offer.media_type} cannot say the graph: {error}", code="AL060") from None
    return written or b""
