"""The check of what an engine holds: the same results wherever the data is."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from alataw import enginecheck, loading
from alataw.datagraph import DataGraph
from alataw.errors import RemoteError
from alataw.remote import Endpoint, RemoteStore
from alataw.repository import Repository
from alataw.shapes.engine import ask, run
from alataw.store import DERIVED_GRAPHS, EmbeddedStore, Solutions, Store, as_stored
from alataw.terms import DEF, RDF, SH, XSD, BlankNode, Literal, NamedNode, Triple
from engines import ENGINES, ROOT, engine, sample

SHAPES = [triple for document in Repository(ROOT).shapes() for triple in document.triples]


def spoilt() -> list[Triple]:
    """The sample with every seventh triple left out, and some that say wrong things."""
    kept = [triple for number, triple in enumerate(sample().stated) if number % 7]
    station = NamedNode("https://w3id.org/alataw/station/alashankou")
    return [
        *kept,
        Triple(station, RDF.type, DEF.Station),
        Triple(station, DEF.date, Literal("never", datatype=XSD.date)),
        Triple(station, NamedNode("http://example.org/unheard-of"), Literal("012.50", datatype=XSD.decimal)),
        Triple(station, NamedNode("http://example.org/unheard-of"), Literal("une gare", language="fr")),
    ]


@pytest.fixture(
    scope="module",
    params=[pytest.param(name, marks=pytest.mark.xdist_group(f"enginecheck-{name}")) for name in ENGINES],
)
def store(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Store]]:
    """Each engine with the spoilt sample."""
    with engine(request.param, tmp_path_factory.mktemp(request.param)) as held:
        held.clear()
        held.load(spoilt())
        yield request.param, held


def told(results: object) -> set[tuple[str, ...]]:
    return {
        (
            str(result.focus_node),
            result.path,
            str(result.value and as_stored(result.value)),
            str(result.source_shape),
            str(result.component),
        )
        for result in results  # type: ignore[attr-defined]
    }


def test_every_engine_gives_the_results_that_a_check_of_the_files_gives(store: tuple[str, Store]) -> None:
    """In memory, on disk, at Oxigraph's server and at Virtuoso: the same results of the same spoilt facts."""
    name, held = store
    expected, _ = run(DataGraph(spoilt()), SHAPES)
    report, there = enginecheck.check(held, SHAPES, place="here")
    assert len(expected) > 200
    found = {
        (
            str(f.focus_node),
            f.result_path,
            str(f.value and as_stored(f.value)),
            str(f.source_shape),
            str(f.source_constraint_component),
        )
        for f in report
    }
    assert found == told(expected)
    assert len(report) == len(expected)
    assert there == (name != "virtuoso")
    assert {finding.location.file for finding in report} == {"here"}
    assert not report.conforms


def test_an_engine_that_holds_the_graph_conforms_as_the_repository_does(tmp_path: Path) -> None:
    """What editors have acknowledged is acknowledged in an engine too, by the same identities."""
    graph = Repository(ROOT)
    facts = [triple for document in (*graph.ontology(), *graph.data()) for triple in document.triples]
    held = EmbeddedStore(tmp_path / "store")
    held.load([*facts, *graph.mappings().triples()])
    report, there = enginecheck.check(held, SHAPES, place="here")
    assert there
    assert report.conforms
    assert sum(finding.acknowledged is not None for finding in report) == len(
        {triple.object for triple in facts if triple.predicate == DEF.finding}
    )


def test_a_shape_that_needs_more_than_to_ask_is_run_over_fetched_data() -> None:
    """A query that counts over all its rows is asked of one node after the other, which needs an engine of ours."""
    a, shape, constraint = NamedNode("http://example.org/a"), NamedNode("http://example.org/s"), BlankNode("c")
    text = "SELECT $this WHERE { $this ?p ?o } LIMIT 1"
    shapes = [
        Triple(shape, RDF.type, SH.NodeShape),
        Triple(shape, SH.targetNode, a),
        Triple(shape, SH.sparql, constraint),
        Triple(constraint, SH.select, Literal(text)),
        Triple(constraint, SH.message, Literal("Something is said.")),
    ]
    held = EmbeddedStore()
    held.load([Triple(a, RDF.type, DEF.Station)])
    assert ask(held, shapes) is None
    report, there = enginecheck.check(held, shapes, place="here")
    assert not there
    assert [finding.focus_node for finding in report] == [a]


class Lying(EmbeddedStore):
    """An engine that takes one of the expressions otherwise than the standard does."""

    def __init__(self, word: str, answer: Solutions) -> None:
        super().__init__()
        self.word, self.answer = word, answer

    def query(self, text: str, *, file: str = "query", admitted: str = "") -> object:  # type: ignore[override]
        return self.answer if self.word in text and "LIMIT 1 }" in text else super().query(text)


@pytest.mark.parametrize(
    ("word", "answer"),
    [
        ("!EXISTS", Solutions(("this",), ((NamedNode("http://example.org/a"),),))),
        ("SAMETERM", Solutions(("is",), ((Literal("1", datatype=XSD.integer),),))),
        ("SAMETERM", Solutions(("is",), ((None,),))),
    ],
)
def test_an_engine_that_fails_a_probe_is_not_asked(word: str, answer: Solutions) -> None:
    """Results of an engine that takes the language otherwise would be wrong without a sign of it."""
    held = Lying(word, answer)
    held.load(sample().stated)
    assert ask(held, SHAPES) is None


def test_an_endpoint_that_is_gone_is_no_clean_check() -> None:
    """Nothing answers: that is an error, not a report without findings."""
    with pytest.raises(RemoteError):
        enginecheck.check(RemoteStore(Endpoint("http://127.0.0.1:9/"), timeout_s=2), SHAPES, place="there")


def test_the_command_checks_a_folder(tmp_path: Path, run: Callable[..., subprocess.CompletedProcess[str]]) -> None:
    """`check --store` tells findings and where the data was looked at; an empty engine and files beside one are refused."""
    held = EmbeddedStore(tmp_path / "store")
    loading.load(held, {None: spoilt(), **dict.fromkeys(DERIVED_GRAPHS, ())})
    del held
    checked = run("check", "--store", str(tmp_path / "store"))
    assert checked.returncode == 1
    assert "asked where the data is" in checked.stderr
    assert "station/alashankou" in checked.stdout
    EmbeddedStore(tmp_path / "empty")
    empty = run("check", "--store", str(tmp_path / "empty"))
    assert (empty.returncode, "AL034" in empty.stderr) == (2, True)
    refused = run("check", "data/station", "--store", str(tmp_path / "store"))
    assert (refused.returncode, "AL046" in refused.stderr) == (2, True)
