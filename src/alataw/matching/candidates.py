"""The home of which pairs are compared at all: those that share a code, a name's consonants, or a place.

Comparing all of 30,000 with all of 30,000 would be 900 million pairs; sharing something leaves some twenty for each.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property

from alataw.matching.things import Code, Point, Thing, distance_km

_CELL_DEG = 0.02
"""About 2.2 km from south to north, and 1.4 km from west to east at 50 degrees."""

_WIDE_DEG = 0.25
_NEAREST, _NAMESAKES, _BLOCK = 8, 12, 400


class Index:
    """Theirs, so that those like one of ours are found.

    Args:
        things: What is searched.
    """

    def __init__(self, things: Iterable[Thing]) -> None:
        self.things = tuple(things)
        codes: Mapping[Code, list[int]] = defaultdict(list)
        names: Mapping[str, list[int]] = defaultdict(list)
        cells: Mapping[tuple[int, int], list[int]] = defaultdict(list)
        wide: Mapping[tuple[int, int, str], list[int]] = defaultdict(list)
        for number, thing in enumerate(self.things):
            for code in thing.codes:
                codes[code].append(number)
            for skeleton in {key.skeleton for key, _ in thing.keys}:
                names[skeleton].append(number)
            for point in thing.points:
                cells[_cell(point, _CELL_DEG)].append(number)
                for beginning in {key.core[:2] for key, _ in thing.keys}:
                    wide[(*_cell(point, _WIDE_DEG), beginning)].append(number)
        self._codes, self._names, self._cells, self._wide = codes, names, cells, wide

    def near(self, thing: Thing) -> list[Thing]:
        """What may be the same as a thing, in no order that matters."""
        found: set[int] = set()
        for code in thing.codes:
            found.update(self._codes.get(code, ()))
        found.update(self._nearest(thing, self._around(thing), _NEAREST))
        namesakes: set[int] = set()
        for skeleton in {key.skeleton for key, _ in thing.keys}:
            block = self._names.get(skeleton, ())
            if len(block) <= _BLOCK:
                namesakes.update(block)
        namesakes.update(self._about(thing))
        found.update(self._nearest(thing, namesakes, _NAMESAKES) if thing.points else namesakes)
        return [self.things[number] for number in sorted(found)]

    def like(self, thing: Thing, most: int = 10) -> list[Thing]:
        """What may be the same as a thing by a name as well that is only alike, for few things."""
        from rapidfuzz import process

        found = {other.id: other for other in self.near(thing)}
        for key, _ in thing.keys:
            for _sound, _score, place in process.extract(key.sound, self._sounds, limit=most, score_cutoff=60):
                other = self.things[self._bearers[place]]
                found[other.id] = other
        return list(found.values())

    @cached_property
    def _bearers(self) -> list[int]:
        return [number for number, thing in enumerate(self.things) for _ in thing.keys]

    @cached_property
    def _sounds(self) -> list[str]:
        return [key.sound for thing in self.things for key, _ in thing.keys]

    def _around(self, thing: Thing) -> set[int]:
        return {
            number
            for point in thing.points
            for cell in _neighbours(_cell(point, _CELL_DEG))
            for number in self._cells.get(cell, ())
        }

    def _about(self, thing: Thing) -> set[int]:
        """Those of a like beginning in the wider country around."""
        beginnings = {key.core[:2] for key, _ in thing.keys}
        return {
            number
            for point in thing.points
            for cell in _neighbours(_cell(point, _WIDE_DEG))
            for beginning in beginnings
            for number in self._wide.get((*cell, beginning), ())
        }

    def _nearest(self, thing: Thing, numbers: set[int], most: int) -> list[int]:
        if len(numbers) <= most:
            return list(numbers)
        return sorted(numbers, key=lambda number: (_rough(thing, self.things[number]), self.things[number].id))[:most]


def _rough(one: Thing, other: Thing) -> float:
    distance = distance_km(one, other)
    return 0.0 if distance is None else distance


def _cell(point: Point, size_deg: float) -> tuple[int, int]:
    return int(point.longitude_deg // size_deg), int(point.latitude_deg // size_deg)


def _neighbours(cell: tuple[int, int]) -> Iterator[tuple[int, int]]:
    return ((cell[0] + east, cell[1] + north) for east in (-1, 0, 1) for north in (-1, 0, 1))
