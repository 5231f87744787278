"""The data graph gives back every literal as it was given, and counts them apart."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alataw.datagraph import DataGraph, decode, encode
from alataw.shapes.lexical import FORMS, is_well_formed
from alataw.store import as_stored
from alataw.terms import XSD, Literal, NamedNode, Triple

A = NamedNode("http://example.org/a")
DATATYPES = [NamedNode(iri) for iri in FORMS] + [XSD.string, XSD.anyURI, NamedNode("http://example.org/dt")]

texts = st.from_regex(r"[-+]?[0-9]{0,5}([-.:TZeE+][0-9]{0,3}){0,5}Z?", fullmatch=True) | st.text(max_size=8)
literals = st.builds(lambda text, datatype: Literal(text, datatype=datatype), texts, st.sampled_from(DATATYPES))


@given(st.lists(literals, max_size=8))
def test_a_literal_comes_back_as_it_was_given(given_: list[Literal]) -> None:
    """Lexical form and datatype are kept, whatever they are; equal terms are one triple, others are not."""
    graph = DataGraph(Triple(A, A, literal) for literal in given_)
    assert {triple.object for triple in graph} == set(given_)
    assert len(graph) == len(set(given_))


@given(literals)
def test_what_is_not_kept_apart_is_not_changed(literal: Literal) -> None:
    """A literal that goes into the engine as it is comes out of it as it was."""
    encoded = encode(literal)
    assert decode(encoded) == literal
    if encoded is literal:
        assert as_stored(literal) == literal


def test_a_query_sees_numbers_and_gives_forms() -> None:
    """An author's query compares 01 as a number, and its answer is the form that the data has."""
    graph = DataGraph(
        [Triple(A, A, Literal("01", datatype=XSD.integer)), Triple(A, A, Literal("3", datatype=XSD.byte))]
    )
    rows = graph.query(f"SELECT ?v {{ ?s {A} ?v FILTER(?v < 5) }}", plain=True).rows
    assert {str(value) for (value,) in rows} == {f'"01"^^{XSD.integer}', f'"3"^^{XSD.byte}'}


def test_triples_go_and_come() -> None:
    """A change takes away and puts in, odd forms too."""
    one, other = (Triple(A, A, Literal(text, datatype=XSD.decimal)) for text in ("1.50", "1.5"))
    graph = DataGraph([one])
    graph.change([one], [other])
    assert (graph.has(one), graph.has(other), list(graph)) == (False, True, [other])


@pytest.mark.parametrize(
    ("datatype", "well", "ill"),
    [
        (XSD.date, "2004-02-29 2003-12-31Z -0044-03-15 2003-01-01+14:00", "2003-02-29 1900-02-29 2003-13-01 2003-1-1 03-01-01 2003-01-01+15:00"),
        (XSD.dateTime, "2003-01-01T24:00:00 2003-01-01T10:00:00.5Z", "2003-01-01 2003-01-01T25:00:00 2003-01-01T24:00:01"),
        (XSD.gYear, "0001 2003 12003 -0001", "203 02003 last"),
        (XSD.gYearMonth, "2019-12", "2019-13 2019"),
        (XSD.integer, "01 +5 -0", "1.0 abc 1e3"),
        (XSD.byte, "-128 127 +007", "128 -129 99999999999999999999999"),
        (XSD.unsignedLong, "18446744073709551615", "18446744073709551616 -1"),
        (XSD.positiveInteger, "1 +01", "0 -1"),
        (XSD.decimal, "1.50 .5 5. -0.0", "1e0 . abc"),
        (XSD.double, "1e0 INF -INF NaN .5E-3", "inf 1e e1"),
        (XSD.boolean, "true 0", "True yes"),
        (XSD.duration, "P1Y PT5M P1DT2H -P1Y2M3DT4H5M6.7S", "P 1Y PT P1YT"),
        (XSD.hexBinary, "0aFF", "0 xx"),
    ],
)  # fmt: skip
def test_forms_are_those_of_xml_schema(datatype: NamedNode, well: str, ill: str) -> None:
    """Texts of each datatype, and texts that are none."""
    assert [text for text in well.split() if not is_well_formed(text, datatype.value)] == []
    assert [text for text in ill.split() if is_well_formed(text, datatype.value)] == []
