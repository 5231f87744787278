"""Canonical Turtle: exact, idempotent, the same bytes for any order."""

from __future__ import annotations

import random

import pyoxigraph
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from alataw import turtle
from alataw.errors import InputError
from alataw.terms import RDF, XSD

BASE = "https://w3id.org/alataw/"
PREFIXES = {
    "": BASE + "def#",
    "xsd": XSD.iri,
    "p": "http://example.org/p/",
    "track-gauge": BASE + "vocabulary/track-gauge#",
}

# IRIs that tempt a writer: relative forms that resolve elsewhere, names that need escapes, prefixes within prefixes.
TRAPS = [
    BASE, BASE + "a", BASE + "a/b", BASE + "a#b", BASE + "#b", BASE + "?q", BASE + "//x", BASE + "./a", BASE + "../a",
    BASE + "a/../b", BASE + "a:b", BASE + "def#", BASE + "def#a", BASE + "def#a.b", BASE + "def#a.", BASE + "def#-a",
    BASE + "def#1435", BASE + "def#a/b", BASE + "def#a%20b", BASE + "def#é", BASE + "vocabulary/track-gauge#1435",
    "http://example.org/p/", "http://example.org/p/x~y", "http://example.org/p/x:y", "urn:x", "x:", "http://example.org",
]  # fmt: skip
IRIS = st.sampled_from(TRAPS).map(NamedNode)
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=12) | st.sampled_from(
    [
        "",
        '"',
        '""',
        '"""',
        "\\",
        'a\n"',
        '"\n"',
        "\n\n",
        "'",
        "\r\n",
        "\t",
        "\u202e",
        "\ufeff",
        "😀",
        "a\\\n",
        '"""\n"""',
    ]
)
LITERALS = st.one_of(
    TEXTS.map(Literal),
    st.builds(lambda text, tag: Literal(text, language=tag), TEXTS, st.sampled_from(["en", "zh-Hans", "x-a", "EN-gb"])),
    st.builds(
        lambda text, datatype: Literal(text, datatype=datatype),
        TEXTS
        | st.sampled_from(["1", "+1", "01", "1.", ".5", "-0.50", "1e3", "1.0E+3", "true", "1", "True", "1992-02-30"]),
        st.sampled_from(
            [XSD.integer, XSD.decimal, XSD.double, XSD.boolean, XSD.gYear, XSD.string, NamedNode(BASE + "def#edtf")]
        ),
    ),
)
BLANKS = st.sampled_from("abcd").map(BlankNode)
GRAPHS = st.lists(st.builds(Triple, IRIS | BLANKS, IRIS, IRIS | LITERALS | BLANKS), max_size=10)


def canonical(triples: list[Triple] | tuple[Triple, ...]) -> pyoxigraph.Dataset:
    """The graph with blank nodes told apart by what is said of them."""
    dataset = pyoxigraph.Dataset(pyoxigraph.Quad(*triple) for triple in triples)
    dataset.canonicalize(pyoxigraph.CanonicalizationAlgorithm.RDFC_1_0)
    return dataset


def written(triples: list[Triple] | tuple[Triple, ...]) -> str:
    return turtle.serialize(triples, prefixes=PREFIXES, base_iri=BASE, head=NamedNode(BASE + "a/b"))


@given(GRAPHS)
def test_what_is_written_reads_back_as_it_was(triples: list[Triple]) -> None:
    """Terms come back exactly, lexical forms included; blank nodes up to their labels."""
    read = turtle.parse(written(triples).encode(), file="f.ttl").triples
    assert canonical(read) == canonical(triples)


@given(GRAPHS)
def test_writing_what_was_read_changes_nothing(triples: list[Triple]) -> None:
    """Canonical form is its own canonical form."""
    once = written(triples)
    assert written(turtle.parse(once.encode(), file="f.ttl").triples) == once


@given(GRAPHS, st.randoms())
def test_order_and_repetition_make_no_difference(triples: list[Triple], chance: random.Random) -> None:
    """The same graph is the same bytes, whatever order its triples come in."""
    shuffled = triples * 2
    chance.shuffle(shuffled)
    assert written(shuffled) == written(triples)


@given(st.lists(LITERALS | IRIS, max_size=5), st.integers(0, 2))
def test_lists_and_nested_nodes_stand_inside_their_line(items: list[NamedNode | Literal], depth: int) -> None:
    """A well-formed list is written as ( ... ) and comes back the same."""
    cells = [BlankNode() for _ in items]
    ends: list[NamedNode | BlankNode] = [*cells[1:], RDF.nil]
    triples = [Triple(cell, RDF.first, item) for cell, item in zip(cells, items, strict=True)]
    triples += (
        [Triple(cell, RDF.rest, end) for cell, end in zip(cells, ends[-len(cells) :], strict=True)] if cells else []
    )
    head: NamedNode | BlankNode = cells[0] if cells else RDF.nil
    for _ in range(depth):
        outer = BlankNode()
        triples.append(Triple(outer, NamedNode("x:in"), head))
        head = outer
    triples.append(Triple(NamedNode("x:s"), NamedNode("x:p"), head))
    text = written(triples)
    assert "_:" not in "".join(line for line in text.split("\n") if '"' not in line)
    assert canonical(turtle.parse(text.encode(), file="f.ttl").triples) == canonical(triples)


def test_a_document_has_one_look() -> None:
    """Base and used prefixes, the entity first, one statement a line, the dot alone."""
    text = """
    @prefix x: <http://www.w3.org/2001/XMLSchema#> . @prefix unused: <x:y> .
    <https://w3id.org/alataw/b#z> <https://w3id.org/alataw/def#from> "2001"^^x:gYear , "1990"^^x:gYear .
    <https://w3id.org/alataw/b> a <https://w3id.org/alataw/def#Station> ; <http://purl.org/dc/terms/source> <x:s> ;
      <http://www.w3.org/2004/02/skos/core#prefLabel> "B"@en ; <https://w3id.org/alataw/def#country> <https://w3id.org/alataw/a> .
    """
    triples = turtle.parse(text.encode(), file="f.ttl").triples
    prefixes = {"": BASE + "def#", "skos": "http://www.w3.org/2004/02/skos/core#", "xsd": XSD.iri}
    assert turtle.serialize(triples, prefixes=prefixes, base_iri=BASE, head=NamedNode(BASE + "b")) == (
        "@base <https://w3id.org/alataw/> .\n"
        "@prefix : <def#> .\n"
        "@prefix skos: <http://www.w3.org/2004/02/skos/core#> .\n"
        "@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .\n"
        "\n"
        "<b>\n"
        "  a :Station ;\n"
        '  skos:prefLabel "B"@en ;\n'
        "  :country <a> ;\n"
        "  <http://purl.org/dc/terms/source> <x:s>\n"
        ".\n"
        "\n"
        "<b#z>\n"
        '  :from "1990"^^xsd:gYear ;\n'
        '  :from "2001"^^xsd:gYear\n'
        ".\n"
    )


def test_a_text_does_not_begin_with_an_empty_line() -> None:
    """Without a base and prefixes the first subject stands on the first line."""
    triple = Triple(NamedNode("x:a"), NamedNode("x:b"), NamedNode("x:c"))
    assert turtle.serialize([triple], prefixes={}) == "<x:a>\n  <x:b> <x:c>\n.\n"


def test_a_graph_of_too_many_blank_nodes_is_refused() -> None:
    """Telling blank nodes apart has a limit, so that a hostile graph cannot run for ever."""
    triples = [Triple(BlankNode(), RDF.type, NamedNode("x:a")) for _ in range(2001)]
    with pytest.raises(InputError, match="blank nodes") as caught:
        turtle.serialize(triples, prefixes={})
    assert caught.value.code == "AL003"
