"""The home of GeoJSON (RFC 7946): every entity that is a feature, with its point where a claim gives one."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from typing import Any

from alataw.exports.source import Source
from alataw.terms import DEF, GEO, RDF, RDFS, SKOS, Literal, NamedNode, Term, text_of

# GeoSPARQL 1.1, 8.5.1: well-known text; without a reference system it is CRS84, longitude first, as RFC 7946.
_POINT = re.compile(r"POINT\((-?[0-9.]+) (-?[0-9.]+)\)")


def features(source: Source) -> bytes:
    """Write a FeatureCollection, sorted by IRI; a feature without coordinates has a null geometry (3.2)."""
    classes = {
        triple.subject
        for triple in source.ontology
        if triple.predicate == RDFS.subClassOf and triple.object == GEO.Feature
    }
    points = _points(source)
    told = [
        _feature(source, subject, statements, points.get(subject))
        for subject, statements in sorted(source.by_subject.items(), key=lambda item: text_of(item[0]))
        if isinstance(subject, NamedNode) and any(p == RDF.type and o in classes for p, o in statements)
    ]
    # The coordinates go in as text and lose their quotes here, so that their digits stay those of the source.
    text = json.dumps({"type": "FeatureCollection", "features": told}, ensure_ascii=False, indent=2)
    return (re.sub(r'"(-?[0-9.]+)\\u0000"', r"\1", text) + "\n").encode()


def _points(source: Source) -> dict[Term, list[str]]:
    """The point of each entity: by the first claim of its coordinates, or by its geometry."""
    points: dict[Term, list[str]] = {}
    for subject, statements in source.by_subject.items():
        for predicate, value in statements:
            match = _POINT.fullmatch(text_of(value)) if predicate == GEO.asWKT else None
            if match:
                points.setdefault(source.first(subject, DEF.about) or subject, [match[1], match[2]])
    for subject, statements in source.by_subject.items():
        for predicate, value in statements:
            if predicate == GEO.hasGeometry and value in points:
                points.setdefault(subject, points[value])
    return points


def _feature(
    source: Source, subject: NamedNode, statements: list[tuple[NamedNode, Term]], point: list[str] | None
) -> dict[str, Any]:
    labels = {
        value.language or "und": value.value
        for predicate, value in statements
        if predicate == SKOS.prefLabel and isinstance(value, Literal)
    }
    properties: dict[str, list[str]] = defaultdict(list)
    for predicate, value in statements:
        if predicate not in (SKOS.prefLabel, RDF.type) and predicate in DEF:
            properties[predicate.value.removeprefix(DEF.iri)].append(source.path(text_of(value)))
    geometry = {"type": "Point", "coordinates": [f"{number}\0" for number in point]} if point else None
    return {
        "type": "Feature",
        "id": subject.value,
        "geometry": geometry,
        "properties": {
            "path": source.path(subject.value),
            "class": [source.path(text_of(o)).removeprefix("def#") for p, o in statements if p == RDF.type],
            "label": labels,
            **{name: values[0] if len(values) == 1 else values for name, values in sorted(properties.items())},
        },
    }
