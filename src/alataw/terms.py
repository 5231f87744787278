"""The home of RDF terms and of the namespaces that the code itself speaks.

pyoxigraph's terms are ours; no node class is defined here. Prefixes for people to read and write
are declared in `ontology/prefixes.ttl`, not here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

__all__ = [
    "BASE",
    "DCTERMS",
    "DEF",
    "GEO",
    "OWL",
    "PROV",
    "RDF",
    "RDFS",
    "SCHEMA",
    "SH",
    "SKOS",
    "XSD",
    "BlankNode",
    "Literal",
    "NamedNode",
    "Namespace",
    "Subject",
    "Term",
    "Triple",
    "text_of",
]

Subject: TypeAlias = NamedNode | BlankNode | Triple
Term: TypeAlias = NamedNode | BlankNode | Literal | Triple

BASE = "https://w3id.org/alataw/"
"""The IRI that every path of a repository is resolved against."""


@dataclass(frozen=True)
class Namespace:
    """A namespace whose members are named nodes.

    >>> Namespace("http://www.w3.org/ns/shacl#").path
    <NamedNode value=http://www.w3.org/ns/shacl#path>
    """

    iri: str

    def __getattr__(self, name: str) -> NamedNode:
        # `in_` and `class_` stand for the terms that are Python keywords.
        if name.startswith("__"):
            raise AttributeError(name)
        node = self.__dict__[name] = NamedNode(self.iri + name.rstrip("_"))  # found at once the next time
        return node

    def __getitem__(self, name: str) -> NamedNode:
        return NamedNode(self.iri + name)

    def __contains__(self, term: object) -> bool:
        return isinstance(term, NamedNode) and term.value.startswith(self.iri)


DEF = Namespace(BASE + "def#")
RDF = Namespace("http://www.w3.org/1999/02/22-rdf-syntax-ns#")
RDFS = Namespace("http://www.w3.org/2000/01/rdf-schema#")
OWL = Namespace("http://www.w3.org/2002/07/owl#")
XSD = Namespace("http://www.w3.org/2001/XMLSchema#")
SKOS = Namespace("http://www.w3.org/2004/02/skos/core#")
SH = Namespace("http://www.w3.org/ns/shacl#")
PROV = Namespace("http://www.w3.org/ns/prov#")
DCTERMS = Namespace("http://purl.org/dc/terms/")
SCHEMA = Namespace("https://schema.org/")
GEO = Namespace("http://www.opengis.net/ont/geosparql#")


def text_of(term: Term | None) -> str:
    """The characters of a term without its syntax: an IRI, a label, a lexical form; empty for None.

    >>> text_of(Literal("阿拉山口站", language="zh-Hans"))
    '阿拉山口站'
    """
    if term is None:
        return ""
    return str(term) if isinstance(term, (BlankNode, Triple)) else term.value
