"""Every export says to others exactly what the graph says, in the same bytes every time."""

from __future__ import annotations

import csv
import io
import json
import random
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from readers import READERS, isomorphic

import alataw
from alataw import exports
from alataw.errors import AlatawError
from alataw.exports import FORMATS, Source
from alataw.exports.table import COLUMNS, harmless, plain
from alataw.terms import BASE, DEF, GEO, RDF, SKOS, XSD, BlankNode, Literal, NamedNode, Triple
from parts import copy_part

ROOT = Path(__file__).resolve().parents[2]
FOLDER = tempfile.TemporaryDirectory()
GRAPH = alataw.open(copy_part(Path(FOLDER.name)))
PAIRS = [(name, format_) for name, (_, formats) in READERS.items() for format_ in formats]


def source_of(triples: list[Triple]) -> Source:
    """A source of other triples, with the words of our graph."""
    ours = GRAPH.source()
    return Source(tuple(triples), ours.ontology, ours.prefixes, ours.base, ours.graph)


@pytest.mark.parametrize("view", alataw.graph.VIEWS)
@pytest.mark.parametrize(("reader", "format_"), PAIRS)
def test_what_is_written_is_read_back(reader: str, format_: str, view: str) -> None:
    """Each reader finds a graph that is isomorphic to the view."""
    read, _ = READERS[reader]
    assert isomorphic(read(GRAPH.export(format_, view=view), format_), GRAPH.triples(view))


NODE = st.sampled_from(
    [
        NamedNode(BASE + "station/a"),
        NamedNode(BASE + "station/a#b"),
        NamedNode("http://example.org/ö#x"),
        BlankNode("b1"),
        BlankNode("b2"),
    ]
)
PREDICATE = st.sampled_from([RDF.type, DEF.about, DEF.name, SKOS.prefLabel, NamedNode("http://example.org/p")])
TEXT = st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff"), max_size=8)
VALUE = st.one_of(
    NODE,
    TEXT.map(Literal),
    TEXT.map(lambda text: Literal(text, language="de-ch")),
    st.sampled_from(["01", "1.50", "x", "-0"]).map(lambda text: Literal(text, datatype=XSD.decimal)),
    st.just(Literal('"""\\ \t\r\n')),
)
GRAPHS = st.lists(st.builds(Triple, NODE, PREDICATE, VALUE), max_size=8)


@pytest.mark.parametrize("format_", ["turtle", "ntriples", "nquads", "trig", "jsonld", "rdfxml"])
@given(triples=GRAPHS)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_graph_is_read_back(format_: str, triples: list[Triple]) -> None:
    """Blank nodes, odd texts and lexical forms come back from every format."""
    read, _ = READERS["oxigraph"]
    data = exports.write(source_of(triples), format_)
    assert isomorphic(read(data, format_), set(triples))


@pytest.mark.parametrize("format_", sorted(name for name in FORMATS if not FORMATS[name].compares))
def test_the_order_of_the_facts_makes_no_difference(format_: str) -> None:
    """Shuffled and doubled triples give the same bytes."""
    triples = list(GRAPH.triples())
    shuffled = triples * 2
    random.Random(7).shuffle(shuffled)
    assert exports.write(source_of(triples), format_) == exports.write(source_of(shuffled), format_)


@pytest.mark.parametrize("format_", sorted(name for name in FORMATS if not FORMATS[name].compares))
def test_the_hash_seed_makes_no_difference(format_: str) -> None:
    """Two processes with different seeds write the same bytes."""
    words = [sys.executable, "-m", "alataw", "export", "--format", format_]
    one, other = (
        subprocess.run(
            words,
            capture_output=True,
            check=True,
            cwd=ROOT,
            env={"PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT / "src"), "PATH": ""},
        ).stdout
        for seed in ("1", "2")
    )
    assert one == other


def test_turtle_has_one_prefix_a_collection() -> None:
    """Every collection that is written has a prefix, and every prefix is used."""
    text = GRAPH.export("turtle").decode()
    prefixes = [line.split()[1] for line in text.splitlines() if line.startswith("@prefix")]
    assert len(prefixes) == len(set(prefixes))
    assert {"station:", "railway-line:", "border-crossing:", "source:"} <= set(prefixes)
    body = text.partition("\n\n")[2]
    assert [prefix for prefix in prefixes if prefix not in body] == []


def test_jsonld_keeps_claims_inside_their_entity() -> None:
    """One object an entity, labels by language, digits as text, the context inside."""
    told = json.loads(GRAPH.export("jsonld"))
    assert told["@context"][1] == {"@base": BASE}
    by_id = {entity["id"]: entity for entity in told["@graph"]}
    station = by_id["station/alashankou"]
    assert station["label"] == {"en": "Alashankou railway station", "zh-hans": "阿拉山口站"}
    (position,) = [claim for claim in station["claims"] if claim["id"].endswith("#position-lanxin")]
    assert position["kilometre"] == "2358.376"
    assert position["derivedFrom"] == "source/alashankou-article"


def test_the_published_context_means_the_same_as_the_one_inside() -> None:
    """A document that names the context by address, fetched, is the same graph."""
    from pyld import jsonld

    told = json.loads(GRAPH.export("jsonld"))
    context = json.loads(GRAPH.export("context"))
    assert told["@context"][0] == context["@context"]
    address = BASE + "context/v1.jsonld"
    told["@context"][0] = address

    def load(url: str, options: dict[str, object]) -> dict[str, object]:
        assert url == address
        return {"contentType": "application/ld+json", "contextUrl": None, "documentUrl": url, "document": context}

    text = jsonld.to_rdf(told, {"format": "application/n-quads", "documentLoader": load})
    read, _ = READERS["oxigraph"]
    assert isomorphic(read(text.encode(), "nquads"), GRAPH.triples())


def test_csv_has_a_row_for_every_claim_with_its_source() -> None:
    """Every claim once, every row a source or none to have, columns as documented."""
    rows = list(csv.DictReader(io.StringIO(GRAPH.export("csv").decode(), newline="")))
    assert list(rows[0]) == list(COLUMNS)
    claims = {
        t.subject.value.removeprefix(BASE)
        for t in GRAPH.triples()
        if t.predicate == DEF.about and t.subject != t.object
    }
    acknowledged = {c for c in claims if "#acknowledged-" in c}
    assert claims - acknowledged <= {row["claim"] for row in rows}
    tonnage = next(
        row for row in rows if row["claim"].endswith("#tonnage-2011-ten-months") and row["value"] == "8921000"
    )
    assert (tonnage["unit"], tonnage["period"], tonnage["source"]) == (
        "TONNE",
        "2011-01/2011-10",
        "source/alashankou-article",
    ) or tonnage["unit"]


@given(st.text(st.sampled_from("=+-@\t\r\n'1.eE,\"x\uff1d\uff20"), max_size=6))
def test_a_cell_is_no_formula_and_its_text_comes_back(text: str) -> None:
    """Whatever a text is: its cell begins with no sign of a formula but for numbers, and tells the text."""
    cell = harmless(text)
    assert plain(cell) == text
    try:
        float(cell)
    except ValueError:
        assert cell[:1] not in set("=+-@\t\r\n\uff1d\uff0b\uff0d\uff20")


def test_geojson_has_a_feature_for_every_place_on_the_ground() -> None:
    """RFC 7946: features with ids, geometry a point or null, longitude first."""
    told = json.loads(GRAPH.export("geojson"))
    assert told["type"] == "FeatureCollection"
    ids = [feature["id"] for feature in told["features"]]
    assert ids == sorted(ids)
    assert {
        f"{BASE}station/alashankou",
        f"{BASE}station/dostyk",
        f"{BASE}border-crossing/cn-kz-alashankou-dostyk",
    } <= set(ids)
    for feature in told["features"]:
        assert feature["geometry"] is None or feature["geometry"]["type"] == "Point"


def feature(wkt: str) -> dict[str, object]:
    station, claim = NamedNode(BASE + "station/x"), NamedNode(BASE + "station/x#coordinates")
    triples = [
        Triple(station, RDF.type, DEF.Station),
        Triple(claim, RDF.type, DEF.Coordinates),
        Triple(claim, DEF.about, station),
        Triple(claim, GEO.asWKT, Literal(wkt, datatype=GEO.wktLiteral)),
    ]
    (told,) = json.loads(exports.write(source_of(triples), "geojson"), parse_float=str)["features"]
    return told


def test_geojson_keeps_the_digits_of_the_source() -> None:
    """82.50 stays 82.50, and +082 is 82."""
    assert feature("POINT(82.50 45.1000)")["geometry"] == {"type": "Point", "coordinates": ["82.50", "45.1000"]}
    assert feature("POINT (+082.5 -05.25)")["geometry"] == {"type": "Point", "coordinates": ["82.5", "-5.25"]}


def test_geojson_refuses_what_is_no_point_in_degrees() -> None:
    """A line, or another reference system, is told with a way out."""
    with pytest.raises(AlatawError) as refused:
        feature("LINESTRING(0 0, 1 1)")
    assert refused.value.code == "AL060"


@pytest.mark.parametrize(
    ("triple", "format_"),
    [
        (Triple(DEF.a, NamedNode("http://example.org/1"), DEF.b), "rdfxml"),
        (Triple(DEF.a, DEF.name, Literal("\x01")), "rdfxml"),
        (Triple(DEF.a, DEF.seeAlso, NamedNode("prov:x")), "jsonld"),
    ],
)
def test_what_a_format_cannot_say_is_refused(triple: Triple, format_: str) -> None:
    """Nothing is left out in silence: the message names the format that can."""
    with pytest.raises(AlatawError) as refused:
        exports.write(source_of([triple]), format_)
    assert refused.value.code == "AL060"
    assert "turtle" in refused.value.fix
