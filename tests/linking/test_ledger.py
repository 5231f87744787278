"""The ledger and what is made of it: each claim beside theirs, and never a statement or reference that is there already."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from pathlib import Path

import pytest

import alataw
from alataw import ledger
from alataw.errors import AlatawError
from alataw.exports import Source, quickstatements
from alataw.ledger import Row, compare
from alataw.terms import NamedNode
from alataw.turtle import parse
from alataw.wikibase import OurStatement, Reference, Value, statements
from alataw.wikidata import Statement, Wikidata
from alataw.wikidata import Value as Their

BOOK = Reference("source/book", address="https://example.org/book", retrieved="2026-11-01")
MIRROR = Reference("source/mirror", address="https://mirror.example/", is_copy=True)


def ours(property: str, value: Value, *, qualifiers: dict[str, Value] | None = None, references: tuple[Reference, ...] = (BOOK,), disputed: bool = False, claim: str = "station/a#c", rank: str = "normal") -> OurStatement:  # fmt: skip
    return OurStatement(
        claim, "station/a", "Q1", property, value, tuple((qualifiers or {}).items()), references, rank, disputed
    )


def theirs(property: str, text: str, *, precision: int = 0, rank: str = "NormalRank", address: str = "", end: str = "", id: str = "s1") -> Statement:  # fmt: skip
    made = Statement(id, property, Their(text, "", precision), rank)
    if address:
        made.references["r"]["P854"].append(Their(address))
    if end:
        made.qualifiers["P582"].append(Their(end, "", 9))
    return made


ITEM, YEAR, DAY = Value("item", "Q2"), Value("time", "1992"), Value("time", "1992-09-12")
THE_DAY = "1992-09-12T00:00:00Z"


@pytest.mark.parametrize(
    ("here", "there", "status"),
    [
        ([ours("P137", ITEM)], [theirs("P137", "Q2")], ["agree"]),
        ([ours("P137", ITEM)], [], ["only ours"]),
        ([ours("P137", ITEM)], [theirs("P137", "Q3")], ["only ours", "only theirs"]),
        ([ours("P17", ITEM)], [theirs("P17", "Q3")], ["differ"]),
        ([ours("P1619", DAY)], [theirs("P1619", THE_DAY, precision=11)], ["agree"]),
        ([ours("P1619", YEAR)], [theirs("P1619", THE_DAY, precision=11)], ["less precise"]),
        ([ours("P1619", DAY)], [theirs("P1619", "1992-01-01T00:00:00Z", precision=9)], ["less precise"]),
        ([ours("P1619", DAY)], [theirs("P1619", "1990-09-12T00:00:00Z", precision=11)], ["differ"]),
        ([ours("P137", ITEM)], [theirs("P137", "Q2", rank="DeprecatedRank")], ["deprecated there"]),
        ([ours("P137", ITEM, qualifiers={"P582": YEAR})], [theirs("P137", "Q2")], ["stale"]),
        ([ours("P137", ITEM, qualifiers={"P582": YEAR})], [theirs("P137", "Q2", end="1992-01-01T00:00:00Z")], ["agree"]),
        ([ours("P625", Value("point", "82.57028 45.17028"))], [theirs("P625", "Point(82.571 45.17)")], ["agree"]),
        ([ours("P625", Value("point", "82.57028 45.17028"))], [theirs("P625", "Point(83 45)")], ["differ"]),
        ([ours("P2043", Value("quantity", "460", "Q828224"))], [theirs("P2043", "460.0")], ["agree"]),
        ([ours("P722", Value("string", "2500735"))], [theirs("P722", "2500736")], ["differ"]),
        ([ours("P137", ITEM, rank="deprecated")], [theirs("P137", "Q2")], ["only theirs"]),
    ],
)  # fmt: skip
def test_each_claim_stands_in_one_way(here: list[OurStatement], there: list[Statement], status: list[str]) -> None:
    """The words of the ledger, one by one."""
    assert [row.status for row in compare(here, {"Q1": there})] == status


def comparison(rows: list[Row], *, include_disputed: bool = False) -> Source:
    return Source(
        (),
        (),
        {},
        "https://w3id.org/alataw/",
        NamedNode("https://w3id.org/alataw/graph/claims"),
        ledger=tuple(rows),
        include_disputed=include_disputed,
    )


def lines(rows: list[Row], *, include_disputed: bool = False) -> list[list[str]]:
    source = comparison(rows, include_disputed=include_disputed)
    return [line.split("\t") for line in quickstatements.quickstatements(source).decode().splitlines()]


def written(here: list[OurStatement], there: list[Statement], **options: bool) -> list[list[str]]:
    return lines(compare(here, {"Q1": there}), **options)


REFERENCE = ["S854", '"https://example.org/book"', "S813", "+2026-11-01T00:00:00Z/11"]


def test_what_is_missing_is_written_with_qualifiers_and_references() -> None:
    """Dates at their precision, units by item, each source a group of references."""
    second = Reference("source/other", item="Q9")
    made = written(
        [ours("P137", ITEM, qualifiers={"P580": YEAR, "P582": Value("time", "2005-03")}, references=(BOOK, second))], []
    )
    period = ["P580", "+1992-00-00T00:00:00Z/9", "P582", "+2005-03-00T00:00:00Z/10"]
    assert made == [["Q1", "P137", "Q2", *period, *REFERENCE, "!S248", "Q9"]]
    assert written([ours("P2043", Value("quantity", "460.5", "Q828224"))], []) == [
        ["Q1", "P2043", "460.5U828224", *REFERENCE]
    ]
    assert written([ours("P722", Value("string", "2500735"))], []) == [["Q1", "P722", '"2500735"', *REFERENCE]]


def test_what_is_there_is_not_written_again() -> None:
    """Neither the statement nor a reference to the same page; only a source that is new there is added."""
    assert written([ours("P137", ITEM)], [theirs("P137", "Q2", address="http://www.example.org/book/")]) == []
    assert written([ours("P137", ITEM)], [theirs("P137", "Q2", address="https://else.example/")]) == [
        ["Q1", "P137", "Q2", *REFERENCE]
    ]


@pytest.mark.parametrize(
    ("here", "there"),
    [
        ([ours("P1619", YEAR)], [theirs("P1619", THE_DAY, precision=11)]),
        ([ours("P17", ITEM)], [theirs("P17", "Q3")]),
        ([ours("P137", ITEM)], [theirs("P137", "Q2", rank="DeprecatedRank")]),
        ([ours("P137", ITEM, references=(MIRROR,))], []),
        ([ours("P137", ITEM, references=())], []),
        ([ours("P137", ITEM, references=(Reference("source/odd", address="https://example.org/a|b"),))], []),
        ([ours("P137", ITEM, disputed=True)], []),
        ([ours("P625", Value("point", "82.57 45.17"))], []),
        ([ours("P1705", Value("string", "a|b"))], []),
        ([ours("P1705", Value("string", "a\nb"))], []),
        ([ours("P137", ITEM, qualifiers={"P580": YEAR}), ours("P137", ITEM, qualifiers={"P580": DAY}, claim="station/a#d")], []),
        ([ours("P137", ITEM)], [theirs("P137", "Q2"), theirs("P137", "Q2", id="s2")]),
    ],
)  # fmt: skip
def test_what_is_not_sure_is_not_written(here: list[OurStatement], there: list[Statement]) -> None:
    """Less precise, different, deprecated, disputed, without a source of its own, rough, or not to be said exactly."""
    assert written(here, there) == []


def test_what_is_disputed_is_written_only_when_asked_for() -> None:
    """The editor decides."""
    assert written([ours("P137", ITEM, disputed=True)], [], include_disputed=True) == [["Q1", "P137", "Q2", *REFERENCE]]


def test_an_end_that_is_missing_there_is_added() -> None:
    """A company that left: the end as a qualifier of the statement that is there."""
    made = written(
        [ours("P137", ITEM, qualifiers={"P580": YEAR, "P582": DAY})],
        [theirs("P137", "Q2", address="https://example.org/book")],
    )
    assert made == [["Q1", "P137", "Q2", "P582", "+1992-09-12T00:00:00Z/11"]]


def previewed(rows: list[Row], **options: bool) -> str:
    return quickstatements.preview(comparison(rows, **options)).decode()


@pytest.mark.parametrize(
    ("here", "there", "line", "reason"),
    [
        ([ours("P137", ITEM)], [], "  + P137: Q2", ""),
        ([ours("P137", ITEM)], [theirs("P137", "Q2", address="https://else.example/")], "  ~ P137: Q2", ""),
        ([ours("P137", ITEM)], [theirs("P137", "Q2", address="https://example.org/book")], "  - P137: Q2", "all of it is there"),
        ([ours("P1619", YEAR)], [theirs("P1619", THE_DAY, precision=11)], "  - P1619: 1992", "less precise"),
        ([ours("P17", ITEM)], [theirs("P17", "Q3")], "  - P17: Q2", "differ"),
        ([ours("P137", ITEM)], [theirs("P137", "Q2", rank="DeprecatedRank")], "  - P137: Q2", "deprecated there"),
        ([], [theirs("P137", "Q3")], "", "nothing is linked"),
        ([ours("P137", ITEM)], [theirs("P137", "Q3")], "  - P137: Q3", "only theirs"),
        ([ours("P137", ITEM, references=(MIRROR,))], [], "  - P137: Q2", "no source of its own"),
        ([ours("P137", ITEM, disputed=True)], [], "  - P137: Q2", "disputed here"),
        ([ours("P625", Value("point", "82.57 45.17"))], [], "  - P625: 82.57 45.17", "as exactly"),
        ([ours("P1705", Value("string", "a\nb\u202e"))], [], "  - P1705: a b ", "as exactly"),
        ([ours("P137", ITEM)], [theirs("P137", "Q2"), theirs("P137", "Q2", id="s2")], "  - P137: Q2", "cannot say which"),
    ],
)  # fmt: skip
def test_the_preview_says_of_everything_what_becomes_of_it(
    here: list[OurStatement], there: list[Statement], line: str, reason: str
) -> None:
    """Each value has a line, with the reason where nothing is written; it counts what the lines are."""
    rows = compare(here, {"Q1": there})
    text = previewed(rows)
    assert line in text
    assert reason in text
    assert text.endswith("nothing was sent\n")
    marks = Counter(each[2] for each in text.splitlines() if re.match("  [+~-] ", each))
    assert marks["+"] + marks["~"] == len(lines(rows))


def test_the_preview_shows_what_a_line_holds(linked: Path, endpoint: str, tmp_path: Path) -> None:
    """Labels of items and properties, bounds, references with their sources here; as many lines as would be written."""
    graph = alataw.open(linked)
    service = Wikidata(endpoint, cache=tmp_path / "cache")
    text = graph.export("quickstatements-preview", wikidata=service, include_disputed=True).decode()
    written = graph.export("quickstatements", wikidata=service, include_disputed=True).decode().splitlines()
    assert written
    marked = [line for line in text.splitlines() if re.match("  [+~] ", line)]
    assert len(marked) == len(written)
    for line in written:
        item, property, *_ = line.split("\t")
        assert f"{item} (" in text
        assert any(f"({property})" in mark for mark in marked)
    assert "Alashankou railway station" in text
    assert "is operated by (P137): Q900000005 (China Railway Ürümqi Group)" in text
    assert "reference: " in text
    assert "<- source/" in text
    assert "[all of it is there]" in text or "[no source of its own that can be looked up]" in text


# QuickStatements 2 (magnusmanske/quickstatements, quickstatements.php) and 3 (WikiMovimentoBrasil/quickstatements3, parsers).
VALUE = r'(?:Q\d+|"[^"\t\n|]*"|[+-]\d{4}-\d\d-\d\dT00:00:00Z/(?:9|10|11)|@-?\d+\.\d+/-?\d+\.\d+|-?\d+(?:\.\d+)?U\d+)'
LINE = re.compile(rf"Q\d+\tP\d+\t{VALUE}(?:\tP\d+\t{VALUE})*(?:\t!?S\d+\t{VALUE})*")


def test_the_ledger_of_a_linked_graph(linked: Path, endpoint: str, tmp_path: Path) -> None:
    """The claims on Alashankou beside the items of the server: every word in its place, and lines that both parsers read."""
    graph = alataw.open(linked)
    service = Wikidata(endpoint, cache=tmp_path / "cache")
    rows = graph.ledger(service, ["station/alashankou"])
    found = {(row.property, row.status): row for row in rows}
    assert found["P17", "agree"].theirs
    assert found["P1937", "differ"].ours
    assert found["P81", "deprecated there"].ours
    assert found["P137", "agree"].ours.value.text == "Q900000005"  # type: ignore[union-attr]
    assert found["P137", "only theirs"].theirs.value.text == "Q900000099"  # type: ignore[union-attr]
    assert Counter(row.status for row in rows if row.property == "P137")["only ours"] == 2
    for line in graph.export("quickstatements", wikidata=service, include_disputed=True).decode().splitlines():
        assert LINE.fullmatch(line), line
    for format_, write in ledger.FORMATS.items():
        text = write(rows)
        assert "Q900000099" in text, format_
        assert text == write(rows)
    assert "only theirs" in ledger.summary(rows)


@pytest.mark.parametrize(
    ("title", "address", "usable"),
    [
        ("A book", "https://example.org/book", True),
        ("A book", "", False),
        ("Lanxin railway - Wikipedia mirror, 2024", "https://example.org/x", False),
        ("Stations", "https://example.org/railway-to-wikidata", False),
    ],
)
def test_what_was_read_there_is_not_given_back_as_a_source(title: str, address: str, usable: bool) -> None:
    """A copy of Wikipedia, or an extract of Wikidata, is no reference for Wikidata."""
    base = "https://w3id.org/alataw/"
    turtle = f"""@base <{base}> . @prefix : <def#> . @prefix dcterms: <http://purl.org/dc/terms/> .
    @prefix schema: <https://schema.org/> .
    <place/a> :country <place/b> ; dcterms:source <source/s> ; schema:sameAs <http://www.wikidata.org/entity/Q1> .
    <place/b> schema:sameAs <http://www.wikidata.org/entity/Q2> . <source/s> dcterms:title "{title}" .
    {f'<source/s> schema:url "{address}" .' if address else ""}"""
    (found,) = statements(parse(turtle.encode(), file="x.ttl").triples, lambda *_: (), base)
    assert (found.property, found.value.text) == ("P17", "Q2")
    assert [reference.usable for reference in found.references] == [usable]


def test_without_wikidata_nobody_knows_what_is_missing(graph: alataw.Graph) -> None:
    """Statements are never made up from our side alone."""
    with pytest.raises(AlatawError) as caught:
        graph.export("quickstatements")
    assert caught.value.code == "AL060"


def test_our_claims_in_wikidatas_own_model(linked: Path) -> None:
    """A tenure is a statement with rank, bounds and reference, and nothing is said of what is not linked."""
    text = alataw.open(linked).export("wikidata-rdf").decode()
    assert "p:P137 <station/alashankou#operator-2005>" in text
    assert "ps:P137 wd:Q900000005" in text
    assert 'pq:P580 "2005-01-01T00:00:00Z"^^xsd:dateTime' in text
    assert "wikibase:NormalRank" in text
    assert "border-crossing/cn-kz-alashankou-dostyk#" not in text


def test_the_list_for_mix_and_match(linked: Path) -> None:
    """Id, name, description and address of each entity, and its item where it is linked."""
    rows = list(csv.reader(io.StringIO(alataw.open(linked).export("mixnmatch").decode())))
    assert rows[0] == ["id", "name", "desc", "url", "type", "q"]
    (dostyk,) = (row for row in rows if row[0] == "station/dostyk")
    assert (dostyk[1], dostyk[3], dostyk[-1]) == (
        "Dostyk railway station",
        "https://w3id.org/alataw/station/dostyk",
        "Q900000002",
    )
