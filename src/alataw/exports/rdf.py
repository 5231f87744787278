"""The home of the RDF formats: Turtle, N-Triples, N-Quads, TriG, RDF/XML. JSON-LD has its own."""

from __future__ import annotations

import re

import pyoxigraph

from alataw import turtle
from alataw.errors import AlatawError
from alataw.exports.source import Source
from alataw.terms import RDF, NamedNode, Triple, text_of


def turtle_of(source: Source) -> bytes:
    """Write canonical Turtle."""
    return turtle.serialize(source.said, prefixes=source.all_prefixes, base_iri=source.base).encode()


def ntriples(source: Source) -> bytes:
    """Write canonical N-Triples (RDF 1.2 N-Triples, 4), sorted by code point."""
    return "".join(f"{triple} .\n" for triple in source.said).encode()


def nquads(source: Source) -> bytes:
    """Write canonical N-Quads (RDF 1.2 N-Quads, 4), every triple in the graph of the view."""
    return "".join(f"{triple} {source.graph} .\n" for triple in source.said).encode()


def trig(source: Source) -> bytes:
    """Write TriG: the canonical Turtle within the graph of the view."""
    # Nothing is indented, since the lines of a long string are part of it. The first empty line ends the prefixes.
    prefixes, _, blocks = turtle_of(source).decode().rstrip("\n").partition("\n\n")
    body = f"{blocks}\n" if blocks else ""
    return f"{prefixes}\n\n<{source.path(source.graph)}> {{\n\n{body}}}\n".encode()


# Namespaces in XML 1.0, 4 and XML 1.0, 2.3: an element's local name is an NCName; here the longest at an IRI's end.
_START = (
    "A-Z_a-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02ff\u0370-\u037d\u037f-\u1fff\u200c\u200d\u2070-\u218f"
    "\u2c00-\u2fef\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufffd\U00010000-\U000effff"
)
_LOCAL_NAME = re.compile(f"[{_START}][{_START}.0-9\u00b7\u0300-\u036f\u203f\u2040-]*$")
# RDF 1.1 XML Syntax, 6.1.4: names that mean something else where a property or a class is read.
_SYNTAX = frozenset(
    "RDF ID about parseType resource nodeID datatype Description aboutEach aboutEachPrefix bagID li".split()
)
# XML 1.0, 2.2: all that is not a Char.
_NO_CHARACTER = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def rdfxml(source: Source) -> bytes:
    """Write RDF/XML, an element a subject, named by its first class.

    Raises:
        AlatawError: AL060 for a predicate without a local name, or a character that XML cannot hold.
    """
    for triple in source.said:
        _refuse(triple)
    triples = sorted(source.said, key=lambda triple: (text_of(triple.subject), not _names(triple), str(triple)))
    elements = {text_of(triple.object if _names(triple) else triple.predicate) for triple in triples}
    prefixes = {
        prefix: namespace
        for prefix, namespace in sorted(source.prefixes.items())
        if any(iri.startswith(namespace) for iri in elements)
    }
    written = pyoxigraph.serialize(triples, format=pyoxigraph.RdfFormat.RDF_XML, prefixes=prefixes)
    # XML 1.0, 2.11: a parser reads a bare carriage return as a line feed.
    return (written or b"").replace(b"\r", b"&#xD;") + b"\n"


def _names(triple: Triple) -> bool:
    """Whether the triple gives a class that can name its subject's element."""
    return triple.predicate == RDF.type and isinstance(triple.object, NamedNode) and _is_name(triple.object)


def _is_name(term: NamedNode) -> bool:
    """Whether an element can be named by the term."""
    reserved = term in RDF and term.value.removeprefix(RDF.iri) in _SYNTAX
    return not reserved and _LOCAL_NAME.search(term.value) is not None


def _refuse(triple: Triple) -> None:
    if not _is_name(triple.predicate):
        raise AlatawError(
            f"RDF/XML cannot say the predicate <{triple.predicate.value}>",
            code="AL060",
            why="it has no local name that an element can bear",
            fix="take --format turtle",
        )
    letter = _NO_CHARACTER.search(text_of(triple.object))
    if letter:
        raise AlatawError(
            f"XML cannot hold U+{ord(letter[0]):04X}, in the triple {triple}",
            code="AL060",
            fix="take --format turtle, or correct the value",
        )
