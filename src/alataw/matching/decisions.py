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
from alataw.matching.evidence import Comparison, compare
from alataw.matching.things import Thing, same_thing_twice

ACCEPT_FROM, REVIEW_FROM = 0.9, 0.2
"""The least scores to be accepted, and to be shown to a person."""

MARGIN = 3.0
"""By how much the weight of a pair must be above that of any rival: eight times as probable."""

_LIST_IS_OF = 0.3
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
    found: list[list[Comparison]] = []
    for number, thing in enumerate(ours):
        compared = [compare(thing, other) for other in index.near(thing) if (thing.id, other.id) not in rejected]
        told = sorted(compared, key=lambda pair: (-pair.weight, pair.theirs.id))
        found.append([pair for pair in told if pair.score >= REVIEW_FROM][:5])
        progress(number + 1)
    suitors: Mapping[str, list[Comparison]] = defaultdict(list)
    for pairs in found:
        for pair in pairs:
            suitors[pair.theirs.id].append(pair)
    return [candidate for pairs in found for candidate in _decided(pairs, suitors)]


def _decided(pairs: list[Comparison], suitors: Mapping[str, list[Comparison]]) -> list[Candidate]:
    decided = []
    for place, pair in enumerate(pairs):
        why_not = _why_not(pair, pairs[0] if place else None, pairs[1] if place == 0 and len(pairs) > 1 else None, suitors)
        decided.append(Candidate(pair, Decision.REVIEW if why_not else Decision.ACCEPT, why_not or ""))
    return decided


def _why_not(
    pair: Comparison, better: Comparison | None, next_: Comparison | None, suitors: Mapping[str, list[Comparison]]
) -> str | None:
    """Why a pair is not accepted; None if it is."""
    if better:
        return f"{better.theirs.id} is as good or better"
    if pair.score < ACCEPT_FROM:
        return "the score is low"
    if not pair.has_more_than_a_name:
        return "the name alone"
    if next_ and pair.weight - next_.weight < MARGIN and not same_thing_twice(pair.theirs, next_.theirs):
        return f"{next_.theirs.id} comes close"
    if next_ and pair.weight - next_.weight < 1:
        return f"{next_.theirs.id} tells the same"
    for rival in suitors[pair.theirs.id]:
        if rival.ours is pair.ours or pair.weight - rival.weight >= MARGIN:
            continue
        if not same_thing_twice(pair.ours, rival.ours):
            return f"{rival.ours.id} comes close"
    return None


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
    if known < _LIST_IS_OF * len(bare) or known < 20:
        return ours
    return tuple(replace(thing, countries=frozenset({country})) if _is_bare(thing) else thing for thing in ours)




def _is_bare(thing: Thing) -> bool:
    return not thing.points and not thing.countries
