"""The home of lists in RDF: each subject with what is said of it, by the local names of the predicates."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from alataw import turtle
from alataw.terms import GEO, RDF, Literal, NamedNode, Term, text_of

_POINT = re.compile(r"(?:<\S+>\s*)?POINT\s*\(\s*(\S+)\s+(\S+)\s*\)", re.IGNORECASE)

Subject = tuple[str, dict[str, list[dict[str, str]]], list[tuple[str, str]]]


def subjects(data: bytes, file: str) -> Iterator[Subject]:
    """The named subjects of a document in Turtle or N-Triples that have a type or a name, in order of the text.

    Returns:
        For each: its IRI, what is said by local name (`P722`, `prefLabel`), and its points, longitude first.

    Raises:
        InputError: AL001, AL002 or AL003 if the document cannot be read.
    """
    said: dict[Term, dict[str, list[Term]]] = defaultdict(lambda: defaultdict(list))
    for triple in turtle.parse(data, file=file).triples:
        name = "P31" if triple.predicate == RDF.type else re.split(r"[/#]", triple.predicate.value)[-1]
        said[triple.subject][name].append(triple.object)
        if triple.predicate == GEO.hasGeometry:
            said[triple.subject]["geometry"].append(triple.object)
    for subject, values in said.items():
        if isinstance(subject, NamedNode) and ("P31" in values or any("abel" in name for name in values)):
            told: dict[str, list[dict[str, Any]]] = {
                name: [{"value": text_of(term), "lang": _language(term)} for term in terms]
                for name, terms in values.items()
            }
            yield subject.value, told, list(_points(values, [said[node] for node in values.get("geometry", ())]))


def _language(term: Term) -> str:
    return (term.language or "") if isinstance(term, Literal) else ""


def _points(values: dict[str, list[Term]], geometries: list[dict[str, list[Term]]]) -> Iterator[tuple[str, str]]:
    for each in (values, *geometries):
        for text in map(text_of, (*each.get("asWKT", ()), *each.get("P625", ()))):
            if match := _POINT.fullmatch(text):
                yield match[1], match[2]
        for longitude, latitude in (("long", "lat"), ("longitude", "latitude")):
            yield from zip(map(text_of, each.get(longitude, ())), map(text_of, each.get(latitude, ())), strict=False)
