"""The embedded engine: what is loaded can be asked, and what cannot is told."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from alataw.errors import InputError, QueryError
from alataw.store import BEST, NAMES, EmbeddedStore, Solutions
from alataw.terms import DEF, XSD, Literal, NamedNode, Triple

A, P = NamedNode("http://example.org/a"), NamedNode("http://example.org/p")
SAID = [Triple(A, P, Literal("1", datatype=XSD.integer)), Triple(A, P, Literal("é", language="fr"))]


@pytest.fixture(params=["memory", "disk"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> EmbeddedStore:
    """A store with two triples, in memory and on disk."""
    store = EmbeddedStore(tmp_path / "store" if request.param == "disk" else None)
    store.load(SAID)
    return store


def test_each_form_of_query_gives_its_kind(store: EmbeddedStore) -> None:
    """SELECT gives rows, ASK a boolean, CONSTRUCT and DESCRIBE triples."""
    assert store.query("ASK { ?s ?p ?o }") is True
    assert set(store.query("CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }")) == set(SAID)
    assert set(store.query("DESCRIBE <http://example.org/a>")) == set(SAID)
    assert store.query("SELECT ?s ?none { ?s ?p ?o } LIMIT 1") == Solutions(("s", "none"), ((A, None),))


def test_numbers_are_canonical_and_everything_else_is_as_it_was(store: EmbeddedStore) -> None:
    """Oxigraph holds numbers as values: 01 comes back as 1; dates and texts come back as they are."""
    kept = [
        Literal("1990", datatype=XSD.gYear),
        Literal("2005-02-30", datatype=XSD.date),
        Literal("[..2001]", datatype=DEF.edtf),
    ]
    store.load([Triple(A, A, literal) for literal in (Literal("012.50", datatype=XSD.decimal), *kept)])
    found = store.query("SELECT ?o { ?s <http://example.org/a> ?o }")
    assert isinstance(found, Solutions)
    assert {row[0] for row in found.rows} == {Literal("12.5", datatype=XSD.decimal), *kept}


def test_a_named_graph_is_beside_the_default_graph(store: EmbeddedStore) -> None:
    """What is derived is loaded into a graph of its own, and does not mix with what is said."""
    store.load([Triple(A, P, A)], BEST)
    assert store.query(f"ASK {{ GRAPH {BEST} {{ ?s ?p <http://example.org/a> }} }}") is True
    assert store.query("ASK { ?s ?p <http://example.org/a> }") is False
    assert len(store) == 2
    assert [*store.triples(BEST)] == [Triple(A, P, A)]


def test_what_is_on_disk_is_there_again(tmp_path: Path) -> None:
    """A store on disk outlives its process."""
    store = EmbeddedStore(tmp_path / "store")
    store.load(SAID)
    del store
    assert len(EmbeddedStore(tmp_path / "store")) == 2


def test_a_store_is_used_by_one_process(tmp_path: Path) -> None:
    """A second opening is told what to do."""
    first = EmbeddedStore(tmp_path / "store")
    with pytest.raises(InputError, match="cannot be opened") as refused:
        EmbeddedStore(tmp_path / "store")
    assert refused.value.code == "AL004"
    assert len(first) == 0


def test_a_store_is_read_by_several_and_not_made_by_reading(tmp_path: Path) -> None:
    """The folders above it are made for whoever writes; a reader of what is not there is told how to fill it."""
    EmbeddedStore(tmp_path / "a" / "b" / "store").load(SAID)
    readers = [EmbeddedStore(tmp_path / "a" / "b" / "store", read_only=True) for _ in range(2)]
    assert [len(reader) for reader in readers] == [2, 2]
    with pytest.raises(InputError, match="cannot be opened") as refused:
        EmbeddedStore(tmp_path / "other", read_only=True)
    assert (refused.value.code, "alataw load" in refused.value.fix) == ("AL004", True)
    assert not (tmp_path / "other").exists()


@pytest.mark.parametrize(
    ("text", "column", "why"),
    [
        ("SELECT ?s WHERE { ?s ?p }", 19, "what begins here does not fit"),
        ("SELECT ?s WHERE { ?s ?p ?o", 27, "the text ends too soon"),
        ("SELECT ?s WHERE { ?s <p> ?o }", 25, "without a BASE"),
        ("SELEKT ?s WHERE { ?s ?p ?o }", 1, "what begins here does not fit"),
        ("SELECT ?s (COUNT(?o) AS ?n) WHERE { ?s ?p ?o } GROUP BY ?o", 59, "a variable is selected"),
    ],
)
def test_a_syntax_error_is_told_at_its_place(text: str, column: int, why: str) -> None:
    """Each refusal has a column in the reader's text and a reason in words."""
    with pytest.raises(QueryError) as refused:
        EmbeddedStore().query(text)
    assert why in refused.value.why
    assert refused.value.location is not None
    assert refused.value.location.column == column


SEEING = [
    "ASK { GRAPH ?g { ?s ?p ?o } }",
    f"ASK {{ GRAPH {BEST} {{ ?s ?p ?o }} }}",
    "BASE <https://w3id.org/alataw/> ASK { GRAPH <graph/best> { ?s ?p ?o } }",
    "BASE <https://w3id.org/alataw/graph/> ASK { GRAPH <best> { ?s ?p ?o } }",
    "BASE <https://w3id.org/alataw/graph/best> ASK { GRAPH <> { ?s ?p ?o } }",
    "BASE <https://w3id.org/> ASK { GRAPH <alataw/graph/names/../best> { ?s ?p ?o } }",
    r"ASK { GRAPH <https://w3id.org/alataw/graph/\u0062est> { ?s ?p ?o } }",
    "PREFIX g: <https://w3id.org/alataw/graph/> ASK { GRAPH g:best { ?s ?p ?o } }",
    "PREFIX g: <https://w3id.org/alataw/graph/> ASK { GRAPHg:best{?s ?p ?o} }",
    "ASK { graph?g{ ?s ?p ?o } }",
    "ASK { { FILTER(true) } { GrApH #<https://w3id.org/alataw/graph/names>\n ?g { ?s ?p ?o } } }",
    '#+ a header\n# text""" and more\nASK { BIND("""\n# text""" AS ?t) GRAPH ?g { ?s ?p ?o } }',
    "ASK { ?s ?p ?o FILTER EXISTS { GRAPH ?g { ?a ?b ?c } } }",
    f"ASK FROM {BEST} {{ ?s ?p <http://example.org/a> }}",
    f"ASK FROM NAMED {BEST} {{ GRAPH ?from {{ ?s ?p ?o }} }}",
    f"DESCRIBE <http://example.org/a> FROM {BEST}",
    "PREFIX from: <https://w3id.org/alataw/graph/> SELECT*FROM from:best{ ?s ?p ?o }",
]


@pytest.mark.parametrize("text", SEEING)
def test_a_deferred_graph_is_there_for_whoever_could_see_it(text: str) -> None:
    """A query that reaches a graph, however it names it, gives what it gives of a graph that is there already."""
    filled, deferred = EmbeddedStore(), EmbeddedStore()
    for store in (filled, deferred):
        store.load(SAID)
    filled.load([Triple(A, P, A)], BEST)
    deferred.defer(BEST, lambda: [Triple(A, P, A)])
    answer = filled.query(text)
    assert answer
    assert deferred.query(text) == answer


def test_a_deferred_graph_is_derived_once_and_not_before() -> None:
    """What no query could see is not derived: words like `from` in names, texts and comments name no graph."""
    store, derived = EmbeddedStore(), []
    store.load(SAID)
    for graph in (BEST, NAMES):
        store.defer(graph, lambda graph=graph: derived.append(graph) or [Triple(A, P, A)])  # type: ignore[misc]
    store.query(
        "# from where\nPREFIX : <http://example.org/from#> ASK { ?from :from ?graph FILTER(?graph = 'from <x>') }"
    )
    store.query("ASK { ?s <http://www.w3.org/ns/prov#wasDerivedFrom> ?o }")
    assert derived == []
    store.query(f"ASK {{ GRAPH {NAMES} {{ ?s ?p ?o }} }}")
    assert derived == [NAMES]
    assert [*store.triples(BEST)] == [*store.triples(BEST)] == [Triple(A, P, A)]
    assert derived == [NAMES, BEST]
    assert len(store) == 2


def test_threads_see_all_of_a_deferred_graph() -> None:
    """While one thread derives a graph, the others wait for it."""
    store = EmbeddedStore()
    many = [Triple(A, P, Literal(str(number))) for number in range(5000)]
    store.defer(BEST, lambda: (triple for triple in many))
    count = f"SELECT (COUNT(*) AS ?n) {{ GRAPH {BEST} {{ ?s ?p ?o }} }}"
    with ThreadPoolExecutor(8) as pool:
        answers = [pool.submit(lambda: store.query(count).rows[0][0].value) for _ in range(8)]  # type: ignore[union-attr]
        assert {answer.result() for answer in answers} == {"5000"}
