"""Nothing that stands in the data, or is typed, can run, leave its place, or lead where no page should."""

from __future__ import annotations

import html as html_library
import re
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kinds import ENGLISH, ROOT
from reading import Page

import alataw
from alataw.errors import ParameterError
from alataw.pages import Pages
from alataw.pages.words import Words, isolated, outward, seen
from alataw.publication import Publication
from alataw.repository import Repository, new
from alataw.solutions import UNSEEN
from alataw.terms import BASE, XSD, Literal, NamedNode
from hostile import TEXTS

LABELS = (
    "</title><script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "' onmouseover='alert(1)' x='",
    "{{ 7*7 }}{% for x in y %}",
    "</svg><script>alert(2)</script>",
    "]]><!-- --><style>*{display:none}</style>",
    "a\u202eevil\u2066 hidden",
    "&lt;b&gt; &amp;amp;",
    "</textarea></select></pre><h1>other</h1>",
    "javascript:alert(1)",
)
"""Labels that would do something, were they ever more than text."""

IRIS = ("javascript:alert(1)", "data:text/html,<script>alert(1)</script>".replace("<", "%3C").replace(">", "%3E"), "vbscript:x", "file:///etc/passwd", "https://example.org/\"onmouseover=\"x".replace('"', "%22"), "http://user:pass@example.org/", "mailto:a@example.org")  # fmt: skip
"""IRIs that a link must not lead to, and some that it may."""


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Pages:
    """The pages of a repository whose every text and IRI is meant to break them."""
    folder = tmp_path_factory.mktemp("hostile") / "railways"
    new(folder, Repository(ROOT))
    data = folder / "data"
    base = Repository(folder).base
    texts = [str(Literal(text, language="en")) for text in LABELS]
    for number, text in enumerate(texts):
        links = "".join(f"  <https://schema.org/sameAs> <{iri}> ;\n" for iri in IRIS)
        addresses = "".join(f'  <https://schema.org/url> "{iri}"^^<{XSD.anyURI.value}> ;\n' for iri in IRIS)
        (data / "source" / f"hostile-{number}.ttl").write_text(
            f"@base <{base}> .\n@prefix : <{BASE}def#> .\n<source/hostile-{number}>\n  a :Source ;\n"
            f"  <http://www.w3.org/2004/02/skos/core#prefLabel> {text} ;\n"
            f"  <http://purl.org/dc/terms/title> {text} ;\n{addresses}"
            f"  <http://purl.org/dc/terms/publisher> {text} ;\n  :confidence <{BASE}vocabulary/confidence#low> .\n",
            encoding="utf-8",
        )
        (data / "station").mkdir(exist_ok=True)
        (data / "station" / f"hostile-{number}.ttl").write_text(
            f"@base <{base}> .\n@prefix : <{BASE}def#> .\n@prefix prov: <http://www.w3.org/ns/prov#> .\n"
            f"<station/hostile-{number}>\n  a :Station ;\n{links}"
            f"  <http://www.w3.org/2004/02/skos/core#prefLabel> {text} ;\n"
            f"  <http://www.w3.org/2004/02/skos/core#altLabel> {text[:-3]}@ar-Arab ;\n"
            f"  <http://purl.org/dc/terms/source> <source/hostile-{number}> .\n"
            + "".join(
                f"<station/hostile-{number}#operator-{year}>\n  a :OperatorTenure ;\n  :about <station/hostile-{number}> ;\n"
                f'  :from "{year}"^^<{XSD.gYear.value}> ;\n  :operator <station/hostile-{(number + year) % len(texts)}> ;\n'
                f"  :operatorName {text} ;\n  :operatorRole <{BASE}vocabulary/operator-role#operator> ;\n"
                f"  :statedAs {text} ;\n  <http://www.w3.org/2000/01/rdf-schema#comment> {text} ;\n"
                f"  :rank <{BASE}vocabulary/rank#normal> ;\n  :valueKind <{BASE}vocabulary/value-kind#observed> ;\n"
                f"  prov:wasDerivedFrom <source/hostile-{number}> ;\n  :locator {text.rpartition('@')[0]} .\n"
                for year in (1999, 2000)
            ),
            encoding="utf-8",
        )
    return Pages(Publication(alataw.open(folder)))


def made(pages: Pages) -> dict[str, str]:
    """Every page on which hostile texts stand."""
    graph = pages.publication.graph
    base = graph.repository.base
    station = graph.stored_query("operators-of-station")
    told = {"station": "station/hostile-0"}
    refused = ParameterError(LABELS[0], code="AL015", why=LABELS[1], fix=f"`{LABELS[2]}`")
    text = "SELECT * { ?s ?p ?o } ORDER BY ?s ?p ?o LIMIT 400 #" + LABELS[8]
    return {
        "landing": pages.landing(ENGLISH),
        "crossings": pages.crossings(ENGLISH),
        "disputes": pages.disputes(ENGLISH),
        "collection": pages.collection(NamedNode(f"{BASE}def#Station"), ENGLISH),
        "search": pages.search("hostile" + LABELS[1], ENGLISH),
        "found": pages.search("alert", ENGLISH),
        "timeline": pages.query(station, told, graph.query(station.name, **told), None, ENGLISH),
        "refused": pages.query(station, {"station": LABELS[0], "on": LABELS[2]}, None, refused, ENGLISH),
        "sparql": pages.sparql(text, graph.sparql(text), refused, ENGLISH),
        "problem": pages.problem(404, LABELS[0], LABELS[1], ENGLISH, LABELS),
        **{
            f"station {n}": pages.entity(NamedNode(f"{base}station/hostile-{n}"), ("ar", "en"))
            for n in range(len(LABELS))
        },
        **{f"source {n}": pages.entity(NamedNode(f"{base}source/hostile-{n}"), ENGLISH) for n in range(len(LABELS))},
    }


def test_no_text_of_the_data_becomes_markup(hostile: Pages) -> None:
    """No page has an element, attribute or link that the templates did not write."""
    for name, html in made(hostile).items():
        page = Page(html)
        assert page.faults == [], name
        assert page.all("script") == page.all("style") == page.all("img") == [], name
        assert [element.text for element in page.all("h1") if element.text == "other"] == [], name
        for element in page.elements:
            assert not {a for a in element.attributes if a.startswith("on") or a in ("style", "srcdoc")}, (
                name,
                element,
            )
            for attribute in ("href", "action", "src"):
                target = element.get(attribute)
                assert urlsplit(target).scheme in ("", "http", "https", "mailto"), (name, target)


def test_no_text_of_the_data_is_a_template(hostile: Pages) -> None:
    """What looks like a template is shown as it stands."""
    page = Page(made(hostile)["station 3"])
    assert page.all("h1")[0].text.strip() == LABELS[3]


def test_no_character_turns_or_hides_what_stands_around_it(hostile: Pages) -> None:
    """Marks that turn the direction of text are shown as a space, wherever they come from."""
    for name, html in made(hostile).items():
        assert not UNSEEN.search(html_library.unescape(html).replace("\n", "")), name


def test_texts_of_the_data_are_isolated_in_their_language(hostile: Pages) -> None:
    """A name from right to left says so, and its direction ends with it."""
    page = Page(made(hostile)["station 0"])
    names = [element for element in page.all("bdi") if element.get("lang") == "ar-arab"]
    assert names
    assert all(name.get("dir") == "rtl" for name in names)


def test_a_browser_is_led_to_pages_and_letters_alone(hostile: Pages) -> None:
    """Of the IRIs in the data those of the web and of mail are links, all others are text."""
    links = Page(made(hostile)["station 0"]).links
    assert "mailto:a@example.org" in links
    assert not [link for link in links if link.startswith(("javascript", "data", "vbscript", "file"))]
    assert "javascript:alert(1)" in made(hostile)["station 0"]


@given(st.text(max_size=60), st.sampled_from(["en", "ar", "zh-hans", None]))
def test_any_text_comes_back_as_it_was(text: str, language: str | None) -> None:
    """Escaped and read again, a text is what it was, but for characters that nobody may see."""
    page = Page(f"<p>{isolated(text, language)}</p>")
    assert page.faults == []
    assert [element.name for element in page.elements] == ["p", "bdi"]
    # A reader of HTML takes NUL and half characters for others; none is left to be read.
    assert page.all("bdi")[0].text == html_library.unescape(str(isolated(text))[5:-6])
    assert re.sub(r"\s", "", page.all("bdi")[0].text) == re.sub(r"\s", "", seen(text))


@pytest.mark.parametrize("text", [text for text in TEXTS if len(text) < 2000], ids=ascii)
def test_a_hostile_address_is_text(text: str) -> None:
    """Whatever an address holds, what is made of it is one link of the web or of mail, or no link."""
    page = Page(str(outward(text)))
    assert page.faults == []
    for link in page.links:
        assert urlsplit(link).scheme in ("http", "https", "mailto")


def test_a_name_in_the_data_cannot_take_the_place_of_another(tmp_path: Path) -> None:
    """Words gives each term its own text, whatever the label of another says."""
    one, other = NamedNode(f"{BASE}station/one"), NamedNode(f"{BASE}station/other")
    words = Words({one: [Literal('</a><a href="/station/other.html">', language="en")]}, ENGLISH, "/".__add__, BASE, {})
    page = Page(f"<p>{words.linked(one)}{words.linked(other)}</p>")
    assert page.links == ["/station/one.html", "/station/other.html"]
