"""The home of the RDF formats: Turtle, N-Triples, N-Quads, TriG, RDF/XML."""

from __future__ import annotations

import re
from typing import TypeGuard

import pyoxigraph

from alataw import turtle
from alataw.errors import AlatawError
from alataw.exports.source import Source
from alataw.terms import DEF, NamedNode, Term, Triple, text_of


def turtle_of(source: Source) -> bytes:
    """Write canonical Turtle."""
    return turtle.serialize(source.triples, prefixes=source.all_prefixes, base_iri=source.base).encode()


def ntriples(source: Source) -> bytes:
    """Write canonical N-Triples (RDF 1.1 N-Triples, 4), sorted by code point."""
    return "".join(f"{line} .\n" for line in sorted({str(triple) for triple in source.triples})).encode()


def nquads(source: Source) -> bytes:
    """Write canonical N-Quads, every triple in the graph of the view."""
    return "".join(f"{line} {source.graph} .\n" for line in sorted({str(t) for t in source.triples})).encode()


def trig(source: Source) -> bytes:
    """Write TriG: the canonical Turtle within the graph of the view."""
    text = turtle.serialize(source.triples, prefixes=source.all_prefixes, base_iri=source.base)
    head, _, body = text.partition("\n\n")
    # No string is broken by the indent, since a string's lines are told by its escapes here.
    return f"{head}\n\n<{source.path(source.graph.value)}> {{\n\n{body}}}\n".encode()


# Namespaces in XML 1.0: a predicate is written as a prefix and an NCName.
_LOCAL_NAME = re.compile(r"[^\W\d][\w.-]*$")


def rdfxml(source: Source) -> bytes:
    """Write RDF/XML.

    Raises:
        AlatawError: AL060 for a predicate without a local name, or a character that XML cannot hold.
    """
    triples = sorted(set(source.triples), key=_grouped)
    for triple in triples:
        _refuse(triple)
    spoken = {term.value for triple in triples for term in (triple.predicate, triple.object) if _is_iri(term)}
    prefixes = {
        prefix: namespace
        for prefix, namespace in source.prefixes.items()
        if prefix and any(iri.startswith(namespace) for iri in spoken)
    } | {"alataw": DEF.iri}
    written = pyoxigraph.serialize(triples, format=pyoxigraph.RdfFormat.RDF_XML, prefixes=prefixes)
    assert written is not None  # noqa: S101  # no output was given, so bytes come back
    # The library declares prefixes in the order of its hash table; ours is the alphabet.
    text = re.sub(r'(?<=<rdf:RDF)((?: xmlns:[^=]+="[^"]*")+)', _in_order, written.decode(), count=1)
    return (text.rstrip("\n") + "\n").encode()


def _is_iri(term: Term) -> TypeGuard[NamedNode]:
    return isinstance(term, NamedNode)


def _in_order(match: re.Match[str]) -> str:
    return "".join(sorted(re.findall(r' xmlns:[^=]+="[^"]*"', match[1])))


def _grouped(triple: Triple) -> tuple[str, str]:
    return text_of(triple.subject), str(triple)


def _refuse(triple: Triple) -> None:
    if not _LOCAL_NAME.search(triple.predicate.value):
        raise AlatawError(
            f"RDF/XML cannot say the predicate <{triple.predicate.value}>",
            code="AL060",
            why="it has no local name",
            fix="take --format turtle",
        )
    # XML 1.0, 2.2: Char.
    for letter in text_of(triple.object):
        if (ord(letter) < 0x20 and letter not in "\t\n\r") or letter in "\ufffe\uffff":
            raise AlatawError(
                f"XML cannot hold U+{ord(letter):04X}, in the triple {triple}",
                code="AL060",
                fix="take --format turtle, or correct the value",
            )
