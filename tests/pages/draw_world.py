"""Draws `src/alataw/pages/world.json` from Natural Earth, as npm's world-atlas carries it; run by hand, needs shapely.

    python tests/pages/draw_world.py node_modules/world-atlas

The world is cut into squares of degrees, so that a page takes the few that it shows as they are. Land overlaps a little
from square to square, lest a seam is seen; borders are lines that two countries share.
"""

from __future__ import annotations

import itertools
import json
import math
import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from shapely import LineString, MultiLineString, Polygon, affinity, clip_by_rect, make_valid, unary_union
from shapely.geometry.base import BaseGeometry
from shapely.ops import linemerge

TARGET = Path(__file__).resolve().parents[2] / "src" / "alataw" / "pages" / "world.json"
UNITS = 100
"""Units of the drawing to a degree."""
OVERLAP_DEG = 0.05
SCALES = (("5", "countries-10m.json", 0.012, 0.002), ("30", "countries-110m.json", 0.02, 0.3))
"""Degrees of a square, the file, how far a line may be simplified, and the least area of land that is drawn."""


def arcs_of(topology: dict) -> list[list[tuple[float, float]]]:
    """The arcs in degrees (TopoJSON 1.0, 2.1.4)."""
    (sx, sy), (tx, ty) = topology["transform"]["scale"], topology["transform"]["translate"]
    arcs = []
    for arc in topology["arcs"]:
        x = y = 0
        points = []
        for dx, dy in arc:
            x, y = x + dx, y + dy
            points.append((x * sx + tx, y * sy + ty))
        arcs.append(points)
    return arcs


def ring(numbers: list[int], arcs: list[list[tuple[float, float]]]) -> list[tuple[float, float]]:
    points: list[tuple[float, float]] = []
    for number in numbers:
        points += arcs[number] if number >= 0 else arcs[~number][::-1]
    return points


def unwrapped(points: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """A ring that crosses the 180th meridian, gone on with beyond it instead of back around the world."""
    shift, told = 0.0, [points[0]]
    for (before, _), (x, y) in itertools.pairwise(points):
        shift += 360.0 * ((before - x > 180) - (x - before > 180))
        told.append((x + shift, y))
    return told


def polygons(geometry: dict) -> list[list[list[int]]]:
    return {"Polygon": [geometry.get("arcs")], "MultiPolygon": geometry.get("arcs")}.get(geometry["type"], [])  # type: ignore[return-value]


def countries(topology: dict, arcs: list[list[tuple[float, float]]]) -> dict[str, BaseGeometry]:
    shapes = {}
    for geometry in topology["objects"]["countries"]["geometries"]:
        parts = [
            make_valid(Polygon(unwrapped(ring(outer, arcs)), [unwrapped(ring(hole, arcs)) for hole in holes]))
            for outer, *holes in polygons(geometry)
            if len(ring(outer, arcs)) > 3
        ]
        around = [affinity.translate(part, shift) for part in parts for shift in (-360, 0, 360)]
        seen = [part for part in around if meet(part.bounds, (-180, -60, 180, 90))]
        shapes[geometry["properties"]["name"]] = unary_union(seen)
    return shapes


def borders(topology: dict, arcs: list[list[tuple[float, float]]]) -> BaseGeometry:
    """The arcs that belong to two countries."""
    owners: dict[int, set[int]] = defaultdict(set)
    for number, geometry in enumerate(topology["objects"]["countries"]["geometries"]):
        for polygon in polygons(geometry):
            for numbers in polygon:
                for arc in numbers:
                    owners[arc if arc >= 0 else ~arc].add(number)
    return linemerge(MultiLineString([arcs[arc] for arc, of in owners.items() if len(of) > 1]))


def parts_of(shape: BaseGeometry, kind: type) -> Iterator[BaseGeometry]:
    if isinstance(shape, kind) and not shape.is_empty:
        yield shape
    for part in getattr(shape, "geoms", ()):
        yield from parts_of(part, kind)


def largest(shape: BaseGeometry) -> list[BaseGeometry]:
    return sorted(parts_of(make_valid(shape), Polygon), key=lambda part: -part.area)[:1]


def meet(bounds: tuple[float, ...], other: tuple[float, ...]) -> bool:
    return bounds[0] < other[2] and other[0] < bounds[2] and bounds[1] < other[3] and other[1] < bounds[3]


def path(points: list[tuple[float, float]], *, closed: bool) -> str:
    """A line as the data of an SVG path, in units, north up."""
    told = [(round(x * UNITS), round(y * UNITS)) for x, y in points]
    steps = [told[0]] + [(x - px, y - py) for (px, py), (x, y) in itertools.pairwise(told)]
    kept = [steps[0]] + [step for step in steps[1:] if step != (0, 0)]
    if len(kept) < (4 if closed else 2):
        return ""
    moves = " ".join(f"{x} {y}" for x, y in (kept[1:-1] if closed else kept[1:])).replace(" -", "-")
    return f"M{kept[0][0]} {kept[0][1]}l{moves}{'z' if closed else ''}"


def draw(folder: Path, size: int, file: str, tolerance: float, least: float) -> dict[str, dict[str, object]]:
    topology = json.loads((folder / file).read_text(encoding="utf-8"))
    arcs = arcs_of(topology)
    shapes = {name: make_valid(shape.simplify(tolerance)) for name, shape in countries(topology, arcs).items()}
    lines = list(parts_of(borders(topology, arcs).simplify(tolerance), LineString))
    squares = {}
    for column in range(-180 // size, 180 // size):
        for row in range(-90 // size, math.ceil(85 / size)):
            exact = (column * size, row * size, column * size + size, row * size + size)
            wide = (exact[0] - OVERLAP_DEG, exact[1] - OVERLAP_DEG, exact[2] + OVERLAP_DEG, exact[3] + OVERLAP_DEG)
            near = {name: clip_by_rect(shape, *wide) for name, shape in shapes.items() if meet(shape.bounds, wide)}
            # Countries are widened by some metres, lest what is simplified on its own leaves gaps between them.
            land = unary_union([make_valid(shape).buffer(tolerance) for shape in near.values() if shape.area])
            ground = [part for part in parts_of(land, Polygon) if part.area > least]
            if not ground:
                continue
            drawn = "".join(
                path(list(edge.coords), closed=True) for part in ground for edge in (part.exterior, *part.interiors)
            )
            inside = "".join(
                path(list(part.coords), closed=False)
                for line in lines
                if meet(line.bounds, exact)
                for part in parts_of(clip_by_rect(line, *exact), LineString)
            )
            # A country is named within each quarter of a square that it holds enough of.
            half = size / 2
            quarters = [(exact[0] + x * half, exact[1] + y * half) for x in (0, 1) for y in (0, 1)]
            named = [
                [name, round(point.x, 2), round(point.y, 2), round(part.area, 2)]
                for name, shape in near.items()
                for x, y in quarters
                for part in largest(clip_by_rect(shape, x, y, x + half, y + half))
                if part.area > half * half / 6
                for point in [part.representative_point()]
            ]
            squares[f"{column},{row}"] = {"land": drawn, "borders": inside, "names": named}
    # Coasts far from any border are shown by the greater squares.
    around = [(x, y) for x in (-1, 0, 1) for y in (-1, 0, 1)]
    kept = {
        f"{c + x},{r + y}"
        for c, r in (map(int, key.split(",")) for key in squares)
        if squares[f"{c},{r}"]["borders"]
        for x, y in around
    }
    return {key: square if key in kept or len(square["land"]) < 120 else None for key, square in squares.items()}


def main() -> None:
    folder = Path(sys.argv[1])
    world = {
        "source": "Natural Earth 4.1 (public domain), 1:10m and 1:110m, by way of world-atlas 2.0.2",
        "license": "Natural Earth is in the public domain. world-atlas: " + (folder / "LICENSE").read_text().strip(),
        "units": UNITS,
        "squares": {size: draw(folder, int(size), *how) for size, *how in SCALES},
    }
    TARGET.write_text(json.dumps(world, ensure_ascii=False, indent=0, separators=(",", ":")) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
