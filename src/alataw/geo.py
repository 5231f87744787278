"""The home of where things are: points as they are written, and the index by which a box on the map finds them.

The index is a graph: degrees of latitude have cells of one degree, and cells have claims of coordinates. A query goes
from the few degrees that a box touches to their cells and only then to the claims, in any engine.
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


def cells(triples: Iterable[Triple]) -> Iterator[Triple]:
    """Derive the index by which a box finds what lies in it.

    Returns:
        From the index to degrees of latitude, to cells, to claims of coordinates; of each its south-western corner.
    """
    for triple in triples:
        told = (
            point(triple.object.value) if triple.predicate == GEO.asWKT and isinstance(triple.object, Literal) else None
        )
        if not told or not isinstance(triple.subject, NamedNode):
            continue
        west, south = math.floor(float(told[0])), math.floor(float(told[1]))
        band, cell = NamedNode(f"{_INDEX}#{south}"), NamedNode(f"{_INDEX}#{south}_{west}")
        yield Triple(NamedNode(_INDEX), DCTERMS.hasPart, band)
        yield Triple(band, WGS84.lat, Literal(str(south), datatype=XSD.integer))
        yield Triple(band, DCTERMS.hasPart, cell)
        yield Triple(cell, WGS84.long, Literal(str(west), datatype=XSD.integer))
        yield Triple(cell, DCTERMS.hasPart, triple.subject)
        yield Triple(triple.subject, WGS84.long, Literal(told[0].lstrip("+"), datatype=XSD.decimal))
        yield Triple(triple.subject, WGS84.lat, Literal(told[1].lstrip("+"), datatype=XSD.decimal))
