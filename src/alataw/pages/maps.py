"""The home of maps: points over land and borders, drawn from Natural Earth, as inline SVG.

`world.json` has the world in squares of degrees, already as data of SVG paths, so that a page takes the few that it
shows as they are. The projection keeps the middle of the map true to its shape (equirectangular, the middle latitude
as standard parallel). Borders are de facto, and say nothing of whose a place is.
"""

from __future__ import annotations

import json
import math
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from markupsafe import Markup

Box = tuple[float, float, float, float]

_LETTER = 7.6
"""How wide a letter of a name is, in units, at most."""


@dataclass(frozen=True)
class Point:
    """Something on a map: degrees, its name, and where it leads."""

    longitude_deg: float
    latitude_deg: float
    name: str
    address: str
    language: str = ""
    is_main: bool = False


@dataclass(frozen=True)
class Mark:
    """A point as it is drawn, and the anchor of its name; empty where there is no room for it."""

    x: float
    y: float
    point: Point
    side: str


@dataclass(frozen=True)
class Map:
    """A drawing of so many units: land and borders below, names of countries, and marks."""

    width: int
    height: int
    transform: str
    land: Markup
    borders: Markup
    names: tuple[tuple[str, float, float], ...]
    marks: tuple[Mark, ...]
    is_small: bool
    kind: str = "map"


@dataclass(frozen=True)
class _Window:
    """What is seen: the middle, and units to a degree of latitude and of longitude."""

    longitude_deg: float
    latitude_deg: float
    width: int
    height: int
    scale: float

    @property
    def shrink(self) -> float:
        return math.cos(math.radians(self.latitude_deg))

    def place(self, longitude_deg: float, latitude_deg: float) -> tuple[float, float]:
        x = (longitude_deg - self.longitude_deg) * self.scale * self.shrink + self.width / 2
        y = (self.latitude_deg - latitude_deg) * self.scale + self.height / 2
        return round(x, 1), round(y, 1)

    def edges(self) -> tuple[float, float, float, float]:
        """West, south, east, north, in degrees."""
        across, up = self.width / 2 / self.scale / self.shrink, self.height / 2 / self.scale
        middle, height = self.longitude_deg, self.latitude_deg
        return middle - across, height - up, middle + across, height + up


def draw(points: Sequence[Point], *, is_small: bool = False) -> Map | None:
    """Draw a map around points; None without any."""
    if not points:
        return None
    window = _window(points, 360, 250) if is_small else _window(points, 960, 520)
    squares = _squares(5, window) or _squares(30, window)
    units = _world()["units"]
    left, top = window.place(0, 0)
    across, up = window.scale * window.shrink / units, window.scale / units
    return Map(
        width=window.width,
        height=window.height,
        transform=f"translate({left} {top}) scale({across:.6f} {-up:.6f})",
        land=Markup("".join(square["land"] for square in squares)),  # noqa: S704  # it is ours, and only digits
        borders=Markup("".join(square["borders"] for square in squares)),  # noqa: S704
        names=tuple(_names(squares, points, window)),
        marks=tuple(_marks(points, window)),
        is_small=is_small,
    )


def _window(points: Sequence[Point], width: int, height: int) -> _Window:
    """A window that holds all points, with room around them, and never less than some seven degrees."""
    longitudes = [point.longitude_deg for point in points]
    latitudes = [min(84.0, max(-84.0, point.latitude_deg)) for point in points]
    middle = (min(longitudes) + max(longitudes)) / 2, (min(latitudes) + max(latitudes)) / 2
    shrink = math.cos(math.radians(middle[1]))
    across = max(max(longitudes) - min(longitudes), 4.0 / shrink) * 1.16
    up = max(max(latitudes) - min(latitudes), 2.6) * 1.2
    scale = min(width / (across * shrink), height / up)
    return _Window(*middle, width, height, round(scale, 3))


def _squares(size: int, window: _Window) -> list[Mapping[str, Any]]:
    """The squares that a window shows; none if there are too many, or if one of them is only drawn in greater ones."""
    west, south, east, north = window.edges()
    if east - west > 24 and size < 30:
        return []
    squares = _world()["squares"][str(size)]
    columns = range(math.floor(west / size), math.floor(east / size) + 1)
    rows = range(math.floor(south / size), math.floor(north / size) + 1)
    keys = [f"{column},{row}" for column in columns for row in rows]
    shown = [squares[key] for key in keys if key in squares]
    return shown if None not in shown else []


def _names(
    squares: Sequence[Mapping[str, Any]], points: Sequence[Point], window: _Window
) -> Iterator[tuple[str, float, float]]:
    """The name of each country where most of it is seen, as far as it has room."""
    places: dict[str, list[tuple[float, float, float]]] = defaultdict(list)
    for square in squares:
        for name, longitude, latitude, area in square["names"]:
            x, y = window.place(longitude, latitude)
            if 0.02 * window.width < x < 0.98 * window.width and 0.06 * window.height < y < 0.96 * window.height:
                places[name].append((area, x, y))
    taken = [(x - 6, y - 6, x + 6, y + 6) for x, y in (window.place(p.longitude_deg, p.latitude_deg) for p in points)]
    for name, found in sorted(places.items(), key=lambda item: -max(item[1])[0]):
        half = len(name) * _LETTER / 2
        for _, x, y in sorted(found, reverse=True):
            box = (x - half, y - 9, x + half, y + 3)
            fits = box[0] > 2 and box[2] < window.width - 2
            if fits and not any(_meet(box, other) for other in taken):
                taken.append(box)
                yield name, x, y
                break


def _meet(box: Box, other: Box) -> bool:
    return box[0] < other[2] and other[0] < box[2] and box[1] < other[3] and other[1] < box[3]


def _marks(points: Sequence[Point], window: _Window) -> Iterator[Mark]:
    """The marks, the main ones last, and so on top; a name stands on the side where it has room."""
    for point in sorted(points, key=lambda point: point.is_main):
        x, y = window.place(point.longitude_deg, point.latitude_deg)
        needed = len(point.name) * _LETTER + 14
        sides = [("start", window.width - x), ("end", x), ("middle", 2 * min(x, window.width - x))]
        yield Mark(x, y, point, next((side for side, room in sides if room > needed), ""))


@cache
def _world() -> Mapping[str, Any]:
    return json.loads(files("alataw.pages").joinpath("world.json").read_bytes())  # type: ignore[no-any-return]
