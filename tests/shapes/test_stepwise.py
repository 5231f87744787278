"""EXISTS taken step by step answers as it was written."""

from __future__ import annotations

import pytest
from made import HEAD, Made
from pyoxigraph import Quad, Store

from alataw import turtle
from alataw.shapes.stepwise import stepwise

QUERIES = (
    "SELECT ?a { ?a :p ?b FILTER NOT EXISTS { ?c a :B ; :q ?b FILTER(?c != ?a) } }",
    "SELECT ?a { ?a :p ?b FILTER EXISTS { ?b a/rdfs:subClassOf* :A . ?c :q ?b , ?a . } }",
    "SELECT ?a { ?a :p ?b FILTER(EXISTS { ?b :q/:r ?d } || !EXISTS { ?d (:p|:q) ?b . ?d :r ?e FILTER NOT EXISTS { ?e :p ?x . ?x :q ?y } }) }",
    "SELECT ?a { ?a ?p ?b FILTER EXISTS { ?b ?p ?c ; :q 'a'@en . :n1 :p ?c } }",
    "SELECT ?a { ?a :p ?b FILTER EXISTS { ?b :q _:x . _:x :r ?c } }",
    "SELECT ?a { ?a :p ?b FILTER EXISTS { ?b :q ?c . OPTIONAL { ?c :r ?d } ?c :p ?e } }",
)
PROLOGUE = "PREFIX : <http://example.org/>\nPREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>\n"


@pytest.mark.parametrize("query", QUERIES)
def test_a_query_taken_step_by_step_has_the_same_answer(query: str) -> None:
    """Classes, paths, lists of objects, nested conditions; what is more than patterns and filters stays as it is."""
    for seed in range(20):
        store = Store()
        store.extend(Quad(*triple) for triple in turtle.parse(Made(seed).data().encode(), file="made.ttl").triples)
        one, other = (
            sorted(str(row["a"]) for row in store.query(PROLOGUE + text)) for text in (query, stepwise(query))
        )
        assert one == other
    assert HEAD.startswith("@prefix")


def test_one_step_stands_in_another() -> None:
    """The step that hangs on what is known comes first, a class late."""
    assert stepwise(QUERIES[0]) == (
        "SELECT ?a { ?a :p ?b FILTER NOT EXISTS { ?c :q ?b FILTER EXISTS { ?c a :B FILTER(?c != ?a) } } }"
    )
    assert [stepwise(query) == query for query in QUERIES[4:]] == [True, True]
