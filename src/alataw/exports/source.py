"""The home of what an export is made of."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from alataw.terms import BASE, SKOS, Literal, NamedNode, Term, Triple


@dataclass(frozen=True)
class Source:
    """One view of the graph, and what is needed to write it.

    Args:
        triples: What is written.
        ontology: What terms there are, with their labels and ranges.
        prefixes: Prefix to namespace.
        base: What paths are told against.
        graph: The named graph of the view, for formats that name graphs.
    """

    triples: tuple[Triple, ...]
    ontology: tuple[Triple, ...]
    prefixes: Mapping[str, str]
    base: str
    graph: NamedNode

    @cached_property
    def all_prefixes(self) -> Mapping[str, str]:
        """The declared prefixes, and one for each collection of entities: `station:` for <station/>."""
        collections = {
            triple.subject.value.removeprefix(self.base).partition("/")[0]
            for triple in self.triples
            if isinstance(triple.subject, NamedNode) and "/" in triple.subject.value.removeprefix(self.base)
        }
        named = {name: f"{self.base}{name}/" for name in collections if name and name not in self.prefixes}
        return {**self.prefixes, **named}

    @cached_property
    def by_subject(self) -> Mapping[Term, list[tuple[NamedNode, Term]]]:
        """The statements of each subject, sorted."""
        said: dict[Term, list[tuple[NamedNode, Term]]] = defaultdict(list)
        for triple in sorted(set(self.triples), key=str):
            said[triple.subject].append((triple.predicate, triple.object))
        return said

    @cached_property
    def labels(self) -> Mapping[Term, str]:
        """English labels, of the ontology too."""
        triples = sorted({*self.triples, *self.ontology}, key=str)
        return {
            triple.subject: triple.object.value
            for triple in triples
            if triple.predicate == SKOS.prefLabel
            and isinstance(triple.object, Literal)
            and triple.object.language == "en"
        }

    def path(self, iri: str) -> str:
        """An IRI of ours without the base."""
        return iri.removeprefix(self.base).removeprefix(BASE)

    def first(self, subject: Term, *predicates: NamedNode) -> Term | None:
        """The first object of a subject under the predicates, in their order."""
        for predicate in predicates:
            for said, value in self.by_subject.get(subject, ()):
                if said == predicate:
                    return value
        return None
