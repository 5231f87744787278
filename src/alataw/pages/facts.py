"""The home of facts as a page shows them: what is said of an entity itself, and claim by claim, each with its sources.

What a claim claims, and in what it may differ from another, says the ontology (`valueProperty`, `keyProperty`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from alataw.dates import first_day
from alataw.entities import BESIDE, TIMES, is_usual
from alataw.pages.knowledge import Knowledge, Said, Statement
from alataw.pages.notes import Notes
from alataw.pages.units import unit_of
from alataw.pages.words import Words, isolated, joined
from alataw.terms import DCTERMS, DEF, OWL, PROV, RDF, RDFS, SCHEMA, SKOS, Literal, NamedNode, Namespace, Term, text_of

_QB = Namespace("http://purl.org/linked-data/cube#")

_HEADS = {RDF.type, SKOS.prefLabel, SKOS.altLabel, DCTERMS.source, SCHEMA.sameAs, OWL.deprecated}
"""What the head of a page tells."""

_ASIDE = BESIDE | {DCTERMS.source, RDFS.comment, DEF.rank, DEF.valueKind, _QB.dataSet}
"""What of a claim has a place of its own."""


@dataclass(frozen=True)
class Fact:
    """A property with its values."""

    property: Markup
    values: tuple[Markup, ...]


@dataclass(frozen=True)
class Claim:
    """One claim: its fragment, its value, what else it says, the wording, what marks it out, its footnotes."""

    id: str
    value: Markup
    details: tuple[Fact, ...]
    wording: Markup
    remark: Markup
    marks: tuple[Markup, ...]
    notes: Markup


@dataclass(frozen=True)
class Group:
    """The claims of one class."""

    name: Markup
    claims: tuple[Claim, ...]


@dataclass(frozen=True)
class Part:
    """A part of an entity, or the entity itself: what is said of it, and what is claimed about it."""

    id: str
    name: Markup
    kind: Markup
    facts: tuple[Fact, ...]
    notes: Markup
    groups: tuple[Group, ...]


class Facts:
    """Arranges what is said of one entity.

    Args:
        entity: The entity.
        said: Its statements, and those of its parts and claims.
        knowledge: What the ontology says.
        words: How terms are written.
        notes: The footnotes of the page.
        elsewhere: Claims that the page tells elsewhere.
    """

    def __init__(
        self,
        entity: NamedNode,
        said: Said,
        knowledge: Knowledge,
        words: Words,
        notes: Notes,
        elsewhere: Container[Term] = (),
    ) -> None:
        self.entity = entity
        self._elsewhere = elsewhere
        self.said = said
        self._knowledge = knowledge
        self._words = words
        self._notes = notes
        self._of = {node: _by_property(statements) for node, statements in said.items()}

    def all(self, node: Term, predicate: NamedNode) -> list[Term]:
        """The objects of a node under a predicate."""
        return self._of.get(node, {}).get(predicate, [])

    def main(self) -> Part:
        """What is said of the entity itself."""
        return self._part(self.entity)

    def parts(self) -> list[Part]:
        """Its parts: what is said to be a side of it, or to count along it."""
        nodes = [
            node
            for node, of in self._of.items()
            if node != self.entity and DEF.about not in of and isinstance(node, NamedNode)
        ]
        return [self._part(node) for node in sorted(nodes, key=text_of)]

    def claim(self, node: NamedNode) -> Claim:
        """One claim."""
        of = self._of[node]
        values = {value for kind in of.get(RDF.type, ()) for value in self._defined(kind, DEF.valueProperty)}
        keys = [key for kind in of.get(RDF.type, ()) for key in self._defined(kind, DEF.keyProperty)]
        told = sorted(
            (p for p in of if p not in _ASIDE), key=lambda p: (p not in values, p not in keys, p in TIMES, p.value)
        )
        main = [self.value(predicate, value) for predicate in told if predicate in values for value in of[predicate]]
        details = [self._fact(predicate, of[predicate]) for predicate in told if predicate not in values]
        return Claim(
            id=node.value.rpartition("#")[2],
            value=joined(main),
            details=tuple(details),
            wording=joined(map(self._words.value, of.get(DEF.statedAs, ())), " / "),
            remark=joined(map(self._words.value, of.get(RDFS.comment, ())), " · "),
            marks=tuple(
                self._words.name(value)
                for predicate in (DEF.rank, DEF.valueKind)
                for value in of.get(predicate, ())
                if not is_usual(predicate, value)
            ),
            notes=self.cited(node),
        )

    def cited(self, node: Term) -> Markup:
        """The marks of the footnotes of a claim, or of what is said of an entity itself."""
        of = self._of.get(node, {})
        locator = "; ".join(map(text_of, of.get(DEF.locator, ())))
        sources = (*of.get(PROV.wasDerivedFrom, ()), *of.get(DCTERMS.source, ()))
        return joined((self._notes.cite(source, locator) for source in sources), " ")

    def value(self, predicate: NamedNode, value: Term) -> Markup:
        """A value with the unit of its property."""
        return self._words.value(value, unit_of(predicate, self._knowledge))

    def _part(self, node: NamedNode) -> Part:
        of = self._of.get(node, {})
        told = [predicate for predicate in of if predicate not in _HEADS | _ASIDE]
        by_class: dict[Term, list[NamedNode]] = defaultdict(list)
        for claim, said in self._of.items():
            if node in said.get(DEF.about, ()) and isinstance(claim, NamedNode) and claim not in self._elsewhere:
                by_class[said.get(RDF.type, [claim])[0]].append(claim)
        groups = [
            Group(self._words.linked(kind), tuple(map(self.claim, sorted(claims, key=self._when))))
            for kind, claims in sorted(by_class.items(), key=lambda item: self._words.plain(item[0]).lower())
        ]
        kinds = of.get(RDF.type, [])
        # A part without a label is called by the country that has it, else by its class.
        called = node if self._words.label(node) is not None else next(iter([*of.get(DEF.country, ()), *kinds]), node)
        return Part(
            id=node.value.rpartition("#")[2] if "#" in node.value else "",
            name=self._words.name(called),
            kind=self._words.linked(kinds[0]) if kinds else Markup(""),
            facts=tuple(self._fact(predicate, of[predicate]) for predicate in sorted(told, key=self._words.plain)),
            notes=self.cited(node),
            groups=tuple(groups),
        )

    def _fact(self, predicate: NamedNode, values: Sequence[Term]) -> Fact:
        return Fact(self._words.property(predicate), tuple(self.value(predicate, value) for value in values))

    def _when(self, claim: NamedNode) -> tuple[str, str]:
        """Sort claims by time, those without one first, then by IRI."""
        times = [first_day(text_of(value)) for predicate in TIMES for value in self.all(claim, predicate)]
        return (times[0] if times else "", claim.value)

    def _defined(self, term: Term, predicate: NamedNode) -> list[Term]:
        return self._knowledge.defined(term, predicate)


def headline(said: Iterable[Statement], knowledge: Knowledge, words: Words) -> Markup:
    """What a claim is, in few words: its class, and in what it differs from others of the class."""
    of = _by_property(said)
    kinds = of.get(RDF.type, [])
    keys = [key for kind in kinds for key in knowledge.defined(kind, DEF.keyProperty) if key != DEF.about]
    told = [words.linked(value) for key in keys if isinstance(key, NamedNode) for value in of.get(key, ())]
    return joined([*map(words.name, kinds), *told], " · ")


def names(statements: Iterable[Statement], title: Literal | None) -> list[Markup]:
    """The names of an entity in all scripts, but for the one that heads the page."""
    told = [value for predicate, value in statements if predicate in (SKOS.prefLabel, SKOS.altLabel)]
    others = [name for name in told if isinstance(name, Literal) and name != title]
    return [isolated(name.value, name.language) for name in dict.fromkeys(others)]


def _by_property(statements: Iterable[Statement]) -> Mapping[NamedNode, list[Term]]:
    of: dict[NamedNode, list[Term]] = defaultdict(list)
    for predicate, value in statements:
        of[predicate].append(value)
    return of
