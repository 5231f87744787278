"""The home of whether coordinates can be right: a station lies in its country, a border crossing near both of its.

SHACL cannot measure; the grades are those of shapes. Whose a disputed area is, is not said here.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator

from alataw.borders import Borders
from alataw.document import Document
from alataw.forms import at
from alataw.report import Finding, Severity
from alataw.subject import Subject
from alataw.terms import DEF, GEO, RDF, Literal, Term, Triple, text_of

POINT = re.compile(r"POINT\((-?\d+(?:\.\d+)?) (-?\d+(?:\.\d+)?)\)")
COARSE_KM = 1.0
"""How far the polygons themselves may be off."""
NEAR_KM = 20.0
"""How far a point may lie over the border before the coordinates, or the country, must be wrong."""


def places(subject: Subject, borders: Borders) -> Iterator[Finding]:
    """Coordinates that lie outside of the country: by up to 1 km Info, up to 20 km Warning, farther Violation."""
    codes: dict[Term, str] = {
        triple.subject: triple.object.value
        for document in subject.facts
        for triple in document.triples
        if triple.predicate == DEF.countryCode and isinstance(triple.object, Literal)
    }
    countries: dict[Term, set[Term]] = defaultdict(set)
    sides: dict[Term, Term] = {}
    for document in subject.facts:
        for triple in document.triples:
            if triple.predicate == DEF.country:
                countries[triple.subject].add(triple.object)
            elif triple.predicate == DEF.sideOf:
                sides[triple.subject] = triple.object
    both: dict[Term, set[Term]] = defaultdict(set)
    for side, crossing in sides.items():
        both[crossing] |= countries[side]
    for document, point, about in _points(subject):
        longitude, latitude = map(float, POINT.fullmatch(text_of(point.object)).groups())  # type: ignore[union-attr]
        wanted = both[about] or countries[about]
        named = sorted(codes[country] for country in wanted if country in codes)
        yield from _judged(document, point, borders, named, longitude, latitude, every=bool(both[about]))


def _points(subject: Subject) -> Iterator[tuple[Document, Triple, Term]]:
    for document in subject.facts:
        claims = {
            triple.subject
            for triple in document.triples
            if triple.predicate == RDF.type and triple.object == DEF.Coordinates
        }
        about = {triple.subject: triple.object for triple in document.triples if triple.predicate == DEF.about}
        for triple in document.triples:
            said = triple.predicate == GEO.asWKT and triple.subject in claims and triple.subject in about
            if said and POINT.fullmatch(text_of(triple.object)):
                yield document, triple, about[triple.subject]


def _judged(
    document: Document,
    point: Triple,
    borders: Borders,
    codes: list[str],
    longitude: float,
    latitude: float,
    *,
    every: bool,
) -> Iterator[Finding]:
    where = document.locate(*point)
    area = borders.area(longitude, latitude)
    if area and (not codes or set(codes) & set(area.claimed_by)):
        message = f"The point lies in {area.name}, which {' and '.join(area.claimed_by)} claim; no side is taken here."
        yield at("AL109", document, where, message, severity=Severity.INFO, triple=point)
        return
    distances = {code: borders.distance_km(code, longitude, latitude) for code in codes}
    known = {code: distance for code, distance in distances.items() if distance is not None}
    if not known:
        return
    # A station lies in one of its countries; a border crossing near both, though its point may be a station's.
    code, distance = (max if every else min)(known.items(), key=lambda item: item[1])
    if every:
        distance = 0.0 if distance <= NEAR_KM else distance - NEAR_KM
    if distance > 0:
        severity = (
            Severity.INFO if distance <= COARSE_KM else Severity.WARNING if distance <= NEAR_KM else Severity.VIOLATION
        )
        far = f"{known[code]:.1f} km outside of {code}"
        message = (
            f"The point lies {far}: look whether longitude and latitude, their signs, or the country are mistaken."
        )
        yield at("AL108", document, where, message, severity=severity, triple=point)
