"""The W3C SHACL test suite: every report is the expected one, as a graph.

The suite is read from `../shared/suites/w3c-shacl` and is no part of this repository. As its notes ask, a message counts
where the expected report has one. Paths are compared as SPARQL writes them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

import pyoxigraph
import pytest
from pyoxigraph import BlankNode, Dataset, Quad

from alataw.shapes import ENGINES, Index, Result, validate
from alataw.terms import RDF, SH, Literal, NamedNode, Namespace, Term, Triple

SUITE = Path(__file__).resolve().parents[3] / "shared" / "suites" / "w3c-shacl" / "tests"
MF = Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#")
SHT = Namespace("http://www.w3.org/ns/shacl-test#")

# Case -> why pySHACL 0.40 on rdflib 7.6 does not give the expected report.
FAULTS_OF_PYSHACL = {
    "core/property/uniqueLang-002": 'sh:uniqueLang "1"^^xsd:boolean switches the constraint on; only true does (4.4.5)',
    "sparql/node/prefixes-001": "owl:imports of a prefix declaration is not followed unless all imports are (5.2.1)",
    "sparql/pre-binding/shapesGraph-001": "$shapesGraph is not implemented",
}


@cache
def load(path: Path) -> tuple[Triple, ...]:
    """The triples of a file of the suite."""
    quads = pyoxigraph.parse(path=path, format=pyoxigraph.RdfFormat.TURTLE, base_iri=path.as_uri())
    return tuple(quad.triple for quad in quads)


def file_of(term: Term | None) -> Path:
    assert isinstance(term, NamedNode)
    return Path(term.value.removeprefix("file://"))


def cases(manifest: Path) -> Iterator[tuple[Path, Term]]:
    """Every case of a manifest, and of those that it includes."""
    index, node = Index(load(manifest)), NamedNode(manifest.as_uri())
    for included in index.objects(node, MF.include):
        yield from cases(file_of(included))
    for head in index.objects(node, MF.entries):
        yield from ((manifest, entry) for entry in index.items(head))


def name_of(case: tuple[Path, Term]) -> str:
    return file_of(case[1]).relative_to(SUITE).as_posix()


CASES = list(cases(SUITE / "manifest.ttl")) if SUITE.exists() else []


def graph(triples: Iterable[Triple]) -> Dataset:
    """A graph in which blank nodes have no names of their own."""
    dataset = Dataset(Quad(*triple) for triple in triples)
    dataset.canonicalize(pyoxigraph.CanonicalizationAlgorithm.RDFC_1_0)
    return dataset


def expected(index: Index, report: Term) -> Iterator[Triple]:
    """The report of a case, paths as texts."""
    for result in index.objects(report, SH.result):
        assert isinstance(result, BlankNode)
        for predicate, value in index.statements[result]:
            yield Triple(result, predicate, Literal(index.path_text(value)) if predicate == SH.resultPath else value)


def actual(results: Iterable[Result], messages: set[str]) -> Iterator[Triple]:
    """What was found, in the same form; a message only if it is one of those expected."""
    for number, result in enumerate(results):
        node = BlankNode(f"result{number}")
        said = {
            RDF.type: SH.ValidationResult,
            SH.focusNode: result.focus_node,
            SH.resultPath: Literal(result.path) if result.path else None,
            SH.value: result.value,
            SH.sourceShape: result.source_shape,
            SH.sourceConstraint: result.constraint,
            SH.sourceConstraintComponent: result.component,
            SH.resultSeverity: result.severity,
        }
        yield from (Triple(node, predicate, value) for predicate, value in said.items() if value is not None)
        if result.message in messages:
            yield Triple(node, SH.resultMessage, Literal(result.message))


def test_the_suite_is_whole() -> None:
    """All 120 cases are there, if the suite is."""
    if not SUITE.exists():
        pytest.skip("the W3C suite is not beside the repository")
    assert len(CASES) == 120


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("case", CASES, ids=name_of)
def test_a_case_gives_its_report(case: tuple[Path, Term], engine: str) -> None:
    """The report is the expected one; where the Recommendation wants a failure, the engine refuses."""
    if engine == "pyshacl" and name_of(case) in FAULTS_OF_PYSHACL:
        pytest.xfail(FAULTS_OF_PYSHACL[name_of(case)])
    manifest, entry = case
    index = Index(load(manifest))
    (action,), (report,) = index.objects(entry, MF.action), index.objects(entry, MF.result)
    data, shapes = (load(file_of(index.object(action, part))) for part in (SHT.dataGraph, SHT.shapesGraph))
    if report == SHT.Failure:
        with pytest.raises(Exception, match=r"(?i)MINUS|VALUES|SERVICE|select|bound before|re-bind"):
            validate(data, shapes, engine=engine)
        return
    results = validate(data, shapes, engine=engine)
    wanted = [
        Triple(t.subject, t.predicate, Literal(t.object.value)) if t.predicate == SH.resultMessage else t
        for t in expected(index, report)
    ]
    messages = {t.object.value for t in wanted if t.predicate == SH.resultMessage}
    assert graph(actual(results, messages)) == graph(wanted)
    assert index.says(report, SH.conforms) is not bool(results)
