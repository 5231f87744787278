"""The description of the SPARQL service says what is true, and nothing else."""

from __future__ import annotations

from dataclasses import fields

import pytest
from answers import Ask, asked, media_type, sparql, triples
from reading import Element, Page

from alataw.application.service import FORMATS, SD
from alataw.catalog import VOID
from alataw.publication import Limits, Publication
from alataw.terms import RDF, RDFS, NamedNode, text_of

ENDPOINT = NamedNode("https://example.org/rail/sparql")


@pytest.mark.parametrize("kind", ["text/turtle", "application/n-triples", "application/rdf+xml", "application/ld+json"])
def test_the_bare_endpoint_describes_itself(kind: str, ask: Ask) -> None:
    """In every RDF format, with its absolute address, whatever a client calls the host."""
    reply = ask("sparql", accept=kind, host="evil.example")
    assert (reply.status, media_type(reply)) == (200, kind)
    said = triples(reply)
    assert {t.object for t in said if t.predicate == SD.endpoint} == {ENDPOINT}
    assert b"evil" not in reply.body
    assert any(t.subject == ENDPOINT and t.predicate == RDF.type and t.object == SD.Service for t in said)


def test_what_it_speaks_is_true(ask: Ask) -> None:
    """SPARQL 1.1 Query and no more; each result format is given when it is asked for; no feature is claimed."""
    said = triples(ask("sparql"))
    assert {t.object for t in said if t.predicate == SD.supportedLanguage} == {SD.SPARQL11Query}
    assert not [t for t in said if t.predicate == SD.feature]
    formats = {text_of(t.object).removeprefix(FORMATS.iri) for t in said if t.predicate == SD.resultFormat}
    kinds = {"SPARQL_Results_JSON": "application/sparql-results+json", "SPARQL_Results_XML": "application/sparql-results+xml", "SPARQL_Results_CSV": "text/csv", "SPARQL_Results_TSV": "text/tab-separated-values"}  # fmt: skip
    graphs = {"Turtle": "text/turtle", "N-Triples": "application/n-triples", "RDF_XML": "application/rdf+xml", "JSON-LD": "application/ld+json", "TriG": "application/trig", "N-Quads": "application/n-quads"}  # fmt: skip
    assert formats == set(kinds) | set(graphs)
    for text, table in (("SELECT * {}", kinds), ("CONSTRUCT WHERE { ?s ?p ?o }", graphs)):
        for kind in table.values():
            assert media_type(ask(sparql(text + " LIMIT 1"), accept=kind)) == kind


def test_graphs_are_counted(ask: Ask) -> None:
    """Every graph that it names has as many triples as it says, and can be had."""
    said = triples(ask("sparql"))
    counts = {t.subject: int(text_of(t.object)) for t in said if t.predicate == VOID.triples}
    (default,) = (t.object for t in said if t.predicate == SD.defaultGraph)
    assert counts[default] == len(triples(ask("graph?default", accept="application/n-triples")))
    named = {t.object for t in said if t.predicate == SD.name}
    assert len(named) > 2
    for graph in named & set(counts):
        reply = ask(f"graph?graph={graph.value}", accept="application/n-triples")
        assert len(triples(reply)) == counts[graph] > 0, graph


def test_every_graph_that_is_available_can_be_taken(ask: Ask) -> None:
    """For the default graph and by name, by the request and by the query."""
    said = triples(ask("sparql"))
    (available,) = (t.object for t in said if t.predicate == SD.availableGraphs)
    described = {t.object for t in said if t.subject == available and t.predicate == SD.namedGraph}
    graphs = {t.object for t in said if t.subject in described and t.predicate == SD.name}
    assert len(graphs) > 2
    for graph in graphs:
        for clause in ("FROM", "FROM NAMED"):
            assert ask(sparql(f"ASK {clause} {graph} {{}}")).status == 200, (clause, graph)
        for name in ("default_graph_uri", "named_graph_uri"):
            assert ask(sparql("ASK {}", **{name: text_of(graph)})).status == 200, (name, graph)


def test_limits_are_told(publication: Publication) -> None:
    """All of them, as they are set: in the comment, and on the page for people."""
    limits = Limits(3.5, rows=1234, answer_bytes=98765, body_bytes=9876, query_characters=4321, memory_mib=123, at_once=7, waiting=89)  # fmt: skip
    small = Publication(publication.graph, limits=limits)
    (comment,) = (text_of(t.object) for t in triples(asked(small, "sparql")) if t.predicate == RDFS.comment)
    page = {term.text: told.text for term, told in pairs(asked(small, "about", accept="text/html").body.decode())}
    assert len(list(limits.told())) == len(fields(Limits)) + 2  # how a query may be nested is no setting
    for of, most in limits.told():
        assert f"{of}: {most}" in comment
        assert page[of] == most
    told = dict(limits.told())
    for number in ("3.5 seconds", "1,234", "98,765 bytes", "9,876 bytes", "4,321 characters", "123 MiB", "7", "89"):
        assert number in told.values()
    assert b"within 3.5 seconds" in asked(small, "sparql", accept="text/html").body
    assert b"within 10 seconds" in asked(publication, "sparql", accept="text/html").body


def pairs(page: str) -> zip[tuple[Element, Element]]:
    """Every term of a page with what is said of it."""
    read = Page(page)
    return zip(read.all("dt"), read.all("dd"), strict=True)
