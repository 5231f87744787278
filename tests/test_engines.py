"""Every engine gives the same: in memory, on disk, and two real servers, started here on loopback."""

from __future__ import annotations

import urllib.request
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

import alataw
import servers
from alataw import exports, loading, querytext
from alataw.errors import QueryError, RemoteError, UsageError
from alataw.queries import StoredQuery
from alataw.remote import Endpoint, RemoteStore
from alataw.repository import Repository
from alataw.solutions import Answer
from alataw.store import BESIDE, DERIVED_GRAPHS, LOADS, STATED, EmbeddedStore, Solutions, Store
from alataw.terms import DCTERMS, XSD, Literal, NamedNode, Term, Triple
from engines import ENGINES, Sample, endpoint, engine, sample
from test_stored_queries import NAMES_OF_QUERIES, asked, examples

# One process of the test run starts the servers, once.
pytestmark = pytest.mark.xdist_group("engines")

P = NamedNode("http://example.org/p")
DURATIONS = ("P20Y", "P3M", "P1Y6M")


@pytest.fixture(scope="module")
def ours() -> Sample:
    """The sample in memory, which all others are held against."""
    return sample()


@pytest.fixture(scope="module", params=ENGINES[1:])
def theirs(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sample]:
    """The sample in another engine."""
    if request.param == "virtuoso" and not servers.VIRTUOSO:
        pytest.skip("virtuoso-t is not installed (tests/tools.sh installs it)")
    with engine(request.param, tmp_path_factory.mktemp(request.param)) as store:
        yield sample(store)


@pytest.mark.parametrize("name", NAMES_OF_QUERIES)
def test_every_stored_query_gives_the_same(name: str, ours: Sample, theirs: Sample) -> None:
    """Rows, their order, and every term are those of the engine in memory; evidence too."""
    query = ours.stored_query(name)
    for all_ in asked(query):
        values = examples(query, all_=all_)
        here, there = ours.query(name, **values), theirs.query(name, **values)  # type: ignore[arg-type]
        assert there.variables == here.variables
        assert there.rows == here.rows
        assert there.triples == here.triples
        explained = [graph.query(name, explain=True, **values).rows for graph in (ours, theirs)]  # type: ignore[arg-type]
        assert explained[1] == explained[0]


@pytest.mark.skipif(not servers.VIRTUOSO, reason="virtuoso-t is not installed (tests/tools.sh installs it)")
def test_a_name_is_found_by_an_engine_that_was_asked_nothing_before(ours: Sample, tmp_path: Path) -> None:
    """Virtuoso, new, does not stand still over a name that several keys begin with; what it was asked before hides that."""
    with engine("virtuoso", tmp_path) as store:
        there = sample(store).query("find-by-name", name="name")
    assert len(there.rows) > 1
    assert there.rows == ours.query("find-by-name", name="name").rows


@pytest.mark.skipif(not servers.VIRTUOSO, reason="virtuoso-t is not installed (tests/tools.sh installs it)")
def test_the_whole_graph_is_told_alike_too(graph: alataw.Graph, tmp_path: Path) -> None:
    """Virtuoso answers the stored queries over the facts of this repository as the engine in memory does.

    But for what docs/engines.md tells of: digits of coordinates, and what it takes too long for.
    """
    with servers.virtuoso(tmp_path) as server:
        loading.load(RemoteStore(endpoint(server)), graph.contents)
        there = alataw.Graph(graph.repository, RemoteStore(endpoint(server), timeout_s=30.0))
        for name, all_ in ((query.name, all_) for query in graph.queries for all_ in asked(query)):
            if name in ("claims-that-differ", "best-view") or (
                all_ and name in ("best-values", "claims-on-one-source")
            ):
                continue
            values = examples(graph.stored_query(name), all_=all_)
            here, found = (each.query(name, **values) for each in (graph, there))  # type: ignore[arg-type]
            assert _without_points(found.rows) == _without_points(here.rows), name
            assert {*map(str, found.triples or ())} == {*map(str, here.triples or ())}, name


def _without_points(rows: tuple[tuple[Term | None, ...], ...]) -> list[tuple[str, ...]]:
    return [tuple("" if "POINT" in str(term).upper() else str(term) for term in row) for row in rows]


@pytest.mark.skipif(not servers.VIRTUOSO, reason="virtuoso-t is not installed (tests/tools.sh installs it)")
def test_virtuoso_takes_a_year_for_its_first_day(tmp_path: Path) -> None:
    """Of two dates of one subject and property that begin on the same day it keeps one: the deviation is documented."""
    dates = [Literal("1956", datatype=XSD.gYear), Literal("1956-01-01", datatype=XSD.date)]
    with servers.virtuoso(tmp_path) as server:
        store = RemoteStore(endpoint(server))
        store.load(Triple(P, P, date) for date in dates)
        assert [triple.object in dates for triple in store.triples()] == [True]


@pytest.mark.parametrize("name", ["operators-of-station", "find-by-name", "disputed-claims"])
def test_a_text_with_its_graphs_needs_no_parameters_of_the_protocol(name: str, ours: Sample, theirs: Sample) -> None:
    """Virtuoso asks all graphs at once if none is named, and Oxigraph one that is empty."""
    if not isinstance(theirs.store, RemoteStore):
        pytest.skip("a folder is asked through us alone")
    query = ours.stored_query(name)
    text = query.bind(examples(query, all_=False), ours.resolver)
    found = RemoteStore(replace(theirs.store.endpoint, default_graph=None)).query(querytext.over(text, STATED, BESIDE))
    assert isinstance(found, Solutions)
    assert query._truths(Answer.of(found)).rows == ours.query(name, **examples(query, all_=False)).rows  # type: ignore[arg-type]


@pytest.mark.parametrize("view", ["claims", "best"])
def test_every_export_gives_the_same_bytes(view: str, ours: Sample, theirs: Sample) -> None:
    """What is written does not depend on the engine."""
    one, other = (Sample(graph.repository, graph.store).source(view) for graph in (ours, theirs))
    for name, format_ in exports.FORMATS.items():
        assert format_.compares or format_.write(other) == format_.write(one), name


def test_a_query_refused_here_is_not_sent(theirs: Sample) -> None:
    """A mistake is told at its place whatever the engine, and nothing that calls out or writes is sent."""
    for text, told in (
        ("SELECT ?s WHERE { ?s ?p }", "SPARQL 1.1"),
        ("INSERT DATA { <http://a> <http://b> 1 }", "SPARQL 1.1"),
        ("ASK { SERVICE <http://localhost/> {} }", "another host"),
    ):
        with pytest.raises(QueryError, match=told) as refused:
            theirs.store.query(text)
        assert refused.value.location is not None


def test_a_long_answer_comes_whole(theirs: Sample) -> None:
    """More rows than any page: each comes once, in order; a graph comes whole as well."""
    graph = NamedNode("http://example.org/long")
    store: Store = theirs.store
    if isinstance(store, RemoteStore):
        store = RemoteStore(Endpoint(**{**vars(store.endpoint), "default_graph": graph}))
        graph_ = None
    else:
        graph_ = graph
    triples = [
        Triple(NamedNode(f"http://example.org/{n:05}"), P, Literal(f"{n}", datatype=XSD.integer)) for n in range(20_500)
    ]
    store.load(triples, graph_)
    where = "?s ?p ?o" if graph_ is None else f"GRAPH {graph} {{ ?s ?p ?o }}"
    found = store.query(f"SELECT ?s ?o {{ {where} }} ORDER BY ?s")
    assert isinstance(found, Solutions)
    assert list(found.rows) == [(triple.subject, triple.object) for triple in triples]
    assert set(store.triples(graph_)) == set(triples)
    store.clear(graph_)
    assert [*store.triples(graph_)] == []


def test_terms_come_back_as_they_were_loaded(theirs: Sample) -> None:
    """Languages, dates as precise as they are, quotes, line ends and scripts survive loading and asking."""
    kept = [
        Literal("阿拉山口站", language="zh-hans"),
        Literal('a "quoted" \\ text\nover two lines\tand a tab'),
        Literal("1990", datatype=XSD.gYear),
        Literal("1991-07", datatype=XSD.gYearMonth),
        Literal("2005-02-28", datatype=XSD.date),
        Literal("[..2001]", datatype=NamedNode("https://w3id.org/alataw/def#edtf")),
        Literal("P20Y", datatype=XSD.duration),
        Literal("2358.376", datatype=XSD.decimal),
        NamedNode("http://example.org/ü?a=b&c#d"),
    ]
    graph = NamedNode("http://example.org/terms")
    store: Store = theirs.store
    subject = NamedNode("http://example.org/s")
    if isinstance(store, RemoteStore):
        store = RemoteStore(Endpoint(**{**vars(store.endpoint), "default_graph": graph}))
        store.load([Triple(subject, P, term) for term in kept])
        found = store.query("SELECT ?o { ?s ?p ?o } ORDER BY STR(?o)")
    else:
        store.load([Triple(subject, P, term) for term in kept], graph)
        found = store.query(f"SELECT ?o {{ GRAPH {graph} {{ ?s ?p ?o }} }} ORDER BY STR(?o)")
    assert isinstance(found, Solutions)
    assert {str(row[0]) for row in found.rows} == set(map(str, kept))
    store.clear(None if isinstance(store, RemoteStore) else graph)


class Stopping:
    """A store whose load fails after a number of batches, as a network does."""

    def __init__(self, store: Store, batches: int) -> None:
        self.store, self.batches = store, batches

    def __getattr__(self, name: str) -> object:
        return getattr(self.store, name)

    def load(self, triples: list[Triple], graph: NamedNode | None = None) -> None:
        self.batches -= 1
        if self.batches < 0:
            raise RemoteError("gone", code="AL081")
        self.store.load(triples, graph)


@pytest.mark.parametrize("batches", [0, 1, 2, 3, 4, 5, 6])
def test_a_load_that_was_stopped_goes_on(batches: int, ours: Sample, monkeypatch: pytest.MonkeyPatch) -> None:
    """However far it came: half a graph is known as such, the next load completes it, and the one after does nothing."""
    monkeypatch.setattr(loading, "BATCH", 1000)
    store = EmbeddedStore()
    with pytest.raises(RemoteError):
        loading.load(Stopping(store, batches), ours.contents)  # type: ignore[arg-type]
    with pytest.raises(UsageError) as refused:
        loading.hold(store)
    assert refused.value.code == "AL034"
    every, before = loading.load(store, ours.contents)
    assert (before > 0) == (batches > 2)
    loading.hold(store)
    assert {graph: set(store.triples(graph)) for graph in ours.contents} == {
        g: set(t) for g, t in ours.contents.items()
    }
    assert loading.load(store, ours.contents) == (every, every)


class Telling(Stopping):
    """A store that tells what was done to it."""

    def __init__(self, store: Store) -> None:
        super().__init__(store, 10**6)
        self.done: list[str] = []

    def load(self, triples: list[Triple], graph: NamedNode | None = None) -> None:
        self.done.append("load")
        super().load(triples, graph)

    def optimize(self) -> None:
        self.done.append("optimize")
        self.store.optimize()


def test_what_was_loaded_is_ordered_for_reading(ours: Sample, tmp_path: Path) -> None:
    """Once, when the last batch is there: until then each lies in a file of its own, and all are looked into."""
    store = Telling(EmbeddedStore(tmp_path / "store"))
    loading.load(store, ours.contents)
    assert store.done.index("optimize") == len(store.done) - 1 > 6
    loading.hold(store.store)


@pytest.mark.parametrize("graph", DERIVED_GRAPHS)
def test_a_store_that_an_older_release_filled_is_refused(graph: NamedNode, ours: Sample) -> None:
    """What is derived now and was not then would be missed in silence."""
    store = EmbeddedStore()
    loading.load(store, {name: triples for name, triples in ours.contents.items() if name != graph})
    with pytest.raises(UsageError, match="older release") as refused:
        loading.hold(store)
    assert graph.value.rpartition("/")[2] in refused.value.why
    parts = [triple for triple in store.triples(LOADS) if triple.predicate == DCTERMS.hasPart]
    others = set(store.triples(LOADS)) - set(parts)
    store.clear(LOADS)
    store.load(others, LOADS)
    with pytest.raises(UsageError, match="older release") as refused:
        loading.hold(store)
    assert refused.value.why == "it does not say what it holds"


def test_what_an_engine_is_to_hold_does_not_depend_on_another(ours: Sample) -> None:
    """The contents are made of the documents, whatever the engine holds that the graph was given."""
    assert Sample(ours.repository, EmbeddedStore()).contents.keys() == ours.contents.keys()


@pytest.mark.parametrize("server", ENGINES[2:])
def test_a_load_by_update_is_a_load_by_graph_store(server: str, ours: Sample, tmp_path: Path) -> None:
    """SPARQL Update in batches gives what the Graph Store Protocol gives; another graph then replaces it."""
    if server == "virtuoso" and not servers.VIRTUOSO:
        pytest.skip("virtuoso-t is not installed (tests/tools.sh installs it)")
    with getattr(servers, server)(tmp_path) as started:
        where = replace(endpoint(started), graph_store="")
        store = RemoteStore(where)
        loading.load(store, ours.contents)
        assert {graph: set(store.triples(graph)) for graph in ours.contents} == {
            graph: set(triples) for graph, triples in ours.contents.items()
        }
        other = [
            Triple(NamedNode("http://example.org/s"), P, Literal(text, datatype=XSD.duration)) for text in DURATIONS
        ]
        loading.load(store, {None: other})
        assert set(store.triples()) == set(other)
        only = RemoteStore(replace(where, update=""))
        with pytest.raises(RemoteError) as refused:
            only.load(other)
        assert refused.value.code == "AL035"


def test_an_empty_engine_is_told(tmp_path: Path) -> None:
    """Nothing was loaded: the message says how to."""
    graph = alataw.Graph(Repository(Path(__file__).resolve().parents[1]), EmbeddedStore(tmp_path / "store"))
    with pytest.raises(UsageError, match="holds no graph") as refused:
        graph.query("disputed-claims")
    assert refused.value.code == "AL034"


def test_an_engine_may_be_filled_by_other_means(ours: Sample, tmp_path: Path) -> None:
    """Triples that stand in another graph are told to be missing, with the graph; in it, they are asked."""
    with servers.oxigraph(tmp_path) as server:
        data = b"".join(f"{triple} .\n".encode() for triple in ours.stated)
        theirs = Sample(ours.repository, RemoteStore(Endpoint(server.query)))
        put(data, f"{server.graph_store}?default")
        with pytest.raises(UsageError, match=r"<https://w3id.org/alataw/graph/stated>") as refused:
            theirs.query("lines-of-station", station="station/alashankou")
        assert refused.value.code == "AL034"
        put(data, f"{server.graph_store}?graph=https://w3id.org/alataw/graph/stated")
        found = theirs.query("lines-of-station", station="station/alashankou")
        assert found.rows == ours.query("lines-of-station", station="station/alashankou").rows


def put(data: bytes, address: str) -> None:
    """Write by the Graph Store Protocol, as anybody may."""
    told = {"Content-Type": "application/n-triples"}
    urllib.request.urlopen(urllib.request.Request(address, data, told, method="PUT"), timeout=60).close()  # noqa: S310  # it is ours


def test_the_default_graph_of_an_endpoint_can_be_its_own(ours: Sample, tmp_path: Path) -> None:
    """Where an endpoint holds one graph alone, no graph is named in what it is asked."""
    with servers.oxigraph(tmp_path) as server:
        store = RemoteStore(Endpoint(server.query, server.update, server.graph_store, default_graph=None))
        store.load(ours.stated)
        answer = StoredQuery.ask(ours.stored_query("lines-of-station"), store, ours.resolver, {"station": "alashankou"})
        assert answer.rows == ours.query("lines-of-station", station="alashankou").rows
        assert len(store) == len(set(ours.stated))
        assert [*RemoteStore(Endpoint(server.query, default_graph=STATED)).triples()] == []


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("operators-of-station", {"station": ["station/alashankou", "station/dostyk"], "on": ["2001", "2005"]}),
        ("codes-of-station", {"station": ["station/alashankou", "station/dostyk"]}),
        ("crossing-at-a-glance", {"crossing": ["cn-kz-alashankou-dostyk", "cn-kz-khorgos-altynkol"]}),
        ("crossings-between-countries", {"country": ["place/china", "place/kazakhstan"]}),
        ("what-changed-hands", {"since": ["1990", "2001"], "before": ["2010", "2020"]}),
    ],
)
def test_several_values_give_the_same(name: str, values: dict[str, list[str]], ours: Sample, theirs: Sample) -> None:
    """Each row with the value that it holds for, in one order."""
    here, there = (graph.query(name, **values) for graph in (ours, theirs))  # type: ignore[arg-type]
    assert there.variables == here.variables
    assert there.rows == here.rows
    assert len(set(here.rows)) == len(here.rows) > 0
    explained = [graph.query(name, explain=True, **values).rows for graph in (ours, theirs)]  # type: ignore[arg-type]
    assert explained[1] == explained[0]
