"""Points lie in the country that the polygons say, the grades follow the distance, and no side is taken."""

from __future__ import annotations

from pathlib import Path

import pytest

from alataw.borders import Area, Borders
from alataw.document import Document
from alataw.plausibility import places
from alataw.repository import Repository
from alataw.subject import Subject
from alataw.terms import BASE, NamedNode

ROOT = Path(__file__).resolve().parents[1]
REPOSITORY = Repository(ROOT)
BORDERS = Borders.read(REPOSITORY.borders())
SQUARE = (
    [[0.0, 0.0], [2.0, 0.0], [2.0, 2.0], [0.0, 2.0], [0.0, 0.0]],
    [[0.5, 0.5], [1.5, 0.5], [1.5, 1.5], [0.5, 1.5], [0.5, 0.5]],
)
SMALL = Borders({"XA": (SQUARE,)}, (Area("Middle", ("XA", "XB"), ([SQUARE[1]],)),))


@pytest.mark.parametrize(
    ("point", "country"),
    [((82.57028, 45.17028), "CN"), ((82.4839, 45.2522), "KZ"), ((23.680556, 52.100472), "BY"), ((8.31, 47.05), "CH")],
)
def test_a_station_is_inside_its_country(point: tuple[float, float], country: str) -> None:
    """Alashankou, Dostyk, Brest, Lucerne."""
    assert BORDERS.distance_km(country, *point) == 0.0


def test_distances_are_those_of_the_globe() -> None:
    """A degree of latitude is 111.2 km; a hole is outside; a country without polygon is not known."""
    assert SMALL.distance_km("XA", 1.0, 3.0) == pytest.approx(111.195, rel=1e-3)
    assert SMALL.distance_km("XA", 1.0, 1.0) == pytest.approx(0.5 * 111.195, rel=1e-2)
    assert SMALL.distance_km("XA", 0.2, 0.2) == 0.0
    assert SMALL.distance_km("XB", 1.0, 1.0) is None


def test_a_disputed_area_is_in_no_country() -> None:
    """Simferopol lies in an area that two countries claim, and in neither of their polygons."""
    area = BORDERS.area(34.1, 44.95)
    assert area is not None
    assert (area.name, area.claimed_by) == ("Crimea", ("RU", "UA"))
    assert all((BORDERS.distance_km(code, 34.1, 44.95) or 0) > 0 for code in area.claimed_by)


@pytest.mark.parametrize(
    ("point", "country", "found"),
    [
        ("POINT(82.57028 45.17028)", "china", []),
        ("POINT(124.3789 40.0975)", "china", [("AL108", "Info")]),
        ("POINT(82.4839 45.2522)", "china", [("AL108", "Warning")]),
        ("POINT(45.17028 82.57028)", "china", [("AL108", "Violation")]),
        ("POINT(34.1 44.95)", "ukraine", [("AL109", "Info")]),
        ("POINT(34.1 44.95)", "russia", [("AL109", "Info")]),
    ],
)
def test_the_grade_follows_the_distance(point: str, country: str, found: list[tuple[str, str]]) -> None:
    """Inside nothing, a few hundred metres Info, a few kilometres Warning, longitude and latitude exchanged Violation."""
    text = f"""@base <{BASE}> .
@prefix : <def#> .
@prefix geo: <http://www.opengis.net/ont/geosparql#> .
<station/x> a :Station ; :country <place/{country}> .
<station/x#point> a :Coordinates ; :about <station/x> ; geo:asWKT "{point}"^^geo:wktLiteral .
"""
    document = Document.read(text.encode(), iri=NamedNode(f"{BASE}station/x"), file="x.ttl")
    countries = [d for d in REPOSITORY.data() if d.iri.value.startswith(f"{BASE}place/")]
    subject = Subject(REPOSITORY, data=countries, ontology=[], shapes=[], examples=[], extra=[document])
    assert [(finding.code, finding.severity.value) for finding in places(subject, BORDERS)] == found
