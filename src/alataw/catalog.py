"""The home of the description of what is published: VoID counts and DCAT distributions.

`data/catalog.ttl` holds the half that is written by hand; what is counted is added here.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping

from alataw import turtle
from alataw.exports import Source
from alataw.terms import RDF, XSD, Literal, NamedNode, Namespace, Triple, text_of

VOID = Namespace("http://rdfs.org/ns/void#")
DCAT = Namespace("http://www.w3.org/ns/dcat#")
SPDX = Namespace("http://spdx.org/rdf/terms#")
_MEDIA_TYPES = "https://www.iana.org/assignments/media-types/"


def write(source: Source, files: Mapping[str, tuple[str, bytes]]) -> bytes:
    """Write the whole catalog as Turtle.

    Args:
        source: The view that is counted.
        files: Name to media type and bytes of each file published beside it.
    """
    triples = [*_by_hand(source), *counts(source), *distributions(source, files)]
    head = NamedNode(f"{source.base}catalog")
    return turtle.serialize(triples, prefixes=source.all_prefixes, base_iri=source.base, head=head).encode()


def _by_hand(source: Source) -> Iterator[Triple]:
    mine = f"{source.base}catalog"
    for triple in source.triples:
        if text_of(triple.subject) == mine or text_of(triple.subject).startswith(f"{mine}#"):
            yield triple


def counts(source: Source) -> Iterator[Triple]:
    """Count the graph (VoID, 4): triples, entities, subjects, objects, and each class and property."""
    dataset = NamedNode(f"{source.base}catalog#dataset")
    triples = set(source.triples)
    subjects = {triple.subject for triple in triples}
    kinds = Counter(triple.object for triple in triples if triple.predicate == RDF.type)
    properties = Counter(triple.predicate for triple in triples)
    yield Triple(dataset, VOID.triples, _number(len(triples)))
    yield Triple(dataset, VOID.entities, _number(len([s for s in subjects if "#" not in text_of(s)])))
    yield Triple(dataset, VOID.distinctSubjects, _number(len(subjects)))
    yield Triple(dataset, VOID.distinctObjects, _number(len({triple.object for triple in triples})))
    yield Triple(dataset, VOID.classes, _number(len(kinds)))
    yield Triple(dataset, VOID.properties, _number(len(properties)))
    partitions = [(VOID.classPartition, VOID["class"], VOID.entities, term, count) for term, count in kinds.items()]
    partitions += [(VOID.propertyPartition, VOID.property, VOID.triples, p, n) for p, n in properties.items()]
    for leads, names, counted, term, count in partitions:
        local = text_of(term).replace("/", "#").rpartition("#")[2]
        digest = hashlib.sha256(text_of(term).encode()).hexdigest()[:6]
        node = NamedNode(f"{source.base}catalog#{leads.value.rpartition('#')[2]}-{local}-{digest}")
        yield Triple(dataset, leads, node)
        yield Triple(node, names, term)
        yield Triple(node, counted, _number(count))


def distributions(source: Source, files: Mapping[str, tuple[str, bytes]]) -> Iterator[Triple]:
    """Describe each file (DCAT 3, 6.8): media type, size, SHA-256."""
    dataset = NamedNode(f"{source.base}catalog#dataset")
    for name, (media_type, data) in sorted(files.items()):
        node = NamedNode(f"{source.base}catalog#{name}")
        checksum = NamedNode(f"{source.base}catalog#{name}-sha256")
        address = NamedNode(f"{source.base}{name}")
        yield Triple(dataset, DCAT.distribution, node)
        yield Triple(node, RDF.type, DCAT.Distribution)
        yield Triple(node, DCAT.accessURL, address)
        yield Triple(node, DCAT.downloadURL, address)
        yield Triple(node, DCAT.mediaType, NamedNode(_MEDIA_TYPES + media_type))
        yield Triple(node, DCAT.byteSize, Literal(str(len(data)), datatype=XSD.nonNegativeInteger))
        yield Triple(node, SPDX.checksum, checksum)
        yield Triple(checksum, RDF.type, SPDX.Checksum)
        yield Triple(checksum, SPDX.algorithm, SPDX.checksumAlgorithm_sha256)
        digest = Literal(hashlib.sha256(data).hexdigest(), datatype=XSD.hexBinary)
        yield Triple(checksum, SPDX.checksumValue, digest)


def _number(count: int) -> Literal:
    return Literal(str(count), datatype=XSD.integer)
