"""Stored queries: values are read as what they are; a header is held to its query."""

from __future__ import annotations

import datetime
from decimal import Decimal

import pytest

import alataw
from alataw.errors import ParameterError, UsageError
from alataw.queries import StoredQuery
from alataw.store import EmbeddedStore
from alataw.terms import BlankNode, Literal, NamedNode, text_of

GRAPH = alataw.open()

HEADER = """#+ summary: A question
#+ parameters:
#+   name: {datatype: string, required: true, example: x, description: A text.}
#+ columns:
#+   name: {description: The same.}
#+ contract: {min-rows: 1, within-ms: 50}
SELECT ?name WHERE { VALUES ?name { "x" } } ORDER BY ?name
"""
ECHO = StoredQuery.read("echo", HEADER)


def test_several_values_are_several_rows() -> None:
    """A list is asked at once, each value once."""
    answer = ECHO.ask(EmbeddedStore(), GRAPH.resolver, {"name": ["b", "a", "b"]})
    assert [row[0].value for row in answer.rows] == ["a", "b"]  # type: ignore[union-attr]


def test_the_answer_and_what_it_rests_on_are_asked_for_the_same_values() -> None:
    """Values that can be read once only are asked for in both."""
    crossing = "cn-kz-alashankou-dostyk"
    whole = GRAPH.query("is-crossing-open", explain=True, crossing=crossing, on=["1990"])
    assert GRAPH.query("is-crossing-open", explain=True, crossing=crossing).rows != whole.rows
    once = GRAPH.query("is-crossing-open", explain=True, crossing=iter([crossing]), on=iter(["1990"]))
    assert once.rows == whole.rows


def test_terms_that_are_left_out_are_not_those_of_the_example() -> None:
    """A parameter without terms is asked for whatever it may be."""
    assert ECHO.ask_of(EmbeddedStore(), {"name": ['"y"']}).rows == ((Literal("y"),),)
    assert ECHO.ask_of(EmbeddedStore(), {}).rows == ((None,),)


@pytest.mark.parametrize("value", ["2003", 2003, datetime.date(2003, 9, 12), Literal("2003-09")])
def test_python_values_are_read(value: object) -> None:
    """Texts, numbers, dates and terms are taken for a date."""
    assert len(GRAPH.query("operators-of-station", station="alashankou", on=value)) == 1  # type: ignore[arg-type]


def test_a_decimal_is_read_as_a_string_of_digits() -> None:
    """Decimal and bool have lexical forms of their own."""
    assert ECHO.ask(EmbeddedStore(), GRAPH.resolver, {"name": Decimal("1.50")}).rows[0][0] == Literal("1.50")
    assert ECHO.ask(EmbeddedStore(), GRAPH.resolver, {"name": True}).rows[0][0] == Literal("true")


@pytest.mark.parametrize("value", [BlankNode("b"), NamedNode("http://example.org/")])
def test_a_term_of_another_kind_is_refused(value: NamedNode | BlankNode) -> None:
    """An IRI is no text, and a blank node is nothing that could be asked for."""
    with pytest.raises(ParameterError) as refused:
        ECHO.ask(EmbeddedStore(), GRAPH.resolver, {"name": value})
    assert refused.value.code == "AL015"


def test_limit_and_offset_page_through_an_answer() -> None:
    """Pages put together are the whole, in order."""
    whole = GRAPH.query("names-of-entity", entity="station/alashankou").rows
    pages = [
        GRAPH.query("names-of-entity", entity="station/alashankou", limit=2, offset=n).rows
        for n in range(0, len(whole), 2)
    ]
    assert tuple(row for page in pages for row in page) == whole


@pytest.mark.parametrize(("limit", "offset"), [(-1, None), (None, -1), (True, None), (2**31, None)])
def test_limits_are_numbers_of_rows(limit: int | None, offset: int | None) -> None:
    """Negative, endless or truth-valued windows are refused."""
    with pytest.raises(ParameterError):
        GRAPH.query("disputed-claims", limit=limit, offset=offset)


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("#+ summary: A question\n", "", "summary"),
        ("summary:", "sumary:", "sumary"),
        ("datatype: string", "datatype: strin", "strin"),
        ("example: x", "example: y", "another value than the example"),
        ("  name: {description", "  nam: {description", "the columns are name"),
        (" ORDER BY ?name", "", "ORDER BY"),
        ('VALUES ?name { "x" }', 'BIND("x" AS ?name)', "no block VALUES .name"),
        ("min-rows: 1", "min-rows: many", "many"),
        (", within-ms: 50", "", "within-ms"),
        ("#+ contract: {min-rows: 1, within-ms: 50}\n", "", "contract"),
        ("required: true", "required: yes", "yes"),
        ("#+ summary", "#+ summary: A\n#+ summary", "summary"),
        ("{datatype: string", "{in: rank, datatype: string", "one of class, datatype, in"),
    ],
)
def test_a_header_that_is_wrong_is_told_at_its_line(old: str, new: str, told: str) -> None:
    """A stored query that breaks a rule is refused with file and line, never asked."""
    assert old in HEADER
    with pytest.raises(UsageError, match=told) as refused:
        StoredQuery.read("echo", HEADER.replace(old, new, 1), file="queries/echo.rq")
    assert refused.value.code == "AL016"
    assert refused.value.location is not None
    assert refused.value.location.file == "queries/echo.rq"


def test_the_words_of_yaml_1_1_are_only_words() -> None:
    """`on` is a parameter, `NO` a country, 2003-09-12 a text: the header is read as texts."""
    text = HEADER.replace("name", "on").replace("example: x", "example: NO").replace('"x"', '"NO"')
    assert [parameter.example for parameter in StoredQuery.read("echo", text).parameters] == ["NO"]


def test_a_row_tells_for_which_of_several_values_it_holds() -> None:
    """A parameter that is no column becomes one, so that no two rows are equal, and each is that of its value alone."""
    several = GRAPH.query("operators-of-station", station=["alashankou", "dostyk"], on=["2001", "2005"])
    assert several.variables[-2:] == ("station", "on")
    assert len(set(several.rows)) == len(several.rows) > 1
    for station in ("alashankou", "dostyk"):
        for on in ("2001", "2005"):
            alone = GRAPH.query("operators-of-station", station=station, on=on).rows
            of_it = [row[:-2] for row in several.rows if text_of(row[-2]).endswith(station) and text_of(row[-1]) == on]
            assert of_it == list(alone)
    pages = [GRAPH.query("operators-of-station", station=["alashankou", "dostyk"], limit=1, offset=n) for n in range(3)]
    whole = GRAPH.query("operators-of-station", station=["alashankou", "dostyk"])
    assert [row for page in pages for row in page.rows] == list(whole.rows[:3])


@pytest.mark.parametrize("query", GRAPH.queries, ids=lambda query: query.name)
def test_no_row_comes_twice_for_several_values(query: StoredQuery) -> None:
    """Whatever is asked of a query with two values of each parameter."""
    others = {"date": "2005", "name": "dostyk", "integer": "3", "decimal": "90", "string": "dostyk", "language": "ru"}
    for parameter in query.parameters:
        if parameter.kind != "datatype":
            continue
        values = {one.name: one.example for one in query.parameters if one.required}
        values[parameter.name] = [parameter.example, others[parameter.of]]  # type: ignore[assignment]
        if query.view == "boolean":
            with pytest.raises(ParameterError, match="one value"):
                GRAPH.query(query.name, **values)  # type: ignore[arg-type]
            continue
        rows = GRAPH.query(query.name, **values).rows  # type: ignore[arg-type]
        assert len(set(rows)) == len(rows)
