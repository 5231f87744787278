"""The home of what an export is made of: one view of the graph, and the words in which it is told."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

from pyoxigraph import CanonicalizationAlgorithm, Dataset, Quad

from alataw.errors import AlatawError
from alataw.labels import Labels
from alataw.terms import BASE, DEF, RDF, RDFS, BlankNode, Literal, NamedNode, Term, Triple, text_of
from alataw.turtle.writer import MOST_BLANK_NODES

if TYPE_CHECKING:
    from alataw.ledger import Row
    from alataw.queries import StoredQuery

Statement = tuple[NamedNode, Term]

# The folder of a class (kebab-case), as it begins the path of an entity.
_COLLECTION = re.compile(r"([a-z][a-z0-9]*(?:-[a-z0-9]+)*)/.")


@dataclass(frozen=True)
class Source:
    """One view of the graph, and what is needed to write it.

    Args:
        triples: What is written; order and repetition make no difference.
        ontology: What terms there are, with their labels and ranges.
        prefixes: Prefix to namespace.
        base: What paths are told against.
        graph: The named graph of the view, for formats that name graphs.
        queries: The stored queries, for formats that describe them.
        ledger: Our claims beside Wikidata's, for formats that tell the difference; None if nobody has compared.
        include_disputed: Whether such a format tells what is disputed here too.
        beside: What is looked up and not written: labels and titles of what is only named.
    """

    triples: tuple[Triple, ...]
    ontology: tuple[Triple, ...]
    prefixes: Mapping[str, str]
    base: str
    graph: NamedNode
    queries: tuple[StoredQuery, ...] = ()
    ledger: tuple[Row, ...] | None = None
    include_disputed: bool = False
    beside: tuple[Triple, ...] = ()

    @cached_property
    def said(self) -> tuple[Triple, ...]:
        """Every triple once, sorted, blank nodes with labels that depend on nothing but the graph.

        Raises:
            AlatawError: AL060 for what RDF 1.1 cannot say, or for more blank nodes than can be told apart.
        """
        hold_rdf11(self.triples)
        return tuple(sorted(_labelled(self.triples), key=str))

    @cached_property
    def by_subject(self) -> Mapping[Term, list[Statement]]:
        """The statements of each subject, both in code-point order."""
        said: dict[Term, list[Statement]] = defaultdict(list)
        for triple in self.said:
            said[triple.subject].append((triple.predicate, triple.object))
        return {subject: said[subject] for subject in sorted(said, key=text_of)}

    @cached_property
    def all_prefixes(self) -> Mapping[str, str]:
        """The declared prefixes, and one for each collection of entities: `station:` for <station/>."""
        collections = {
            match[1]
            for subject in self.by_subject
            if text_of(subject).startswith(self.base)
            and (match := _COLLECTION.match(text_of(subject).removeprefix(self.base)))
        }
        return {**{name: f"{self.base}{name}/" for name in sorted(collections)}, **self.prefixes}

    @cached_property
    def labels(self) -> Mapping[Term, str]:
        """One label for everything that has one, terms of the ontology too: English where there is one."""
        return Labels(lambda: (*self.said, *self.beside, *self.ontology))

    def label(self, term: Term | None) -> str:
        """The label of a term; empty if it has none."""
        return self.labels.get(term, "") if term is not None else ""

    def path(self, term: Term | None) -> str:
        """A term as text: an IRI of ours as its path, any other whole; a literal by its lexical form."""
        text = text_of(term)
        return text.removeprefix(self.base).removeprefix(BASE) if isinstance(term, NamedNode) else text

    def name(self, term: NamedNode) -> str:
        """A named node in one word: `from` for a term of ours, `dcterms:source` for others, else its path."""
        if term in DEF:
            return term.value.removeprefix(DEF.iri)
        for prefix, namespace in sorted(self.prefixes.items(), key=lambda item: (-len(item[1]), item[0])):
            if prefix and term.value.startswith(namespace):
                return f"{prefix}:{term.value.removeprefix(namespace)}"
        return self.path(term)

    def all(self, subject: Term, predicate: NamedNode) -> list[Term]:
        """The objects of a subject under a predicate, in order."""
        said = (*self.by_subject.get(subject, ()), *self._beside.get(subject, ()))
        return [value for each, value in said if each == predicate]

    def first(self, subject: Term, predicate: NamedNode) -> Term | None:
        """The first object of a subject under a predicate."""
        return next(iter(self.all(subject, predicate)), None)

    def defined(self, term: Term, predicate: NamedNode) -> list[Term]:
        """What the ontology says of a term under a predicate, in order."""
        return self._ontology.get((term, predicate), [])

    @property
    def declared(self) -> list[NamedNode]:
        """The terms of ours that the ontology gives a type, in order."""
        kind = RDF.type
        return [term for term, said in self._ontology if said == kind and isinstance(term, NamedNode) and term in DEF]

    def subclasses(self, of: NamedNode) -> frozenset[Term]:
        """A class with all that are narrower by the ontology."""
        found: set[Term] = {of}
        while (
            narrower := {t.subject for t in self.ontology if t.predicate == RDFS.subClassOf and t.object in found}
            - found
        ):
            found |= narrower
        return frozenset(found)

    def over(
        self, triples: tuple[Triple, ...], beside: tuple[Triple, ...] = (), ledger: tuple[Row, ...] | None = None
    ) -> Source:
        """The same words over other triples; of `beside`, what is looked up and not written."""
        other = replace(self, triples=triples, beside=beside, ledger=ledger)
        vars(other)["_ontology"] = self._ontology  # the same, and dear where one document is written
        return other

    @cached_property
    def _beside(self) -> Mapping[Term, list[Statement]]:
        known: dict[Term, list[Statement]] = defaultdict(list)
        for triple in sorted(set(self.beside) - set(self.said), key=str):
            known[triple.subject].append((triple.predicate, triple.object))
        return known

    @cached_property
    def _ontology(self) -> Mapping[tuple[Term, NamedNode], list[Term]]:
        said: dict[tuple[Term, NamedNode], list[Term]] = defaultdict(list)
        for triple in sorted(set(self.ontology), key=str):
            said[triple.subject, triple.predicate].append(triple.object)
        return said


def hold_rdf11(triples: Iterable[Triple]) -> None:
    """Hold triples to RDF 1.1, which all readers of every format know.

    Raises:
        AlatawError: AL060 for a triple term or a base direction.
    """
    for triple in triples:
        if isinstance(triple.subject, Triple) or isinstance(triple.object, Triple):
            raise AlatawError(f"RDF 1.1 has no triple terms, in {triple}", code="AL060", fix="say it as a claim")
        if isinstance(triple.object, Literal) and triple.object.direction:
            raise AlatawError(f"RDF 1.1 has no base direction, in {triple}", code="AL060", fix="leave it out")


def _labelled(triples: Iterable[Triple]) -> set[Triple]:
    """The graph with blank nodes labelled by RDFC-1.0."""
    graph = set(triples)
    blank = {term for triple in graph for term in triple if isinstance(term, BlankNode)}
    if not blank:
        return graph
    if len(blank) > MOST_BLANK_NODES:
        raise AlatawError(
            f"the graph has {len(blank):,} blank nodes, more than {MOST_BLANK_NODES:,}",
            code="AL060",
            why="telling blank nodes apart can take time without end",
            fix="give the nodes IRIs",
        )
    dataset = Dataset(Quad(*triple) for triple in graph)
    dataset.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
    return {quad.triple for quad in dataset}
