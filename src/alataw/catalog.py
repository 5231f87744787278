"""The home of the description of what is published: VoID counts and DCAT distributions.

`data/catalog.ttl` holds the half that is written by hand; what is counted is added here. No time is added, so that
the same facts give the same catalog.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from alataw import turtle
from alataw.exports import Source
from alataw.terms import BASE, DCTERMS, RDF, XSD, Literal, NamedNode, Namespace, Term, Triple, text_of

VOID = Namespace("http://rdfs.org/ns/void#")
DCAT = Namespace("http://www.w3.org/ns/dcat#")
SPDX = Namespace("http://spdx.org/rdf/terms#")
# What DCAT-AP wants to know of those whom a catalog names by their IRIs only.
_RANGES = {
    DCTERMS.license: DCTERMS.LicenseDocument,
    DCTERMS.conformsTo: DCTERMS.Standard,
    DCAT.mediaType: DCTERMS.MediaType,
    DCAT.compressFormat: DCTERMS.MediaType,
    SPDX.algorithm: SPDX.ChecksumAlgorithm,
}
_MEDIA_TYPES = "https://www.iana.org/assignments/media-types/"


@dataclass
class Count:
    """What is counted of a graph in one pass, so that a large one need not be held.

    Args:
        triples: How many triples there are.
        subjects: What they are about.
        objects: What they lead to.
        classes: How many things each class has.
        properties: How many triples each property has.
        links: To each other data set, by its namespace, how many links by which property.
        catalog: The half of the catalog that is written by hand.
    """

    triples: int = 0
    subjects: set[Term] = field(default_factory=set)
    objects: set[Term] = field(default_factory=set)
    classes: Counter[Term] = field(default_factory=Counter)
    properties: Counter[NamedNode] = field(default_factory=Counter)
    links: dict[str, Counter[NamedNode]] = field(default_factory=lambda: defaultdict(Counter))
    catalog: list[Triple] = field(default_factory=list)

    @classmethod
    def of(cls, triples: Iterable[Triple], words: Source) -> Count:
        """Count triples, each of which comes once."""
        count, catalog, type_ = cls(), f"{words.base}catalog", RDF.type
        for triple in triples:
            subject, predicate, value = triple
            count.triples += 1
            count.subjects.add(subject)
            count.objects.add(value)
            count.properties[predicate] += 1
            if predicate == type_:
                count.classes[value] += 1
            elif isinstance(value, NamedNode) and (target := _target(words, subject, value)):
                count.links[target][predicate] += 1
            if text_of(subject).partition("#")[0] == catalog:
                count.catalog.append(triple)
        return count


def write(source: Source, files: Mapping[str, tuple[str, bytes]]) -> bytes:
    """Write the whole catalog as Turtle.

    Args:
        source: The view that is counted.
        files: Name to media type and bytes of each file published beside it.
    """
    triples = describe(source, Count.of(source.said, source), files)
    head = NamedNode(f"{source.base}catalog")
    return turtle.serialize(triples, prefixes=source.all_prefixes, base_iri=source.base, head=head).encode()


SERVICES = {
    "sparql": ("SPARQL endpoint", "sparql", "https://www.w3.org/TR/sparql11-protocol/"),
    "queries": ("Stored queries", "openapi.json", "https://spec.openapis.org/oas/v3.1.0"),
    "reconcile": ("Reconciliation service", "reconcile", "https://reconciliation-api.github.io/specs/0.2/"),
}
"""Path of each service of a server: its title, the path of its description, what it conforms to."""


def describe(
    words: Source, count: Count, files: Mapping[str, tuple[str, bytes]], address: str = ""
) -> tuple[Triple, ...]:
    """The whole catalog: what is written by hand, what is counted, the links, the files, and the services.

    Args:
        words: The words of the graph.
        count: What is counted of the view.
        files: Name to media type and bytes of each file published beside it.
        address: Where files and services are; empty for files alone, at the base.
    """
    source = words.over(tuple(count.catalog))
    catalog, dataset = NamedNode(f"{source.base}catalog"), NamedNode(f"{source.base}catalog#dataset")
    triples = {
        Triple(catalog, RDF.type, DCAT.Catalog),
        Triple(catalog, DCAT.dataset, dataset),
        Triple(dataset, RDF.type, DCAT.Dataset),
        Triple(dataset, RDF.type, VOID.Dataset),
        *source.said,
        *_counts(source, count, dataset),
        *_linksets(source, count, dataset),
        *_distributions(source, dataset, files, address or source.base),
        *(_services(source, dataset, address) if address else ()),
    }
    triples |= {Triple(t.object, RDF.type, _RANGES[t.predicate]) for t in triples if t.predicate in _RANGES}
    return tuple(sorted(triples, key=str))


def _counts(source: Source, count: Count, dataset: NamedNode) -> Iterator[Triple]:
    """Count the graph (VoID, 4): triples, entities, subjects, objects, and each class and property."""
    entities = sum(text_of(s).startswith(source.base) and "#" not in text_of(s) for s in count.subjects)
    yield Triple(dataset, VOID.uriSpace, Literal(source.base))
    # What is an entity: an IRI of ours that is no part of another.
    yield Triple(dataset, VOID.uriRegexPattern, Literal(f"^{re.escape(source.base)}[^#]+$"))
    for predicate, number in (
        (VOID.triples, count.triples),
        (VOID.entities, entities),
        (VOID.distinctSubjects, len(count.subjects)),
        (VOID.distinctObjects, len(count.objects)),
        (VOID.classes, len(count.classes)),
        (VOID.properties, len(count.properties)),
    ):
        yield Triple(dataset, predicate, _number(number))
    for vocabulary in sorted({_namespace(source, term) for term in (*count.classes, *count.properties)} - {""}):
        yield Triple(dataset, VOID.vocabulary, NamedNode(vocabulary))
    for leads, names, counts, numbers in (
        (VOID.classPartition, VOID["class"], VOID.entities, count.classes),
        (VOID.propertyPartition, VOID.property, VOID.triples, count.properties),
    ):
        for term, number in numbers.items():
            node = NamedNode(f"{dataset.value.partition('#')[0]}#{names.value.partition('#')[2]}-{_slug(source, term)}")
            yield Triple(dataset, leads, node)
            yield Triple(node, names, term)
            yield Triple(node, counts, _number(number))


def _namespace(source: Source, term: Term) -> str:
    """The longest declared namespace that a term is in; empty if there is none."""
    return max((iri for iri in source.prefixes.values() if text_of(term).startswith(iri)), key=len, default="")


def _slug(source: Source, term: Term) -> str:
    """A class or property as a fragment: its prefixed name with a hyphen, or a digest where it has none."""
    name = source.name(term).replace(":", "-") if isinstance(term, NamedNode) else ""
    return name if re.fullmatch(r"[\w-]+", name, re.ASCII) else hashlib.sha256(text_of(term).encode()).hexdigest()[:12]


def _linksets(source: Source, count: Count, dataset: NamedNode) -> Iterator[Triple]:
    """Count the links to each other dataset (VoID, 5): one linkset a target, and of it a partition a property."""
    for target, predicates in count.links.items():
        name = next(prefix for prefix, namespace in source.prefixes.items() if namespace == target)
        node = NamedNode(f"{source.base}catalog#linkset-{name}")
        other = NamedNode(f"{source.base}catalog#target-{name}")
        yield Triple(dataset, VOID.subset, node)
        yield Triple(node, RDF.type, VOID.Linkset)
        yield Triple(node, VOID.subjectsTarget, dataset)
        yield Triple(node, VOID.objectsTarget, other)
        yield Triple(node, VOID.triples, _number(predicates.total()))
        yield Triple(other, RDF.type, VOID.Dataset)
        yield Triple(other, VOID.uriSpace, Literal(target))
        for predicate, number in predicates.items():
            part = NamedNode(f"{node.value}-{_slug(source, predicate)}")
            yield Triple(node, VOID.linkPredicate, predicate)
            yield Triple(node, VOID.propertyPartition, part)
            yield Triple(part, VOID.property, predicate)
            yield Triple(part, VOID.triples, _number(number))


def _target(words: Source, subject: Term, value: NamedNode) -> str:
    """The namespace of another dataset to which a thing of ours leads; empty if it leads to none that has a prefix."""
    ours = (words.base, BASE)
    if value.value.startswith(ours) or not text_of(subject).startswith(words.base):
        return ""
    return _namespace(words, value)


def _services(source: Source, dataset: NamedNode, address: str) -> Iterator[Triple]:
    """Describe each service (DCAT 3, 6.9), and say where VoID looks for the endpoint."""
    yield Triple(dataset, VOID.sparqlEndpoint, NamedNode(f"{address}sparql"))
    for path, (title, description, standard) in SERVICES.items():
        node = NamedNode(f"{source.base}catalog#service-{path}")
        yield Triple(NamedNode(f"{source.base}catalog"), DCAT.service, node)
        yield Triple(node, RDF.type, DCAT.DataService)
        yield Triple(node, DCTERMS.title, Literal(title, language="en"))
        yield Triple(node, DCAT.endpointURL, NamedNode(address + {"queries": "query"}.get(path, path)))
        yield Triple(node, DCAT.endpointDescription, NamedNode(address + description))
        yield Triple(node, DCAT.servesDataset, dataset)
        yield Triple(node, DCTERMS.conformsTo, NamedNode(standard))
        for licence in source.all(dataset, DCTERMS.license):
            yield Triple(node, DCTERMS.license, licence)


def _distributions(
    source: Source, dataset: NamedNode, files: Mapping[str, tuple[str, bytes]], where: str
) -> Iterator[Triple]:
    """Describe each file (DCAT 3, 6.8): address, media type, size, SHA-256, and the licence of the dataset."""
    for name, (media_type, data) in files.items():
        node = NamedNode(f"{source.base}catalog#{name}")
        checksum = NamedNode(f"{source.base}catalog#{name}-sha256")
        address = NamedNode(where + name)
        yield Triple(dataset, DCAT.distribution, node)
        if name.startswith(source.path(source.graph).rpartition("/")[2] + "."):
            yield Triple(dataset, VOID.dataDump, address)
        yield Triple(node, RDF.type, DCAT.Distribution)
        yield Triple(node, DCTERMS.title, Literal(name))
        yield Triple(node, DCAT.accessURL, address)
        yield Triple(node, DCAT.downloadURL, address)
        yield Triple(node, DCAT.mediaType, NamedNode(_MEDIA_TYPES + media_type))
        if name.endswith(".gz"):
            yield Triple(node, DCAT.compressFormat, NamedNode(f"{_MEDIA_TYPES}application/gzip"))
        yield Triple(node, DCAT.byteSize, Literal(str(len(data)), datatype=XSD.nonNegativeInteger))
        yield Triple(node, SPDX.checksum, checksum)
        yield Triple(checksum, RDF.type, SPDX.Checksum)
        yield Triple(checksum, SPDX.algorithm, SPDX.checksumAlgorithm_sha256)
        digest = Literal(hashlib.sha256(data).hexdigest(), datatype=XSD.hexBinary)
        yield Triple(checksum, SPDX.checksumValue, digest)
        for licence in source.all(dataset, DCTERMS.license):
            yield Triple(node, DCTERMS.license, licence)


def _number(count: int) -> Literal:
    return Literal(str(count), datatype=XSD.integer)
