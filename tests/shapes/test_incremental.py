"""What a change can affect is checked again, and nothing else needs to be."""

from __future__ import annotations

from collections import Counter
from random import Random

import pytest
from made import HEAD, Made

from alataw import turtle
from alataw.repository import Repository
from alataw.shapes import DataGraph, validate
from alataw.shapes.incremental import Live
from alataw.terms import SKOS, Literal, NamedNode, Triple

REPOSITORY = Repository.find(None)
FACTS = sorted({t for d in REPOSITORY.data()[:60] for t in d.triples}, key=str)
ONTOLOGY = [t for d in REPOSITORY.ontology() for t in d.triples]
SHAPES = [t for d in REPOSITORY.shapes() for t in d.triples]


def edit(chance: Random, facts: list[Triple], there: set[Triple]) -> tuple[set[Triple], set[Triple]]:
    """A few statements away, others in their place."""
    removed: set[Triple] = set()
    added: set[Triple] = set()
    for _ in range(chance.randint(1, 4)):
        one, other = chance.choice(facts), chance.choice(facts)
        if chance.random() < 0.6:
            removed.add(one)
        if chance.random() < 0.6:
            predicate = chance.choice([one, other]).predicate
            added.add(Triple(one.subject, predicate, other.object))
    return (removed & there) - added, added - there


@pytest.mark.parametrize("seed", range(4))
def test_random_edits_of_the_graph_give_what_a_full_check_gives(seed: int) -> None:
    """After each edit, the results that were kept and those found again are all the results there are."""
    chance, there = Random(seed), {*ONTOLOGY, *FACTS}
    live = Live(DataGraph(there), SHAPES)
    assert Counter(live.results) == Counter(validate(there, SHAPES))
    for _ in range(6):
        removed, added = edit(chance, FACTS, there)
        live.change(removed, added)
        there = (there - removed) | added
        assert Counter(live.results) == Counter(validate(there, SHAPES)), (removed, added)


@pytest.mark.parametrize("seed", range(25))
def test_random_edits_under_random_shapes_give_what_a_full_check_gives(seed: int) -> None:
    """The same for shapes with paths and conditions of every kind."""
    made = Made(seed)
    there = set(turtle.parse(made.data().encode(), file="made.ttl").triples)
    shapes = turtle.parse(made.shapes().encode(), file="made.ttl").triples
    live, facts = Live(DataGraph(there), shapes), sorted(there, key=str)
    _ = live.results
    for _ in range(4):
        removed, added = edit(made.random, facts, there)
        live.change(removed, added)
        there = (there - removed) | added
        assert Counter(live.results) == Counter(validate(there, shapes)), (removed, added)


def test_an_edit_of_one_entity_looks_at_few_nodes() -> None:
    """A new label is looked at where it stands, not everywhere."""
    live = Live(DataGraph([*ONTOLOGY, *FACTS]), SHAPES)
    station = NamedNode("https://w3id.org/alataw/station/dostyk")
    label = Triple(station, SKOS.altLabel, Literal("Дружба", language="ru"))
    live._data.change([], [label])
    affected = live.affected([], [label])
    assert affected
    assert all(nodes is not None and nodes <= {station} for nodes in affected.values())


def test_a_query_is_followed_back_along_its_patterns() -> None:
    """A change two steps away affects the focus node from which the query walks there, and no other."""
    head = HEAD + ":a a :T ; :p :m . :b a :T ; :p :n . :m :q 1 . :n :q 2 .\n"
    query = (
        "SELECT $this { $this <http://example.org/p> ?m FILTER EXISTS { ?m <http://example.org/q> ?v FILTER(?v > 5) } }"
    )
    shape = f":S a sh:NodeShape ; sh:targetClass :T ; sh:sparql [ sh:select '{query}' ] ."
    data = turtle.parse(head.encode(), file="data.ttl").triples
    live = Live(DataGraph(data), turtle.parse((HEAD + shape).encode(), file="shapes.ttl").triples)
    m, q = (NamedNode(f"http://example.org/{name}") for name in "mq")
    found = live.change([], [Triple(m, q, Literal(9))])
    assert [str(result.focus_node) for result in found] == ["<http://example.org/a>"]
    assert live.affected([], [Triple(m, q, Literal(9))]).popitem()[1] == {NamedNode("http://example.org/a")}
