"""Lists of things: GeoJSON, CSV and Turtle tell the same, what they claim to be linked to is not read, and faults are named."""

from __future__ import annotations

import gzip
import json

import pytest

from alataw.errors import InputError
from alataw.listings import Reader
from alataw.matching import Code, Name, Point, Thing

READER = Reader({"P722": "uic", "uic": "uic"}, {"lv": "Q211"}, "Q55488")
FEATURE = {
    "type": "Feature",
    "id": "node/1",
    "properties": {
        "labels": [{"value": "Saulkalne", "lang": "lv"}, {"value": "Saulkalne"}],
        "old_name:de": [{"value": "Stopmannshof"}],
        "network": [{"value": "Pasažieru vilciens"}],
        "not:name": [{"value": "Salaspils"}],
        "P722": [{"value": "2500735;2500736"}],
        "P17": [{"value": "Q211"}],
        "PWIKI": [{"value": "Q15792532"}],
        "wikipedia": "lv:Saulkalne",
    },
    "geometry": {"type": "Point", "coordinates": [24.4358742, 56.8495096]},
}
EXPECTED = Thing(
    "node/1",
    (Name("Saulkalne", "lv"), Name("Saulkalne"), Name("Stopmannshof", "de", True)),
    (Point(24.4358742, 56.8495096),),
    frozenset({Code("uic", "2500735"), Code("uic", "2500736")}),
    frozenset({"Q211"}),
    frozenset({"Q55488"}),
)


def geojson(*features: object) -> bytes:
    return json.dumps({"type": "FeatureCollection", "features": list(features)}).encode()


def test_geojson_is_read() -> None:
    """Names, former names, codes and country are read; the network, what it is not, and the Wikidata tag are not."""
    assert READER.read(geojson(FEATURE), "osm.geojson") == [EXPECTED]
    assert READER.read(gzip.compress(geojson(FEATURE)), "osm.geojson.gz") == [EXPECTED]


def test_csv_is_read() -> None:
    """Columns by their usual names; several values are parted by a stroke; a code of a country becomes its item."""
    text = "id,name:lv,old_name_de,lat,lon,uic,country\nnode/1,Saulkalne,Stopmannshof,56.8495096,24.4358742,2500735 | 2500736,LV\n"
    (found,) = READER.read(text.encode(), "list.csv")
    assert (found.id, found.points, found.codes, found.countries) == (
        EXPECTED.id,
        EXPECTED.points,
        EXPECTED.codes,
        EXPECTED.countries,
    )
    assert {name.text for name in found.names} == {"Saulkalne", "Stopmannshof"}


def test_turtle_is_read() -> None:
    """Labels, well-known text and direct values of Wikidata's form."""
    text = (
        "@prefix skos: <http://www.w3.org/2004/02/skos/core#> .\n@prefix wdt: <http://www.wikidata.org/prop/direct/> .\n"
        "@prefix geo: <http://www.opengis.net/ont/geosparql#> .\n"
        '<http://example.org/1> skos:prefLabel "Saulkalne"@lv ; skos:altLabel "Саулкалне"@ru ; wdt:P722 "2500735" ;\n'
        '  geo:hasGeometry <http://example.org/1#g> .\n<http://example.org/1#g> geo:asWKT "POINT(24.4 56.8)"^^geo:wktLiteral .\n'
    )
    (found,) = READER.read(text.encode(), "list.ttl")
    assert found == Thing(
        "http://example.org/1",
        (Name("Saulkalne", "lv"), Name("Саулкалне", "ru")),
        (Point(24.4, 56.8),),
        frozenset({Code("uic", "2500735")}),
        kinds=frozenset({"Q55488"}),
    )


def test_a_thing_told_twice_has_what_both_tell() -> None:
    """One id is one thing."""
    other = {**FEATURE, "properties": {"labels": [{"value": "Саулкалне", "lang": "ru"}]}}
    (found,) = READER.read(geojson(FEATURE, other), "osm.geojson")
    assert Name("Саулкалне", "ru") in found.names
    assert found.codes == EXPECTED.codes


def test_an_article_of_wikipedia_is_a_name_of_an_item() -> None:
    """The title of a sitelink is read as a name in its language."""
    feature = {
        "id": "Q1",
        "properties": {
            "https://lv.wikipedia.org/": [{"value": "https://lv.wikipedia.org/wiki/J%C4%81%C5%86i_(stacija)"}]
        },
    }
    assert READER.read(geojson(feature), "items.geojson")[0].names == (Name("Jāņi (stacija)", "lv"),)


def test_a_metro_station_of_openstreetmap_is_one() -> None:
    """`station=subway` says more than the class that its extract gives to all."""
    feature = {**FEATURE, "properties": {**FEATURE["properties"], "station": "subway", "P31": [{"value": "Q55488"}]}}  # type: ignore[dict-item]
    assert READER.read(geojson(feature), "osm.geojson")[0].kinds == {"Q928830"}


@pytest.mark.parametrize(
    ("data", "file", "why"),
    [
        (b"{", "a.geojson", "not JSON"),
        (b"[" * 100_000, "a.geojson", "not JSON"),
        (b"[]", "a.geojson", "not a GeoJSON FeatureCollection"),
        (b'{"features": [1]}', "a.geojson", "features[0]"),
        (b'{"features": []}', "a.geojson", "tells of nothing"),
        (b"id,id\n1,2\n", "a.csv", "a column has no name of its own"),
        (b"id,name\n1\n", "a.csv", "line 2 has 1 cells"),
        (b'id,name\n1,"Brest\n', "a.csv", "unexpected end of data"),
        (b"id,name\n1,\xff\n", "a.csv", "not UTF-8"),
        (b"\x1f\x8b\x00", "a.csv", "not whole"),
        (gzip.compress(b"id,name\n" * 1000, mtime=0)[:-20], "a.csv.gz", "not whole"),
        (b"<rdf/>", "a.rdf", "its form is not told by .rdf"),
    ],
)  # fmt: skip
def test_a_broken_list_is_refused(data: bytes, file: str, why: str) -> None:
    """Nothing of a broken list is used, and the message says where and why."""
    with pytest.raises(InputError) as caught:
        READER.read(data, file)
    assert caught.value.code == "AL110"
    assert why in caught.value.why
    assert caught.value.location
    assert caught.value.location.file == file


@pytest.mark.parametrize("point", [[200, 10], ["a", "b"], [None, None], [24.0, 91.0], [float("nan"), 1.0]])
def test_a_point_that_is_none_is_left_out(point: list[object]) -> None:
    """A thing with a broken point is still a thing."""
    feature = {**FEATURE, "geometry": {"type": "Point", "coordinates": point}}
    assert READER.read(geojson(feature), "a.geojson")[0].points == ()
