"""The home of the description of the SPARQL service: what it is, what it speaks, what it holds, and its limits.

Only what is true is said: no feature is claimed, since none of those that there are names for is there.
Source: SPARQL 1.1 Service Description.
"""

from __future__ import annotations

from collections.abc import Iterator

from alataw.application.holdings import Holdings
from alataw.catalog import VOID
from alataw.store import STATED
from alataw.terms import RDF, RDFS, XSD, Literal, NamedNode, Namespace, Triple

SD = Namespace("http://www.w3.org/ns/sparql-service-description#")
FORMATS = Namespace("http://www.w3.org/ns/formats/")

PREFIXES = {"format": FORMATS.iri, "sd": SD.iri}

_RESULTS = (
    "SPARQL_Results_JSON",
    "SPARQL_Results_XML",
    "SPARQL_Results_CSV",
    "SPARQL_Results_TSV",
    "Turtle",
    "N-Triples",
    "RDF_XML",
    "JSON-LD",
    "TriG",
    "N-Quads",
)


def describe(holdings: Holdings) -> Iterator[Triple]:
    """Describe the service."""
    endpoint = NamedNode(holdings.publication.url("sparql"))
    dataset, default = NamedNode(f"{endpoint.value}#dataset"), NamedNode(f"{endpoint.value}#default")
    yield Triple(endpoint, RDF.type, SD.Service)
    yield Triple(endpoint, SD.endpoint, endpoint)
    yield Triple(endpoint, SD.supportedLanguage, SD.SPARQL11Query)
    for name in _RESULTS:
        yield Triple(endpoint, SD.resultFormat, FORMATS[name])
    yield Triple(endpoint, RDFS.comment, Literal(limits(holdings), language="en"))
    yield Triple(endpoint, RDFS.seeAlso, NamedNode(holdings.publication.url(".well-known/sparql-examples")))
    yield Triple(endpoint, SD.defaultDataset, dataset)
    yield Triple(dataset, RDF.type, SD.Dataset)
    yield Triple(dataset, SD.defaultGraph, default)
    yield from _counted(default, holdings.counts[STATED])
    available = NamedNode(f"{endpoint.value}#graphs")
    yield Triple(endpoint, SD.availableGraphs, available)
    yield Triple(available, RDF.type, SD.GraphCollection)
    for graph, number in holdings.counts.items():
        # What is stated has no name but where a query takes it for its default graph.
        if graph == STATED:
            continue
        named = NamedNode(f"{endpoint.value}#{graph.value.rpartition('/')[2]}")
        yield Triple(available, SD.namedGraph, named)
        yield Triple(dataset, SD.namedGraph, named)
        yield Triple(named, RDF.type, SD.NamedGraph)
        yield Triple(named, SD.name, graph)
        yield Triple(named, SD.graph, graph)
        yield from _counted(graph, number)


def limits(holdings: Holdings) -> str:
    """What a query may take, in words."""
    told = "; ".join(f"{of}: {most}" for of, most in holdings.publication.limits.told())
    return (
        f"Limits: {told}. What is over a limit is refused, and no answer is ever cut off. Nothing is fetched, and "
        "SERVICE is not followed."
    )


def _counted(graph: NamedNode, number: int) -> Iterator[Triple]:
    yield Triple(graph, RDF.type, SD.Graph)
    yield Triple(graph, VOID.triples, Literal(str(number), datatype=XSD.integer))
