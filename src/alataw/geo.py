"""The home of where things are: points as they are written, and the index by which a box on the map finds them.

The index is a graph: from each cell of a grid, and of coarser ones, to the claims of coordinates within it. A query
names the cells that its box touches (`cells`), so that any engine looks up only what lies in these.
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
    r"\s*POINT\s*\(\s*([+-]?[0-9]{1,3}(?:\.[0-9]+)?)\s+([+-]?[0-9]{1,2}(?:\.[0-9]+)?)(?:\s+\S+)?\s*\)\s*", re.IGNORECASE
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


_SIZES_DEG, _MOST_CELLS = (1, 6, 30), 60
"""The sizes of cells, finest first, and how many of one size a box may touch before the next is taken."""


def cells(west: str, south: str, east: str, north: str) -> list[NamedNode]:
    """The cells that a box touches, as they stand in the index; a box whose west is greater crosses the 180th meridian.

    >>> [cell.value.rpartition("#")[2] for cell in cells("82.5", "44.9", "83", "45")]
    ['1,44,82', '1,44,83', '1,45,82', '1,45,83']
    >>> len(cells("-180", "-90", "180", "90")), [cell.value[-5:] for cell in cells("179.5", "0", "-179.5", "0")]
    (91, ['0,179', '0,180', ',-180'])
    """
    left, right = (max(-180.0, min(180.0, float(edge))) for edge in (west, east))
    bottom, top = (max(-90.0, min(90.0, float(edge))) for edge in (south, north))
    spans = [(left, right)] if left <= right else [(left, 180.0), (-180.0, right)]
    for size in _SIZES_DEG:
        rows = _steps(bottom, max(bottom, top), size)
        columns = dict.fromkeys(column for span in spans for column in _steps(*span, size))
        if len(rows) * len(columns) <= _MOST_CELLS:
            break
    return [_cell(size, row, column) for row in rows for column in columns]


def _steps(first: float, last: float, size: int) -> range:
    return range(math.floor(first / size), math.floor(last / size) + 1)


def index(triples: Iterable[Triple]) -> Iterator[Triple]:
    """Derive the index by which a box finds what lies in it.

    Returns:
        From each cell to the claims of coordinates in it, and longitude and latitude of each.
    """
    written, part = GEO.asWKT, DCTERMS.hasPart
    for triple in triples:
        told = (
            point(triple.object.value) if triple.predicate == written and isinstance(triple.object, Literal) else None
        )
        if not told or not isinstance(triple.subject, NamedNode):
            continue
        for size in _SIZES_DEG:
            longitude, latitude = (math.floor(float(degrees) / size) for degrees in told)
            yield Triple(_cell(size, latitude, longitude), part, triple.subject)
        yield Triple(triple.subject, WGS84.long, Literal(told[0].lstrip("+"), datatype=XSD.decimal))
        yield Triple(triple.subject, WGS84.lat, Literal(told[1].lstrip("+"), datatype=XSD.decimal))


def _cell(size: int, row: int, column: int) -> NamedNode:
    return NamedNode(f"{_INDEX}#{size},{row},{column}")
