"""A check says what it looked at, and that each of its constraints can fire."""

from __future__ import annotations

from made import HEAD

from alataw import turtle
from alataw.shapes import DataGraph, coverage, prove
from alataw.terms import Triple

DATA = """:a a :T ; :p 1 , 2 ; :q "x"@en ; :r :b . :b a :T ; :p 3 ; :q "y"@de . :k a :K ."""
SHAPE = """:S a sh:NodeShape ; sh:targetClass :T ; sh:closed true ; sh:ignoredProperties ( rdf:type ) ; sh:property :P , :Q , :R ; sh:sparql :X .
:P sh:path :p ; sh:datatype xsd:integer ; sh:minCount 1 ; sh:maxCount 2 ; sh:maxInclusive 5 .
:Q sh:path :q ; sh:uniqueLang true ; sh:languageIn ( "en" "de" ) ; sh:pattern "^[xy]$" .
:R sh:path :r ; sh:class :T ; sh:not [ sh:class :K ] ; sh:disjoint :p .
:X sh:select "SELECT $this { $this <http://example.org/p> ?v . ?o <http://example.org/p> ?v FILTER(?o != $this) }" ."""


def triples(text: str) -> tuple[Triple, ...]:
    return turtle.parse((HEAD + text).encode(), file="made.ttl").triples


def test_every_constraint_that_can_fire_is_made_to() -> None:
    """Each component, a query of two nodes among them, is broken by some change; the data is as before."""
    data = DataGraph(triples(DATA))
    before = set(data)
    proofs = list(prove(data, triples(SHAPE)))
    assert {proof.component.value.rpartition("#")[2].removesuffix("ConstraintComponent") for proof in proofs} == {
        *"Closed Datatype MinCount MaxCount MaxInclusive UniqueLang LanguageIn Pattern Class Not Disjoint SPARQL".split()
    }
    assert [proof for proof in proofs if proof.mutation is None] == []
    assert set(data) == before


def test_a_constraint_that_nothing_breaks_is_told() -> None:
    """Alternatives that leave nothing out can never fire."""
    shape = ":S a sh:NodeShape ; sh:targetClass :T ; sh:or ( [ sh:nodeKind sh:IRI ] [ sh:nodeKind sh:BlankNode ] ) ; sh:nodeKind sh:IRI ."
    unproved = [proof for proof in prove(DataGraph(triples(DATA)), triples(shape)) if proof.mutation is None]
    assert [str(proof.component).rpartition("#")[2] for proof in unproved] == ["OrConstraintComponent>"]


def test_what_shapes_look_at_is_counted() -> None:
    """Focus nodes and values of each shape, also of those that paths lead to."""
    counted = {
        str(each.shape).rpartition("/")[2][:-1]: each[2:] for each in coverage(DataGraph(triples(DATA)), triples(SHAPE))
    }
    assert counted == {"S": (2, 2), "P": (2, 3), "Q": (2, 2), "R": (2, 1)}
