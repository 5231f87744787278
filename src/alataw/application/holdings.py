"""The home of what a publication holds: what every answer needs, looked up once and kept."""

from __future__ import annotations

import datetime
import gzip
from collections.abc import Iterable, Mapping
from email.utils import format_datetime
from functools import cached_property, lru_cache
from typing import NamedTuple

from alataw import catalog, exports
from alataw.graph import VIEWS
from alataw.publication import Publication
from alataw.reconciliation import Service
from alataw.sparql import batches
from alataw.store import PUBLIC, STATED, Solutions
from alataw.terms import DCTERMS, GEO, SKOS, NamedNode, Term, Triple, text_of


class File(NamedTuple):
    """A file to take away: the view that it holds, the format of `exports.FORMATS`, and whether it is compressed."""

    view: str
    format: str
    compressed: bool = False


FILES = {
    "claims.ttl.gz": File("claims", "turtle", compressed=True),
    "claims.nq.gz": File("claims", "nquads", compressed=True),
    "best.ttl.gz": File("best", "turtle", compressed=True),
    "best.nq.gz": File("best", "nquads", compressed=True),
    "claims.csv": File("claims", "csv"),
    "claims.geojson": File("claims", "geojson"),
    "mixnmatch.csv": File("claims", "mixnmatch"),
}
"""The files, by name."""

MOST_TRIPLES = 250_000
"""How large a graph may be whose files are made at the start; a larger one is written with `alataw export`."""

_CLASSES = """
SELECT DISTINCT ?thing ?class WHERE { ?thing a ?class FILTER(isIRI(?thing) && !CONTAINS(STR(?thing), "#")) }
ORDER BY STR(?thing) STR(?class)
"""


class Holdings:
    """What a publication holds.

    Args:
        publication: What is published.
    """

    def __init__(self, publication: Publication) -> None:
        self.publication = publication
        self.graph = publication.graph
        self.words = publication.graph.words
        self.base = publication.graph.repository.base

    # -- things --------------------------------------------------------------------------------

    @cached_property
    def documents(self) -> Mapping[str, tuple[NamedNode, tuple[Triple, ...]]]:
        """The documents of the ontology and the shapes: path to what they are called and what they say."""
        repository = self.graph.repository
        return {
            self.path(document.iri): (document.iri, document.triples)
            for document in (*repository.ontology(), *repository.shapes())
        }

    def document(self, entity: NamedNode) -> tuple[Triple, ...]:
        """What is said of an entity, its parts and claims; nothing if nothing is."""
        asked = self.graph.stored_query("document-of-entity")
        return asked.ask_of(self.graph.store, {"entity": [str(entity)]}).triples or ()

    @cached_property
    def classes(self) -> Mapping[str, tuple[str, ...]]:
        """The path of every entity, in order, and the IRIs of its classes."""
        found: dict[str, list[str]] = {}
        answer = self.graph.store.query(_CLASSES)
        for thing, class_ in answer.rows if isinstance(answer, Solutions) else ():
            path = self.path(thing)
            if text_of(thing).startswith(self.base) and "/" in path and path not in self.documents:
                found.setdefault(path, []).append(text_of(class_))
        return {path: tuple(found[path]) for path in sorted(found)}

    @cached_property
    def collections(self) -> Mapping[str, NamedNode]:
        """The folder of each class that has entities, and the class."""
        folders = {path.partition("/")[0] for path in self.classes}
        return {folder: iri for folder, iri in self.graph.repository.classes.items() if folder in folders}

    @cached_property
    def features(self) -> frozenset[Term]:
        """The classes of what lies somewhere."""
        return self.words.subclasses(GEO.Feature)

    def path(self, term: Term | None) -> str:
        """The path of an IRI of ours."""
        return self.words.path(term)

    # -- words ---------------------------------------------------------------------------------

    def named(self, triples: Iterable[Triple]) -> tuple[Triple, ...]:
        """Labels, titles and addresses of what triples only name."""
        told = {triple.subject for triple in triples}
        others = {t.object for t in triples if isinstance(t.object, NamedNode) and t.object not in told}
        ours = sorted((node for node in others if node.value.startswith(self.base)), key=text_of)
        found: list[Triple] = []
        for batch in batches(ours):
            nodes = " ".join(map(str, batch))
            asked = (
                f"CONSTRUCT {{ ?node ?said ?value }} WHERE {{ VALUES ?node {{ {nodes} }} "
                f"VALUES ?said {{ {SKOS.prefLabel} {DCTERMS.title} <https://schema.org/url> }} ?node ?said ?value }}"
            )
            answer = self.graph.store.query(asked)
            found += answer if isinstance(answer, tuple) and not isinstance(answer, Solutions) else ()
        return tuple(found)

    # -- the publication as a whole --------------------------------------------------------------

    @cached_property
    def files(self) -> Mapping[str, tuple[str, bytes]]:
        """The media type of what each file holds, and its bytes as they are sent; none of a large graph."""
        made: dict[str, tuple[str, bytes]] = {}
        if self.counts[STATED] > MOST_TRIPLES:
            return made
        sources = {view: self.graph.source(view) for view in VIEWS}
        for name, file in FILES.items():
            data = exports.write(sources[file.view], file.format)
            data = gzip.compress(data, mtime=0) if file.compressed else data
            made[name] = (exports.FORMATS[file.format].media_type, data)
        return made

    def sent_as(self, name: str) -> str:
        """The media type of a file as it is sent."""
        return "application/gzip" if FILES[name].compressed else self.files[name][0]

    @cached_property
    def description(self) -> tuple[Triple, ...]:
        """What is published, counted: VoID and DCAT."""
        count = catalog.Count.of(self.graph.each(), self.words)
        return catalog.describe(self.graph.words_of("claims"), count, self.files, self.publication.address)

    @cached_property
    def counts(self) -> Mapping[NamedNode, int]:
        """How many triples each graph has that is not empty."""
        counted = {STATED: len(self.graph.store)}
        for graph in PUBLIC:
            found = self.graph.store.query(
                f"SELECT (COUNT(*) AS ?n) WHERE {{ GRAPH {graph} {{ ?s ?p ?o }} }} ORDER BY ?n"
            )
            number = int(text_of(found.rows[0][0])) if isinstance(found, Solutions) and found.rows else 0
            counted |= {graph: number} if number else {}
        return counted

    @cached_property
    def licence(self) -> str:
        """The IRI of the licence; empty if the catalog names none."""
        return text_of(self._of_dataset(DCTERMS.license))

    @cached_property
    def modified(self) -> str:
        """The day of the release as an HTTP date; empty if the catalog names none, for no clock is asked."""
        day = text_of(self._of_dataset(DCTERMS.modified) or self._of_dataset(DCTERMS.issued))
        try:
            midnight = datetime.datetime.strptime(day, "%Y-%m-%d").replace(tzinfo=datetime.UTC)
        except ValueError:
            return ""
        return format_datetime(midnight, usegmt=True)

    def _of_dataset(self, predicate: NamedNode) -> Term | None:
        dataset = NamedNode(f"{self.base}catalog#dataset")
        said = (t for document in self.graph.repository.data() for t in document.triples if t.subject == dataset)
        return next((t.object for t in said if t.predicate == predicate), None)

    @cached_property
    def reconciliation(self) -> Service:
        """The service that reconciles tables."""
        return Service(self.graph, self.publication.url("reconcile")).ready()


@lru_cache(maxsize=4)
def holdings(publication: Publication) -> Holdings:
    """What a publication holds."""
    return Holdings(publication)
