"""Shapes that would check nothing are found, and engines are told what to run."""

from __future__ import annotations

import pytest

from alataw import turtle
from alataw.shapes import Index, lint, rdflib_graph, validate
from alataw.terms import XSD, Literal, NamedNode, Triple

HEAD = """
@prefix : <http://example.org/> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
"""
DATA = ":a a :Thing ; :p 1 ; :q 'x' .\n:b a :Small ; :p 2 . :Small rdfs:subClassOf :Thing ."


def triples(text: str) -> tuple[Triple, ...]:
    return turtle.parse((HEAD + text).encode(), file="test.ttl").triples


@pytest.mark.parametrize(
    ("shapes", "code", "told"),
    [
        (":S a sh:NodeShape ; sh:targetClass :Thing ; sh:property [ sh:path :p ; sh:minCont 1 ] .", "AL041", "did you mean sh:minCount"),
        (":S a sh:NodeShap ; sh:targetClass :Thing ; sh:nodeKind sh:IRI .", "AL041", "sh:NodeShape"),
        (":S a sh:NodeShape ; sh:targetClass :Thing ; sh:nodeKind sh:Iri .", "AL041", "sh:IRI"),
        (":S a sh:NodeShape ; sh:property [ sh:path :p ; sh:minCount 1 ] .", "AL042", "no target"),
        (":S a sh:NodeShape ; sh:targetClass :Nothing ; sh:nodeKind sh:IRI .", "AL042", "finds no node"),
        (":S a sh:NodeShape ; sh:targetSubjectsOf :none ; sh:nodeKind sh:IRI .", "AL042", "finds no node"),
        (":S a sh:NodeShape, rdfs:Class ; sh:nodeKind sh:IRI .", "AL042", "finds no node"),
        (":S a sh:NodeShape ; sh:targetClass :Thing ; sh:nodeKind sh:IRI ; sh:rule [] .", "AL043", "rules change the data"),
        (":S a sh:NodeShape ; sh:targetClass :Thing ; sh:nodeKind sh:IRI ; sh:js [] .", "AL043", "scripts are not run"),
        (":S a sh:NodeShape ; sh:targetClass :Thing ; sh:node :S .", "AL043", "contains itself"),
        (":S a sh:NodeShape ; sh:targetClass :Thing ; sh:and ( :T ) . :T sh:not :S .", "AL043", "contains itself"),
        (":S a sh:NodeShape ; sh:targetClass :Thin ; sh:nodeKind sh:IRI .", "AL048", "did you mean <http://example.org/Thing>"),
        (":S a sh:NodeShape ; sh:targetClass :Thing ; sh:class <https://example.org/Thing> .", "AL048", "<http://example.org/Thing>"),
        (":S a sh:NodeShape ; sh:targetClass :Thing ; sh:property [ sh:path [ sh:inversePath :P ] ; sh:minCount 1 ] .", "AL048", "<http://example.org/p>"),
        (":S a sh:NodeShape ; sh:targetClass :Thing ; sh:property [ sh:path :p ; sh:minCount 0 ] .", "AL049", "fewer than no values"),
        (":S a sh:NodeShape ; sh:targetClass :Thing ; sh:property [ sh:path :p ; sh:pattern '.*' ] .", "AL049", "every text"),
        (":S a sh:NodeShape ; sh:targetClass :Thing ; sh:closed '1'^^xsd:boolean .", "AL049", "only true"),
        (":S a sh:NodeShape ; sh:targetClass :Thing ; sh:property [ sh:path :p ; sh:qualifiedValueShape [ sh:nodeKind sh:IRI ] ] .", "AL049", "how many"),
        (":S a sh:NodeShape ; sh:targetClass :Thing ; sh:or ( [ sh:nodeKind sh:IRI ] [ ] ) .", "AL049", "asks nothing"),
        (":S a sh:NodeShape ; sh:targetClass :Thing ; sh:property [ sh:path :p ] .", "AL049", "asks nothing"),
        (":S a sh:NodeShape ; sh:targetClass :Thing ; sh:sparql [ sh:select 'SELECT $this { SERVICE <x:y> {} }' ] .", "AL043", "SERVICE"),
        (":S <http://www.w3.org/2002/07/owl#imports> <http://example.org/more> .", "AL043", "never followed"),
    ],
)  # fmt: skip
def test_a_shape_that_would_pass_in_silence_is_a_fault(shapes: str, code: str, told: str) -> None:
    """Misspelt, without a target, without a node, or beyond SHACL: each is told with its code."""
    faults = lint(triples(shapes), triples(DATA))
    assert {fault.code for fault in faults if fault.code != "AL042" or code == "AL042"} == {code}
    assert any(told in fault.message for fault in faults)


@pytest.mark.parametrize(
    "shapes",
    [
        ":S a sh:NodeShape ; sh:targetClass :Thing ; sh:property [ sh:path :p ; sh:minCount 1 ] .",
        ":S a sh:NodeShape ; sh:targetNode :nobody ; sh:nodeKind sh:IRI .",
        ":S a sh:NodeShape ; sh:targetObjectsOf :q ; sh:nodeKind sh:Literal .",
        ":Thing a sh:NodeShape, rdfs:Class ; sh:nodeKind sh:IRI .",
        ":S a sh:NodeShape ; sh:targetClass :Thing ; sh:node :T . :T a sh:NodeShape ; sh:nodeKind sh:IRI .",
        ":S a sh:NodeShape ; sh:targetClass :Thing ; sh:property [ sh:path :other ; sh:maxCount 1 ] .",
    ],
)
def test_a_shape_that_looks_is_no_fault(shapes: str) -> None:
    """Every kind of target, classes that are shapes, and shapes of shapes."""
    assert lint(triples(shapes), triples(DATA)) == []


@pytest.mark.parametrize(
    ("path", "text"),
    [
        (":p", "http://example.org/p"),
        ("[ sh:inversePath :p ]", "^<http://example.org/p>"),
        ("( :p [ sh:zeroOrMorePath :q ] )", "<http://example.org/p>/(<http://example.org/q>)*"),
        ("[ sh:alternativePath ( :p [ sh:oneOrMorePath :q ] ) ]", "(<http://example.org/p>|(<http://example.org/q>)+)"),
        ("[ sh:zeroOrOnePath ( :p :q ) ]", "(<http://example.org/p>/<http://example.org/q>)?"),
    ],
)
def test_a_path_is_written_as_sparql_writes_it(path: str, text: str) -> None:
    """Every form of path of SHACL 2.3.1."""
    index = Index(triples(f":S sh:path {path} ."))
    (head,) = index.objects(NamedNode("http://example.org/S"), NamedNode("http://www.w3.org/ns/shacl#path"))
    assert index.path_text(head) == text


def test_a_list_that_runs_in_a_circle_ends() -> None:
    """A hostile list cannot hold us."""
    rdf = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
    one = NamedNode("http://example.org/1")
    index = Index([Triple(one, NamedNode(rdf + "first"), one), Triple(one, NamedNode(rdf + "rest"), one)])
    assert list(index.items(one)) == [one]


def test_a_result_names_focus_path_value_shape_and_component() -> None:
    """What the engine gives is told in terms of ours, its message filled in."""
    shapes = triples(
        ":S a sh:NodeShape ; sh:targetClass :Thing ; sh:property :P . :P sh:path :p ; sh:maxInclusive 1 ; sh:severity sh:Warning ; sh:message 'Too much.'@en ."
    )
    (result,) = validate(triples(DATA), shapes)
    assert str(result.focus_node) == "<http://example.org/b>"
    assert result.path == "http://example.org/p"
    assert result.value == Literal("2", datatype=XSD.integer)
    assert result.component.value.endswith("#MaxInclusiveConstraintComponent")
    assert (result.severity.value.rpartition("#")[2], result.message) == ("Warning", "Too much.")


def test_terms_cross_to_rdflib_as_they_are() -> None:
    """Lexical forms are kept, also of what breaks its datatype or has more digits than Python converts."""
    said = triples(":a :p 01 , '2005-02-30'^^xsd:date , 'x'@en , '" + "9" * 5000 + "'^^xsd:integer .")
    assert {str(o) for o in rdflib_graph(said).objects()} == {"01", "2005-02-30", "x", "9" * 5000}
