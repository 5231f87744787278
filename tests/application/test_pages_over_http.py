"""Pages as they are answered: for whom, with which headers, and with what they tell machines."""

from __future__ import annotations

import json
import re
from collections import Counter, defaultdict
from html.parser import HTMLParser
from urllib.parse import urlencode, urlsplit

import pytest
from answers import Ask, media_type, sparql
from reading import Page
from test_negotiation import BROWSER

import alataw
from alataw.publication import Publication
from alataw.terms import BASE, DEF
from alataw.web import Reply

PAGES = ("", "about", "crossings", "disputes", "search?q=alashankou", "query", "sparql", "station/alashankou.html", "def.html", "def/Station.html", "vocabulary/track-gauge.html", "vocabulary/track-gauge/1435.html", "station.html", "query/operators-of-station.html", "query/operators-of-station.html?station=alashankou")  # fmt: skip


def data_of(page: bytes) -> dict[str, object]:
    """The JSON-LD of a page."""
    (block,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page.decode(), re.DOTALL)
    data: dict[str, object] = json.loads(block)
    return data


@pytest.mark.parametrize("path", PAGES)
def test_a_browser_gets_a_page(path: str, ask: Ask) -> None:
    """In UTF-8, with a tag, and saying what it varies on."""
    reply = ask(path, accept=BROWSER)
    assert (reply.status, reply.header("Content-Type")) == (200, "text/html; charset=utf-8")
    assert reply.header("ETag")
    assert "Accept-Language" in reply.header("Vary")
    assert reply.body.startswith(b"<!DOCTYPE html>")


def test_the_thing_leads_a_browser_to_its_page(ask: Ask) -> None:
    """303."""
    assert ask("station/alashankou", accept=BROWSER).header("Location") == "/rail/station/alashankou.html"


def test_a_page_follows_the_reader(ask: Ask) -> None:
    """Another language gives another page, under another tag, and the page says which one."""
    english = ask("station/alashankou.html", accept_language="en")
    chinese = ask("station/alashankou.html", accept_language="zh-Hans, en;q=0.5")
    assert english.header("ETag") != chinese.header("ETag")
    assert english.header("Vary") == "Accept-Language"
    assert b"<html lang=" in english.body


def test_a_page_tells_machines_what_it_shows(ask: Ask) -> None:
    """schema.org: the entity with its types, names, items and point; the dataset on the landing page."""
    station = data_of(ask("station/alashankou.html").body)
    assert station["@id"] == f"{BASE}station/alashankou"
    assert station["@type"] == ["Place", "TrainStation"]
    assert station["geo"] == {"@type": "GeoCoordinates", "latitude": "45.17028", "longitude": "82.57028"}
    assert {"@value": "阿拉山口站", "@language": "zh-hans"} in station["name"]  # type: ignore[operator]
    assert data_of(ask("station/svislac.html").body)["sameAs"] == ["http://www.wikidata.org/entity/Q9348554"]
    dataset = data_of(ask("", accept="text/html").body)
    assert dataset["@type"] == "Dataset"
    assert dataset["url"] == "https://example.org/rail/"
    assert 50 <= len(dataset["description"][0]["@value"]) <= 5000  # type: ignore[index]
    for file in dataset["distribution"]:  # type: ignore[attr-defined]
        reply = ask(file["contentUrl"].removeprefix("https://example.org/rail/"))
        assert (reply.status, media_type(reply)) == (200, file["encodingFormat"])


@pytest.mark.parametrize("path", PAGES)
def test_a_page_runs_nothing(path: str, ask: Ask) -> None:
    """No script but data, no handler, no frame, and a policy that would not let one run."""
    reply = ask(path, accept=BROWSER)
    policy = reply.header("Content-Security-Policy")
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy

    class Reader(HTMLParser):
        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            told = dict(attrs)
            assert tag not in ("iframe", "object", "embed")
            assert tag != "script" or told.get("type") == "application/ld+json" or told.get("src")
            assert not [name for name in told if name.startswith("on")]
            for name in ("href", "src", "action"):
                assert not (told.get(name) or "").lower().startswith(("javascript:", "data:"))

    Reader().feed(reply.body.decode())


def test_links_of_pages_lead_somewhere(ask: Ask) -> None:
    """Links of pages to paths of ours are answered: some of each kind, from every page."""
    paths: dict[str, set[str]] = defaultdict(set)
    for page in PAGES:
        for link in re.findall(r'(?:href|src|action)="(/[^"]*)"', ask(page, accept=BROWSER).body.decode()):
            assert link.startswith("/rail/")
            path = link.removeprefix("/rail/").partition("#")[0].replace("&amp;", "&")
            paths[page + path.partition("/")[0]].add(path)
    some = {path for found in paths.values() for path in sorted(found)[:4]}
    assert len(some) > 50
    for path in some:
        assert ask(path, accept=BROWSER).status in (200, 303), path


def test_a_form_is_answered_on_its_page(ask: Ask) -> None:
    """What is wrong with a value is told there, with its status; while something is missing, the form is shown."""
    for query, status in (("station=alashanku", 404), ("station=alashankou&on=x", 400), ("station=&on=2003", 200)):
        reply = ask(f"query/operators-of-station.html?{query}")
        assert (reply.status, media_type(reply)) == (status, "text/html")
        assert b"<form" in reply.body
    assert ask("query/operators-of-station.html?station=&on=").status == 200
    asked = ask(sparql("SELECT * { ?s ?p ?o } LIMIT 2"), accept=BROWSER)
    assert (asked.status, media_type(asked)) == (200, "text/html")
    wrong = ask(sparql("SELECT * { <script> "), accept=BROWSER)
    assert (wrong.status, media_type(wrong)) == (400, "text/html")
    assert b"<script>" not in wrong.body


def test_every_stored_query_can_be_asked_in_the_form(ask: Ask, graph: alataw.Graph) -> None:
    """By a link that no address is too short for, else by a form that posts it; both bring the text into the form."""
    ways: Counter[str] = Counter()
    for query in graph.queries:
        page = Page(ask(f"query/{query.name}.html").body.decode())
        links = [link for link in page.links if "/sparql?" in link]
        posted = [field.get("value") for field in page.all("input") if field.get("type") == "hidden"]
        assert len(links) + len(posted) == 1
        assert all(len(link) <= 8000 for link in links)
        way = "link" if links else "form"
        ways[way] += 1
        if ways[way] > 2:
            continue
        reply = ask(links[0].removeprefix("/rail/"), accept=BROWSER) if links else post(ask, posted[0])
        assert (reply.status, media_type(reply)) == (200, "text/html"), query.name
        assert '<h2 id="answer">' in reply.body.decode()
        assert len(Page(reply.body.decode()).all("textarea")[0].text) > 100
    assert set(ways) == {"link", "form"}


def test_the_form_sends_all_that_a_query_may_have(ask: Ask, publication: Publication) -> None:
    """It posts: as many characters as are allowed are answered on a page, and what is wrong is told there too."""
    (form,) = (f for f in Page(ask("sparql", accept=BROWSER).body.decode()).all("form") if "/sparql" in f.get("action"))
    assert form.get("method") == "post"
    text = "ASK {}#"
    longest = text + "\N{CJK UNIFIED IDEOGRAPH-5C71}" * (publication.limits.query_characters - len(text))
    assert post(ask, longest).status == 200
    refused = post(ask, longest + "x")
    assert (refused.status, media_type(refused)) == (400, "text/html")
    wrong = post(ask, "SELECT * { <script> ")
    assert (wrong.status, media_type(wrong)) == (400, "text/html")


def post(ask: Ask, text: str) -> Reply:
    """Send the form for SPARQL as a browser does (HTML, 4.10.21.8)."""
    body = urlencode({"query": text.replace("\n", "\r\n")}).encode()
    return ask("sparql", "POST", body=body, content_type="application/x-www-form-urlencoded", accept=BROWSER)


def test_a_list_is_nothing_behind_its_end(ask: Ask, graph: alataw.Graph) -> None:
    """Its last place is still there; at its end and far behind it, 404."""
    counted = {
        "station.html": len(graph.query("entities-of-class", kind=DEF.Station)),
        "crossings": len(set(graph.query("sides-of-crossings").columns["crossing"])),
        "disputes": len(graph.query("most-disputed")),
    }
    for path, number in counted.items():
        statuses = [ask(f"{path}?offset={offset}", accept=BROWSER).status for offset in (number - 1, number, 999999999)]
        assert statuses == [200, 404, 404], path


def test_a_problem_is_a_page_for_people(ask: Ask) -> None:
    """With the candidates as links, and nothing of the request as markup."""
    reply = ask("station/alashanku", accept=BROWSER)
    assert (reply.status, media_type(reply)) == (404, "text/html")
    assert b"/rail/station/alashankou.html" in reply.body
    hostile = ask("<script>alert(1)</script>", accept=BROWSER)
    assert hostile.status == 404
    assert b"<script>" not in hostile.body
    assert hostile.header("Content-Security-Policy")


@pytest.mark.parametrize(
    ("path", "told"),
    [
        ("query/port-of-entry-status.html?zz=1", "no parameter zz"),
        ("query/operators-of-station.html?station=zzzzqqqq", "is named zzzzqqqq"),
        ("query/operators-of-statio", "operators-of-statio"),
        ("query/zzzzqqqq", "zzzzqqqq"),
    ],
)
def test_no_page_tells_people_to_give_commands(path: str, told: str, ask: Ask) -> None:
    """What is wrong is told without the command that would help elsewhere."""
    reply = ask(path, accept=BROWSER)
    text = Page(reply.body.decode()).all("main")[0].text
    assert reply.status >= 400
    assert told in text
    assert "alataw query" not in text
    assert "--help" not in text


def test_what_pages_need_is_there(ask: Ask) -> None:
    """The stylesheet and the pictures, by their media types."""
    found = re.findall(r'(?:href|src)="/rail/(static/[^"]+)"', ask("", accept=BROWSER).body.decode())
    assert found
    for path in found:
        assert ask(path).status == 200
        assert media_type(ask(path)) in (
            "text/css",
            "image/svg+xml",
            "text/javascript",
            "application/wasm",
            "font/woff2",
        )
    assert urlsplit(found[0]).scheme == ""
    assert ask("static/nothing").status == 404
