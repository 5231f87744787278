"""The home of GeoJSON (RFC 7946): a feature for every entity of a class of features, a line each.

The position is that of the best-ranked claim of coordinates, with the digits of the source.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from alataw.errors import AlatawError
from alataw.exports.source import Source, Statement
from alataw.terms import BASE, DEF, GEO, RDF, SKOS, Literal, NamedNode, Term, text_of

# GeoSPARQL 1.1, 8.5.1.1: without a reference system, well-known text is in CRS84, longitude first, as RFC 7946, 4.
# A JSON number (RFC 8259, 6) has no leading zeros and no plus sign.
_POINT = re.compile(
    r"(?:<http://www\.opengis\.net/def/crs/OGC/1\.3/CRS84>\s*)?"
    r"POINT\s*\(\s*(?:\+|(-))?0*([0-9]+(?:\.[0-9]+)?)\s+(?:\+|(-))?0*([0-9]+(?:\.[0-9]+)?)\s*\)",
    re.IGNORECASE | re.ASCII,
)
_PREFERRED, _DEPRECATED = (NamedNode(f"{BASE}vocabulary/rank#{name}") for name in ("preferred", "deprecated"))


def features(source: Source) -> bytes:
    """Write a FeatureCollection, sorted by IRI; a feature without coordinates has a null geometry (3.2).

    Raises:
        AlatawError: AL060 for well-known text that is not a point in CRS84.
    """
    classes = source.subclasses(GEO.Feature)
    claims, parts = _parts(source)
    lines = [
        _feature(source, subject, claims[subject.value], parts[subject.value])
        for subject in source.by_subject
        if isinstance(subject, NamedNode) and not classes.isdisjoint(source.all(subject, RDF.type))
    ]
    return ('{"type": "FeatureCollection", "features": [\n' + ",\n".join(lines) + "\n]}\n").encode()


def _parts(source: Source) -> tuple[Mapping[str, list[Term]], Mapping[str, list[Term]]]:
    """The claims about an entity or a part of it, and its other parts, by the entity's IRI."""
    claim_classes = source.subclasses(DEF.Claim)
    claims: dict[str, list[Term]] = defaultdict(list)
    parts: dict[str, list[Term]] = defaultdict(list)
    for subject in source.by_subject:
        about = source.first(subject, DEF.about)
        if not claim_classes.isdisjoint(source.all(subject, RDF.type)):
            claims[text_of(about).partition("#")[0]].append(subject)
        elif about is None and "#" in text_of(subject):
            parts[text_of(subject).partition("#")[0]].append(subject)
    return claims, parts


def _feature(source: Source, entity: NamedNode, claims: list[Term], parts: list[Term]) -> str:
    """Write one feature: own statements as properties, then claims and parts as lists of objects."""
    properties: dict[str, Any] = {
        "path": source.path(entity),
        "class": [source.name(value) for value in source.all(entity, RDF.type) if isinstance(value, NamedNode)],
        "label": {
            label.language or "und": label.value
            for label in source.all(entity, SKOS.prefLabel)
            if isinstance(label, Literal)
        },
        **_told(source, (pair for pair in source.by_subject[entity] if pair[0] not in (RDF.type, SKOS.prefLabel))),
    }
    for key, nodes in (("claims", claims), ("parts", parts)):
        if nodes:
            properties[key] = [{"path": source.path(node), **_told(source, source.by_subject[node])} for node in nodes]
    # Written by hand, since a float would not keep the digits of the source.
    place = position(source, entity, claims)
    geometry = f'{{"type": "Point", "coordinates": [{place[0]}, {place[1]}]}}' if place else "null"
    identity, told = (json.dumps(value, ensure_ascii=False) for value in (entity.value, properties))
    return f'{{"type": "Feature", "id": {identity}, "geometry": {geometry}, "properties": {told}}}'


def _told(source: Source, statements: Iterable[Statement]) -> dict[str, str | list[str]]:
    """Statements by the name of their property, sorted; several values are a list."""
    said: dict[str, list[str]] = defaultdict(list)
    for predicate, value in statements:
        if predicate == RDF.type and isinstance(value, NamedNode):
            said["class"].append(source.name(value))
        else:
            said[source.name(predicate)].append(source.path(value))
    return {key: values[0] if len(values) == 1 else values for key, values in sorted(said.items())}


def position(source: Source, entity: NamedNode, claims: list[Term]) -> tuple[str, str] | None:
    """Longitude and latitude, from the best-ranked claim that is not deprecated, else from the entity's geometry."""
    own = [claim for claim in claims if source.first(claim, DEF.about) == entity]
    said = [
        (source.first(node, DEF.rank) != _PREFERRED, text_of(node), value)
        for node in (*own, *source.all(entity, GEO.hasGeometry), entity)
        if source.first(node, DEF.rank) != _DEPRECATED
        for value in source.all(node, GEO.asWKT)
    ]
    if not said:
        return None
    _, node, value = min(said, key=lambda row: row[:2])
    match = _POINT.fullmatch(text_of(value).strip())
    if match is None:
        raise AlatawError(
            f"GeoJSON cannot take the geometry {value} of {node}",
            code="AL060",
            why="only a point in degrees, longitude first, is understood",
            fix="write POINT(longitude latitude), or take another format",
        )
    return f"{match[1] or ''}{match[2]}", f"{match[3] or ''}{match[4]}"
