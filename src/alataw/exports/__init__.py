"""The home of exports: the table of formats in which the graph is written.

The same facts give the same bytes, in whatever order they come; lexical forms are kept in every format.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from alataw.errors import UnknownNameError
from alataw.exports import geojson, interface, jsonld, quickstatements, rdf, table, wikidata
from alataw.exports.source import Source

__all__ = ["FORMATS", "Format", "Source", "write"]


class Format(NamedTuple):
    """A form of the graph: its media type, the suffix of its files, what writes it, and what it is.

    `compares` says that it tells the difference to Wikidata, and so can be written only of what was compared.
    """

    media_type: str
    suffix: str
    write: Callable[[Source], bytes]
    summary: str
    compares: bool = False


FORMATS: dict[str, Format] = {
    "turtle": Format("text/turtle", "ttl", rdf.turtle_of, "canonical Turtle, one prefix per collection"),
    "ntriples": Format("application/n-triples", "nt", rdf.ntriples, "canonical N-Triples, sorted"),
    "nquads": Format("application/n-quads", "nq", rdf.nquads, "canonical N-Quads, in the graph of the view"),
    "trig": Format("application/trig", "trig", rdf.trig, "TriG, in the graph of the view"),
    "jsonld": Format("application/ld+json", "jsonld", jsonld.framed, "JSON-LD, one object an entity with its claims"),
    "context": Format("application/ld+json", "context.jsonld", jsonld.context_document, "the JSON-LD context alone"),
    "rdfxml": Format("application/rdf+xml", "rdf", rdf.rdfxml, "RDF/XML"),
    "csv": Format("text/csv", "csv", table.csv_of, "one row a claim, for spreadsheets"),
    "openapi": Format(
        "application/vnd.oai.openapi+json", "openapi.json", interface.openapi, "OpenAPI 3.1, stored queries"
    ),
    "examples": Format("text/turtle", "examples.ttl", interface.examples, "stored queries as sh:SPARQLExecutable"),
    "geojson": Format("application/geo+json", "geojson", geojson.features, "stations, border crossings and places"),
    "wikidata-rdf": Format("text/turtle", "wikidata.ttl", wikidata.rdf, "our claims as statements of Wikidata's model"),
    "mixnmatch": Format("text/csv", "mixnmatch.csv", wikidata.mixnmatch, "a list for Wikidata's Mix'n'match"),
    "quickstatements": Format(
        "text/tab-separated-values",
        "quickstatements.tsv",
        quickstatements.quickstatements,
        "what Wikidata lacks",
        compares=True,
    ),
    "quickstatements-preview": Format(
        "text/plain",
        "quickstatements.txt",
        quickstatements.preview,
        "what these lines would do, for people",
        compares=True,
    ),
}
"""Every format of the graph."""


def write(source: Source, format: str) -> bytes:
    """Write the graph in a format of `FORMATS`.

    Raises:
        UnknownNameError: AL018 if there is no such format.
        AlatawError: AL060 if a triple cannot be said in the format.
    """
    if format not in FORMATS:
        raise UnknownNameError(
            f"the graph is not written as {format}", code="AL018", fix=f"take one of {', '.join(FORMATS)}"
        )
    return FORMATS[format].write(source)
