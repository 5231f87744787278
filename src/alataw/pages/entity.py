"""The home of the page of one entity: what stands on it.

A claim stands once: in the drawing of a stored query about the class of the entity, as a timeline, bars or a word, or
else among the facts. Stored queries whose answer is a table stand on the page where they tell what the facts do not.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from markupsafe import Markup

from alataw.pages import citation, contribution, facts, maps
from alataw.pages.doubts import doubts, is_contradiction
from alataw.pages.facts import Facts
from alataw.pages.knowledge import Knowledge, Row, Said, by_subject, lone_parameter
from alataw.pages.maps import Map
from alataw.pages.notes import Notes
from alataw.pages.units import unit_of
from alataw.pages.views import Table, View, Views
from alataw.pages.words import Words, degrees
from alataw.queries import StoredQuery
from alataw.terms import DEF, GEO, OWL, RDF, SCHEMA, NamedNode, Term, Triple

MOST_ROWS = 60
"""How many rows of a stored query stand on the page of an entity."""

MOST_LINKS = 300
"""How many of the things that lead to an entity are asked for."""


_ORDER = {"timeline": 0, "bar-chart": 1, "line-chart": 1, "map": 2}
"""Which views come first; all others come last."""


@dataclass(frozen=True)
class Block:
    """The answer of a stored query about the entity, and where the query itself is."""

    title: str
    view: View
    address: str
    is_cut: bool


@dataclass(frozen=True)
class Dispute:
    """Two claims that differ: of what, in what, what each says and where, why, and which of them is shown."""

    entity: Markup
    subject: Markup
    property: Markup
    values: tuple[tuple[Markup, Markup], tuple[Markup, Markup]]
    reason: Markup
    verdict: Markup
    both_can_be_true: bool


class EntityPage:
    """What the page of one entity tells.

    Args:
        entity: The entity.
        document: What is said of it, its parts and claims.
        knowledge: What is known.
        words: How terms are written.
    """

    def __init__(self, entity: NamedNode, document: Iterable[Triple], knowledge: Knowledge, words: Words) -> None:
        self._entity = entity
        self._said = by_subject(document)
        self._knowledge = knowledge
        self._words = words
        self._notes = Notes()
        why = doubts(self._disputes, self._acknowledgements, words)
        self._views = Views(knowledge, words, self._notes, why, (entity,))

    def values(self) -> Mapping[str, Any]:
        """What the template fills in."""
        words, entity = self._words, self._entity
        blocks, told, questions = self._blocks()
        about = Facts(entity, self._said, self._knowledge, words, self._notes, told)
        main, parts = about.main(), about.parts()
        title = words.label(entity)
        disputes = [dispute(row, self._said, self._knowledge, words, self._notes) for row in self._disputes]
        return {
            "title": words.plain(entity),
            "heading": words.name(entity),
            "iri": entity.value,
            "names": facts.names(self._said.get(entity, ()), title),
            "classes": [words.linked(kind) for kind in self._classes],
            "is_withdrawn": bool(about.all(entity, OWL.deprecated)),
            "main": main,
            "parts": parts,
            "blocks": blocks,
            "questions": questions,
            "disputes": disputes,
            "acknowledgements": [
                (words.value(row["reason"]), words.value(row["by"]), words.value(row["on"]))
                for row in self._acknowledgements
            ],
            "map": self._map(),
            "place": degrees(*self._knowledge.points[entity]) if entity in self._knowledge.points else "",
            "quickstatements": contribution.quickstatements(entity, self._said, self._disputed(), self._knowledge),
            "links": self._links(),
            "items": [words.linked(item) for item in about.all(entity, SCHEMA.sameAs)],
            "citation": citation.of(entity, words, self._knowledge),
            "notes": self._notes.written(self._knowledge, words),
        }

    @cached_property
    def _classes(self) -> list[Term]:
        return [value for predicate, value in self._said.get(self._entity, ()) if predicate == RDF.type]

    @property
    def is_feature(self) -> bool:
        """Whether it is of a class of things that lie somewhere (GeoSPARQL 1.1, 6.2)."""
        return any(GEO.Feature in self._knowledge.classes_above(class_) for class_ in self._classes)

    # -- what is doubtful ----------------------------------------------------------------------

    @cached_property
    def _disputes(self) -> Sequence[Row]:
        disputed = self._knowledge.disputed
        parts = [node for node, said in self._said.items() if (DEF.sideOf, self._entity) in said]
        return self._knowledge.disputes_of(node for node in (self._entity, *parts) if node in disputed)

    def _disputed(self) -> frozenset[str]:
        """The paths of claims that others contradict."""
        rows = [row for row in self._disputes if is_contradiction(row)]
        return frozenset(self._words.path(row[one]) for row in rows for one in ("claim", "other"))

    @cached_property
    def _acknowledgements(self) -> Sequence[Row]:
        """What editors have a word on; the document holds every acknowledgement, so that most need not be asked for."""
        if not any((RDF.type, DEF.Acknowledgement) in said for said in self._said.values()):
            return ()
        return self._knowledge.rows("acknowledgements-of-entity", entity=self._entity)

    # -- what is asked -------------------------------------------------------------------------

    @cached_property
    def _questions(self) -> list[StoredQuery]:
        classes = [wide for class_ in self._classes for wide in self._knowledge.classes_above(class_)]
        return self._knowledge.questions_about(classes)

    def _is_asked(self, query: StoredQuery) -> bool:
        """Whether a question may stand on the page: a word needs a date, and a table must tell claims."""
        is_claims = query.view != "table" or bool(self._knowledge.claim_column(query))
        return bool(lone_parameter(query)) and query.view != "boolean" and is_claims

    def _address(self, query: StoredQuery) -> str:
        """The page of a stored query, asked about the entity as far as that is known."""
        mine = [p.name for p in query.parameters if p.of == query.about and (p.required or lone_parameter(query))][:1]
        asked = urlencode({name: self._words.path(self._entity) for name in mine})
        return self._words.link(f"query/{query.name}.html") + (f"?{asked}" if asked else "")

    def _blocks(self) -> tuple[list[Block], set[Term], list[tuple[str, str]]]:
        """The answers that stand on the page, the claims that are told by them, and the questions that are left."""
        blocks: list[Block] = []
        shown: set[str] = set()
        told: set[Term] = set()
        for query in sorted(self._questions, key=lambda query: _ORDER.get(query.view, len(_ORDER))):
            if not self._is_asked(query):
                continue
            answer = self._knowledge.asked(query, self._entity, MOST_ROWS + 1)
            if not answer.rows:
                continue
            claims = self._knowledge.claims_in(answer, query)
            if query.view == "table" and claims <= self._said.keys():
                continue
            view = self._views.lay_out(answer, query)
            if not isinstance(view, Table | Map):
                told |= claims
            shown.add(query.name)
            address = self._address(query)
            blocks.append(Block(query.summary, view, address, len(answer) > MOST_ROWS))
        left = [(query.summary, self._address(query)) for query in self._questions if query.name not in shown]
        return blocks, told, left

    # -- where it is, and what leads to it -----------------------------------------------------

    def _map(self) -> Map | None:
        """The entity among the things that it names."""
        named = [value for said in self._said.values() for _, value in said if value in self._knowledge.points]
        points = list(self._views.points(iter(dict.fromkeys([*named, self._entity])), main=self._entity))
        if not any(point.is_main for point in points):
            return None
        return maps.draw(_near(points), is_small=True)

    def _links(self) -> list[tuple[Markup, list[Markup]]]:
        """What leads here, by property."""
        by: dict[Markup, dict[Markup, None]] = defaultdict(dict)
        for row in self._knowledge.rows("links-to-entity", entity=self._entity, limit=MOST_LINKS):
            by[self._words.property(row["property"])][self._words.linked(row["from"])] = None
        return [(property_, list(things)) for property_, things in by.items()]


def dispute(row: Row, said: Said, knowledge: Knowledge, words: Words, notes: Notes | None = None) -> Dispute:
    """A pair of claims that differ, in words.

    Args:
        row: A row of `disputed-claims`.
        said: What the claims say.
        knowledge: What is known.
        words: How terms are written.
        notes: The footnotes of the page; None where sources are named in place.
    """
    claim, property_ = row["claim"], row["property"]
    unit = unit_of(property_, knowledge) if isinstance(property_, NamedNode) else ""
    statements = said.get(claim, []) if claim is not None else []
    shown = row["shown"]
    if shown is None:
        verdict = words.value(row["why"])
    else:
        value = row["value"] if shown == row["claim"] else row["otherValue"]
        verdict = Markup("{} is shown: {}").format(words.value(value, unit), words.value(row["why"]))
    told = [
        (
            words.value(row[value], unit),
            notes.cite(row[source])
            if notes
            else Markup('<span class="detail">{}</span>').format(words.linked(row[source])),
        )
        for value, source in (("value", "source"), ("otherValue", "otherSource"))
    ]
    return Dispute(
        entity=words.linked(row["entity"]),
        subject=facts.headline(statements, knowledge, words),
        property=words.property(property_),
        values=(told[0], told[1]),
        reason=words.value(row["reason"]),
        verdict=verdict,
        both_can_be_true=not is_contradiction(row),
    )


def _near(points: Sequence[maps.Point]) -> list[maps.Point]:
    """The points that fit on a small map with the main one."""
    main = next(point for point in points if point.is_main)
    return [
        point
        for point in points
        if abs(point.longitude_deg - main.longitude_deg) < 4 and abs(point.latitude_deg - main.latitude_deg) < 2.5
    ]
