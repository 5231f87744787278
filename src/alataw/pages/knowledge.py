"""The home of what pages ask: stored queries, and the few tables that are read once and serve every page."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import islice

from alataw import exports, geo
from alataw.pages.words import Labels
from alataw.publication import Publication
from alataw.queries import StoredQuery, Value
from alataw.solutions import Answer
from alataw.store import Solutions
from alataw.terms import RDFS, SKOS, Literal, NamedNode, Term, text_of

Statement = tuple[NamedNode, Term]
Said = Mapping[Term, list[Statement]]
Given = Value | Iterable[Value]
Row = Mapping[str, Term | None]

BATCH = 60
"""How many nodes are asked for at once, so that the query stays short."""

_LABELS = f"SELECT ?term ?label WHERE {{ ?term {SKOS.prefLabel} ?label }} ORDER BY STR(?label)"


class Knowledge:
    """What a publication knows, asked for as pages need it.

    Args:
        publication: What is published.
    """

    def __init__(self, publication: Publication) -> None:
        self.publication = publication
        self.graph = publication.graph
        self.base = publication.graph.repository.base

    def rows(
        self, query: str, /, *, limit: int | None = None, offset: int | None = None, **values: Value | Iterable[Value]
    ) -> list[Row]:
        """The rows of a stored query by column."""
        answer = self.graph.query(query, limit=limit, offset=offset, explain=False, **values)
        return [dict(zip(answer.variables, row, strict=True)) for row in answer.rows]

    def described(self, nodes: Iterable[NamedNode]) -> Said:
        """The statements of things, of their parts and of the claims about these, by subject, in code-point order."""
        said: dict[Term, set[Statement]] = defaultdict(set)
        for some in _batches(nodes):
            for subject, predicate, value in self.graph.query("describe-entity", entity=some).triples or ():
                said[subject].add((predicate, value))
        return {node: sorted(said[node], key=lambda pair: (pair[0].value, str(pair[1]))) for node in said}

    # -- what the ontology says ----------------------------------------------------------------

    @cached_property
    def ontology(self) -> exports.Source:
        """The ontology, to be asked what it says of a term."""
        repository = self.graph.repository
        return exports.Source(
            triples=(),
            ontology=tuple(triple for document in repository.ontology() for triple in document.triples),
            prefixes=repository.prefixes,
            base=self.base,
            graph=NamedNode(f"{self.base}graph/claims"),
        )

    def defined(self, term: Term, predicate: NamedNode) -> list[Term]:
        """What the ontology says of a term under a predicate."""
        return self.ontology.defined(term, predicate)

    def classes_above(self, class_: Term) -> list[Term]:
        """A class and those that are wider, nearest first."""
        found = [class_]
        for narrow in found:
            found += [wide for wide in self.defined(narrow, RDFS.subClassOf) if wide not in found]
        return found

    def questions_about(self, classes: Iterable[Term]) -> list[StoredQuery]:
        """The stored queries about entities of some classes."""
        names = {text_of(class_).rpartition("#")[2] for class_ in classes}
        return [query for query in self.graph.queries if query.about in names]

    # -- read once -----------------------------------------------------------------------------

    @cached_property
    def labels(self) -> Labels:
        """The labels of everything that has one."""
        found: dict[Term, list[Literal]] = defaultdict(list)
        result = self.graph.store.query(_LABELS)
        for term, label in result.rows if isinstance(result, Solutions) else ():
            if term is not None and isinstance(label, Literal):
                found[term].append(label)
        return found

    @cached_property
    def classes(self) -> Mapping[Term, int]:
        """How many things there are of each class, the most first."""
        return {row["class"]: int(text_of(row["entities"])) for row in self.rows("classes-by-use") if row["class"]}

    @cached_property
    def points(self) -> Mapping[Term, tuple[str, str]]:
        """One point of everything that has one, longitude first: its own, else that of a station of it."""
        found: dict[Term, tuple[str, str]] = {}
        for row in self.rows("points-of-entities"):
            point = geo.point(text_of(row["point"]))
            if point and row["entity"]:
                found.setdefault(row["entity"], point)
        return found

    @cached_property
    def disputes(self) -> Sequence[Row]:
        """Every pair of claims that differ."""
        return self.rows("disputed-claims")

    @cached_property
    def release(self) -> str:
        """What tells this release from another."""
        return self.publication.release

    def asked(self, query: StoredQuery, entity: NamedNode, limit: int) -> Answer:
        """A stored query about one entity, whose only required parameter it is."""
        parameter = lone_parameter(query)
        return self.graph.query(query.name, limit=limit, offset=None, explain=False, **{parameter: entity})


def lone_parameter(query: StoredQuery) -> str:
    """The parameter that takes the entity which a stored query is about; empty if more is required to ask it."""
    required = [parameter for parameter in query.parameters if parameter.required]
    others = required or [parameter for parameter in query.parameters if parameter.of == query.about]
    return others[0].name if len(others) == 1 and others[0].of == query.about else ""


def _batches(nodes: Iterable[NamedNode]) -> Iterator[list[NamedNode]]:
    rest = iter(dict.fromkeys(nodes))
    while some := list(islice(rest, BATCH)):
        yield some
