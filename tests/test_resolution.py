"""Names that people type: every way of naming a thing finds it, and a miss names the nearest."""

from __future__ import annotations

import pytest

import alataw
from alataw.errors import ParameterError, UnknownNameError
from alataw.resolution import literal
from alataw.terms import BASE, DEF, XSD, Literal

STATION = f"{BASE}station/alashankou"


@pytest.mark.parametrize(
    "name",
    ["station/alashankou", "alashankou", STATION, f"<{STATION}>", "<station/alashankou>", "Alashankou railway station",
     "Alataw Pass railway station", "alataw pass railway station", "阿拉山口站".removesuffix("站")],
)  # fmt: skip
def test_every_way_of_naming_finds_the_station(name: str, graph: alataw.Graph) -> None:
    """IRI, path, slug, label and any script of it lead to one thing."""
    assert graph.resolver.entity(name, "Station").value == STATION


def test_the_kind_decides_between_things_of_one_name(graph: alataw.Graph) -> None:
    """The station, the city and the crossing share a name and are three things."""
    assert graph.resolver.entity("alashankou", "Place").value == f"{BASE}place/alashankou"
    with pytest.raises(UnknownNameError, match="several") as refused:
        graph.resolver.entity("alashankou")
    assert refused.value.code == "AL012"
    assert set(refused.value.candidates) >= {"place/alashankou", "station/alashankou"}


def test_a_name_of_another_kind_says_so(graph: alataw.Graph) -> None:
    """A place is no station, and the message tells that it was found."""
    with pytest.raises(UnknownNameError) as refused:
        graph.resolver.entity("place/china", "Station")
    assert "place/china is something else" in refused.value.why


def test_a_miss_names_the_nearest(graph: alataw.Graph) -> None:
    """A typing error costs one more try."""
    with pytest.raises(UnknownNameError) as refused:
        graph.resolver.entity("alashenkou", "Station")
    assert refused.value.code == "AL011"
    assert refused.value.candidates[0] == "station/alashankou"


@pytest.mark.parametrize(
    "text", ["jurisdiction", "operator-role:jurisdiction", "vocabulary/operator-role#jurisdiction"]
)
def test_a_concept_is_found_in_its_vocabulary(text: str, graph: alataw.Graph) -> None:
    """A concept by notation, prefixed name or path."""
    assert graph.resolver.concept(text, "operator-role").value == f"{BASE}vocabulary/operator-role#jurisdiction"


@pytest.mark.parametrize(
    ("text", "datatype", "expected"),
    [
        ("2003", "date", Literal("2003", datatype=XSD.gYear)),
        ("2003-09", "date", Literal("2003-09", datatype=XSD.gYearMonth)),
        ("2003-09-12", "date", Literal("2003-09-12", datatype=XSD.date)),
        ("[..2001]", "date", Literal("[..2001]", datatype=DEF.edtf)),
        ("+012", "integer", Literal("+012", datatype=XSD.integer)),
        ("12.50", "decimal", Literal("12.50", datatype=XSD.decimal)),
        ("true", "boolean", Literal("true", datatype=XSD.boolean)),
        ("zh-Hans", "language", Literal("zh-Hans", datatype=XSD.language)),
        ("阿拉山口", "name", Literal("alashankou")),
        ("e\u0301", "string", Literal("é")),
    ],
)
def test_a_literal_is_read_as_its_kind(text: str, datatype: str, expected: Literal) -> None:
    """Lexical forms are kept, text is composed, a name becomes its key."""
    assert literal(text, datatype) == expected


@pytest.mark.parametrize(
    ("text", "datatype"),
    [
        ("2003-13", "date"), ("2003-02-30", "date"), ("yesterday", "date"), ("", "date"), ("1e3", "integer"),
        ("12,5", "decimal"), ("yes", "boolean"), ("-", "name"), ("zh_Hans", "language"), ("a\x00b", "string"),
        ("a\u202eb", "string"), ("a\ud800b", "string"), ("x" * 1001, "string"), ("1" * 19, "integer"),
    ],
)  # fmt: skip
def test_what_is_not_of_the_kind_is_refused(text: str, datatype: str) -> None:
    """Wrong forms, control and direction-turning characters, and endless values are refused before any query."""
    with pytest.raises(ParameterError) as refused:
        literal(text, datatype)
    assert refused.value.code == "AL015"
