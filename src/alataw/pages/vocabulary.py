"""The home of the documentation of the ontology: classes, properties, vocabularies and their concepts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from alataw.pages.facts import Facts
from alataw.pages.knowledge import Knowledge
from alataw.pages.notes import Notes
from alataw.pages.words import Words, joined
from alataw.terms import DEF, OWL, RDF, SH, SKOS, Literal, NamedNode, Term, text_of

MOST_USES = 100
"""How many things that name a concept are listed."""

_TOLD = {RDF.type, SKOS.prefLabel, SKOS.altLabel, SKOS.definition, SKOS.scopeNote, SKOS.example}
"""What stands at the head of a page."""


@dataclass(frozen=True)
class Entry:
    """A term in a list: its name, what it means, how many things are of it."""

    id: str
    name: Markup
    definition: Markup
    number: int


@dataclass(frozen=True)
class Allowed:
    """What may be said of a class by a property: which values, how many, and what the check says."""

    property: Markup
    values: Markup
    number: str
    message: Markup


class Vocabulary:
    """Tells of terms.

    Args:
        knowledge: What the ontology and the shapes say.
        words: How terms are written.
    """

    def __init__(self, knowledge: Knowledge, words: Words) -> None:
        self._knowledge = knowledge
        self._words = words

    def overview(self) -> Mapping[str, Any]:
        """All terms: classes of things, classes of claims, properties, vocabularies."""
        classes = [class_ for class_ in self._knowledge.of_type(OWL.Class) if class_ in DEF]
        claims = [class_ for class_ in classes if DEF.Claim in self._knowledge.classes_above(class_)]
        properties = self._knowledge.of_type(OWL.ObjectProperty) + self._knowledge.of_type(OWL.DatatypeProperty)
        return {
            "things": self._entries(class_ for class_ in classes if class_ not in claims),
            "claims": self._entries(claims),
            "properties": self._entries(property_ for property_ in properties if property_ in DEF),
            "vocabularies": self._entries(self._knowledge.of_type(SKOS.ConceptScheme)),
        }

    def term(self, term: NamedNode) -> Mapping[str, Any]:
        """One term: what it means, what is said of it, what it is used for."""
        said = self._knowledge.said_of(term)
        kinds = [value for predicate, value in said if predicate == RDF.type]
        told = [(predicate, value) for predicate, value in said if predicate not in _TOLD]
        facts = Facts(term, {term: told}, self._knowledge, self._words, Notes()).main().facts
        is_class, is_property = OWL.Class in kinds, bool({OWL.ObjectProperty, OWL.DatatypeProperty} & set(kinds))
        return {
            "title": self._words.plain(term),
            "name": self._words.name(term),
            "iri": term.value,
            "kind": next((word for kind, word in _KINDS.items() if kind in kinds), "term"),
            "definition": self._text(term, SKOS.definition),
            "note": self._text(term, SKOS.scopeNote),
            "examples": [self._words.value(value) for value in self._knowledge.defined(term, SKOS.example)],
            "facts": facts,
            "allowed": self._allowed(term) if is_class else [],
            "classes": self._entries(self._knowledge.classes_with(term)) if is_property else [],
            "concepts": self._entries(self._knowledge.concepts_of(term)),
            "number": self._knowledge.classes.get(term, 0),
            "collection": self._knowledge.collection_of(term),
            "questions": self._knowledge.questions_about([term]) if is_class else [],
            "uses": self._uses(term) if SKOS.Concept in kinds else [],
        }

    def _entries(self, terms: Iterable[Term]) -> list[Entry]:
        """Terms by name, with what they mean."""
        return [
            Entry(
                text_of(term).rpartition("#")[2],
                self._words.linked(term),
                self._text(term, SKOS.definition),
                self._knowledge.classes.get(term, 0),
            )
            for term in sorted(terms, key=lambda term: (self._words.plain(term).lower(), text_of(term)))
        ]

    def _text(self, term: Term, predicate: NamedNode) -> Markup:
        texts = [text for text in self._knowledge.defined(term, predicate) if isinstance(text, Literal)]
        return self._words.value(self._words.best(texts))

    def _allowed(self, class_: NamedNode) -> list[Allowed]:
        """What the shapes of a class say of its properties."""
        told = []
        for shape in self._knowledge.shapes.get(class_, ()):
            of: dict[NamedNode, list[Term]] = defaultdict(list)
            for predicate, value in shape:
                of[predicate].append(value)
            kinds = [*of[SH["class"]], *of[SH.datatype]]
            low, high = (text_of(next(iter(of[count]), None)) for count in (SH.minCount, SH.maxCount))
            told.append(
                Allowed(
                    property=self._words.linked(of[SH.path][0]),
                    values=joined(map(self._words.linked, kinds), " or "),
                    number=_number(low, high),
                    message=joined(map(self._words.value, of[SH.message]), " "),
                )
            )
        return told

    def _uses(self, concept: NamedNode) -> list[tuple[Markup, Markup]]:
        rows = self._knowledge.rows("links-to-entity", entity=concept, limit=MOST_USES)
        return list(
            dict.fromkeys((self._words.linked(row["from"]), self._words.property(row["property"])) for row in rows)
        )


_KINDS = {
    OWL.Class: "class",
    OWL.ObjectProperty: "property",
    OWL.DatatypeProperty: "property",
    SKOS.ConceptScheme: "vocabulary",
    SKOS.Concept: "concept",
}


def _number(low: str, high: str) -> str:
    if low == high != "":
        return f"exactly {low}"
    least = f"at least {low}" if low not in ("", "0") else ""
    return ", ".join(filter(None, [least, f"at most {high}" if high else ""]))
