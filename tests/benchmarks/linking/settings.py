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
    """A way to make linking harder: both lists -> both lists."""

    summary: str
    change: Callable[[Things, Things], tuple[Things, Things]]


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


def _tenth_removed(ours: Things, theirs: Things) -> tuple[Things, Things]:
    chance = random.Random("removed")
    return ours, [thing for thing in theirs if chance.random() >= 0.1]


SETTINGS = {
    "as given": Setting("names, points, codes, kinds as they are", lambda ours, theirs: (ours, theirs)),
    "codes hidden": Setting("no codes", lambda ours, theirs: (_without_codes(ours), _without_codes(theirs))),
    "blurred by 10 km": Setting(
        "no codes, points of ours moved by up to 10 km",
        lambda ours, theirs: (_blurred(_without_codes(ours)), _without_codes(theirs)),
    ),
    "names and country": Setting(
        "no codes, no points, ours with their country",
        lambda ours, theirs: (_only_names(ours, _country(theirs)), _only_names(theirs)),
    ),
    "names alone": Setting(
        "no codes, no points, no country of ours", lambda ours, theirs: (_only_names(ours), _only_names(theirs))
    ),
    "one script each": Setting("no codes, ours in no Latin letters, theirs in Latin only", _scripts),
    "one script each, blurred": Setting(
        "the same, points of ours moved by up to 10 km",
        lambda ours, theirs: (lambda pair: (_blurred(pair[0]), pair[1]))(_scripts(ours, theirs)),
    ),
    "a tenth removed": Setting("a tenth of the items removed", _tenth_removed),
    "a tenth removed, codes hidden": Setting(
        "a tenth of the items removed, no codes",
        lambda ours, theirs: _tenth_removed(_without_codes(ours), _without_codes(theirs)),
    ),
    "a tenth removed, blurred": Setting(
        "a tenth of the items removed, no codes, points of ours moved by up to 10 km",
        lambda ours, theirs: _tenth_removed(_blurred(_without_codes(ours)), _without_codes(theirs)),
    ),
}
"""Every setting, by its name."""
