"""Entities and their documents: negotiation, formats, links, and what was withdrawn or renamed."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable
from pathlib import Path

import pyoxigraph
import pytest
from answers import Ask, asked, links, media_type, told, triples
from test_negotiation import BROWSER, RDFLIB

import alataw
import parts
from alataw.application.documents import ENTITY
from alataw.application.holdings import Holdings
from alataw.application.negotiation import MEDIA_TYPES, Offer
from alataw.application.signposts import header, of_document
from alataw.exports.table import plain
from alataw.publication import Publication
from alataw.terms import BASE, OWL, RDF, SKOS, Literal, NamedNode, text_of

FORMATS = ("ttl", "nt", "rdf", "jsonld", "trig")


# -- things and documents ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("accept", "suffix"),
    [("text/turtle", "ttl"), ("application/rdf+xml", "rdf"), (RDFLIB, "ttl"), ("", "ttl"), ("application/geo+json", "geojson"), ("text/csv", "csv")],
)  # fmt: skip
def test_a_thing_leads_to_its_document(accept: str, suffix: str, ask: Ask) -> None:
    """303, to a path that is good wherever the publication is reached; what it depends on is said."""
    reply = ask("station/alashankou", accept=accept)
    assert (reply.status, reply.body) == (303, b"")
    assert reply.header("Location") == f"/rail/station/alashankou.{suffix}"
    assert reply.header("Vary") == "Accept"


@pytest.mark.parametrize("suffix", FORMATS)
def test_a_document_says_the_same_in_every_format(suffix: str, ask: Ask) -> None:
    """The triples of N-Triples, lexical forms and all, with its media type and its own address."""
    reply = ask(f"station/alashankou.{suffix}")
    assert (reply.status, media_type(reply)) == (200, MEDIA_TYPES[suffix])
    assert triples(reply) == triples(ask("station/alashankou.nt"))
    assert reply.header("Content-Location") == f"/rail/station/alashankou.{suffix}"


def test_a_document_is_what_its_file_says(ask: Ask, graph: alataw.Graph) -> None:
    """All of it: the entity, its claims, its parts, the acknowledgements; for every fragment is an address."""
    by_document = {document.iri: set(document.triples) for document in graph.repository.data()}
    for path in ("station/alashankou", "border-crossing/cn-kz-alashankou-dostyk", "source/alashankou-article"):
        said = triples(ask(f"{path}.nt"))
        assert {t.subject for t in by_document[NamedNode(BASE + path)]} <= {t.subject for t in said}, path


def test_every_fragment_of_ours_has_an_address(publication: Publication, graph: alataw.Graph) -> None:
    """Whoever follows the IRI of a part gets a document that speaks of it."""
    held = Holdings(publication)
    by_path: dict[str, set[str]] = {}
    for triple in graph.triples():
        path, mark, _ = text_of(triple.subject).removeprefix(BASE).partition("#")
        if mark and path != "catalog":
            by_path.setdefault(path, set()).add(text_of(triple.subject))
    missing = [
        part
        for path, fragments in by_path.items()
        for part in fragments - {text_of(t.subject) for t in held.document(NamedNode(BASE + path))}
    ]
    assert not missing


def test_text_says_that_it_is_utf_8(ask: Ask) -> None:
    """What is text/* names its encoding, and is in it."""
    for suffix in ("ttl", "csv"):
        reply = ask(f"station/alashankou.{suffix}")
        assert reply.header("Content-Type").endswith("; charset=utf-8")
        assert "阿拉山口站" in reply.body.decode("utf-8")


def test_a_row_of_the_spreadsheet_reads_by_itself(ask: Ask) -> None:
    """Labels, titles and addresses of what the document only names stand in it."""
    rows = list(csv.DictReader(io.StringIO(ask("station/alashankou.csv").body.decode(), newline="")))
    tenure = next(row for row in rows if row["claim"] == "station/alashankou#operator-2005")
    assert tenure["value_label"] == "China Railway Ürümqi Group"
    assert tenure["source_title"] == "Alashankou railway station"
    assert {row["entity"].partition("#")[0] for row in rows} == {"station/alashankou"}


def test_geojson_is_for_what_lies_somewhere(ask: Ask) -> None:
    """One feature, at the best of its points; a source has none, and the format is not offered."""
    told_ = json.loads(ask("station/alashankou.geojson").body)
    (feature,) = told_["features"]
    assert feature["geometry"] == {"type": "Point", "coordinates": [82.57028, 45.17028]}
    assert ask("source/alashankou-article.geojson").status == 404
    assert ask("source/alashankou-article", accept="application/geo+json").status == 406


def test_the_json_ld_stands_by_itself(ask: Ask) -> None:
    """Its context is inside: nobody needs a network to read it."""
    data = json.loads(ask("station/alashankou.jsonld").body)
    assert isinstance(data["@context"], list)
    assert data["@graph"][0]["id"] == "station/alashankou"


# -- the ontology --------------------------------------------------------------------------------------


@pytest.mark.parametrize("suffix", FORMATS)
def test_terms_have_addresses(suffix: str, ask: Ask, graph: alataw.Graph) -> None:
    """The ontology, every vocabulary, every shape is a document at its own IRI, in every format."""
    documents = [*graph.repository.ontology(), *graph.repository.shapes()]
    for document in documents if suffix == "ttl" else documents[::12]:
        path = document.iri.value.removeprefix(BASE)
        plain = ask(path, accept="text/turtle")
        assert (plain.status, plain.header("Content-Location")) == (200, f"/rail/{path}.ttl")
        reply = ask(f"{path}.{suffix}")
        assert reply.status == 200, path
        dataset = pyoxigraph.Dataset(pyoxigraph.Quad(*triple) for triple in triples(reply))
        expected = pyoxigraph.Dataset(pyoxigraph.Quad(*triple) for triple in document.triples)
        for each in (dataset, expected):
            each.canonicalize(pyoxigraph.CanonicalizationAlgorithm.RDFC_1_0)
        assert dataset == expected, path


def test_a_term_has_a_document_of_its_own(ask: Ask) -> None:
    """What is said of one class, property or concept."""
    reply = ask("def/Station.ttl")
    assert {text_of(t.subject) for t in triples(reply)} == {f"{BASE}def#Station"}
    assert ask("def/Station", accept="text/turtle").header("Location") == "/rail/def/Station.ttl"
    assert ask("vocabulary/track-gauge/1435.ttl").status == 200
    assert ask("def/Dragon.ttl").status == 404


def test_every_entity_answers(ask: Ask, publication: Publication) -> None:
    """Whatever has an IRI of ours without a fragment."""
    held = Holdings(publication)
    assert len(held.classes) > 600
    for path in list(held.classes)[::25]:
        assert ask(path).status == 303, path
        assert ask(f"{path}.ttl").status == 200, path


def test_a_class_has_its_collection(ask: Ask) -> None:
    """The folder lists its entities with their labels."""
    said = triples(ask("station", accept="text/turtle"))
    assert {text_of(t.object) for t in said if t.predicate == RDF.type} == {f"{BASE}def#Station"}
    assert any(t.predicate == SKOS.prefLabel for t in said)
    assert ask("border-crossing.nt").status == 200


# -- headers -------------------------------------------------------------------------------------------


def test_a_tag_is_of_one_representation(ask: Ask) -> None:
    """Each format has its own, which is the same each time and in every way the representation is had."""
    tags = {suffix: ask(f"station/alashankou.{suffix}").header("ETag") for suffix in (*FORMATS, "csv", "geojson")}
    assert len(set(tags.values())) == len(tags)
    assert all(re.fullmatch(r'"[0-9a-f]+"', tag) for tag in tags.values())
    assert ask("station/alashankou.ttl").header("ETag") == tags["ttl"]
    as_json, as_results = (
        ask("query/names-of-entity?entity=station/dostyk", accept=kind)
        for kind in ("application/json", "application/sparql-results+json")
    )
    assert as_json.body == as_results.body
    assert as_json.header("ETag") != as_results.header("ETag")


def test_a_tag_changes_with_what_is_said(tmp_path: Path) -> None:
    """A release that changes the document changes its tag, and no other's."""
    folder = parts.copy_part(tmp_path)
    first = Publication(alataw.open(folder))
    before = {path: asked(first, path).header("ETag") for path in ("station/dostyk.ttl", "station/alashankou.ttl")}
    file = folder / "data" / "station" / "dostyk.ttl"
    file.write_text(
        file.read_text(encoding="utf-8").replace('"Dostyk railway station"@en', '"Dostyk station"@en'), encoding="utf-8"
    )
    second = Publication(alataw.open(folder))
    assert asked(second, "station/dostyk.ttl").header("ETag") != before["station/dostyk.ttl"]
    assert asked(second, "station/alashankou.ttl").header("ETag") == before["station/alashankou.ttl"]
    assert first.release != second.release


def test_unchanged_is_told_by_304(http: Callable[..., object]) -> None:
    """On the wire: with the tag and what it varies on, and without a body; compared after negotiation."""
    turtle = http("GET", "query/names-of-entity?entity=station/dostyk", Accept="text/csv")
    again = http(
        "GET", "query/names-of-entity?entity=station/dostyk", Accept="text/csv", If_None_Match=turtle.headers["ETag"]
    )  # type: ignore[attr-defined]
    assert (again.status, again.body) == (304, b"")  # type: ignore[attr-defined]
    assert (again.headers["ETag"], again.headers["Vary"]) == (turtle.headers["ETag"], turtle.headers["Vary"])  # type: ignore[attr-defined]
    other = http(
        "GET",
        "query/names-of-entity?entity=station/dostyk",
        Accept="text/tab-separated-values",
        If_None_Match=turtle.headers["ETag"],
    )  # type: ignore[attr-defined]
    assert other.status == 200  # type: ignore[attr-defined]


def test_documents_may_be_kept(ask: Ask) -> None:
    """For a while, by every cache."""
    assert ask("station/alashankou.ttl").header("Cache-Control") == "public, max-age=300"


def test_last_modified_is_the_day_of_the_release(ask: Ask, tmp_path: Path) -> None:
    """As far as the catalog names one: no clock is asked."""
    assert ask("station/alashankou.ttl").header("Last-Modified").endswith(" 00:00:00 GMT")
    folder = parts.copy_part(tmp_path)
    parts.date(folder, "2025-03-04")
    reply = asked(Publication(alataw.open(folder)), "station/alashankou.ttl")
    assert reply.header("Last-Modified") == "Tue, 04 Mar 2025 00:00:00 GMT"


def test_signposts_of_a_document(ask: Ask) -> None:
    """FAIR Signposting, level 1: alternates with types, description, licence, canonical address, thing, collection."""
    found = links(ask("station/alashankou.rdf"))
    at = "https://example.org/rail/station/alashankou"
    assert len(found["alternate"]) == len(set(found["alternate"]))
    assert {media for _, media in found["alternate"]} >= {
        MEDIA_TYPES[s] for s in ("ttl", "nt", "jsonld", "trig", "csv", "geojson")
    }
    assert (f"{at}.ttl", "text/turtle") in found["describedby"]
    assert found["canonical"] == [(f"{at}.rdf", "")]
    assert found["cite-as"] == [(f"{BASE}station/alashankou", "")]
    assert found["collection"] == [("https://example.org/rail/", "text/html")]
    assert found["license"] == [("https://creativecommons.org/publicdomain/zero/1.0/", "")]
    assert found["linkset"] == [(f"{at}.linkset", "application/linkset+json")]
    assert found["describes"] == [(f"{BASE}station/alashankou", "")]
    assert found["type"] == [("https://schema.org/Dataset", "")]
    for target, _ in found["alternate"]:
        assert ask(target.removeprefix("https://example.org/rail/")).status == 200


def test_signposts_say_of_what_type_each_is(ask: Ask) -> None:
    """The thing is of its classes, and canonical by its IRI; its page is one about it; all else is data."""
    at = "https://example.org/rail/station/alashankou"
    station, page, data = (f"{BASE}def#Station", "https://schema.org/AboutPage", "https://schema.org/Dataset")
    thing = links(ask("station/alashankou"))
    assert thing["canonical"] == thing["cite-as"] == [(f"{BASE}station/alashankou", "")]
    types = {suffix: [target for target, _ in links(ask(f"station/alashankou{suffix}"))["type"]] for suffix in ("", ".html", ".ttl", ".csv", ".geojson", ".linkset")}  # fmt: skip
    assert types.pop("") == [station]
    assert types.pop(".html") == [page, station]
    assert set(map(tuple, types.values())) == {(data,)}
    for suffix in types:
        assert links(ask(f"station/alashankou{suffix}"))["canonical"] == [(f"{at}{suffix}", "")]


@pytest.mark.parametrize("path", ["def/Station", "def/operator", "vocabulary/rank/preferred"])
def test_signposts_of_a_term_name_it_as_the_data_do(path: str, ask: Ask) -> None:
    """The thing that is cited and described has its fragment: in every document, before it, and in the link set."""
    iri = BASE + "#".join(path.rsplit("/", 1))
    assert iri in {text_of(t.subject) for t in triples(ask(f"{path}.nt"))}
    for suffix in ("", ".ttl", ".nt", ".html"):
        assert links(ask(path + suffix))["cite-as"] == [(iri, "")], suffix
    assert links(ask(f"{path}.ttl"))["describes"] == [(iri, "")]
    contexts = json.loads(ask(f"{path}.linkset").body)["linkset"]
    assert all(context["cite-as"] == [{"href": iri}] for context in contexts)
    assert all(context["describes"] == [{"href": iri}] for context in contexts if "describes" in context)


def test_signposts_are_uris(publication: Publication) -> None:
    """What an IRI may hold and a header may not is encoded: in what a page is about, and in its classes."""
    thing, class_ = "https://example.org/a#\N{LATIN SMALL LETTER U WITH DIAERESIS}?x", f"{BASE}def#\u9a5b"
    for suffix in ("", "ttl", "html"):
        found = of_document(Holdings(publication), "def/\u9a5b", thing, [class_], ["ttl", "html"], suffix)
        assert header(found)[1].isascii()
        assert '<https://example.org/a#%C3%BC?x>; rel="cite-as"' in header(found)[1]
    assert f'<{BASE}def#%E9%A9%9B>; rel="type"' in header(found)[1]


def test_the_links_as_a_link_set(ask: Ask) -> None:
    """FAIR Signposting, level 2: the links of the thing and of each of its documents, in one document (RFC 9264)."""
    reply = ask("station/alashankou.linkset")
    assert media_type(reply) == "application/linkset+json"
    contexts = json.loads(reply.body)["linkset"]
    assert [context["anchor"].rpartition("/")[2] for context in contexts[:2]] == ["alashankou", "alashankou.ttl"]
    assert len(contexts) == 1 + len({offer.suffix for offer in ENTITY})
    for context in contexts:
        told = links(ask(context.pop("anchor").removeprefix("https://example.org/rail/")))
        assert told == {
            relation: [(target["href"], target.get("type", "")) for target in targets]
            for relation, targets in context.items()
        }


@pytest.mark.parametrize("path", ["station/alashankou", "station", "catalog", "query/breaks-of-gauge", "def"])
def test_what_a_suffix_decides_varies_by_no_header(path: str, ask: Ask) -> None:
    """Data say no `Vary`, a page only the language; without a suffix both headers decide."""
    assert ask(path, accept="application/json").header("Vary").startswith("Accept")
    kind = "csv" if path.startswith("query/") else "ttl"
    assert ask(f"{path}.{kind}").header("Vary") == ""
    if path != "catalog":
        assert ask(f"{path}.html").header("Vary") == "Accept-Language"


def test_a_file_has_a_name(ask: Ask) -> None:
    """That of the thing, in letters that every system takes."""
    assert ask("station/alashankou.csv").header("Content-Disposition") == 'inline; filename="station-alashankou.csv"'


def test_no_cell_of_a_spreadsheet_is_a_formula(tmp_path: Path) -> None:
    """What would run in the file of all claims or in that of an entity has an apostrophe; numbers are themselves."""
    folder = parts.copy_part(tmp_path)
    file = folder / "data" / "station" / "dostyk.ttl"
    formula = '=HYPERLINK("https://example.org")'
    said = f"<station/dostyk> skos:altLabel {Literal(formula, language='en')} ."
    file.write_text(f"{file.read_text(encoding='utf-8')}\n{said}\n", encoding="utf-8")
    publication = Publication(alataw.open(folder), "https://example.org/rail/")
    for path in ("station/dostyk.csv", "claims.csv"):
        rows = list(csv.DictReader(io.StringIO(asked(publication, path).body.decode(), newline="")))
        cells = {cell for row in rows for cell in row.values()}
        assert f"'{formula}" in cells
        signed = [cell for cell in cells if cell.startswith(("=", "+", "-", "@"))]
        assert all(cell[1:].replace(".", "").isdecimal() for cell in signed)
        assert formula in set(map(plain, cells))


# -- what is not there ---------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["station/nowhere", "station/nowhere.ttl", "nowhere", "station/", "station/alashankou.exe", "station/alashankou/", "graph/nothing", "query/nothing", "vocabulary/nothing.ttl", "place/zz"])  # fmt: skip
def test_what_is_not_there_is_404(path: str, ask: Ask) -> None:
    """With what is most like it."""
    assert ask(path).status == 404


def test_the_nearest_is_named(ask: Ask) -> None:
    """A slip of the pen finds its way."""
    assert "station/alashankou" in told(ask("station/alashanku"))["candidates"]


@pytest.fixture(scope="module")
def changed(tmp_path_factory: pytest.TempPathFactory) -> Publication:
    """A part of this repository in which one station was withdrawn, and others were renamed."""
    folder = parts.copy_part(tmp_path_factory.mktemp("changed"))
    parts.withdraw(folder)
    return Publication(alataw.open(folder), "https://example.org/rail/")


@pytest.mark.parametrize("path", ["station/never-was", "station/never-was.ttl", "station/elsewhere"])
def test_what_was_withdrawn_is_gone(path: str, changed: Publication) -> None:
    """410, with what is still said of it."""
    reply = asked(changed, path, accept="text/turtle")
    assert (reply.status, media_type(reply)) == (410, "text/turtle")
    assert any(t.predicate == OWL.deprecated for t in triples(reply))
    if "never" in path:
        assert Literal("A station that never was", language="en") in {t.object for t in triples(reply)}


@pytest.mark.parametrize("offer", [offer for offer in ENTITY if offer.suffix != "geojson"])
def test_what_was_withdrawn_is_gone_in_every_format(offer: Offer, changed: Publication) -> None:
    """410, by suffix and by header; its links too can be had as a link set."""
    assert asked(changed, f"station/never-was.{offer.suffix}").status == 410
    by_header = asked(changed, "station/never-was", accept=offer.media_type)
    assert (by_header.status, media_type(by_header)) == (410, offer.media_type)
    context, *_ = json.loads(asked(changed, "station/never-was.linkset").body)["linkset"]
    assert context["cite-as"] == [{"href": f"{BASE}station/never-was"}]


def test_what_was_withdrawn_is_gone_whatever_is_accepted(changed: Publication) -> None:
    """410 rather than 406, with the reason."""
    reply = asked(changed, "station/never-was", accept="image/png")
    assert (reply.status, told(reply)["why"]) == (410, "The source meant the town.")


def test_what_was_renamed_leads_on(changed: Publication) -> None:
    """301, from the thing to the thing and from each document to the same of the other; never to another host."""
    for suffix in ("", ".ttl", ".csv"):
        reply = asked(changed, f"station/old-slug{suffix}")
        assert (reply.status, reply.header("Location")) == (301, f"/rail/station/alashankou{suffix}")
    assert asked(changed, "station/elsewhere").status == 410


def test_the_withdrawn_is_no_longer_among_the_things(changed: Publication) -> None:
    """The check has nothing against it, and no collection lists it."""
    files = [
        f for f in changed.graph.check().findings if "never-was" in f.location.file or "old-slug" in f.location.file
    ]
    assert {f.code for f in files} <= {"AL020"}  # prefixes that are not used
    assert "never-was" not in asked(changed, "station.nt").body.decode()


def test_formats_are_those_that_are_promised() -> None:
    """The suffixes of documents."""
    assert {o.suffix for o in ENTITY} >= {"html", "ttl", "nt", "jsonld", "rdf", "trig", "csv", "geojson"}
    assert BROWSER
