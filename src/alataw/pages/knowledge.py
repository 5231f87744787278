"""The home of what pages ask: stored queries, and the few tables that are read once and serve every page."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from functools import cached_property

from alataw.errors import UnknownNameError
from alataw.pages.words import Labels
from alataw.publication import Publication
from alataw.queries import StoredQuery, Value
from alataw.solutions import Answer
from alataw.sparql import batches
from alataw.store import Solutions
from alataw.terms import DCTERMS, DEF, RDF, RDFS, SCHEMA, SH, SKOS, Literal, NamedNode, Namespace, Term, Triple, text_of

Statement = tuple[NamedNode, Term]
Said = Mapping[Term, list[Statement]]
Given = Value | Iterable[Value]
Row = Mapping[str, Term | None]

CLAIM = DEF.Claim

_ONCE = (
    *("labels", "languages", "classes", "points", "items", "sources", "sides", "disputed"),
    *("terms", "shapes", "queries", "catalog", "release"),
)
"""What is read once and serves every page."""

FOAF = Namespace("http://xmlns.com/foaf/0.1/")

_CATALOG = (
    "CONSTRUCT {{ ?s ?p ?o }} WHERE {{ {{ ?s ?p ?o . VALUES ?s {{ {0} }} }} UNION {{ {0} ?leads ?s . ?s ?p ?o }} }}"
)
_ITEMS = f"SELECT ?thing ?item WHERE {{ ?thing {SCHEMA.sameAs} ?item }} ORDER BY STR(?thing) STR(?item)"
_SOURCES = f"CONSTRUCT {{ ?source ?property ?value }} WHERE {{ ?source a {DEF.Source} ; ?property ?value }}"
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
    ) -> Sequence[Row]:
        """The rows of a stored query by column."""
        return self.graph.query(query, limit=limit, offset=offset, explain=False, **values).mappings()

    def document(self, entity: NamedNode) -> tuple[Triple, ...]:
        """All that the document of an entity says."""
        return self.graph.query("document-of-entity", entity=entity).triples or ()

    def described(self, nodes: Iterable[NamedNode]) -> Said:
        """The statements of things, of their parts and of the claims about these, by subject, in code-point order."""
        asked = (self.graph.query("describe-entity", entity=some) for some in batches(nodes))
        return by_subject(triple for answer in asked for triple in answer.triples or ())

    # -- what the ontology says ----------------------------------------------------------------

    def defined(self, term: Term, predicate: NamedNode) -> list[Term]:
        """What the ontology says of a term under a predicate."""
        return self.graph.words.defined(term, predicate)

    def classes_above(self, class_: Term) -> list[Term]:
        """A class and those that are wider, nearest first."""
        found = [class_]
        for narrow in found:
            found += [wide for wide in self.defined(narrow, RDFS.subClassOf) if wide not in found]
        return found

    @cached_property
    def terms(self) -> Said:
        """Everything that the ontology says, by subject."""
        said: dict[Term, list[Statement]] = defaultdict(list)
        for subject, predicate, value in sorted(set(self.graph.words.ontology), key=str):
            said[subject].append((predicate, value))
        return said

    def said_of(self, term: Term) -> list[Statement]:
        """What the ontology says of a term."""
        return self.terms.get(term, [])

    def of_type(self, class_: NamedNode) -> list[Term]:
        """The terms of the ontology that are of a class."""
        return [term for term, said in self.terms.items() if (RDF.type, class_) in said]

    def concepts_of(self, scheme: Term) -> list[Term]:
        """The concepts of a vocabulary."""
        return [term for term, said in self.terms.items() if (SKOS.inScheme, scheme) in said]

    def collection_of(self, class_: Term) -> str:
        """The path of the page that lists all of a class; empty for what has no files of its own."""
        found = [
            folder for folder, of in self.graph.repository.classes.items() if of == class_ and folder in self.folders
        ]
        return f"{found[0]}.html" if found else ""

    @cached_property
    def shapes(self) -> Mapping[Term, list[list[Statement]]]:
        """Class to the shapes of what may be said of it by one property each."""
        said: dict[Term, list[Statement]] = defaultdict(list)
        for document in self.graph.repository.shapes():
            for subject, predicate, value in document.triples:
                said[subject].append((predicate, value))
        found: dict[Term, list[list[Statement]]] = defaultdict(list)
        for statements in list(said.values()):
            classes = [value for predicate, value in statements if predicate == SH.targetClass]
            shapes = [said[value] for predicate, value in statements if predicate == SH.property]
            for class_ in classes:
                found[class_] += [shape for shape in shapes if isinstance(_path(shape), NamedNode)]
        return {class_: sorted(shapes, key=lambda shape: text_of(_path(shape))) for class_, shapes in found.items()}

    def classes_with(self, property_: Term) -> list[Term]:
        """The classes whose shapes speak of a property."""
        return [class_ for class_, shapes in self.shapes.items() if any(_path(shape) == property_ for shape in shapes)]

    def questions_about(self, classes: Iterable[Term]) -> list[StoredQuery]:
        """The stored queries about entities of some classes."""
        names = {text_of(class_).rpartition("#")[2] for class_ in classes}
        return [query for query in self.queries if query.about in names]

    @cached_property
    def queries(self) -> tuple[StoredQuery, ...]:
        """Every stored query."""
        return self.graph.queries

    def claims_in(self, answer: Answer, query: StoredQuery) -> set[Term]:
        """The claims that an answer tells."""
        return {term for term in answer.columns.get(self.claim_column(query), ()) if term is not None}

    def claim_column(self, query: StoredQuery) -> str:
        """The column of a stored query that holds the claim which a row tells; empty if none does."""
        named = ((column, said["class"]) for column, said in query.columns.items() if "class" in said)
        return next((column for column, name in named if CLAIM in self.classes_above(DEF[name])), "")

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
    def languages(self) -> frozenset[str]:
        """The languages in which a label or the ontology speaks: the first subtags of all tags, in small letters."""
        tags = {label.language for labels in self.labels.values() for label in labels}
        tags |= {value.language for said in self.terms.values() for _, value in said if isinstance(value, Literal)}
        return frozenset(tag.lower().partition("-")[0] for tag in tags if tag)

    @cached_property
    def classes(self) -> Mapping[Term, int]:
        """How many things there are of each class, the most first."""
        return {row["class"]: int(text_of(row["entities"])) for row in self.rows("classes-by-use") if row["class"]}

    @property
    def claims(self) -> int:
        """How many claims there are."""
        return sum(number for class_, number in self.classes.items() if CLAIM in self.classes_above(class_))

    @property
    def points(self) -> Mapping[Term, tuple[str, str]]:
        """One point of everything that has one, longitude first."""
        return self.graph.points

    @cached_property
    def items(self) -> Mapping[Term, Term]:
        """What is the same elsewhere, of everything that is linked."""
        result = self.graph.store.query(_ITEMS)
        return {thing: item for thing, item in (result.rows if isinstance(result, Solutions) else ()) if thing and item}

    @cached_property
    def sources(self) -> Said:
        """What is said of each source, in code-point order: few are cited by many."""
        return by_subject(self.graph.sparql(_SOURCES).triples or ())

    @cached_property
    def folders(self) -> frozenset[str]:
        """The folders in which there are entities of their own."""
        paths = (text_of(term).removeprefix(self.base) for term in self.labels if text_of(term).startswith(self.base))
        return frozenset(path.partition("/")[0] for path in paths if "/" in path and "#" not in path)

    @cached_property
    def sides(self) -> Sequence[Row]:
        """What each country has at each border crossing."""
        return self.rows("sides-of-crossings")

    @cached_property
    def disputed(self) -> Mapping[Term, tuple[int, int]]:
        """How many pairs of claims about each thing contradict each other, and how many more can both be true."""
        return {
            row["entity"]: (int(text_of(row["contradictions"])), int(text_of(row["compatible"])))
            for row in self.rows("most-disputed")
            if row["entity"] is not None
        }

    def disputes_of(self, entities: Iterable[Term]) -> list[Row]:
        """The pairs of claims about some entities that differ."""
        nodes = (entity for entity in entities if isinstance(entity, NamedNode))
        return [row for some in batches(nodes) for row in self.rows("disputed-claims", entity=some)]

    @cached_property
    def catalog(self) -> Said:
        """What the record of the whole says: its title, licence and publisher."""
        said: dict[Term, list[Statement]] = defaultdict(list)
        for subject, predicate, value in (
            self.graph.sparql(_CATALOG.format(NamedNode(f"{self.base}catalog"))).triples or ()
        ):
            said[subject].append((predicate, value))
        return said

    def of_catalog(self, predicate: NamedNode, default: str = "") -> str:
        """What the record says of the data set under a predicate, as text."""
        said = self.catalog.get(NamedNode(f"{self.base}catalog#dataset"), ())
        return next((text_of(value) for told, value in said if told == predicate), default)

    @property
    def title(self) -> str:
        """The title of the data set."""
        return self.of_catalog(DCTERMS.title, "Alataw")

    @property
    def tagline(self) -> str:
        """What the data set is, in a sentence."""
        return self.of_catalog(DCTERMS.description)

    @property
    def publisher(self) -> str:
        """Who publishes it."""
        agents = {value for said in self.catalog.values() for told, value in said if told == DCTERMS.publisher}
        names = [text_of(value) for agent in agents for told, value in self.catalog.get(agent, ()) if told == FOAF.name]
        return names[0] if names else self.title

    @cached_property
    def release(self) -> str:
        """What tells this release from another."""
        return self.publication.release

    def warm(self) -> None:
        """Read all that is read once."""
        for read in _ONCE:
            getattr(self, read)
        with suppress(UnknownNameError):  # names are indexed when the first is looked up, whichever that is
            self.graph.resolver.entity(CLAIM.value)

    def asked(self, query: StoredQuery, entity: NamedNode, limit: int) -> Answer:
        """A stored query about one entity, whose only required parameter it is."""
        values = {lone_parameter(query): entity}
        return self.graph.query(query.name, limit=limit, offset=None, explain=False, **values)


def lone_parameter(query: StoredQuery) -> str:
    """The parameter that takes the entity which a stored query is about; empty if more is required to ask it."""
    required = [parameter for parameter in query.parameters if parameter.required]
    others = required or [parameter for parameter in query.parameters if parameter.of == query.about]
    return others[0].name if len(others) == 1 and others[0].of == query.about else ""


def by_subject(triples: Iterable[Triple]) -> Said:
    """Triples by subject, in code-point order."""
    said: dict[Term, set[Statement]] = defaultdict(set)
    for subject, predicate, value in triples:
        said[subject].add((predicate, value))
    return {node: sorted(said[node], key=lambda pair: (pair[0].value, str(pair[1]))) for node in said}


def _path(shape: Iterable[Statement]) -> Term | None:
    return next((value for predicate, value in shape if predicate == SH.path), None)
