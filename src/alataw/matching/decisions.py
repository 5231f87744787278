"""The home of what becomes of candidates: accept, review, or nothing.

A pair is accepted if its score is high, something else than its name speaks for it, and nothing else comes close:
neither another candidate for the thing of ours, nor another thing of ours for the candidate. A list that tells one
thing twice is no rival to itself.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from enum import StrEnum
from typing import NamedTuple

from alataw.matching.candidates import Index
from alataw.matching.evidence import OTHER_KIND, Comparison, compare
from alataw.matching.things import Thing, distance_km, same_thing_twice

ACCEPT_FROM, REVIEW_FROM = 0.85, 0.2
"""The least scores to be accepted, and to be shown to a person."""

MARGIN = 3.5
"""By how much the weight of a pair must be above that of any rival: some ten times as probable."""

_TWINS_KM = 2.0
"""Two things of one name that lie within this are one thing, told twice."""

_SAMPLE, _ENOUGH, _NEARBY_KM = 1_000, 20, 30.0

_LIST_IS_OF = 0.1
"""The part of a list that must be found by name in a country before the list is taken to lie there."""


class Decision(StrEnum):
    """What becomes of a candidate."""

    ACCEPT = "accept"
    REVIEW = "review"


class Candidate(NamedTuple):
    """A pair with its decision; `why_not` says why a high score was not accepted."""

    comparison: Comparison
    decision: Decision
    why_not: str = ""

    @property
    def reasons(self) -> str:
        """What speaks for and against it, in words."""
        told = [str(part) for part in self.comparison.parts]
        return "; ".join([*told, *([self.why_not] if self.why_not else [])])


def propose(
    ours: Iterable[Thing],
    theirs: Iterable[Thing],
    rejected: frozenset[tuple[str, str]] = frozenset(),
    progress: Callable[[int], None] = lambda _: None,
) -> list[Candidate]:
    """Find what each of ours may be among theirs.

    Args:
        ours: What is to be linked.
        theirs: What it is linked to.
        rejected: Pairs of ids that a person has rejected; never proposed again.
        progress: Told how many of ours are done.

    Returns:
        The candidates worth looking at, in the order of ours, best first; at most one of each is accepted.
    """
    ours, index = tuple(ours), Index(theirs)
    ours = _placed(ours, index)
    usual_km = _usual_km(ours, index)
    found: list[list[Comparison]] = []
    for number, thing in enumerate(ours):
        compared = [
            compare(thing, other, usual_km) for other in index.near(thing) if (thing.id, other.id) not in rejected
        ]
        told = sorted(compared, key=lambda pair: (-pair.weight, pair.theirs.id))
        found.append([pair for pair in told if pair.score >= REVIEW_FROM][:5])
        progress(number + 1)
    suitors: Mapping[str, list[Comparison]] = defaultdict(list)
    for pairs in found:
        for pair in pairs:
            suitors[pair.theirs.id].append(pair)
    twins_km = max(_TWINS_KM, 3 * usual_km)
    return [
        Candidate(pair, Decision.REVIEW if why_not else Decision.ACCEPT, why_not)
        for pairs in found
        for pair in pairs
        for why_not in [_why_not(pair, pairs, suitors[pair.theirs.id], twins_km)]
    ]


def rank(thing: Thing, others: Iterable[Thing]) -> list[Candidate]:
    """Judge one thing against some others, best first; without rivals of its own list.

    >>> from alataw.matching import Name
    >>> [str(c.decision) for c in rank(Thing("", (Name("Dostyk"),)), [Thing("station/dostyk", (Name("Достык"),))])]
    ['review']
    """
    compared = (compare(thing, other) for other in others)
    pairs = sorted(compared, key=lambda pair: (-pair.weight, pair.theirs.id))
    return [
        Candidate(pair, Decision.REVIEW if why_not else Decision.ACCEPT, why_not)
        for pair in pairs
        for why_not in [_why_not(pair, pairs, [], _TWINS_KM)]
    ]


def _why_not(pair: Comparison, pairs: list[Comparison], suitors: list[Comparison], twins_km: float) -> str:
    """Why a pair is not accepted; empty if it is.

    Args:
        pair: The pair.
        pairs: All of the same thing of ours, best first.
        suitors: All of the same candidate.
        twins_km: How far from itself a thing of ours may be told.
    """
    if pair is not pairs[0]:
        return f"{pairs[0].theirs.id} is as good or better"
    if round(pair.score, 3) < ACCEPT_FROM:
        return "the score is low"
    if not pair.has_more_than_a_name:
        return "the name alone"
    if any(part.what == "kind" and part.weight <= OTHER_KIND for part in pair.parts):
        return "of another kind"
    for next_ in pairs[1:]:
        if pair.weight - next_.weight < MARGIN:
            return f"{next_.theirs.id} comes close"
    for rival in suitors:
        close = rival.ours is not pair.ours and pair.weight - rival.weight < MARGIN
        if close and not same_thing_twice(pair.ours, rival.ours, twins_km):
            return f"{rival.ours.id} comes close"
    return ""


def _usual_km(ours: tuple[Thing, ...], index: Index) -> float:
    """How far off the points of ours are: the median distance, in a sample, of what has the same name nearby.

    A few things alone tell nothing of a list: it is taken to be exact.
    """
    distances = []
    for thing in sorted(ours, key=lambda each: each.id)[:: max(1, len(ours) // _SAMPLE)]:
        sounds = {key.sound for key, _ in thing.keys if key.tells}
        near = [
            distance
            for other in index.near(thing)
            if not sounds.isdisjoint(key.sound for key, _ in other.keys)
            if (distance := distance_km(thing, other)) is not None and distance < _NEARBY_KM
        ]
        distances += [min(near)] if near else []
    return sorted(distances)[len(distances) // 2] if len(distances) >= _ENOUGH else 0.0


def _placed(ours: tuple[Thing, ...], index: Index) -> tuple[Thing, ...]:
    """Ours, with the country of the list for those that tell neither country nor place.

    A list of bare names is taken to lie in a country if many of its names are found there, and all that are
    searched lie there too: a name alone never suffices, but a list of names is more than a name.
    """
    bare = [thing for thing in ours if _is_bare(thing)]
    countries = Counter(country for thing in index.things for country in thing.countries)
    if not bare or not countries:
        return ours
    country, count = countries.most_common(1)[0]
    if count < 0.9 * len(index.things):
        return ours
    sounds = {key.sound for thing in index.things for key, _ in thing.keys}
    known = sum(1 for thing in bare if any(key.sound in sounds for key, _ in thing.keys))
    if known < _LIST_IS_OF * len(bare) or known < _ENOUGH:
        return ours
    return tuple(replace(thing, countries=frozenset({country})) if _is_bare(thing) else thing for thing in ours)


def _is_bare(thing: Thing) -> bool:
    return not thing.points and not thing.countries
