"""Points are read as they are written, and a box finds exactly what lies in it."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

import alataw
from alataw import geo
from alataw.errors import ParameterError
from alataw.store import PLACES, EmbeddedStore
from alataw.terms import DEF, GEO, RDF, Literal, NamedNode, Triple, text_of

GRAPH = alataw.open()
BOX = GRAPH.stored_query("entities-in-box")

degrees = st.integers(-1800, 1800).map(lambda tenths: tenths / 10)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("POINT(82.57 45.17)", ("82.57", "45.17")),
        (" point ( -82 +45 ) ", ("-82", "+45")),
        ("POINT(82.57 45.17 300)", ("82.57", "45.17")),
        ("POINT(45.17 182.57)", None),
        ("POINT(181 0)", None),
        ("LINESTRING(0 0, 1 1)", None),
        ("POINT(x y)", None),
        ("POINT(８２ 45)", None),
        ("", None),
    ],
)
def test_a_point_is_longitude_and_latitude(text: str, told: tuple[str, str] | None) -> None:
    """With its digits; whatever is no point on the globe is none."""
    assert geo.point(text) == told


@given(st.lists(st.tuples(degrees, degrees.map(lambda d: d / 2)), max_size=20), degrees, degrees, degrees, degrees)
@settings(max_examples=60, deadline=None)
def test_a_box_finds_what_lies_in_it(
    points: list[tuple[float, float]], west: float, east: float, one: float, two: float
) -> None:
    """All of it and nothing else, on the edges, over the 180th meridian, and at the poles."""
    south, north = sorted((one / 2, two / 2))
    triples = []
    for number, (longitude, latitude) in enumerate(points):
        entity, claim = (NamedNode(f"https://w3id.org/alataw/station/s{number}{part}") for part in ("", "#c"))
        rank = NamedNode("https://w3id.org/alataw/vocabulary/rank#normal")
        point = Literal(f"POINT({longitude} {latitude})", datatype=GEO.wktLiteral)
        triples += [
            Triple(entity, RDF.type, DEF.Station),
            Triple(claim, DEF.about, entity),
            Triple(claim, DEF.rank, rank),
        ]
        triples += [Triple(claim, RDF.type, DEF.Coordinates), Triple(claim, GEO.asWKT, point)]
    store = EmbeddedStore()
    store.load(triples)
    store.load(geo.index(triples), PLACES)
    answer = BOX.ask(store, GRAPH.resolver, {"west": west, "south": south, "east": east, "north": north})
    between = (lambda x: west <= x <= east) if west <= east else (lambda x: x >= west or x <= east)
    within = {number for number, (x, y) in enumerate(points) if between(x) and south <= y <= north}
    assert {int(text_of(row[0]).rpartition("/s")[2]) for row in answer.rows} == within  # type: ignore[index]


DEGREES = st.integers(-18_000_000, 18_000_000).map(lambda number: f"{number / 100_000:.5f}")
LATITUDES = st.integers(-9_000_000, 9_000_000).map(lambda number: f"{number / 100_000:.5f}")


@given(DEGREES, LATITUDES, DEGREES, LATITUDES, DEGREES, LATITUDES)
@example("180", "90", "-180", "-90", "180", "90")
@example("180", "0", "179.9", "-0.1", "-179.9", "0.1")
@example("-180", "0", "179.9", "-0.1", "-179.9", "0.1")
@example("-0.00001", "-0.00001", "-0.00001", "-0.00001", "-0.00001", "-0.00001")
def test_what_lies_in_a_box_is_in_its_cells_once(x: str, y: str, west: str, south: str, east: str, north: str) -> None:
    """Whatever the box, over the 180th meridian too: its cells are few, and a point in it is found by one of them."""
    place = NamedNode("http://example.org/a#b")
    told = [*geo.index([Triple(place, GEO.asWKT, Literal(f"POINT({x} {y})", datatype=GEO.wktLiteral))])]
    holding = [triple.subject for triple in told if triple.object == place]
    found = geo.cells(west, south, east, north)
    across = float(west) <= float(x) <= float(east)
    if float(west) > float(east):
        across = float(x) >= float(west) or float(x) <= float(east)
    if across and float(south) <= float(y) <= float(north):
        assert len(set(holding) & set(found)) == 1
    assert 0 < len(found) == len(set(found)) <= 100


def test_boxes_are_counted_before_they_are_made() -> None:
    """Each value goes together with each other; so many that it would take long are refused, whatever is asked of."""
    asked = {name: [str(degree) for degree in range(4)] for name in ("west", "south", "east", "north")}
    with pytest.raises(ParameterError, match="too many values") as refused:
        BOX.bind(asked, GRAPH.resolver)
    assert (refused.value.code, "256 combinations" in refused.value.why) == ("AL015", True)
    BOX.bind({**asked, "west": ["0"]}, GRAPH.resolver)


@pytest.mark.parametrize(
    ("name", "value"), [("west", "-180.1"), ("east", "2003"), ("south", "-90.0001"), ("north", "9" * 18)]
)
def test_a_box_that_is_not_on_the_globe_is_refused(name: str, value: str) -> None:
    """It would be cut at the edge, or taken for one over the 180th meridian, and answered as if it had been meant."""
    values = {parameter.name: parameter.example for parameter in BOX.parameters}
    with pytest.raises(ParameterError, match=f"itude {value} is refused") as refused:
        GRAPH.query(BOX.name, **values | {name: value})  # type: ignore[arg-type]
    assert refused.value.code == "AL015"
