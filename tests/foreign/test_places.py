"""A statement of somebody's file is told at its line and column, in files of every format and size."""

from __future__ import annotations

from pathlib import Path

import pytest

from alataw import foreign
from alataw.foreign import Source, Statement, reading
from alataw.terms import BlankNode, Literal, NamedNode, Term

X = "http://x.org/"


def x(name: str) -> NamedNode:
    return NamedNode(X + name)


TURTLE = """@prefix x: <http://x.org/> .
@base <http://x.org/> .
# x:a x:b "not this" .
x:a x:b "one" ;
  x:c "é\u00e9" , "two" ;
  x:b "three" .

<b> x:b 1 . x:d x:b x:a .
x:a x:late [ x:b "inner" ] .
_:n x:b "four" .
"""
TRIG = """@prefix x: <http://x.org/> .
x:g { x:a x:b "one" . x:a x:c "two" }
GRAPH <http://x.org/h> {
  x:a x:b "three" .
  x:b x:b 1
}
PREFIX y: <http://x.org/>
{ y:d y:b [ y:b "inner" ] . }
[] { x:e x:b 1 }
x:f x:b 2 .
"""
NTRIPLES = """# comment
<http://x.org/a> <http://x.org/b> "one" .

  <http://x.org/a>\t<http://x.org/c>  "é> ." .
<http://x.org/b><http://x.org/b><http://x.org/a>.
<http://x.org/\\u0065> <http://x.org/b> "escaped" . # comment
_:n <http://x.org/b> "four" .
"""
NQUADS = NTRIPLES.replace(' "one" .', ' "one" <http://x.org/g> .').replace(' "four" .', ' "four" _:g .')
JSONLD = """{
  "@context": {"x": "http://x.org/", "@base": "http://x.org/", "b": "x:b"},
  "@graph": [
    {"@id": "http://x.org/a", "b": "one"},
    {"@id": "x:b", "b": 1},
    {"@id": "d", "b": {"@id": "x:e"}}
  ]
}
"""
RDFXML = """<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:x="http://x.org/" xml:base="http://x.org/">
  <rdf:Description rdf:about="http://x.org/a"><x:b>one</x:b></rdf:Description>
  <rdf:Description
     rdf:about='b'><x:b>one</x:b></rdf:Description>
  <rdf:Description rdf:ID="d"/>
</rdf:RDF>
"""

PLACES: list[tuple[str, str, tuple[Term | None, ...], tuple[int, int]]] = [
    (".ttl", TURTLE, (x("a"), x("b"), Literal("one")), (4, 9)),
    (".ttl", TURTLE, (x("a"), x("c"), Literal("two")), (5, 14)),
    (".ttl", TURTLE, (x("a"), x("b"), Literal("three")), (6, 7)),
    (".ttl", TURTLE, (x("a"), x("c"), Literal("nowhere")), (5, 3)),
    (".ttl", TURTLE, (x("a"), x("nowhere"), None), (4, 1)),
    (".ttl", TURTLE, (x("b"), x("b"), None), (8, 5)),
    (".ttl", TURTLE, (x("d"), x("b"), x("a")), (8, 21)),
    (".ttl", TURTLE, (BlankNode("n"), x("b"), Literal("four")), (10, 9)),
    (".ttl", TURTLE, (BlankNode("node-1"), x("b"), Literal("inner")), (9, 18)),
    (".ttl", TURTLE, (x("stranger"), None, None), (0, 0)),
    (".trig", TRIG, (x("a"), x("b"), Literal("one")), (2, 15)),
    (".trig", TRIG, (x("a"), x("c"), Literal("two")), (2, 31)),
    (".trig", TRIG, (x("a"), x("b"), Literal("three")), (4, 11)),
    (".trig", TRIG, (x("b"), None, None), (5, 3)),
    (".trig", TRIG, (x("d"), x("b"), None), (8, 7)),
    (".trig", TRIG, (x("e"), x("b"), None), (9, 10)),
    (".trig", TRIG, (x("f"), x("b"), None), (10, 5)),
    (".nt", NTRIPLES, (x("a"), x("b"), Literal("one")), (2, 35)),
    (".nt", NTRIPLES, (x("a"), x("c"), Literal("é> .")), (4, 38)),
    (".nt", NTRIPLES, (x("a"), x("c"), None), (4, 20)),
    (".nt", NTRIPLES, (x("b"), x("b"), x("a")), (5, 33)),
    (".nt", NTRIPLES, (x("e"), x("b"), Literal("escaped")), (6, 40)),
    (".nt", NTRIPLES, (BlankNode("n"), x("b"), Literal("four")), (7, 22)),
    (".nq", NQUADS, (x("a"), x("b"), Literal("one")), (2, 35)),
    (".nq", NQUADS, (BlankNode("n"), None, None), (7, 1)),
    (".jsonld", JSONLD, (x("a"), x("b"), Literal("one")), (4, 14)),
    (".jsonld", JSONLD, (x("b"), None, None), (2, 70)),  # spelled first in the context
    (".jsonld", JSONLD, (x("d"), None, None), (6, 14)),
    (".rdf", RDFXML, (x("a"), None, None), (2, 31)),
    (".rdf", RDFXML, (x("b"), x("b"), None), (4, 17)),
    (".rdf", RDFXML, (x("nowhere"), None, None), (0, 0)),
]


@pytest.mark.parametrize(("suffix", "text", "statement", "where"), PLACES)
def test_a_statement_is_told_at_its_place(
    suffix: str, text: str, statement: tuple[Term | None, ...], where: tuple[int, int], tmp_path: Path
) -> None:
    """The value of the triple, else its predicate, else its subject, else the file."""
    file = tmp_path / f"theirs{suffix}"
    file.write_text(text, encoding="utf-8")
    with foreign.read([Source.of(file)], lambda _: None) as data:
        (place,) = foreign.locate(data, [Statement(*statement)])
    assert (place.location.line, place.location.column) == where
    assert place.location.file == file.as_posix()
    assert place.line == (text.split("\n")[where[0] - 1] if where[0] else "")


@pytest.mark.parametrize(
    ("suffix", "text", "statement", "where"),
    [
        case
        for case in PLACES
        if case[0] in (".ttl", ".trig", ".nt", ".nq")
        and isinstance(case[2][0], NamedNode)
        and case[3] not in ((8, 21), (2, 15), (2, 31), (9, 10), (8, 7), (4, 11), (5, 3))
    ],
)
def test_a_large_file_tells_the_same_of_named_nodes_that_begin_a_line(
    suffix: str,
    text: str,
    statement: tuple[Term | None, ...],
    where: tuple[int, int],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """What is found by going through the bytes is what the kept places say."""
    monkeypatch.setattr(reading, "MOST_EXACT_BYTES", 0)
    test_a_statement_is_told_at_its_place(suffix, text, statement, where, tmp_path)


def test_a_blank_node_of_a_large_file_is_told_where_something_leads_to_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its own place is not kept; that of the statement above it is found."""
    monkeypatch.setattr(reading, "MOST_EXACT_BYTES", 0)
    file = tmp_path / "theirs.ttl"
    file.write_text(TURTLE, encoding="utf-8")
    with foreign.read([Source.of(file)], lambda _: None) as data:
        (inner,) = (triple.subject for triple in data.graph.matching(value=Literal("inner")))
        (place,) = foreign.locate(data, [Statement(inner, x("b"), Literal("inner"))])
    assert (place.location.line, place.location.column) == (9, 5)


def test_the_best_place_of_several_files_is_told(tmp_path: Path) -> None:
    """The file that says the triple is told, not the first that speaks of its subject."""
    (tmp_path / "a.nt").write_text(f"<{X}a> <{X}b> <{X}c> .\n", encoding="utf-8")
    (tmp_path / "b.ttl").write_text(f"\n<{X}a> <{X}b> <{X}d> .\n", encoding="utf-8")
    sources = [Source.of(tmp_path / name) for name in ("a.nt", "b.ttl")]
    with foreign.read(sources, lambda _: None) as data:
        (place,) = foreign.locate(data, [Statement(x("a"), x("b"), x("d"))])
    assert (Path(place.location.file).name, place.location.line) == ("b.ttl", 2)


@pytest.mark.parametrize("most", [reading.MOST_EXACT_BYTES, 0], ids=["small", "large"])
@pytest.mark.parametrize("suffix", [".nt", ".ttl"])
def test_a_number_is_found_however_it_is_written(
    suffix: str, most: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A number is given as it is written, and its line is the one where it is written so."""
    monkeypatch.setattr(reading, "MOST_EXACT_BYTES", most)
    file = tmp_path / f"theirs{suffix}"
    line = f'<{X}a> <{X}b> "{{}}"^^<http://www.w3.org/2001/XMLSchema#decimal> .\n'
    file.write_text("".join(map(line.format, ("1.0", "012.50", "012.75"))), encoding="utf-8")
    with foreign.read([Source.of(file)], lambda _: None) as data:
        values = [triple.object for triple in data.graph.matching(x("a"), x("b"))]
        places = foreign.locate(data, [Statement(x("a"), x("b"), value) for value in values])
    told = {str(value).split('"')[1]: place.location.line for value, place in zip(values, places, strict=True)}
    assert told == {"1.0": 1, "012.50": 2, "012.75": 3}


def test_labels_of_blank_nodes_are_those_of_the_file_and_of_every_run(tmp_path: Path) -> None:
    """A label stays, a node without one is numbered, and two files have two nodes of one label."""
    for name in ("a.ttl", "b.ttl"):
        (tmp_path / name).write_text(f"_:n <{X}b> [ <{X}c> 1 ] .\n", encoding="utf-8")

    def labels(*names: str) -> set[str]:
        with foreign.read([Source.of(tmp_path / name) for name in names], lambda _: None) as data:
            return {str(triple.subject) for triple in data.graph.matching()}

    assert labels("a.ttl") == {"_:n", "_:node-1"} == labels("a.ttl")
    assert labels("a.ttl", "b.ttl") == {"_:1-n", "_:1-node-1", "_:2-n", "_:2-node-1"}
