"""Dates compare the same way in Python and in every engine, and never claim more than the source."""

from __future__ import annotations

import itertools
import re
import warnings

import pyoxigraph
import pytest
from hypothesis import given
from hypothesis import strategies as st

import alataw
from alataw import dates
from alataw.terms import DEF, XSD, Literal, text_of

FORMS = (
    "1990", "1990-09", "1990-09-12", "1990~", "1990-09?", "1990-09-12%",
    "[..2001]", "[2005..]", "[1990..1992]", "[1990-09-12..1991-07]", "2011-01/2011-10", "1991/1992-09-12",
)  # fmt: skip

# Text -> the days that it may mean, first and last; None is open.
SPANS = {
    "1990": ("1990-01-01", "1990-12-31"),
    "1990-09": ("1990-09-01", "1990-09-30"),
    "1990-09-12": ("1990-09-12", "1990-09-12"),
    "1990~": ("1990-01-01", "1990-12-31"),
    "1990-09?": ("1990-09-01", "1990-09-30"),
    "1990-09-12%": ("1990-09-12", "1990-09-12"),
    "[..2001]": (None, "2001-12-31"),
    "[2005..]": ("2005-01-01", None),
    "[1990..1992]": ("1990-01-01", "1992-12-31"),
    "[1990-09-12..1991-07]": ("1990-09-12", "1991-07-31"),
    "2011-01/2011-10": ("2011-01-01", "2011-10-31"),
    "1991/1992-09-12": ("1991-01-01", "1992-09-12"),
}


@pytest.mark.parametrize("text", FORMS)
def test_every_form_is_a_date(text: str) -> None:
    """A date of each form gets a datatype, and nothing is wrong with it."""
    assert dates.problem(dates.literal(text)) is None


@pytest.mark.parametrize(
    "text",
    ["1990-13", "1990-02-30", "90", "1990-9-1", "[..]", "[1992..1990]", "2011-10/2011-01", "1990~?", "yesterday", "", "1990-09-12T00:00", "../2001"],
)  # fmt: skip
def test_what_is_no_date_is_told(text: str) -> None:
    """Impossible dates, backward spans and forms that the engines' expressions do not read are refused."""
    assert dates.problem(Literal(text, datatype=DEF.edtf))


@pytest.mark.parametrize("text", ["２００３", "٢٠٠٣", "200𝟛", "2003-0९", "2003-09-1２", "[..２００１]"])
def test_digits_of_other_scripts_are_no_date(text: str) -> None:
    """No engine compares them with those of ours, so that nothing would be found."""
    assert dates.problem(dates.literal(text))


@pytest.mark.parametrize(
    ("text", "datatype"), [("1990-09", XSD.gYear), ("1990", XSD.date), ("1990-09-12", XSD.gYearMonth)]
)
def test_a_date_has_the_form_of_its_datatype(text: str, datatype: pyoxigraph.NamedNode) -> None:
    """A month is no year."""
    assert "form" in (dates.problem(Literal(text, datatype=datatype)) or "")


def test_queries_and_shapes_compare_days_alike(graph: alataw.Graph) -> None:
    """Wherever one takes the first or the last day of a date, it is by the expressions of `dates`."""
    repository = graph.repository
    texts = [query.text + query.explanation for query in graph.queries]
    texts += [text_of(triple.object) for document in repository.shapes() for triple in document.triples]
    found = [pattern for text in texts for pattern in re.findall(r'"((?:[^"\\]|\\.)*~\?%(?:[^"\\]|\\.)*)", ""\)', text)]
    assert len(found) > 100
    allowed = {re.findall(r'"(.+?)", ""', expression)[0] for expression in (dates.FIRST_DAY, dates.LAST_DAY)}
    assert set(found) == allowed


@pytest.mark.parametrize("text", FORMS)
@pytest.mark.parametrize("engine", ["oxigraph", "rdflib"])
def test_first_and_last_day_are_the_same_in_every_engine(text: str, engine: str) -> None:
    """The SPARQL expressions give what the functions give, on two engines."""
    literal = str(dates.literal(text))
    first, last = (expression.format("?date") for expression in (dates.FIRST_DAY, dates.LAST_DAY))
    query = f"SELECT ({first} AS ?first) ({last} AS ?last) WHERE {{ VALUES ?date {{ {literal} }} }}"
    if engine == "oxigraph":
        (row,) = pyoxigraph.Store().query(query)
        told = (row["first"].value, row["last"].value)
    else:
        import rdflib

        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)
            (found,) = rdflib.Graph().query(query)
        told = (str(found[0]), str(found[1]))
    assert told == (dates.first_day(text), dates.last_day(text))


@pytest.mark.parametrize(("one", "other"), [*itertools.product(FORMS, FORMS)])
def test_certainly_before_is_certainly_before(one: str, other: str) -> None:
    """The last day of one sorts before the first of another exactly if all its days do."""
    last, first = SPANS[one][1], SPANS[other][0]
    truly = last is not None and first is not None and last < first
    assert (dates.last_day(one) < dates.first_day(other)) == truly


years = st.integers(1000, 2999)


@given(years, st.integers(1, 12), st.integers(1, 28), years, st.integers(1, 12))
def test_precision_never_decides_by_itself(year: int, month: int, day: int, other: int, second: int) -> None:
    """A day lies in its month and year: neither before the other."""
    whole, part = f"{year}", f"{year}-{month:02}"
    exact = f"{part}-{day:02}"
    for inner, outer in ((part, whole), (exact, part), (exact, whole)):
        assert not dates.last_day(inner) < dates.first_day(outer)
        assert not dates.last_day(outer) < dates.first_day(inner)
    against = f"{other}-{second:02}"
    assert (dates.last_day(part) < dates.first_day(against)) == ((year, month) < (other, second))
