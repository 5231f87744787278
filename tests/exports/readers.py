"""Readers of RDF that are not ours, by the format they read: what an export says to others."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import warnings
from collections.abc import Callable, Iterable
from typing import Any

import pyoxigraph
import pytest
from pyoxigraph import Dataset, Quad, RdfFormat, Triple

BASE = "https://w3id.org/alataw/"

_OXIGRAPH = {
    "turtle": RdfFormat.TURTLE,
    "ntriples": RdfFormat.N_TRIPLES,
    "nquads": RdfFormat.N_QUADS,
    "trig": RdfFormat.TRIG,
    "jsonld": RdfFormat.JSON_LD,
    "rdfxml": RdfFormat.RDF_XML,
}
_RDFLIB = {
    "turtle": "turtle",
    "ntriples": "nt",
    "nquads": "nquads",
    "trig": "trig",
    "jsonld": "json-ld",
    "rdfxml": "xml",
}


def isomorphic(one: Iterable[Triple], other: Iterable[Triple]) -> bool:
    """Whether two graphs are the same but for the labels of blank nodes (RDFC-1.0)."""
    return _canonical(one) == _canonical(other)


def _canonical(triples: Iterable[Triple]) -> Dataset:
    dataset = Dataset(Quad(*triple) for triple in triples)
    dataset.canonicalize(pyoxigraph.CanonicalizationAlgorithm.RDFC_1_0)
    return dataset


def oxigraph(data: bytes, format: str) -> list[Triple]:
    """Read as Oxigraph does."""
    return [quad.triple for quad in pyoxigraph.parse(data, format=_OXIGRAPH[format])]


def rdflib(data: bytes, format: str) -> list[Triple]:
    """Read as rdflib does, literals as they are written."""
    import rdflib as library

    # rdflib warns of its own future.
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        dataset = library.Dataset(default_union=True)
        dataset.parse(data=data, format=_RDFLIB[format])
        return [Triple(*map(_term, triple)) for triple in dataset.triples((None, None, None))]


def _term(term: Any) -> Any:
    import rdflib as library

    if isinstance(term, library.URIRef):
        return pyoxigraph.NamedNode(term)
    if isinstance(term, library.BNode):
        return pyoxigraph.BlankNode(term)
    if term.language:
        return pyoxigraph.Literal(str(term), language=term.language)
    datatype = pyoxigraph.NamedNode(term.datatype) if term.datatype else None
    return pyoxigraph.Literal(str(term), datatype=datatype)


def pyld(data: bytes, format: str) -> list[Triple]:
    """Read JSON-LD as pyld does."""
    from pyld import jsonld

    def refuse(url: str, options: dict[str, Any]) -> dict[str, Any]:
        raise AssertionError(f"asked for {url}")

    assert format == "jsonld"
    text = jsonld.to_rdf(json.loads(data), {"format": "application/n-quads", "documentLoader": refuse})
    return oxigraph(text.encode(), "nquads")


def rapper(data: bytes, format: str) -> list[Triple]:
    """Read as Raptor does."""
    return _program("rapper", "-q", "-i", format, "-o", "ntriples", "-", BASE, data=data)


def serdi(data: bytes, format: str) -> list[Triple]:
    """Read as Serd does."""
    return _program("serdi", "-i", format, "-o", "ntriples", "-", data=data)


def _program(name: str, *words: str, data: bytes) -> list[Triple]:
    if shutil.which(name) is None:
        missing = f"{name} is not installed: apt-get install raptor2-utils serdi"
        pytest.fail(missing) if os.environ.get("CI") else pytest.skip(missing)
    done = subprocess.run([name, *words], input=data, capture_output=True, check=False, timeout=60)
    assert done.returncode == 0, done.stderr.decode()
    return oxigraph(done.stdout, "ntriples")


READERS: dict[str, tuple[Callable[[bytes, str], list[Triple]], tuple[str, ...]]] = {
    "oxigraph": (oxigraph, tuple(_OXIGRAPH)),
    "rdflib": (rdflib, tuple(_RDFLIB)),
    "pyld": (pyld, ("jsonld",)),
    "rapper": (rapper, ("turtle", "ntriples", "nquads", "trig", "rdfxml")),
    "serdi": (serdi, ("turtle", "ntriples", "nquads", "trig")),
}
"""A reader and the formats that it reads."""
