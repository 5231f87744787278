"""The home of where points lie: in which country, and how far from it.

Borders are those of `borders.json`, coarse polygons that say nothing of whose a place is: an area that two
countries claim is named and belongs to neither here.
"""

from __future__ import annotations

import itertools
import json
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

Ring = Sequence[Sequence[float]]
KM_PER_DEGREE = 111.195
"""Of a great circle on a sphere of 6,371 km, the mean radius of the earth (IUGG 1980)."""


@dataclass(frozen=True)
class Area:
    """An area that several countries claim.

    Args:
        name: What it is called.
        claimed_by: The ISO 3166-1 codes of the countries.
        polygons: Where it lies.
    """

    name: str
    claimed_by: tuple[str, ...]
    polygons: tuple[Sequence[Ring], ...]


@dataclass(frozen=True)
class Borders:
    """Polygons of countries, longitude first, in degrees.

    Args:
        countries: Polygons by ISO 3166-1 code; the first ring of each is its outside.
        disputed: Areas that several countries claim; they are in none of the countries.
    """

    countries: Mapping[str, Sequence[Sequence[Ring]]]
    disputed: tuple[Area, ...]

    @classmethod
    def read(cls, data: bytes) -> Borders:
        """Read the file of borders."""
        said = json.loads(data)
        areas = (Area(area["name"], tuple(area["claimedBy"]), tuple(area["polygons"])) for area in said["disputed"])
        return cls(said["countries"], tuple(areas))

    def area(self, longitude_deg: float, latitude_deg: float) -> Area | None:
        """The disputed area that a point lies in."""
        inside = (area for area in self.disputed if _in_any(area.polygons, longitude_deg, latitude_deg))
        return next(inside, None)

    def distance_km(self, country: str, longitude_deg: float, latitude_deg: float) -> float | None:
        """How far a point lies outside of a country.

        Returns:
            Kilometres to the nearest border, good to one in a hundred over the distances that matter; 0.0 inside;
            None if the country has no polygon here.
        """
        polygons = self.countries.get(country)
        if polygons is None:
            return None
        if _in_any(polygons, longitude_deg, latitude_deg):
            return 0.0
        edges = (edge for polygon in polygons for ring in polygon for edge in _edges(ring))
        return min(_distance_km(longitude_deg, latitude_deg, *edge) for edge in edges)


def _edges(ring: Ring) -> Iterator[tuple[float, float, float, float]]:
    for (west, south), (east, north) in itertools.pairwise(ring):
        yield west, south, east, north


def _in_any(polygons: Sequence[Sequence[Ring]], x: float, y: float) -> bool:
    return any(
        _inside(polygon[0], x, y) and not any(_inside(hole, x, y) for hole in polygon[1:]) for polygon in polygons
    )


def _inside(ring: Ring, x: float, y: float) -> bool:
    """Whether a point is inside a ring: a ray from it crosses the ring an odd number of times."""
    crossings = 0
    for x1, y1, x2, y2 in _edges(ring):
        if (y1 > y) != (y2 > y) and x < x1 + (y - y1) * (x2 - x1) / (y2 - y1):
            crossings += 1
    return crossings % 2 == 1


def _distance_km(x: float, y: float, x1: float, y1: float, x2: float, y2: float) -> float:
    """From a point to an edge, on the plane that touches the earth at the point."""
    shrink = math.cos(math.radians(y))
    ax, ay = (x1 - x) * shrink, y1 - y
    bx, by = (x2 - x) * shrink, y2 - y
    dx, dy = bx - ax, by - ay
    length = dx * dx + dy * dy
    along = 0.0 if length == 0 else min(1.0, max(0.0, -(ax * dx + ay * dy) / length))
    return KM_PER_DEGREE * math.hypot(ax + along * dx, ay + along * dy)
