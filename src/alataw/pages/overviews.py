"""The home of overviews: the catalogue of border crossings, the disputes by thing, the questions by tag."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from alataw.pages.entity import Dispute, dispute
from alataw.pages.knowledge import Knowledge
from alataw.pages.words import Words
from alataw.queries import StoredQuery
from alataw.terms import NamedNode, Term, text_of


@dataclass(frozen=True)
class Side:
    """What one country has at a border crossing."""

    country: Markup
    stations: tuple[Markup, ...]
    gauges: tuple[Markup, ...]


@dataclass(frozen=True)
class Crossing:
    """A border crossing: its sides, whether both gauges are known, and none is shared; how many disputes it has."""

    node: Term
    name: Markup
    sides: tuple[Side, ...]
    is_known: bool
    is_break: bool
    disputes: int


def crossings(knowledge: Knowledge, words: Words, offset: int, limit: int) -> tuple[list[Crossing], int]:
    """So many border crossings by name, from one on; and how many there are."""
    sides: dict[Term, dict[Term, dict[str, dict[Term, None]]]] = defaultdict(dict)
    for row in knowledge.sides:
        crossing, side = row["crossing"], row["side"]
        if crossing is None or side is None:
            continue
        told = sides[crossing].setdefault(side, {"country": {}, "station": {}, "gauge": {}})
        for column, held in told.items():
            if (term := row[column]) is not None:
                held[term] = None
    contradictions: Counter[str] = Counter()
    for entity, (against, _) in knowledge.disputed.items():
        contradictions[text_of(entity).partition("#")[0]] += against
    ordered = sorted(sides.items(), key=lambda item: (words.plain(item[0]).lower(), text_of(item[0])))
    found = [
        Crossing(
            node=crossing,
            name=words.linked(crossing),
            sides=tuple(
                Side(
                    country=Markup(", ").join(map(words.linked, told["country"])),
                    stations=tuple(map(words.linked, told["station"])),
                    gauges=tuple(words.name(gauge) for gauge in told["gauge"]),
                )
                for told in of.values()
            ),
            is_known=all(told["gauge"] for told in of.values()),
            is_break=_is_break([set(told["gauge"]) for told in of.values()]),
            disputes=contradictions[text_of(crossing)],
        )
        for crossing, of in ordered[offset : offset + limit]
    ]
    return found, len(ordered)


def _is_break(gauges: Sequence[set[Term]]) -> bool:
    return len(gauges) > 1 and all(gauges) and not set.intersection(*gauges)


def disputes(entities: Sequence[Term], knowledge: Knowledge, words: Words) -> list[tuple[Markup, list[Dispute]]]:
    """Every pair of claims about some entities that differ, by what they are about: contradictions first."""
    rows = knowledge.disputes_of(entities)
    said = knowledge.described(row["claim"] for row in rows if isinstance(row["claim"], NamedNode))
    by: dict[Term | None, list[Dispute]] = defaultdict(list)
    for row in rows:
        by[row["entity"]].append(dispute(row, said, knowledge, words))
    return [(words.linked(entity), sorted(by[entity], key=lambda pair: pair.both_can_be_true)) for entity in entities]


def by_tag(queries: Iterable[StoredQuery]) -> list[tuple[str, list[StoredQuery]]]:
    """Stored queries by tag, the greatest groups first; each stands under all of its tags."""
    by: dict[str, list[StoredQuery]] = defaultdict(list)
    for query in queries:
        for tag in query.tags:
            by[tag].append(query)
    return sorted(by.items(), key=lambda item: (-len(item[1]), item[0]))
