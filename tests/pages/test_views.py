"""Drawings say what is known: where a time begins and ends, what compares, where a thing lies."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kinds import ENGLISH, OURS, entity
from reading import Page

import alataw
from alataw.pages import Pages, maps
from alataw.pages.forms import fields
from alataw.pages.knowledge import Knowledge
from alataw.pages.maps import Map, Point
from alataw.pages.notes import Notes
from alataw.pages.timeline import Axis, Ends
from alataw.pages.views import Bars, Graph, Table, Timeline, Verdict, Views
from alataw.pages.words import Words
from alataw.terms import DEF, NamedNode, text_of

CROSSING, STATION = OURS["crossing"], OURS["station"]


@pytest.fixture(scope="module")
def views(pages: Pages) -> Views:
    """Views as a page of a stored query has them."""
    knowledge = Knowledge(pages.publication)
    words = Words(knowledge.labels, ENGLISH, pages.publication.link, knowledge.base, {})
    return Views(knowledge, words, Notes())


def drawn(views: Views, graph: alataw.Graph, name: str, **values: str) -> object:
    return views.lay_out(graph.query(name, **values), graph.stored_query(name))


# -- timelines -----------------------------------------------------------------------------------------


def test_an_end_is_full_as_far_as_it_is_certain() -> None:
    """From some day of 2001 until some day of 2005: certain from 2002 to 2005, fading over the year at each end."""
    span = Ends.of("2001", "2005")
    axis = Axis.around([span])
    pieces = {piece.kind: piece for piece in axis.pieces(span)}
    years = (axis.last - axis.first) / 100
    assert axis.first + pieces["full"].start * years == pytest.approx(2002, abs=0.01)
    assert pieces["full"].width * years == pytest.approx(3, abs=0.01)
    assert [pieces[kind].width * years for kind in ("in", "out")] == pytest.approx([1, 1], abs=0.01)


@pytest.mark.parametrize(
    ("begin", "end", "kinds"),
    [
        ("", "2001", ["in", "full", "out"]),
        ("[..2001]", "2001", ["in", "out"]),
        ("2005", "", ["in", "full", "out"]),
        ("2003-05-01", "2004-05-01", ["in", "full", "out"]),
    ],
)
def test_an_end_that_nobody_states_fades(begin: str, end: str, kinds: list[str]) -> None:
    """An open beginning fades in, an open end fades out, however little is known."""
    span = Ends.of(begin, end)
    pieces = Axis.around([span, Ends.of("1990", "2010")]).pieces(span)
    assert [piece.kind for piece in pieces] == kinds
    assert (pieces[0].start == 0) == (begin in ("", "[..2001]"))
    assert (pieces[-1].start + pieces[-1].width == pytest.approx(100, abs=0.05)) == (end == "")


def test_what_has_no_dates_has_no_bar() -> None:
    """Where neither end is stated nothing is full: an open line over the whole axis, whatever stands beside it."""
    span = Ends.of("", "")
    for beside in ([], [Ends.of("1990", "2010")]):
        (piece,) = Axis.around([span, *beside]).pieces(span)
        assert (piece.kind, piece.start, piece.width) == ("open", 0, 100)


def test_no_dates_are_drawn_as_such(pages: Pages) -> None:
    """The row of a claim that says `no dates stated` has an open line and no bar."""
    html = pages.entity(entity(CROSSING), ENGLISH)
    drawn = [svg for svg, when in re.findall(r"<svg class=\"span\"(.*?)</svg>\s*<p class=\"when\">([^<]*)", html, re.DOTALL) if "no dates stated" in when]  # fmt: skip
    assert drawn
    assert all('class="open"' in svg and "<rect" not in svg for svg in drawn)


_YEAR = st.integers(1800, 2100).map(str)
_DATE = st.one_of(
    st.just(""),
    _YEAR,
    st.builds("{}-{:02}".format, _YEAR, st.integers(1, 12)),
    st.builds("{}-{:02}-{:02}".format, _YEAR, st.integers(1, 12), st.integers(1, 28)),
    st.builds("[..{}]".format, _YEAR),
    st.builds("[{}..]".format, _YEAR),
    st.builds("{}~".format, _YEAR),
)


@given(st.lists(st.tuples(_DATE, _DATE), min_size=1, max_size=6))
def test_no_bar_leaves_its_axis(dates: list[tuple[str, str]]) -> None:
    """Whatever is stated, pieces follow each other within the axis, and ticks stand on it in order."""
    spans = [Ends.of(*pair) for pair in dates]
    axis = Axis.around(spans)
    for span in spans:
        pieces = axis.pieces(span)
        assert all(piece.start >= -0.01 and piece.start + piece.width <= 100.02 for piece in pieces)
        assert all(one.start + one.width <= other.start + 0.02 for one, other in pairwise(pieces))
    assert list(axis.ticks) == sorted(axis.ticks)
    assert len(axis.ticks) <= 9


def test_the_tenures_of_a_station_are_told_with_what_is_doubtful(pages: Pages) -> None:
    """The first tenure has no stated start, the last no stated end, and the one that an editor has a word on is striped."""
    html = pages.entity(entity(STATION), ENGLISH)
    rows = re.findall(r'<li id="(operator-[^"]*)"( class="doubtful")?>(.*?)</li>', html, re.DOTALL)
    told = {name: (bool(doubtful), text) for name, doubtful, text in rows}
    assert "2001 or earlier – 2001" in told["operator-first"][1]
    assert 'fill="url(#fade-in)"' in told["operator-first"][1]
    assert told["operator-2005"][0]
    assert 'fill="url(#stripes)"' in told["operator-2005"][1]
    assert "in 2005 it was the Ürümqi Railway Bureau" in told["operator-2005"][1]
    assert not told["operator-2001"][0]


def test_the_page_of_a_query_tells_doubts_too(made: dict[str, str]) -> None:
    """What is striped on the page of an entity is striped where the query is asked by itself."""
    assert re.search(r'<li id="operator-2005" class="doubtful">', made["timeline"])
    assert "may count transit in" in made["bars"]


# -- bars ----------------------------------------------------------------------------------------------


def test_bars_of_a_group_count_the_same(views: Views, graph: alataw.Graph) -> None:
    """In each group scope, kind of value and kind of period are one; every observation is in one group or alone."""
    answer = graph.query("freight-by-year", crossing=CROSSING)
    chart = drawn(views, graph, "freight-by-year", crossing=CROSSING)
    assert isinstance(chart, Bars)
    columns = answer.columns
    said = {text_of(claim).partition("#")[2]: (scope, kind) for claim, scope, kind in zip(columns["observation"], columns["scope"], columns["valueKind"], strict=True)}  # fmt: skip
    periods = {text_of(c).partition("#")[2]: text_of(p) for c, p in zip(columns["observation"], columns["period"], strict=True)}  # fmt: skip
    for panel in chart.panels:
        names = [bar.id for bar in panel.bars]
        assert len({said[name] for name in names}) == 1
        assert len({len(periods[name]) for name in names}) == 1
        assert max(bar.width for bar in panel.bars) == 100
    shown = [bar.id for panel in (*chart.panels, *chart.alone) for bar in panel.bars]
    assert sorted(shown) == sorted(said)


def test_bars_say_their_period_and_scope(pages: Pages) -> None:
    """Each figure stands beside its period, below or above the words for what it counts in."""
    html = pages.entity(entity(CROSSING), ENGLISH)
    assert re.search(r"international rail freight.{0,400}whole years", html, re.DOTALL)
    assert re.search(r'<time datetime="1991">1991</time>.{0,600}160,000\N{NO-BREAK SPACE}t', html, re.DOTALL)


# -- disputes ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("property_", "unit", "thing"), [("tonnage", "t", CROSSING), ("length", "km", "railway-line/northern-xinjiang")])  # fmt: skip
def test_a_dispute_is_told_with_its_units(property_: str, unit: str, thing: str, pages: Pages) -> None:
    """On the page of the thing and among all disputes alike: every value has the unit of its property."""
    pairs = re.findall(r'<li class="hard">.*?</li>|<li><span class="mark">.*?</li>', pages.disputes(ENGLISH))
    own = re.findall(r'<li class="hard">.*?</li>|<li><span class="mark">.*?</li>', pages.entity(entity(thing), ENGLISH))
    for told in (pairs, own):
        numbers = [re.findall(r'class="number">([^<]*)<', pair) for pair in told if f">{property_}</bdi>:" in pair]
        assert numbers
        assert all(number.endswith(f"\N{NO-BREAK SPACE}{unit}") for each in numbers for number in each)
        assert not [pair for pair in told if 'class="detail">(' in pair]


def test_a_contradiction_is_told_from_what_is_compatible(pages: Pages) -> None:
    """By a word on each pair, as many of each as are counted at the head of the page."""
    html = "".join(pages.disputes(ENGLISH, offset) for offset in range(0, 1000, 100) if offset < len(Knowledge(pages.publication).disputed))  # fmt: skip
    hard, mild = re.search(r"<p>([\d,]+) pairs of claims contradict each other; of ([\d,]+) more", html).groups()  # type: ignore[union-attr]
    assert html.count('<li class="hard"><span class="mark">contradiction</span>') == int(hard.replace(",", "")) > 0
    assert html.count('<li><span class="mark">compatible</span>') == int(mild.replace(",", "")) > 0


# -- maps ----------------------------------------------------------------------------------------------


def test_a_map_holds_its_points_where_they_are() -> None:
    """A point that lies between two others is drawn between them, in the right proportion, within the map."""
    made = maps.draw([Point(80, 40, "west", ""), Point(81, 41, "middle", ""), Point(82, 42, "east", "")])
    assert isinstance(made, Map)
    west, middle, east = sorted(made.marks, key=lambda mark: mark.x)
    assert middle.x - west.x == pytest.approx(east.x - middle.x, abs=0.2)
    assert west.y - middle.y == pytest.approx(middle.y - east.y, abs=0.2)
    assert all(0 < mark.x < made.width and 0 < mark.y < made.height for mark in made.marks)
    assert made.land.startswith("M")
    assert set(made.land + made.borders) <= set("Mlz-0123456789 ")
    assert {"China", "Kazakhstan"} & {name for name, _, _ in made.names}


@pytest.mark.parametrize(("longitude", "latitude"), [(0.0, 0.0), (179.9, 65.0), (-179.9, -80.0), (103.8, 36.0), (151.2, -33.9)])  # fmt: skip
def test_any_place_has_a_map(longitude: float, latitude: float) -> None:
    """At sea, at the edges of the world, far from any border: there is a map, and the point in its middle."""
    made = maps.draw([Point(longitude, latitude, "here", "", is_main=True)], is_small=True)
    assert isinstance(made, Map)
    assert made.marks[0].x == pytest.approx(made.width / 2, abs=1)


def test_a_map_says_that_borders_are_de_facto(made: dict[str, str]) -> None:
    """Wherever a map stands, so does the word on what its borders mean."""
    for name in ("station", "crossings", "landing", "map"):
        assert made[name].count("Borders are de facto") == made[name].count('<figure class="map')
        assert "<figure" in made[name]


# -- which view ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "values", "view"),
    [
        ("operators-of-station", {"station": STATION}, Timeline),
        ("openings-of-crossing", {"crossing": CROSSING}, Timeline),
        ("freight-by-direction", {"crossing": CROSSING}, Bars),
        ("sources-by-use", {}, Bars),
        ("breaks-of-gauge", {}, Map),
        ("is-crossing-open", {"crossing": CROSSING}, Verdict),
        ("claims-of-entity", {"entity": STATION}, Table),
        ("describe-entity", {"entity": STATION}, Graph),
    ],
)
def test_an_answer_is_shown_in_the_view_of_its_query(
    name: str, values: dict[str, str], view: type, views: Views, graph: alataw.Graph
) -> None:
    """The header of a stored query decides what is drawn."""
    assert isinstance(drawn(views, graph, name, **values), view)


def test_every_stored_query_can_be_shown(pages: Pages, graph: alataw.Graph) -> None:
    """With its example each has a page, whatever it gives: no identifier twice, a field for each parameter."""
    knowledge = Knowledge(pages.publication)
    words = Words(knowledge.labels, ENGLISH, pages.publication.link, knowledge.base, {})
    for query in graph.queries:
        values = {parameter.name: parameter.example for parameter in query.parameters if parameter.required}
        html = pages.query(query, values, graph.query(query.name, limit=30, **values), None, ENGLISH)
        assert "<h1>" in html
        ids = Page(html).ids
        assert len(ids) == len(set(ids)), query.name
        assert [field.name for field in fields(query, values, knowledge, words)] == [p.name for p in query.parameters]
        for parameter in query.parameters:
            assert f'name="{parameter.name}"' in html


def test_a_field_offers_what_it_takes(pages: Pages, graph: alataw.Graph) -> None:
    """A parameter of a vocabulary takes its concepts and no other; one of a small class suggests all of it."""
    knowledge = Knowledge(pages.publication)
    words = Words(knowledge.labels, ENGLISH, pages.publication.link, knowledge.base, {})
    gauge = fields(graph.stored_query("crossings-by-gauge"), {}, knowledge, words)[0]
    assert gauge.is_closed
    assert dict(gauge.choices)["1435"] == "1435 mm"
    country = fields(graph.stored_query("breaks-of-gauge"), {}, knowledge, words)[0]
    assert not country.is_closed
    assert dict(country.choices)["place/china"] == "China"


def test_numbers_have_the_units_of_the_ontology(pages: Pages) -> None:
    """Tonnes, kilometres and metres are told beside the numbers, and digits in groups."""
    html = pages.entity(entity(STATION), ENGLISH)
    assert "2,358.376\N{NO-BREAK SPACE}km" in html
    assert "15,160,000\N{NO-BREAK SPACE}t" in pages.entity(entity(CROSSING), ENGLISH)


def test_what_wikidata_may_take_is_offered_where_a_thing_is_linked(pages: Pages, graph: alataw.Graph) -> None:
    """A linked thing with claims that Wikidata has a place for shows QuickStatements of its own item alone."""
    linked = [t.subject for t in graph.triples() if text_of(t.predicate) == "https://schema.org/sameAs"]
    found = {}
    for thing in linked:
        html = pages.entity(NamedNode(text_of(thing)), ENGLISH)
        if "<summary>QuickStatements" in html:
            found[text_of(thing)] = re.search(r"<summary>QuickStatements.*?<code>(.*?)</code>", html, re.DOTALL)[1]  # type: ignore[index]
    assert found
    items = {text_of(t.subject): text_of(t.object).rpartition("/")[2] for t in graph.triples() if text_of(t.predicate) == "https://schema.org/sameAs"}  # fmt: skip
    for thing, lines in found.items():
        assert all(line.startswith(f"{items[thing]}\t") for line in lines.strip().split("\n"))


def test_a_class_of_the_ontology_tells_what_may_be_said_of_it(pages: Pages) -> None:
    """The page of a class has its properties by its shapes; that of a property the classes that have it."""
    assert 'href="/def/country.html"' in pages.term(DEF.Station, ENGLISH)
    assert 'href="/def/Station.html"' in pages.term(DEF.country, ENGLISH)
