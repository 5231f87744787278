"""Compiled shapes find what the reference finds, and what SHACL says where the reference does not."""

from __future__ import annotations

import pytest
from made import HEAD, Made

from alataw import turtle
from alataw.repository import Repository
from alataw.shapes import Result, validate
from alataw.terms import BlankNode, Triple


def triples(text: str) -> tuple[Triple, ...]:
    return turtle.parse(text.encode(), file="made.ttl").triples


def told(results: list[Result]) -> list[str]:
    """Results in a form that can be compared; a shape without a name has another in every run."""
    parts = (
        (r.focus_node, r.path, r.value, r.component, r.severity, r.message)
        + (() if isinstance(r.source_shape, BlankNode) else (r.source_shape,))
        for r in results
    )
    return sorted(map(str, parts))


@pytest.mark.parametrize("seed", range(60))
def test_shapes_made_at_random_give_what_the_reference_gives(seed: int) -> None:
    """Every component, path and target, nested and mixed, over odd values: the same results, as often."""
    made = Made(seed)
    data, shapes = triples(made.data()), triples(made.shapes())
    assert told(validate(data, shapes)) == told(validate(data, shapes, engine="pyshacl"))


def test_the_repository_gives_what_the_reference_gives() -> None:
    """Over the whole graph both engines find the same, with the same messages."""
    repository = Repository.find(None)
    data = [triple for d in (*repository.ontology(), *repository.data()) for triple in d.triples]
    shapes = [triple for document in repository.shapes() for triple in document.triples]
    assert told(validate(data, shapes)) == told(validate(data, shapes, engine="pyshacl"))


@pytest.mark.parametrize(
    ("data", "shape", "values"),
    [
        # 4.3: what cannot be compared is no value in the range.
        (':a :p "c"@de .', 'sh:minExclusive "b"', ['"c"@de']),
        (":a :p :b .", "sh:maxInclusive 5", ["<http://example.org/b>"]),
        (':a :p "7"^^xsd:byte .', "sh:maxInclusive 5", ['"7"^^<http://www.w3.org/2001/XMLSchema#byte>']),
        (':a :p "4"^^xsd:byte .', "sh:maxInclusive 5", []),
        # 4.1.2: the datatype is the one that is written, and the form is one of it.
        (':a :p "1"^^xsd:int .', "sh:datatype xsd:integer", ['"1"^^<http://www.w3.org/2001/XMLSchema#int>']),
        (':a :p "2019-13"^^xsd:gYearMonth .', "sh:datatype xsd:gYearMonth", ['"2019-13"^^<http://www.w3.org/2001/XMLSchema#gYearMonth>']),
        (':a :p "2000-02-29"^^xsd:date , "1900-02-29"^^xsd:date .', "sh:datatype xsd:date", ['"1900-02-29"^^<http://www.w3.org/2001/XMLSchema#date>']),
        # 4.4.1: a blank node has no length.
        (":a :p [] .", "sh:minLength 0", ["_:"]),
        # 4.8.3: terms are compared, not values.
        (":a :p 1 , 01 .", "sh:in ( 1 )", ['"01"^^<http://www.w3.org/2001/XMLSchema#integer>']),
        (":a :p 1 , 01 .", "sh:maxCount 1", ["None"]),
    ],
)  # fmt: skip
def test_terms_are_taken_as_they_are_written(data: str, shape: str, values: list[str]) -> None:
    """Datatypes, forms and comparisons are those of the Recommendation, where engines differ."""
    shapes = triples(f"{HEAD}:S a sh:NodeShape ; sh:targetNode :a ; sh:property [ sh:path :p ; {shape} ] .")
    found = sorted(str(result.value) for result in validate(triples(HEAD + data), shapes))
    assert len(found) == len(values)
    assert all(one.startswith(other) for one, other in zip(found, values, strict=True))


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("[ sh:inversePath ( :p :q ) ]", ["http://example.org/a"]),  # ^(:p/:q) leads from c to a
        ("( [ sh:inversePath :q ] [ sh:inversePath :p ] )", ["http://example.org/a"]),
        ("[ sh:zeroOrMorePath [ sh:inversePath :q ] ]", ["http://example.org/b", "http://example.org/c"]),
    ],
)
def test_paths_are_those_of_sparql(path: str, value: list[str]) -> None:
    """Inverse sequences, and empty paths from nodes that the graph only names."""
    data = triples(HEAD + ":a :p :b . :b :q :c .")
    shapes = triples(
        f"{HEAD}:S a sh:NodeShape ; sh:targetNode :c ; sh:property [ sh:path {path} ; sh:nodeKind sh:Literal ] ."
    )
    assert sorted(str(result.value)[1:-1] for result in validate(data, shapes)) == value


QUERY = ":S a sh:NodeShape ; sh:targetClass :T ; sh:sparql [ sh:prefixes :x ; sh:select '''{}''' ] . :x sh:declare [ sh:prefix 'e' ; sh:namespace 'http://example.org/' ] ."
FACTS = ":a a :T ; :p 1 , 2 , 3 . :b a :T ; :p 9 . :c a :T ."


@pytest.mark.parametrize(
    ("query", "nodes"),
    [
        ("SELECT $this { { FILTER($this = e:a) } }", "a"),
        ("SELECT $this { BIND($this AS ?that) FILTER(?that = e:b) }", "b"),
        ("SELECT $this { { $this e:p 1 } UNION { FILTER($this = e:c) } }", "ac"),
        ("SELECT $this (COUNT(?v) AS ?value) { $this e:p ?v } GROUP BY $this HAVING(COUNT(?v) > 1)", "a"),
        ("SELECT $this { { SELECT $this (COUNT(?v) AS ?n) { $this e:p ?v } GROUP BY $this } FILTER(?n > 2) }", "a"),
        ("SELECT $this { $this e:p ?value } ORDER BY ?value LIMIT 1", "ab"),
        ("SELECT $this { FILTER(?n = 3) { SELECT $this (COUNT(*) AS ?n) { $this e:p ?v } GROUP BY $this } }", "a"),
        ("SELECT $this { FILTER NOT EXISTS { $this e:p ?v . ?other e:p ?v } }", "c"),
        ("SELECT $this { OPTIONAL { $this e:p ?v FILTER($this = e:b) } FILTER(!BOUND(?v)) }", "ac"),
    ],
)
def test_a_query_sees_one_focus_node_at_a_time(query: str, nodes: str) -> None:
    """Filters in inner groups, counts, limits and sub-selects are of each focus node, as the reference has them."""
    data, shapes = triples(HEAD + FACTS), triples(HEAD + QUERY.format(query))
    for engine in ("compiled", "pyshacl"):
        found = {str(result.focus_node)[-2] for result in validate(data, shapes, engine=engine)}
        assert found == set(nodes), engine


def test_what_sparql_cannot_say_is_run_by_the_reference() -> None:
    """A pattern beyond the engine's is handed over, and the other shapes still run here."""
    shapes = triples(
        HEAD + ":S a sh:NodeShape ; sh:targetClass :T ; sh:property [ sh:path :p ; sh:pattern '^(?=[12])' ] ."
        ":U a sh:NodeShape ; sh:targetClass :T ; sh:property [ sh:path :p ; sh:minCount 1 ] ."
    )
    found = [
        (str(r.focus_node)[-2], r.component.value.rpartition("#")[2]) for r in validate(triples(HEAD + FACTS), shapes)
    ]
    assert sorted(found) == [
        ("a", "PatternConstraintComponent"),
        ("b", "PatternConstraintComponent"),
        ("c", "MinCountConstraintComponent"),
    ]
