"""The home of our claims in Wikidata's terms: which property, value, qualifiers and references a claim would be.

The alignment says which class of claims is which property, and which code system; what has no place there (a date
that is approximate, a value without an item) is left out. What Wikidata says itself is not known here.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from alataw.dates import DATATYPES
from alataw.terms import BASE, DCTERMS, DEF, PROV, RDF, SCHEMA, SKOS, Literal, NamedNode, Term, Triple, text_of

WD, PROP = "http://www.wikidata.org/entity/", "http://www.wikidata.org/prop/"
START, END, STATED_IN, ADDRESS, RETRIEVED = "P580", "P582", "P248", "P854", "P813"
COUNTRY, LINE, OWNER = "P17", "P81", "P127"
_KILOMETRE = "Q828224"

_POINT = re.compile(r"(?:<\S+>\s*)?POINT\s*\(\s*(\S+)\s+(\S+)\s*\)", re.IGNORECASE)
# What was read in Wikidata or a Wikipedia, in a copy too, cannot be given back to it as a source.
_WIKIMEDIA = re.compile(r"wiki(?:data|pedia|media)", re.IGNORECASE)
# What opens to the public, and so is P1619; where rails met, or freight ran first, is not.
_OFFICIAL = {"commissioned", "formal-operation", "passenger", "rail-traffic"}


class Value(NamedTuple):
    """A value as Wikidata has it.

    Args:
        kind: item, string, time, point or quantity.
        text: `Q232`; a text; `1992-09-12`, `1992-09` or `1992`; `82.57 45.17`, longitude first; a number.
        unit: The unit of a quantity, as an item.
    """

    kind: str
    text: str
    unit: str = ""

    @property
    def precision(self) -> int:
        """The precision of a time: 9 year, 10 month, 11 day (Wikibase data model)."""
        return {4: 9, 7: 10, 10: 11}.get(len(self.text), 0) if self.kind == "time" else 0


@dataclass(frozen=True)
class Reference:
    """Where a claim comes from, as a reference would say it.

    Args:
        source: The path of the source.
        item: Its item, if it is linked (P248).
        address: Its address (P854).
        retrieved: When it was read (P813).
        is_copy: Whether it is a copy of something else, or of a wiki of Wikimedia's, and so no reference there.
    """

    source: str
    item: str = ""
    address: str = ""
    retrieved: str = ""
    is_copy: bool = False

    @property
    def usable(self) -> bool:
        """Whether it can stand as a reference: somebody can look it up, and it is no copy."""
        return bool(self.item or self.address) and not self.is_copy


@dataclass(frozen=True)
class OurStatement:
    """A claim as a statement.

    Args:
        claim: The claim's path; the entity's own for what is said of it directly.
        entity: The entity's path.
        item: Its item.
        property: The property.
        value: The value.
        qualifiers: Property and value of each qualifier.
        references: Where it comes from.
        rank: preferred, normal or deprecated.
        disputed: Whether another claim contradicts it.
    """

    claim: str
    entity: str
    item: str
    property: str
    value: Value
    qualifiers: tuple[tuple[str, Value], ...] = ()
    references: tuple[Reference, ...] = ()
    rank: str = "normal"
    disputed: bool = False

    def qualifier(self, property: str) -> Value | None:
        """The value of a qualifier."""
        return next((value for name, value in self.qualifiers if name == property), None)


Defined = Callable[[Term, NamedNode], Sequence[Term]]


def statements(
    triples: Iterable[Triple], defined: Defined, base: str, disputed: frozenset[str] = frozenset()
) -> list[OurStatement]:
    """Every claim about a linked entity that has a place in Wikidata, sorted by entity, property and claim.

    Args:
        triples: The claims and the links.
        defined: What the ontology says of a term under a property: its values and its alignment.
        base: What paths are told against.
        disputed: The paths of claims that others contradict.
    """
    made = _Making(triples, defined, base, disputed)
    found = [statement for subject in made.said for statement in made.of(subject)]
    return sorted(found, key=lambda s: (s.entity, s.property, s.claim, s.value))


class _Making:
    """Turns claims into statements, with the graph at hand."""

    def __init__(self, triples: Iterable[Triple], defined: Defined, base: str, disputed: frozenset[str]) -> None:
        self.said: dict[Term, dict[NamedNode, list[Term]]] = defaultdict(lambda: defaultdict(list))
        for triple in sorted(triples, key=str):
            self.said[triple.subject][triple.predicate].append(triple.object)
        self._defined, self._base, self._disputed = defined, base, disputed

    def of(self, subject: Term) -> Iterator[OurStatement]:
        """The statements that a claim, or an entity itself, would be."""
        about = self._first(subject, DEF.about)
        entity = about if about is not None else subject
        item = self._item(entity)
        if not item:
            return
        if about is None:
            references = tuple(map(self._reference, self._all(subject, DCTERMS.source)))
            for country in self._all(subject, DEF.country):
                if value := self._value(country):
                    path = self._path(subject)
                    yield OurStatement(path, path, item, COUNTRY, value, references=references)
            return
        for class_ in self._all(subject, RDF.type):
            for property, value in self._claimed(subject, class_):
                yield OurStatement(
                    self._path(subject),
                    self._path(entity),
                    item,
                    property,
                    value,
                    tuple(
                        (name, bound)
                        for name, bounds in ((START, DEF["from"]), (END, DEF.until))
                        if (bound := self._value(self._first(subject, bounds)))
                    ),
                    tuple(map(self._reference, self._all(subject, PROV.wasDerivedFrom))),
                    text_of(self._first(subject, DEF.rank)).rpartition("#")[2] or "normal",
                    self._path(subject) in self._disputed,
                )

    def _claimed(self, claim: Term, class_: Term) -> Iterator[tuple[str, Value]]:
        """The property and value that a claim of a class says."""
        if class_ == DEF.CodeAssignment:
            system = self._first(claim, DEF.codeSystem)
            property = self._aligned(system, WD + "P") if system is not None else ""
            said = [DEF.code]
        else:
            property = self._aligned(class_, PROP + "P")
            said = [term for term in self._defined(class_, DEF.valueProperty) if isinstance(term, NamedNode)]
        if class_ == DEF.LinePosition:
            property, said = LINE, [DEF.line]
        elif class_ == DEF.Opening and text_of(self._first(claim, DEF.openingKind)).rpartition("#")[2] not in _OFFICIAL:
            return
        elif class_ == DEF.OperatorTenure and text_of(self._first(claim, DEF.operatorRole)).endswith("#owner"):
            property = OWNER
        for predicate in said if property else ():
            for term in self._all(claim, predicate):
                if value := self._value(term, predicate):
                    yield property, value

    def _value(self, term: Term | None, predicate: NamedNode | None = None) -> Value | None:
        """A term as Wikidata has it; None if it has no place there."""
        if term is None:
            return None
        if isinstance(term, Literal):
            if term.datatype in DATATYPES:
                return Value("time", term.value)
            if term.datatype == DEF.edtf:
                return None
            if match := _POINT.fullmatch(term.value):
                return Value("point", f"{match[1]} {match[2]}")
            if predicate == DEF.length:
                return Value("quantity", term.value, _KILOMETRE)
            return Value("string", term.value)
        item = self._item(term) or self._aligned(term, WD + "Q", SKOS.exactMatch)
        return Value("item", item) if item else None

    def _reference(self, source: Term) -> Reference:
        whole = source
        while (part_of := self._first(whole, DCTERMS.isPartOf)) is not None:
            whole = part_of
        both = (source, whole)
        address = next((text_of(url) for each in both for url in self._all(each, SCHEMA.url)), "")
        retrieved = next((text_of(day) for each in both for day in self._all(each, DEF.retrieved)), "")
        titles = [text_of(title) for each in both for title in self._all(each, DCTERMS.title)]
        return Reference(
            self._path(source),
            self._item(whole),
            address,
            retrieved,
            is_copy=any(self._all(each, DEF.copyOf) for each in both)
            or any(map(_WIKIMEDIA.search, [self._path(source), address, *titles])),
        )

    def _item(self, entity: Term) -> str:
        items = (text_of(item) for item in self._all(entity, SCHEMA.sameAs))
        return next((item.removeprefix(WD) for item in items if item.startswith(WD + "Q")), "")

    def _aligned(self, term: Term, beginning: str, predicate: NamedNode = SKOS.closeMatch) -> str:
        found = (text_of(other) for other in self._defined(term, predicate))
        return next((iri.rpartition("/")[2] for iri in found if iri.startswith(beginning)), "")

    def _all(self, subject: Term, predicate: NamedNode) -> Sequence[Term]:
        return self.said[subject][predicate] if subject in self.said else ()

    def _first(self, subject: Term, predicate: NamedNode) -> Term | None:
        return next(iter(self._all(subject, predicate)), None)

    def _path(self, term: Term) -> str:
        return text_of(term).removeprefix(self._base).removeprefix(BASE)
