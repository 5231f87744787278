"""The home of what is compared: a thing as far as a match looks at it, ours and theirs alike."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

from alataw.matching.spelling import Key, key
from alataw.matching.words import OTHER_KINDS

_SHORT = 3


class Name(NamedTuple):
    """A name with its language (BCP 47, empty if none is told), and whether it is of former times."""

    text: str
    language: str = ""
    former: bool = False


class Point(NamedTuple):
    """A place on Earth (WGS 84), longitude first."""

    longitude_deg: float
    latitude_deg: float


class Code(NamedTuple):
    """A code in a code system, such as `uic` and `2500735`."""

    system: str
    code: str


@dataclass(frozen=True)
class Thing:
    """A station, or another thing, as far as it is told.

    Args:
        id: Its IRI, or what its list calls it.
        names: All its names, in any script.
        points: Where it is; several if it is told differently.
        codes: Its codes.
        countries: The countries that it lies in, as Wikidata items.
        kinds: What it is, as Wikidata items of classes.
        lines: The railway lines that it is on, as ids that both lists share.
        neighbours: The stations next to it, as ids that both lists share.
    """

    id: str
    names: tuple[Name, ...]
    points: tuple[Point, ...] = ()
    codes: frozenset[Code] = field(default=frozenset())
    countries: frozenset[str] = field(default=frozenset())
    kinds: frozenset[str] = field(default=frozenset())
    lines: frozenset[str] = field(default=frozenset())
    neighbours: frozenset[str] = field(default=frozenset())

    @property
    def label(self) -> str:
        """The first name, else the id."""
        return self.names[0].text if self.names else self.id

    @cached_property
    def keys(self) -> tuple[tuple[Key, bool], ...]:
        """The keys of its names, each sound once, with whether it is of former times only."""
        found: dict[Key, bool] = {}
        for name in self.names:
            # Two languages in one name: Haren-Sud/Haren-Zuid.
            parts = [part for part in re.split(r"\s*/\s*", name.text) if len(part) > _SHORT]
            for text in {name.text, *(parts if len(parts) > 1 else ())}:
                if made := key(text, name.language):
                    found[made] = found.get(made, True) and name.former
        return tuple(sorted(found.items()))

    @cached_property
    def kind_words(self) -> dict[str, float]:
        """What its names say that it is, if not a railway station, and what share of them says so."""
        said = [
            {
                OTHER_KINDS[word]
                for word in re.findall(r"[^\W_]+(?:-[^\W_]+)*", name.text.lower())
                if word in OTHER_KINDS
            }
            for name in self.names
        ]
        return {kind: sum(kind in each for each in said) / len(said) for kind in set().union(*said)}


def distance_km(one: Thing, other: Thing) -> float | None:
    """The least distance between two things; None if one of them is nowhere."""
    return min((_great_circle_km(a, b) for a in one.points for b in other.points), default=None)


def _great_circle_km(one: Point, other: Point) -> float:
    """The distance on a sphere of 6,371 km (haversine formula)."""
    south, north = math.radians(one.latitude_deg), math.radians(other.latitude_deg)
    across = math.radians(one.longitude_deg - other.longitude_deg)
    chord = math.sin((south - north) / 2) ** 2 + math.cos(south) * math.cos(north) * math.sin(across / 2) ** 2
    return 12_742 * math.asin(math.sqrt(min(chord, 1)))


def same_thing_twice(one: Thing, other: Thing, within_km: float) -> bool:
    """Whether a list tells one thing twice: a name in common, and nearness as far as both are placed."""
    distance = distance_km(one, other)
    near = distance is None or distance <= within_km
    return near and not {key.sound for key, _ in one.keys}.isdisjoint(key.sound for key, _ in other.keys)
