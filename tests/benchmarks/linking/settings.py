"""The home of the settings in which linking is judged: what is taken away from the lists before they are matched."""

from __future__ import annotations

import math
import random
import re
from collections.abc import Callable
from dataclasses import dataclass, replace

from alataw.matching import Point, Thing

Things = list[Thing]


@dataclass(frozen=True)
class Setting:
    """A way to make linking harder, or several that are tallied as one: both lists -> both lists."""

    summary: str
    changes: tuple[Callable[[Things, Things], tuple[Things, Things]], ...]


def _without_codes(things: Things) -> Things:
    return [replace(thing, codes=frozenset()) for thing in things]


def _blurred(things: Things, by_km: float = 10) -> Things:
    """Each point moved by up to 10 km, evenly over the disk."""
    chance = random.Random("blurred")

    def moved(point: Point) -> Point:
        angle, far = chance.uniform(0, 2 * math.pi), by_km * math.sqrt(chance.random())
        north, east = far * math.cos(angle) / 111.2, far * math.sin(angle) / 111.2
        latitude = point.latitude_deg + north
        return Point(point.longitude_deg + east / math.cos(math.radians(latitude)), latitude)

    return [replace(thing, points=tuple(map(moved, thing.points))) for thing in things]


def _only_names(things: Things, country: str = "") -> Things:
    countries = frozenset({country}) if country else None
    return [
        replace(thing, codes=frozenset(), points=(), countries=thing.countries if countries is None else countries)
        for thing in things
    ]


def _country(theirs: Things) -> str:
    said = [country for thing in theirs for country in thing.countries]
    return max(set(said), key=said.count)


_LATIN = re.compile(r"[A-Za-z\u00c0-\u024f]")


def _in_script(things: Things, latin: bool) -> Things:
    """Each thing with its names in Latin letters only, or in others only."""
    return [
        replace(thing, names=tuple(name for name in thing.names if bool(_LATIN.search(name.text)) == latin))
        for thing in things
    ]


def _scripts(ours: Things, theirs: Things) -> tuple[Things, Things]:
    """Ours in other letters than Latin, theirs in Latin; each thing that has no such name keeps what it has."""

    def only(things: Things, latin: bool) -> Things:
        return [left if left.names else whole for whole, left in zip(things, _in_script(things, latin), strict=True)]

    return only(_without_codes(ours), False), only(_without_codes(theirs), True)


def _tenths_removed(
    change: Callable[[Things, Things], tuple[Things, Things]],
) -> tuple[Callable[..., tuple[Things, Things]], ...]:
    """Ten ways, each without another tenth of theirs, so that each item is missed once."""

    def without(tenth: int) -> Callable[[Things, Things], tuple[Things, Things]]:
        def removed(ours: Things, theirs: Things) -> tuple[Things, Things]:
            ours, theirs = change(ours, theirs)
            return ours, [thing for thing in theirs if int(thing.id[1:]) // 7 % 10 != tenth]

        return removed

    return tuple(map(without, range(10)))


def _as_given(ours: Things, theirs: Things) -> tuple[Things, Things]:
    return ours, theirs


def _codes_hidden(ours: Things, theirs: Things) -> tuple[Things, Things]:
    return _without_codes(ours), _without_codes(theirs)


def _points_blurred(ours: Things, theirs: Things) -> tuple[Things, Things]:
    return _blurred(_without_codes(ours)), _without_codes(theirs)


def _names_and_country(ours: Things, theirs: Things) -> tuple[Things, Things]:
    return _only_names(ours, _country(theirs)), _only_names(theirs)


def _names_alone(ours: Things, theirs: Things) -> tuple[Things, Things]:
    return _only_names(ours), _only_names(theirs)


def _scripts_blurred(ours: Things, theirs: Things) -> tuple[Things, Things]:
    ours, theirs = _scripts(ours, theirs)
    return _blurred(ours), theirs


SETTINGS = {
    "as given": Setting("names, points, codes, kinds as they are", (_as_given,)),
    "codes hidden": Setting("no codes", (_codes_hidden,)),
    "blurred by 10 km": Setting("no codes, points of ours moved by up to 10 km", (_points_blurred,)),
    "names and country": Setting("no codes, no points, ours with their country", (_names_and_country,)),
    "names alone": Setting("no codes, no points, no country of ours", (_names_alone,)),
    "one script each": Setting("no codes, ours in no Latin letters, theirs in Latin only", (_scripts,)),
    "one script each, blurred": Setting("the same, points of ours moved by up to 10 km", (_scripts_blurred,)),
    "a tenth removed": Setting("as given, each tenth of the items once removed", _tenths_removed(_as_given)),
    "a tenth removed, codes hidden": Setting("the same without codes", _tenths_removed(_codes_hidden)),
    "a tenth removed, blurred": Setting("the same with points moved", _tenths_removed(_points_blurred)),
}
"""Every setting, by its name."""
