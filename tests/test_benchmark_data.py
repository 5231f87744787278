"""The benchmark of the check compares with the truth: its data is the same each time, and its faults are as listed."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pyoxigraph as ox
import pytest

from alataw import shapes
from alataw.repository import Repository
from alataw.terms import RDF, SH, NamedNode
from benchmarks.check.exactness import compare, read_owed, read_report
from benchmarks.check.faults import FAULTS, inject
from benchmarks.check.generate import Case, generate
from benchmarks.check.railway import Railway

COMPONENTS = {
    f"{name}ConstraintComponent"
    for name in "MinCount MaxCount Class Datatype Node Or Pattern MinLength MinInclusive MaxInclusive MinExclusive"
    " UniqueLang Closed SPARQL".split()
}


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> Case:
    """The smallest size of the benchmark."""
    return generate("10k", 10_000, folder=tmp_path_factory.mktemp("case"))


def test_the_same_seed_gives_the_same_data(case: Case, tmp_path: Path) -> None:
    """Figures of two days compare, since the bytes of the data are the same."""
    again = generate("10k", 10_000, folder=tmp_path / "again")
    other = generate("10k", 10_000, seed=1, folder=tmp_path / "other")
    assert again.data.read_bytes() == case.data.read_bytes()
    assert again.expected.read_bytes() == case.expected.read_bytes()
    assert other.data.read_bytes() != case.data.read_bytes()


def test_the_data_has_the_size_that_it_is_said_to_have(case: Case) -> None:
    """Every line is a triple of its own, and there are as many as the case says."""
    assert case.triples == len(set(ox.parse(path=str(case.data)))) == len(case.data.read_text().splitlines())
    assert 10_000 <= case.triples < 12_000


def test_every_kind_of_fault_is_injected_as_often_as_asked() -> None:
    """No kind lacks victims from the smallest size on."""
    assert set(Counter(fault.kind for fault in inject(Railway(9_000), 1)).values()) == {1}
    assert set(Counter(fault.kind for fault in inject(Railway(100_000), 2)).values()) == {2}
    assert len({fault.name for fault in FAULTS}) == len(FAULTS) >= 40


def test_faults_break_every_component_and_every_rule_about_facts(case: Case, repository: Repository) -> None:
    """What no fault breaks would be measured and never looked at; rules about the ontology itself are left out."""
    triples = [triple for document in repository.shapes() for triple in document.triples]
    named = {triple.subject for triple in triples if isinstance(triple.subject, NamedNode)}
    used = {
        f"{name[:1].upper()}{name[1:]}ConstraintComponent"
        for triple in triples
        if triple.predicate in SH and triple.subject in named
        for name in [triple.predicate.value.removeprefix(SH.iri)]
    }
    used = {"SPARQLConstraintComponent" if name == "SparqlConstraintComponent" else name for name in used}
    owed = read_owed(case.expected)
    assert {result[2] for result in owed} == {str(SH[name]) for name in COMPONENTS & used}
    rules = {str(triple.subject) for triple in triples if triple.predicate == SH.sparql}
    assert {rule for rule in rules if "/ontology#" not in rule} <= {result[1] for result in owed}


def test_what_is_owed_is_what_pyshacl_finds(tmp_path: Path) -> None:
    """The list of what is owed is the truth: the reference finds that and nothing else."""
    case = generate("3k", 3_000, folder=tmp_path)
    data, rules = ([quad.triple for quad in ox.parse(path=str(path))] for path in (case.data, case.shapes))
    found = shapes.validate(data, rules, engine="pyshacl")
    report = [
        (
            str(result.focus_node),
            str(result.source_shape),
            str(result.component),
            str(result.value) if result.value is not None else None,
            str(result.severity),
        )
        for result in found
    ]
    verdict = compare(report, read_owed(case.expected))
    assert verdict.exact, verdict
    assert verdict.owed > 90


def test_a_report_is_compared_result_by_result() -> None:
    """What is missed, false, said twice, or said with another value is told apart; details are no results."""
    shape, component = "<urn:shape>", str(SH.MinCountConstraintComponent)

    def owed(focus: str, value: str | None = None) -> tuple[str | None, ...]:
        return (f"<urn:{focus}>", shape, component, value, str(SH.Violation))

    report = f"""
        @prefix sh: <{SH.iri}> .
        [] a sh:ValidationReport ; sh:result [
          a {RDF.type} ; sh:focusNode <urn:a> ; sh:sourceShape {shape} ; sh:sourceConstraintComponent {component} ;
          sh:resultSeverity sh:Violation ; sh:value 1 ; sh:detail [ sh:focusNode <urn:detail> ] ] .
    """
    one = '"1"^^<http://www.w3.org/2001/XMLSchema#integer>'
    assert read_report(report.encode()) == [owed("a", one)]
    assert compare([owed("a", one)], [owed("a", one)]).exact
    verdict = compare([owed("a"), owed("b"), owed("c", "2"), owed("a")], [owed("a"), owed("c", "1"), owed("d")])
    assert [len(found) for found in verdict[1:]] == [1, 2, 1]
    assert str(verdict) == "1 missed, 2 false, 1 of another value or severity"
