"""The front door: one graph, asked, checked, shown, exported."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from alataw import disputes, geo, loading, names
from alataw.errors import UnknownNameError
from alataw.labels import Labels
from alataw.queries import StoredQuery, Value
from alataw.queries import explain as explained
from alataw.queries.parameters import listed
from alataw.repository import Repository, write
from alataw.resolution import Resolver
from alataw.solutions import Answer
from alataw.store import BEST, DISPUTES, NAMES, ONTOLOGY, PLACES, PUBLIC, STATED, Bound, Dataset, EmbeddedStore, Store
from alataw.terms import NamedNode, Term, Triple, text_of

if TYPE_CHECKING:
    import rdflib

    from alataw.entities import Description
    from alataw.exports import Source
    from alataw.ledger import Row
    from alataw.report import Report
    from alataw.wikidata import Wikidata

VIEWS = ("claims", "best")
"""The views of the graph: every claim as stated, or the best of each said flatly."""


class Graph:
    """A repository and the engine that answers for it.

    Args:
        repository: Where the facts stand, and the terms and questions.
        store: An engine that holds the graph (see `load`); None for one in memory, loaded when something is asked.
    """

    def __init__(self, repository: Repository, store: Store | None = None) -> None:
        self.repository = repository
        self.given = store
        self.labels: Mapping[Term, str] = Labels(lambda: self.stated)
        self._stored_queries: dict[str, StoredQuery] = {}

    # -- asking --------------------------------------------------------------------------------

    def query(
        self,
        name: str,
        /,
        *,
        limit: int | None = None,
        offset: int | None = None,
        explain: bool = False,
        **values: Value | Iterable[Value] | None,
    ) -> Answer:
        """Ask a stored query.

        Args:
            name: The question, such as `operators-of-station`.
            limit: The most rows to give.
            offset: How many rows to leave out first.
            explain: Whether to add to each row the claims it rests on, their sources, and a citation.
            values: A value for each parameter: an IRI, path, slug or label for an entity, text for a date or a
                name; a list for several.

        Returns:
            The answer; iterating gives rows of terms.

        Raises:
            UnknownNameError: If there is no such query (AL010), or a value names nothing (AL011, AL012).
            ParameterError: If a parameter is missing, unknown or of another kind (AL013, AL014, AL015).

        >>> graph = open()
        >>> for tenure, operator, named, *_ in graph.query("operators-of-station", station="alashankou"):
        ...     print(named.value)
        Northern Xinjiang Railway Company
        Northern Xinjiang Railway Company
        China Railway Ürümqi Group
        Ürümqi Railway Bureau
        China Railway Ürümqi Group
        """
        return self.ask(name, values, limit=limit, offset=offset, explain=explain)

    def ask(
        self,
        name: str,
        values: Mapping[str, Value | Iterable[Value] | None],
        *,
        limit: int | None = None,
        offset: int | None = None,
        explain: bool = False,
        bound: Bound | None = None,
    ) -> Answer:
        """Ask a stored query as `query` does, of an answer that is bounded.

        Raises:
            QueryError: AL135 if the answer is over the bound; else as `query`.
        """
        stored = self.stored_query(name)
        values = {parameter: listed(given) for parameter, given in values.items()}  # it may be an iterator
        answer = stored.ask(self.store, self.resolver, values, limit=limit, offset=offset, bound=bound)
        if explain:
            sources = self.stored_query("sources-of-statement")
            answer = explained(stored, answer, sources, self.store, self.resolver, values)
        return self._readable(answer)

    def stored_query(self, name: str) -> StoredQuery:
        """The stored query of a name.

        Raises:
            UnknownNameError: AL010 if there is none.
        """
        if name in self._stored_queries:
            return self._stored_queries[name]
        texts = self.repository.queries()
        if name not in texts:
            near = tuple(f"alataw query {found}" for found in names.nearest(name, texts))
            raise UnknownNameError(
                f"no stored query is named {name}",
                code="AL010",
                candidates=near,
                fix="" if near else "`alataw query` lists them",
            )
        self._stored_queries[name] = StoredQuery.read(
            name,
            texts[name],
            file=self.repository.query_file(name),
            explanation=self.repository.explanation(name),
        )
        return self._stored_queries[name]

    @property
    def queries(self) -> tuple[StoredQuery, ...]:
        """Every stored query, by name."""
        return tuple(map(self.stored_query, self.repository.queries()))

    def sparql(self, text: str, *, dataset: Dataset | None = None, bound: Bound | None = None) -> Answer:
        """Ask a query of one's own.

        Args:
            text: The query.
            dataset: What it is asked of; None for what the query says, else everything.
            bound: The most that the answer may hold; None for whatever it holds.

        Raises:
            QueryError: AL017 if the engine refuses it; AL135 if the answer is over the bound.

        >>> bool(open().sparql("ASK { ?station a <https://w3id.org/alataw/def#Station> }"))
        True
        """
        return self._readable(Answer.of(self.store.query(text, dataset=dataset, bound=bound)))

    def _readable(self, answer: Answer) -> Answer:
        """Give an answer the words with which people read it."""
        return Answer(
            answer.variables,
            answer.rows,
            answer.boolean,
            answer.triples,
            labels=self.labels,
            prefixes=self.repository.prefixes,
            base=self.repository.base,
            described=self._described,
            located=lambda term: self.points.get(term),
        )

    @cached_property
    def points(self) -> Mapping[Term, tuple[str, str]]:
        """One point of everything that has one, longitude first: its own, else that of a station of it."""
        found: dict[Term, tuple[str, str]] = {}
        for entity, wkt, *_ in self.stored_query("points-of-entities").ask(self.store, self.resolver, {}).rows:
            point = geo.point(text_of(wkt))
            if point and entity:
                found.setdefault(entity, point)
        return found

    def _described(self, terms: Iterable[Term]) -> Iterator[Triple]:
        for term in set(terms):
            yield from self._by_subject.get(term, ())

    # -- checking, showing, writing ------------------------------------------------------------

    def check(self, paths: Iterable[str | Path] = ()) -> Report:
        """Check the repository, or the files and folders named.

        >>> open().check().conforms
        True
        """
        from alataw import checks

        return checks.check(self.repository, [Path(path) for path in paths])

    def show(self, name: str) -> Description:
        """Describe one entity with its claims and their sources.

        Args:
            name: An IRI, path, slug or label.

        Raises:
            UnknownNameError: AL011 or AL012.

        >>> print(str(open().show("station/dostyk")).splitlines()[0])
        Dostyk railway station
        """
        from alataw import entities

        entity = self.resolver.entity(name)
        about = NamedNode(entity.value.partition("#")[0])
        graph = self.stored_query("describe-entity").ask(self.store, self.resolver, {"entity": about}).triples or ()
        return entities.describe(about, graph, self.labels, self.repository.base)

    def export(
        self,
        format: str = "turtle",
        *,
        view: str = "claims",
        output: str | Path | None = None,
        wikidata: Wikidata | None = None,
        include_disputed: bool = False,
    ) -> bytes:
        r"""Write the graph.

        Args:
            format: A key of `alataw.exports.FORMATS`.
            view: `claims` for every claim as stated, `best` for the best of each.
            output: A file to write as well; it is replaced only when all is written.
            wikidata: What the graph is compared with, for formats that tell the difference.
            include_disputed: Whether such a format tells what is disputed here too.

        Returns:
            The bytes; the same for the same facts.

        Raises:
            UnknownNameError: AL018 for an unknown format or view.

        >>> open().export("ntriples").count(b"\n") == len(open().triples())
        True
        """
        from alataw import exports

        source = self.source(view)
        if wikidata is not None:
            source = replace(source, ledger=tuple(self.ledger(wikidata)), include_disputed=include_disputed)
        data = exports.write(source, format)
        if output is not None:
            write(Path(output), data)
        return data

    def source(self, view: str = "claims") -> Source:
        """What an export of a view is made of."""
        return replace(self.words_of(view), triples=self.triples(view))

    def words_of(self, view: str) -> Source:
        """`words`, for an export that names the graph of a view."""
        return replace(self.words, graph=NamedNode(f"{self.repository.base}graph/{view}"))

    @cached_property
    def words(self) -> Source:
        """An export of nothing, in the words of this graph; `over` makes one of triples."""
        from alataw.exports import Source

        return Source(
            triples=(),
            ontology=self._ontology,
            prefixes=self.repository.prefixes,
            base=self.repository.base,
            graph=STATED,
            queries=self.queries,
        )

    def ledger(self, wikidata: Wikidata, entities: Iterable[str] = ()) -> list[Row]:
        """Set what is claimed of linked entities beside what Wikidata says.

        Args:
            wikidata: Where its statements come from.
            entities: Names of entities; none for all that are linked.

        Raises:
            UnknownNameError: AL011 or AL012 for a name.
            RemoteError: AL113 or AL114 if Wikidata cannot be asked.
        """
        from alataw import ledger
        from alataw.wikibase import statements

        source = self.source()
        against = [row for row in self.query("disputed-claims").dicts() if row["bothCanBeTrue"] != "true"]
        disputed = frozenset(row[name].removeprefix(source.base) for row in against for name in ("claim", "other"))
        ours = statements(source.triples, source.defined, source.base, disputed)
        wanted = {self.resolver.entity(name).value.removeprefix(source.base) for name in entities}
        ours = [statement for statement in ours if not wanted or statement.entity in wanted]
        items = sorted({statement.item for statement in ours})
        properties = {statement.property for statement in ours}
        theirs = wikidata.statements(items, properties) if items else {}
        return ledger.compare(ours, theirs)

    def triples(self, view: str = "claims") -> tuple[Triple, ...]:
        """The triples of a view, sorted.

        Raises:
            UnknownNameError: AL018 if there is no such view.
        """
        return tuple(sorted(self.each(view), key=str))

    def each(self, view: str = "claims") -> Iterator[Triple]:
        """Each triple of a view once, in no order, as it is read, so that a large graph need not be held.

        Raises:
            UnknownNameError: AL018 if there is no such view.
        """
        if view == "best":
            return self.store.triples(BEST)
        if view != "claims":
            raise UnknownNameError(f"there is no view {view}", code="AL018", fix=f"take one of {', '.join(VIEWS)}")
        if self.given is None:
            return iter(set(self._told))
        ontology = set(self.store.triples(ONTOLOGY))
        return (triple for triple in self.store.triples() if triple not in ontology)

    def to_rdflib(self, view: str = "claims") -> rdflib.Graph:
        """The graph as an `rdflib.Graph`, lexical forms as they are.

        >>> len(open().to_rdflib()) == len(open().triples())
        True
        """
        from alataw.shapes import rdflib_graph

        graph = rdflib_graph(self.triples(view))
        for prefix, namespace in self.repository.prefixes.items():
            graph.bind(prefix, namespace)
        return graph

    def __len__(self) -> int:
        return sum(1 for _ in self.each())

    def __repr__(self) -> str:
        return f"<alataw.Graph of {self.repository.root}>"

    # -- what is loaded ------------------------------------------------------------------------

    @cached_property
    def store(self) -> Store:
        """The engine that is asked; one in memory derives what is beside the default graph when that is asked for."""
        if self.given is not None:
            loading.hold(self.given)
            return self.given
        return self._embedded()

    def _embedded(self) -> EmbeddedStore:
        store = EmbeddedStore()
        store.load(self.stated)
        store.defer(NAMES, lambda: names.keys(self.stated))
        store.defer(PLACES, lambda: geo.index(self.stated))
        store.defer(BEST, lambda: self._best(store))
        store.defer(DISPUTES, lambda: disputes.index(self._disputes(store)))
        store.defer(ONTOLOGY, lambda: self._ontology)
        return store

    def ready(self) -> Graph:
        """Make now what else is made when it is first needed; for a process that answers many times."""
        if isinstance(self.store, EmbeddedStore):
            self.store.fill()
        self.resolver.ready()
        len(self.labels)
        return self

    @property
    def contents(self) -> loading.Contents:
        """What an engine holds: claims and ontology, the best view, the indexes, the ontology by itself."""
        store = self._embedded()
        beside: loading.Contents = {graph: tuple(store.triples(graph)) for graph in PUBLIC}
        return {None: self.stated, **beside}

    @cached_property
    def resolver(self) -> Resolver:
        """Where names are looked up."""
        return Resolver(self.store, self.repository.prefixes, self.repository.base)

    def _best(self, store: Store) -> tuple[Triple, ...]:
        return Answer.of(store.query(self.stored_query("best-view").text)).triples or ()

    def _disputes(self, store: Store) -> Iterable[Mapping[str, Term | None]]:
        return Answer.of(store.query(self.stored_query("claims-that-differ").text)).mappings()

    @cached_property
    def stated(self) -> tuple[Triple, ...]:
        """All that documents, ontology and mappings say."""
        return (*self._ontology, *self._told)

    @cached_property
    def _ontology(self) -> tuple[Triple, ...]:
        """All that the ontology says; for a first answer without the words of an export, which read every query."""
        return tuple(triple for document in self.repository.ontology() for triple in document.triples)

    @property
    def _told(self) -> Iterator[Triple]:
        """All that documents and mappings say, but for the ontology."""
        yield from (triple for document in self.repository.data() for triple in document.triples)
        yield from self.repository.mappings().triples()

    @cached_property
    def _by_subject(self) -> Mapping[Term, list[Triple]]:
        said: dict[Term, list[Triple]] = defaultdict(list)
        for document in self.repository.data():
            for triple in document.triples:
                said[triple.subject].append(triple)
        return said


def open(directory: str | Path | None = None) -> Graph:  # as `wave.open` and `gzip.open`
    """Open a graph.

    Args:
        directory: A repository; None for the nearest one upwards from here, else the graph that came with the package.

    Raises:
        RepositoryError: AL070 if there is none.

    >>> open().query("names-of-entity", entity="station/dostyk").variables
    ('name', 'language', 'from', 'until', 'claim', 'source')
    """
    return Graph(Repository.find(Path(directory) if directory is not None else None))


def query(name: str, /, **values: Any) -> Answer:
    """Ask a stored query of the nearest graph; as `open().query`.

    >>> query("names-of-entity", entity="station/dostyk", limit=1).dicts()[0]["name"]
    'Dostyk'
    """
    return Graph(Repository.find(None)).query(name, **values)
