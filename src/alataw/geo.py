"""The home of where things are: points as they are written, and the index by which a box on the map finds them.

The index is a graph: from each degree of latitude to the claims of coordinates within it. A query names the degrees
that its box touches (`bands`), so that any engine looks up only what lies in these.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator

from alataw.terms import BASE, DCTERMS, GEO, XSD, Literal, NamedNode, Namespace, Triple

WGS84 = Namespace("http://www.w3.org/2003/01/geo/wgs84_pos#")
_INDEX = BASE + "graph/places"

# OGC 06-103r4, 7.2: POINT, longitude first; a third number, the height, is passed over.
_POINT = re.compile(
    r"\s*POINT\s*\(\s*([+-]?\d{1,3}(?:\.\d+)?)\s+([+-]?\d{1,2}(?:\.\d+)?)(?:\s+\S+)?\s*\)\s*", re.IGNORECASE
)


def point(text: str) -> tuple[str, str] | None:
    """Longitude and latitude of a point, in degrees, with the digits that are written; None if it is no point.

    >>> point("POINT(82.57028 45.17028)"), point("POINT EMPTY"), point("POINT(200 10)")
    (('82.57028', '45.17028'), None, None)
    """
    match = _POINT.fullmatch(text)
    if not match or abs(float(match[1])) > 180 or abs(float(match[2])) > 90:
        return None
    return match[1], match[2]


def bands(south: str, north: str) -> list[NamedNode]:
    """The degrees of latitude between two, as they stand in the index.

    >>> [band.value.rpartition("#")[2] for band in bands("44.5", "46.0")]
    ['44', '45', '46']
    """
    first, last = (math.floor(max(-90.0, min(90.0, float(edge)))) for edge in (south, north))
    return [_band(degree) for degree in range(first, last + 1)] or [_band(first)]


def index(triples: Iterable[Triple]) -> Iterator[Triple]:
    """Derive the index by which a box finds what lies in it.

    Returns:
        From each degree of latitude to the claims of coordinates in it, and longitude and latitude of each.
    """
    written = GEO.asWKT
    for triple in triples:
        told = (
            point(triple.object.value) if triple.predicate == written and isinstance(triple.object, Literal) else None
        )
        if not told or not isinstance(triple.subject, NamedNode):
            continue
        yield Triple(_band(math.floor(float(told[1]))), DCTERMS.hasPart, triple.subject)
        yield Triple(triple.subject, WGS84.long, Literal(told[0].lstrip("+"), datatype=XSD.decimal))
        yield Triple(triple.subject, WGS84.lat, Literal(told[1].lstrip("+"), datatype=XSD.decimal))


def _band(degree: int) -> NamedNode:
    return NamedNode(f"{_INDEX}#{degree}")
