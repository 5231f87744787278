"""Every page is whole, leads somewhere, and tells all that there is, each claim with its source."""

from __future__ import annotations

import re
from urllib.parse import unquote, urlsplit

import pytest
from kinds import ENGLISH, OURS, entity, every
from reading import Page

import alataw
from alataw.application import answer
from alataw.pages import CONTENT_SECURITY_POLICY, STATIC, Pages, page_of, site, term_of
from alataw.pages.knowledge import Knowledge
from alataw.publication import Publication
from alataw.terms import BASE, DEF, OWL, RDF, SKOS, NamedNode, text_of
from alataw.web import Request

KINDS = sorted([*OURS, "landing", "collection", "crossings", "disputes", "search", "vocabulary", "class", "property", "scheme", "concept", "queries", "query, not asked", "timeline", "bars", "map", "word", "table", "graph", "sparql", "about", "problem"])  # fmt: skip


def test_each_kind_of_page_is_tested(pages: Pages) -> None:
    """The list of kinds is that of the pages."""
    assert sorted(every(pages, OURS)) == KINDS


@pytest.mark.parametrize("kind", KINDS)
def test_a_page_is_whole(kind: str, made: dict[str, str]) -> None:
    """Elements are closed in order, identifiers stand once, there is one heading of the page, in a language."""
    page = Page(made[kind])
    assert page.faults == []
    assert len(page.ids) == len(set(page.ids)), sorted(i for i in page.ids if page.ids.count(i) > 1)
    assert [len(page.all(name)) for name in ("html", "head", "main", "h1")] == [1, 1, 1, 1]
    assert page.all("html")[0].get("lang") == "en"
    assert next(title.text.strip() for title in page.all("title") if "head" in title.within).removesuffix(" · Alataw")


@pytest.mark.parametrize("kind", KINDS)
def test_a_page_needs_no_script_and_no_style_of_its_own(kind: str, made: dict[str, str]) -> None:
    """Nothing runs, nothing is styled in place, nothing is fetched but the stylesheet and the icon."""
    page = Page(made[kind])
    assert page.all("script") == page.all("style") == page.all("iframe") == page.all("img") == []
    assert not [a for element in page.elements for a in element.attributes if a == "style" or a.startswith("on")]
    fetched = {element.get("href") for element in page.all("link") if element.get("rel") in ("stylesheet", "icon")}
    assert fetched == {f"/{path}" for path in STATIC}


@pytest.mark.parametrize("kind", KINDS)
def test_what_a_page_points_to_within_itself_is_there(kind: str, made: dict[str, str]) -> None:
    """Footnotes and jumps arrive; fields have labels; fills and descriptions are defined."""
    page = Page(made[kind])
    ids = set(page.ids)
    jumps = [link[1:] for link in page.links if link.startswith("#")]
    assert [jump for jump in jumps if unquote(jump) not in ids and jump not in ids] == []
    told = [e.get(a) for e in page.elements for a in ("aria-labelledby", "aria-describedby", "for", "list") if e.get(a)]
    assert set(told) <= ids
    fills = re.findall(r"url\(#([\w-]+)\)", made[kind])
    assert set(fills) <= ids
    labelled = {element.get("for") for element in page.all("label")}
    fields = [e for name in ("input", "select", "textarea") for e in page.all(name) if e.get("type") != "hidden"]
    assert all(field.get("id") in labelled or field.get("aria-label") for field in fields)


@pytest.fixture(scope="module")
def known() -> dict[str, tuple[int, str]]:
    """What was answered already: the status, and the page."""
    return {}


@pytest.mark.parametrize("kind", KINDS)
def test_every_link_of_a_page_leads_to_something(
    kind: str, made: dict[str, str], publication: Publication, known: dict[str, tuple[int, str]]
) -> None:
    """The application has an answer for each of the first links to us, and a fragment stands in the page it leads to."""
    for link in list(dict.fromkeys(link for link in Page(made[kind]).links if link.startswith("/")))[:40]:
        parts = urlsplit(link)
        path = unquote(parts.path).removeprefix("/")
        at = f"{path}?{parts.query}"
        if at not in known:
            reply = answer(
                publication, Request(path=path, query=parts.query, headers={"accept": "text/html,*/*;q=0.1"})
            )
            known[at] = reply.status, reply.body.decode(errors="replace") if path.endswith(".html") else ""
        status, body = known[at]
        assert status in (200, 303), link
        if parts.fragment and body:
            assert f'id="{unquote(parts.fragment)}"' in body or f'id="{parts.fragment}"' in body, link


def test_the_policy_allows_our_own_style_and_pictures_alone() -> None:
    """No script, no style in place, no other host, no frame around a page."""
    told = dict(part.strip().split(" ", 1) for part in CONTENT_SECURITY_POLICY.split(";"))
    assert told["default-src"] == "'none'"
    assert {told["style-src"], told["img-src"], told["form-action"]} == {"'self'"}
    assert told["base-uri"] == told["frame-ancestors"] == "'none'"
    assert "unsafe" not in CONTENT_SECURITY_POLICY


def test_every_entity_has_a_page_that_tells_each_claim_with_a_source(pages: Pages, graph: alataw.Graph) -> None:
    """No claim is missing on the page of what it is about, and none stands without a footnote."""
    by_entity: dict[str, set[str]] = {}
    for triple in graph.triples():
        if triple.predicate == DEF.about and isinstance(triple.object, NamedNode):
            about = text_of(triple.object).partition("#")[0]
            claim = text_of(triple.subject)
            if claim.startswith(about + "#") and "#acknowledged" not in claim:
                by_entity.setdefault(about, set()).add(claim.partition("#")[2])
    assert len(by_entity) > 100
    for iri, claims in by_entity.items():
        html = pages.entity(NamedNode(iri), ENGLISH)
        shown = dict(re.findall(r'<(?:dd|li) id="([^"]+)"(.*?)(?:</dd>|</li>)', html, re.DOTALL))
        assert claims <= shown.keys(), (iri, claims - shown.keys())
        assert all('class="note"' in shown[claim] for claim in claims), iri


def test_every_entity_that_is_disputed_says_so(pages: Pages, graph: alataw.Graph) -> None:
    """The box of disputes stands on the page of each thing that the stored query names, and on no other."""
    disputed = {text_of(term).partition("#")[0] for term in graph.query("disputed-claims").columns["entity"]}
    own = {text_of(triple.subject) for triple in graph.triples() if triple.predicate == RDF.type}
    things = sorted(iri for iri in own if "#" not in iri and "/" in iri.removeprefix(BASE))
    found = {iri for iri in things if 'href="/query/disputed-claims.html' in pages.entity(NamedNode(iri), ENGLISH)}
    acknowledged = {text_of(t.object).partition("#")[0] for t in graph.triples() if t.predicate == DEF.about and "#acknowledged" in text_of(t.subject)}  # fmt: skip
    assert disputed <= found <= disputed | acknowledged


def test_what_an_editor_has_acknowledged_stands_on_the_page(pages: Pages, graph: alataw.Graph) -> None:
    """The reason of every acknowledgement is told on the page of the thing whose document holds it."""
    reasons = [triple for triple in graph.triples() if triple.predicate == DEF.reason]
    assert len(reasons) > 20
    for acknowledgement, _, reason in reasons:
        page = Page(pages.entity(NamedNode(text_of(acknowledgement).partition("#")[0]), ENGLISH))
        assert text_of(reason) in [element.text for element in page.all("bdi")], acknowledgement


def test_a_dispute_is_the_same_whichever_query_tells_it(graph: alataw.Graph) -> None:
    """The index gives of one thing what the comparison of all claims gives of it, and counts as many."""
    everything = graph.query("claims-that-differ")
    assert graph.query("disputed-claims").rows == everything.rows
    counted = {row[0]: [int(text_of(number)) for number in row[1:]] for row in graph.query("most-disputed").rows}
    assert counted.keys() == set(everything.columns["entity"])
    for thing, (contradictions, compatible) in counted.items():
        mine = tuple(row for row in everything.rows if row[0] == thing)
        assert graph.query("disputed-claims", entity=thing).rows == mine
        mild = sum(text_of(row[everything.variables.index("bothCanBeTrue")]) == "true" for row in mine)
        assert (contradictions, compatible) == (len(mine) - mild, mild)


@pytest.mark.parametrize(("page", "step", "found"), [("disputes", "DISPUTED_ON_A_PAGE", "h2"), ("crossings", "ON_A_PAGE", "th")])  # fmt: skip
def test_a_long_list_is_turned_over(pages: Pages, page: str, step: str, found: str, monkeypatch: pytest.MonkeyPatch) -> None:  # fmt: skip
    """From page to page by its links, everything that one page would hold is found, once and in order."""
    whole = [element.text for element in Page(getattr(pages, page)(ENGLISH)).all(found)]
    monkeypatch.setattr(site, step, 10)
    turned, offset = [], 0
    while True:
        part = getattr(pages, page)(ENGLISH, offset)
        turned += [element.text for element in Page(part).all(found) if not turned or element.get("scope") != "col"]
        following = re.search(r'href="\?offset=(\d+)" rel="next"', part)
        if not following:
            break
        assert f'href="?offset={offset}" rel="prev"' in getattr(pages, page)(ENGLISH, int(following[1]))
        offset = int(following[1])
    assert offset > 20
    assert turned == whole


def test_every_term_has_a_page_and_the_page_a_term(pages: Pages, graph: alataw.Graph) -> None:
    """Classes, properties, vocabularies and concepts: the address of each leads back to it, and defines it."""
    knowledge = Knowledge(pages.publication)
    terms = [term for kind in (OWL.Class, OWL.ObjectProperty, OWL.DatatypeProperty, SKOS.Concept) for term in knowledge.of_type(kind)]  # fmt: skip
    ours = [term for term in terms if isinstance(term, NamedNode) and term.value.startswith(BASE)]
    assert len(ours) > 200
    for term in ours:
        assert term_of(page_of(term.value) or "") == term
        definition = text_of(knowledge.defined(term, SKOS.definition)[0])
        assert Page(pages.term(term, ENGLISH)).all("p")[1].text.strip() == definition


def test_labels_follow_the_languages_of_the_reader(pages: Pages) -> None:
    """The best language that a name has; English where it has none of the reader's; each text says which it is."""
    chinese = Page(pages.entity(entity("station/alashankou"), ("zh-CN", "de"))).all("h1")[0]
    assert (chinese.text, "zh") == ("阿拉山口站", "zh")
    german = Page(pages.entity(entity("station/alashankou"), ("de",)))
    assert german.all("h1")[0].text == "Alashankou railway station"
    russian = Page(pages.entity(entity("border-crossing/cn-kz-alashankou-dostyk"), ("ru", "en")))
    heading = russian.elements[russian.elements.index(russian.all("h1")[0]) + 1]
    assert (heading.name, heading.get("lang"), heading.text) == ("bdi", "ru", "Достык — Алашанькоу")


def test_a_search_finds_any_script_and_refuses_what_is_no_name(pages: Pages) -> None:
    """阿拉山口, Алашанькоу and Alashankou find the same; a control character is told, not run."""
    found = [{link for link in Page(pages.search(name, ENGLISH)).links if link.startswith("/station/")} for name in ("阿拉山口站", "Alashankou railway station")]  # fmt: skip
    assert "/station/alashankou.html" in found[0] & found[1]
    assert "is refused" in Page(pages.search("a\x00b", ENGLISH)).all("main")[0].text
    assert "Nothing bears" in Page(pages.search("zzzzqqqq", ENGLISH)).all("main")[0].text


def test_a_search_tells_of_things_before_what_is_written_about_them(pages: Pages) -> None:
    """A crossing whose name only begins so comes before every source, be its title the very name."""
    links = [link for link in Page(pages.search("Alashankou", ENGLISH)).links if link.count("/") == 2]
    kinds = [link.split("/")[1] for link in links if link.startswith(("/source/", "/border-crossing/", "/station/"))]
    assert {"source", "border-crossing", "station"} == set(kinds)
    assert "source" not in kinds[: kinds.index("border-crossing") + 1]


def test_a_wrong_value_is_told_beside_the_form(pages: Pages, graph: alataw.Graph) -> None:
    """What was typed stays in its field, and the message says what to do."""
    stored = graph.stored_query("operators-of-station")
    with pytest.raises(alataw.AlatawError) as refused:
        graph.query("operators-of-station", station="alashanko")
    page = Page(pages.query(stored, {"station": "alashanko"}, None, refused.value, ENGLISH))
    assert [e.get("value") for e in page.all("input") if e.get("name") == "station"] == ["alashanko"]
    told = next(element.text for element in page.elements if element.get("role") == "alert")
    assert "no Station is named alashanko" in told
    assert "station/alashankou" in told


def test_pages_link_below_the_address_they_are_served_at(graph: alataw.Graph) -> None:
    """Under a path of a host every link of ours begins with it; IRIs of things stay what they are."""
    elsewhere = Pages(Publication(graph, address="https://example.org/rail/"))
    page = Page(elsewhere.entity(entity("station/dostyk"), ENGLISH))
    ours = [link for link in page.links if link.startswith("/")]
    assert ours
    assert all(link.startswith("/rail/") for link in ours)
    assert f"{BASE}station/dostyk" in page.html


def test_the_same_facts_give_the_same_page(publication: Publication) -> None:
    """Two makings of a page differ in no byte, whatever was asked before."""
    first, second = Pages(publication), Pages(publication)
    second.warm()
    second.landing(ENGLISH)
    for path in OURS.values():
        assert first.entity(entity(path), ENGLISH) == second.entity(entity(path), ENGLISH)


def test_what_is_kept_for_one_reader_is_told_to_no_other(publication: Publication, pages: Pages) -> None:
    """Readers in turn, of languages that are spoken here and that are not, get what the first reader of all would."""
    readers = [("ru",), ("zh-Hans", "tlh"), ("tlh",), ("de", "ZH"), ("en-GB", "ru")]
    thing = entity("border-crossing/cn-kz-alashankou-dostyk")
    for reader in readers:
        pages.entity(thing, reader)
    told = {reader: pages.entity(thing, reader) for reader in readers}
    assert told == {reader: Pages(publication).entity(thing, reader) for reader in readers}
    assert told["tlh",] == pages.entity(thing, ())
    assert len(set(told.values())) > 2
