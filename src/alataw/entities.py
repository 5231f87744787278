"""The home of an entity as people read it: what is said of it, claim by claim, with footnotes to the sources.

What is said is asked with the stored query `describe-entity`; classes and properties go by their labels.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from alataw.dates import first_day
from alataw.terms import BASE, DCTERMS, DEF, PROV, RDF, SKOS, Literal, NamedNode, Term, Triple, text_of

Statement = tuple[NamedNode, Term]
Word = Callable[[Term], str]

BESIDE = {RDF.type, DEF.about, DEF.locator, PROV.wasDerivedFrom, DEF.statedAs, DEF.sideOf}
"""What has a place of its own in the text, or says what its place already says."""

WORDS = {RDF.type: "is a", SKOS.prefLabel: "label", SKOS.altLabel: "other label"}
"""Words for the few properties of others that nearly every entity has."""

TIMES = (DEF["from"], DEF.date, DEF.period, DEF.until)
"""What tells when, said last and sorted by first."""

USUAL = {(DEF.rank, "vocabulary/rank#normal"), (DEF.valueKind, "vocabulary/value-kind#observed")}
"""What is said of nearly every claim, and worth reading only where it differs."""


def is_usual(predicate: NamedNode, value: Term) -> bool:
    """Whether a statement is said of nearly every claim."""
    return any(predicate == usual and text_of(value).endswith(end) for usual, end in USUAL)


@dataclass(frozen=True)
class Part:
    """One claim or other part of an entity: its class, what it says, the source's wording, its footnotes."""

    node: NamedNode
    heading: str
    phrases: tuple[str, ...]
    stated_as: str
    notes: tuple[int, ...]


@dataclass(frozen=True)
class Description:
    """An entity ready to be written: name, facts said of itself, parts by heading, footnotes."""

    iri: NamedNode
    name: str
    path: str
    facts: tuple[tuple[str, str], ...]
    parts: tuple[Part, ...]
    notes: tuple[str, ...] = field(default=())

    def __str__(self) -> str:
        width = max((len(label) for label, _ in self.facts), default=0)
        lines = [self.name, self.iri.value, ""]
        lines += [f"  {label:<{width}}  {value}" for label, value in self.facts]
        heading = ""
        for part in self.parts:
            if part.heading != heading:
                heading = part.heading
                lines += ["", heading]
            marks = "".join(f" [{number}]" for number in part.notes)
            lines.append("  " + " · ".join(part.phrases) + marks)
            if part.stated_as:
                lines.append(f"      “{part.stated_as}”")
        if self.notes:
            lines += ["", "Sources"]
            lines += [f"  [{number}] {note}" for number, note in enumerate(self.notes, 1)]
        return "\n".join(lines) + "\n"


def describe(entity: NamedNode, triples: Iterable[Triple], labels: Mapping[Term, str], base: str) -> Description:
    """Arrange what is said of an entity.

    Args:
        entity: The entity.
        triples: All triples of the entity, its claims and its parts, in any order.
        labels: A label for each class, property, concept and entity that the triples name.
        base: The IRI that paths are told against.

    Returns:
        The entity's own statements, then its parts by class and by what they say.
    """
    said: dict[Term, list[Statement]] = defaultdict(list)
    for triple in sorted(set(triples), key=str):
        said[triple.subject].append((triple.predicate, triple.object))
    own = said.pop(entity, [])
    notes: dict[str, int] = {}

    def word(term: Term) -> str:
        text = labels.get(term, "") or text_of(term).removeprefix(base).removeprefix(BASE)
        if isinstance(term, Literal) and term.language:
            return f"{text} ({term.language})"
        return text

    parts = [
        _part(node, statements, word, notes)
        for node, statements in sorted(said.items(), key=lambda item: _order(item, word))
        if isinstance(node, NamedNode)
    ]
    facts: dict[str, list[str]] = defaultdict(list)
    for predicate, value in sorted(own, key=lambda pair: (pair[0] != RDF.type, pair[0] != SKOS.prefLabel)):
        facts[_property(predicate, word)].append(word(value))
    return Description(
        iri=entity,
        name=labels.get(entity, entity.value),
        path=entity.value.removeprefix(base),
        facts=tuple((label, " · ".join(values)) for label, values in facts.items()),
        parts=tuple(parts),
        notes=tuple(notes),
    )


def _part(node: NamedNode, statements: list[Statement], word: Word, notes: dict[str, int]) -> Part:
    """Turn the statements of one node into a line, and its sources into footnotes."""
    of: dict[NamedNode, list[Term]] = defaultdict(list)
    for predicate, value in statements:
        of[predicate].append(value)
    locator = "; ".join(map(word, of[DEF.locator]))
    sources = of[PROV.wasDerivedFrom] + of[DCTERMS.source]
    numbers = []
    for source in sources:
        note = ", ".join(filter(None, [word(source), locator]))
        numbers.append(notes.setdefault(note, len(notes) + 1))
    phrases = [
        f"{_property(predicate, word)} {word(value)}"
        for predicate, value in sorted(statements, key=lambda said: (said[0] in TIMES, isinstance(said[1], Literal)))
        if predicate not in BESIDE | {DCTERMS.source} and not is_usual(predicate, value)
    ]
    return Part(
        node=node,
        heading=" · ".join(word(kind) for kind in of[RDF.type]),
        phrases=tuple(phrases),
        stated_as=" / ".join(text_of(wording) for wording in of[DEF.statedAs]),
        notes=tuple(numbers),
    )


def _property(predicate: NamedNode, word: Word) -> str:
    """Name a property by its label, else by its local name in words."""
    if predicate in WORDS:
        return WORDS[predicate]
    said = word(predicate)
    local = re.split(r"[#/]", said)[-1] if ":" in said else said
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", local).lower() if ":" in said else said.removeprefix("has ")


def _order(item: tuple[Term, list[Statement]], word: Word) -> tuple[str, ...]:
    """Sort parts by class, then by time, then by IRI."""
    node, statements = item
    kinds = sorted(word(value) for predicate, value in statements if predicate == RDF.type)
    times = [first_day(text_of(value)) for predicate in TIMES for said, value in statements if said == predicate]
    return (" ".join(kinds), *times[:1], text_of(node))
