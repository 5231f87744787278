"""Clients that people use get what they want, over the wire, as they come."""

from __future__ import annotations

import pandas
import pytest
import rdflib
from rdflib.plugins.stores.sparqlstore import SPARQLStore
from SPARQLWrapper import CSV, JSON, POST, TURTLE, XML, SPARQLWrapper

from alataw.publication import Publication

STATION = rdflib.URIRef("https://w3id.org/alataw/station/alashankou")
LABELS = "PREFIX skos: <http://www.w3.org/2004/02/skos/core#> SELECT ?l { <https://w3id.org/alataw/station/alashankou> skos:prefLabel ?l } ORDER BY ?l"


@pytest.mark.filterwarnings("ignore::DeprecationWarning:rdflib")
@pytest.mark.parametrize("format", [None, "turtle", "xml", "nt", "json-ld", "n3"])
def test_rdflib_reads_a_thing(format: str | None, live: Publication) -> None:
    """By its address, whatever it says it accepts: the redirect is followed, and what comes is what it can read."""
    graph = rdflib.Graph().parse(f"{live.address}station/alashankou", format=format)
    assert {str(label) for label in graph.objects(STATION, rdflib.SKOS.prefLabel)} >= {"阿拉山口站"}


@pytest.mark.parametrize(
    "path", ["def", "vocabulary/rank", "catalog", ".well-known/void", "sparql", "query", "graph?default"]
)
def test_rdflib_reads_every_description(path: str, live: Publication) -> None:
    """As it comes, without a format."""
    assert len(rdflib.Graph().parse(live.address + path)) > 0


@pytest.mark.parametrize("method", ["GET", "POST", "POST_FORM"])
def test_rdflib_asks(method: str, live: Publication) -> None:
    """As a store of its own, by each way of the protocol."""
    graph = rdflib.Graph(SPARQLStore(f"{live.address}sparql", method=method, context_aware=False))
    assert len(list(graph.query(LABELS))) == 2


@pytest.mark.parametrize("format", [JSON, XML, CSV])
def test_sparqlwrapper_asks(format: str, live: Publication) -> None:
    """By GET and by POST, in the formats that it converts."""
    for method in ("GET", POST):
        client = SPARQLWrapper(f"{live.address}sparql")
        client.setMethod(method)
        client.setReturnFormat(format)
        client.setQuery(LABELS)
        assert client.query().convert()
    client = SPARQLWrapper(f"{live.address}sparql")
    client.setReturnFormat(TURTLE)
    client.setQuery(f"DESCRIBE <{STATION}>")
    assert b"\xe9\x98\xbf" in client.query().convert()


def test_pandas_reads_an_answer(live: Publication) -> None:
    """From the address of a stored query."""
    frame = pandas.read_csv(f"{live.address}query/operators-of-station.csv?station=alashankou")
    assert len(frame) == 5
    assert "operatorName" in frame.columns
