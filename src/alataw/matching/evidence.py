"""The home of what speaks for and against a pair: each part with its weight, and the score that they make.

Weights are those of record linkage: the logarithm, to base 2, of how much more often something is seen between two
descriptions of one thing than between two things that lie near each other or bear like names. They add up; the
score is the probability that belongs to the sum.

Source: Fellegi and Sunter, A theory for record linkage, Journal of the American Statistical Association 64 (1969).
"""

from __future__ import annotations

from typing import NamedTuple

from alataw.matching.spelling import Key, likeness
from alataw.matching.spelling import key as made
from alataw.matching.things import Thing, distance_km

PRIOR = -8.0
"""What speaks against a pair of which nothing is known."""

# At least this alike -> weight, best first. Judged on stations of PL, UA and HU.
_BY_LIKENESS = (
    (0.999, 10.0),
    (0.975, 9.5),
    (0.95, 9.0),
    (0.90, 7.0),
    (0.85, 5.0),
    (0.795, 2.5),
    (0.70, 0.0),
    (0.55, -3.0),
    (0.0, -6.0),
)
# At most this far, in km -> weight, where points are exact.
_BY_DISTANCE = ((0.15, 8.5), (0.3, 7.0), (1.0, 5.5), (1.5, 4.0), (5.0, -1.0), (14.0, -2.0), (50.0, -5.0))
# At most so many times as far as is usual in a list of rough points -> weight.
_BY_ROUGH_DISTANCE = ((2.0, 2.5), (3.0, 0.0), (6.0, -4.0))
_FAR = -8.0
ROUGH_KM = 1.5
"""From which usual distance on the points of a list are rough, and nearness says less."""

_SAME_CODE, _OTHER_CODE = 9.0, -3.0
_SAME_COUNTRY, _OTHER_COUNTRY = 2.0, -5.0
_SAME_KIND, _FORMER_KIND = 1.0, -2.0
OTHER_KIND = -9.5
"""A pair of two kinds is never accepted, whatever else speaks for it."""


_SAME_LINE, _SAME_NEIGHBOUR = 2.0, 3.0
# A name that many things have (5 km) says little, a former name less than one of today.
_LESS_FOR_FORMER = 1.0
# By the number of digits.
_MOST_BY_DIGITS = (4.0, 5.0, 7.5, 9.0, 9.5)

STATIONS = frozenset(
    "Q55488 Q55678 Q114782406 Q22808403 Q22808404 Q55485 Q1793804 Q82664802 Q1339195 Q18543139 Q55490 Q55491".split()
)
"""Wikidata's classes of railway stations and halts, by use in its stations of Europe."""

NOT_STATIONS = frozenset(
    # tram stop, bus stop, bus station, metro station; human settlement, town, village, city, commune; border crossing
    "Q2175765 Q953806 Q494829 Q928830 Q486972 Q3957 Q532 Q515 Q484170 Q115110263 Q728937 Q10283556".split()
)
"""Wikidata's classes of what may bear a station's name, and is none: a stop, a town, the crossing, the depot."""

_FORMER_STATIONS = frozenset("Q4663385 Q18704634".split())

_LAYOUTS = frozenset("Q22808403 Q22808404 Q55485 Q1793804".split())
"""Classes that tell how a station is built, of whatever kind it is: underground, elevated, terminus."""


class Part(NamedTuple):
    """One thing that speaks for (or against) a pair: what it is, how much, and in words."""

    what: str
    weight: float
    words: str

    def __str__(self) -> str:
        return f"{self.what} {self.weight:+.1f} ({self.words})"


class Comparison(NamedTuple):
    """Two descriptions, compared.

    Args:
        ours: The thing of ours.
        theirs: The thing that it may be.
        parts: What speaks for and against it.
    """

    ours: Thing
    theirs: Thing
    parts: tuple[Part, ...]

    @property
    def weight(self) -> float:
        """All parts together, with what speaks against any pair."""
        return PRIOR + sum(part.weight for part in self.parts)

    @property
    def score(self) -> float:
        """From 0 to 1: how probable it is that both are one."""
        return float(1 / (1 + 2.0**-self.weight))

    @property
    def has_more_than_a_name(self) -> bool:
        """Whether something else than the name and the kind speaks for the pair."""
        return any(part.weight > 0 for part in self.parts if part.what not in ("name", "kind"))


def compare(ours: Thing, theirs: Thing, usual_km: float = 0.0) -> Comparison:
    """Weigh what two descriptions say.

    Args:
        ours: The thing of ours.
        theirs: What it may be.
        usual_km: How far the points of the two lists usually are from each other for one thing.

    >>> from alataw.matching import Code, Name, Point, Thing
    >>> here = Thing("a", (Name("Алашанькоу", "ru"),), (Point(82.57, 45.17),))
    >>> there = Thing("b", (Name("Alashankou railway station", "en"),), (Point(82.571, 45.171),))
    >>> [str(part) for part in compare(here, there).parts]
    ['name +10.0 (Алашанькоу = Alashankou railway station)', 'distance +8.5 (0.1 km)']
    """
    weighed = (
        _name(ours, theirs),
        _distance(ours, theirs, usual_km),
        _code(ours, theirs),
        _country(ours, theirs),
        _kind(ours, theirs),
        _line(ours, theirs),
    )
    return Comparison(ours, theirs, tuple(part for part in weighed if part))


def _name(ours: Thing, theirs: Thing) -> Part | None:
    if not ours.keys or not theirs.keys:
        return None
    best, pair, former, tells = -1.0, (ours.keys[0][0], theirs.keys[0][0]), False, True
    for one, was in ours.keys:
        for other, had in theirs.keys:
            alike = likeness(one, other) - (0.001 if was or had else 0)
            if alike > best:
                best, pair, former, tells = alike, (one, other), was or had, one.tells and other.tells
        if best >= 1:
            break
    weight = next(weight for least, weight in _BY_LIKENESS if best + 0.001 * former >= least)
    if former and weight > 0:
        weight -= _LESS_FOR_FORMER
    if not tells:
        digits = max((len(number) for number in pair[0].numbers), default=0)
        weight = min(weight, _MOST_BY_DIGITS[min(digits, 4)])
    sign = "=" if best >= 0.97 else "≈" if weight > 0 else "≠"
    said = f"{_spelled(ours, pair[0])} {sign} {_spelled(theirs, pair[1])}"
    return Part("name", weight, said + (", formerly" if former else ""))


def _spelled(thing: Thing, key: Key) -> str:
    """The name that a key was made of."""
    return next((name.text for name in thing.names if made(name.text, name.language) == key), thing.label)


def _distance(ours: Thing, theirs: Thing, usual_km: float) -> Part | None:
    distance = distance_km(ours, theirs)
    if distance is None:
        return None
    table, unit = (_BY_ROUGH_DISTANCE, usual_km) if usual_km >= ROUGH_KM else (_BY_DISTANCE, 1.0)
    weight = next((weight for most, weight in table if distance <= most * unit), _FAR)
    return Part("distance", weight, f"{distance:.1f} km")


def _code(ours: Thing, theirs: Thing) -> Part | None:
    common = sorted(ours.codes & theirs.codes)
    if common:
        return Part("code", _SAME_CODE, ", ".join(f"{system} {code}" for system, code in common))
    systems = {code.system for code in ours.codes} & {code.system for code in theirs.codes}
    if not systems:
        return None
    said = [", ".join(sorted(code.code for code in thing.codes if code.system in systems)) for thing in (ours, theirs)]
    return Part("code", _OTHER_CODE, f"{', '.join(sorted(systems))} {said[0]} ≠ {said[1]}")


def _country(ours: Thing, theirs: Thing) -> Part | None:
    if not ours.countries or not theirs.countries:
        return None
    common = ours.countries & theirs.countries
    if common:
        # Where both are placed, nearness has said so already.
        placed = bool(ours.points and theirs.points)
        return Part("country", 0.0 if placed else _SAME_COUNTRY, ", ".join(sorted(common)))
    said = (", ".join(sorted(thing.countries)) for thing in (ours, theirs))
    return Part("country", _OTHER_COUNTRY, " ≠ ".join(said))


def _kind(ours: Thing, theirs: Thing) -> Part | None:
    wanted, found = ours.kinds - _LAYOUTS or ours.kinds, theirs.kinds - _LAYOUTS or theirs.kinds
    if not wanted:
        return None
    said = ", ".join(sorted(found))
    # What a class says of it, names must contradict by a majority; what none says, one name may tell.
    stated = bool(wanted & found or (wanted & STATIONS and found & STATIONS))
    others = [
        kind for kind, share in theirs.kind_words.items() if share >= 0.5 * stated and kind not in ours.kind_words
    ]
    if wanted & STATIONS and others:
        return Part("kind", OTHER_KIND, ", ".join(sorted(others)))
    if stated:
        return Part("kind", _SAME_KIND, said)
    if wanted & STATIONS and found & _FORMER_STATIONS:
        return Part("kind", _FORMER_KIND, said)
    if (wanted & STATIONS and found & NOT_STATIONS) or (wanted & NOT_STATIONS and found & STATIONS):
        return Part("kind", OTHER_KIND, said)
    return None


def _line(ours: Thing, theirs: Thing) -> Part | None:
    lines, neighbours = ours.lines & theirs.lines, ours.neighbours & theirs.neighbours
    if not lines and not neighbours:
        return None
    weight = (_SAME_LINE if lines else 0) + (_SAME_NEIGHBOUR if neighbours else 0)
    return Part("line", weight, ", ".join(sorted(lines | neighbours)))
