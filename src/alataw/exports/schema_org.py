"""The home of schema.org: what search engines are told of an entity, and of the dataset, inside pages.

The types come from the alignment of the ontology. Source: schema.org 29; JSON-LD 1.1, 7.2 (script elements).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

from alataw.errors import AlatawError
from alataw.exports import geojson
from alataw.exports.source import Source
from alataw.terms import DCTERMS, DEF, GEO, RDF, RDFS, SCHEMA, SKOS, Literal, NamedNode, Namespace, Term, text_of

_DCAT = Namespace("http://www.w3.org/ns/dcat#")
_FOAF = Namespace("http://xmlns.com/foaf/0.1/")
_CONTEXT = "https://schema.org/"


def block(data: dict[str, Any]) -> str:
    r"""Write a description as an element of a page, which nothing in it can end.

    >>> block({"name": "</script><script>"})
    '<script type="application/ld+json">{"name": "\\u003c/script\\u003e\\u003cscript\\u003e"}</script>'
    """
    text = json.dumps(data)
    for letter in "<>&":
        text = text.replace(letter, f"\\u{ord(letter):04x}")
    return f'<script type="application/ld+json">{text}</script>'


def thing(source: Source, entity: NamedNode, page: str, dataset: str) -> dict[str, Any]:
    """Describe an entity.

    Args:
        source: What is said of it.
        entity: The entity.
        page: The address of its page.
        dataset: The address of the dataset.
    """
    told: dict[str, Any] = {
        "@context": _CONTEXT,
        "@id": entity.value,
        "@type": _types(source, entity) or ["Thing"],
        "identifier": source.path(entity),
        "name": _texts(source.all(entity, SKOS.prefLabel)),
        "alternateName": _texts(source.all(entity, SKOS.altLabel)),
        "description": _texts(source.all(entity, DCTERMS.description)),
        "sameAs": [text_of(item) for item in source.all(entity, SCHEMA.sameAs)],
        "geo": _geo(source, entity),
        "url": page,
        "subjectOf": {"@type": "Dataset", "@id": dataset},
    }
    return {name: value for name, value in told.items() if value}


def of_dataset(source: Source, address: str, files: Iterable[tuple[str, str]]) -> dict[str, Any]:
    """Describe the dataset.

    Args:
        source: What the catalog says.
        address: Where it is published.
        files: The name and media type of each file.
    """
    catalog, dataset = NamedNode(f"{source.base}catalog"), NamedNode(f"{source.base}catalog#dataset")
    publisher = source.first(dataset, DCTERMS.publisher)
    name = text_of(source.first(publisher, _FOAF.name)) if publisher else ""
    told: dict[str, Any] = {
        "@context": _CONTEXT,
        "@id": source.base,
        "@type": "Dataset",
        "name": _texts(source.all(dataset, DCTERMS.title)),
        "description": _texts(source.all(dataset, DCTERMS.description)),
        "url": address,
        "identifier": source.base,
        "license": text_of(source.first(dataset, DCTERMS.license)),
        "creator": {"@type": "Organization", "name": name} if name else None,
        "version": text_of(source.first(dataset, _DCAT.version)),
        "keywords": [text_of(word) for word in source.all(dataset, _DCAT.keyword)],
        "isAccessibleForFree": True,
        "includedInDataCatalog": {"@type": "DataCatalog", "@id": catalog.value, "url": f"{address}catalog"},
        "distribution": [
            {"@type": "DataDownload", "contentUrl": address + file, "encodingFormat": media_type}
            for file, media_type in files
        ],
    }
    return {name: value for name, value in told.items() if value}


def _types(source: Source, entity: NamedNode) -> list[str]:
    """The types of schema.org that the ontology holds its classes to be, or near to."""
    found = {text_of(type_).removeprefix(SCHEMA.iri) for type_ in _wider(source, source.all(entity, RDF.type))}
    return sorted(found)


def _wider(source: Source, classes: Iterable[Term]) -> Iterator[Term]:
    """The classes of schema.org that are wider, or nearly the same."""
    rest, seen = list(classes), set()
    while rest:
        class_ = rest.pop()
        if class_ in seen:
            continue
        seen.add(class_)
        if class_ in SCHEMA:
            yield class_
        elif class_ == GEO.Feature:
            yield SCHEMA.Place
        rest += [*source.defined(class_, RDFS.subClassOf), *source.defined(class_, SKOS.closeMatch)]


def _texts(texts: Iterable[Term]) -> list[Any]:
    return [
        {"@value": text.value, "@language": text.language} if text.language else text.value
        for text in texts
        if isinstance(text, Literal)
    ]


def _geo(source: Source, entity: NamedNode) -> dict[str, Any] | None:
    claims = [node for node in source.by_subject if source.first(node, DEF.about) == entity]
    try:
        place = geojson.position(source, entity, claims)
    except AlatawError:
        return None  # what is no point in degrees is none here either
    return {"@type": "GeoCoordinates", "latitude": place[1], "longitude": place[0]} if place else None
