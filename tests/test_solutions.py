"""Answers in every form: exact where machines read, safe where people do."""

from __future__ import annotations

import csv
import io
import json
from xml.etree import ElementTree

import pyoxigraph
import pytest
import rdflib.plugins.sparql.results.jsonresults as rdflib_json
from hypothesis import given
from hypothesis import strategies as st

from alataw.errors import AlatawError, UnknownNameError
from alataw.solutions import FORMATS, Answer
from alataw.terms import BASE, GEO, XSD, Literal, NamedNode, Term, Triple

A = NamedNode(f"{BASE}station/a")
ROWS: tuple[tuple[Term | None, ...], ...] = (
    (A, Literal("=1+1", language="en")),
    (None, Literal('say "no", | then\r\n<b>&', datatype=XSD.string)),
    (A, Literal("007", datatype=XSD.integer)),
)
ANSWER = Answer(("thing", "said"), ROWS)
_W3C = pyoxigraph.QueryResultsFormat

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
terms = st.one_of(
    st.none(),
    texts.map(Literal),
    texts.map(lambda text: Literal(text, language="zh-hans")),
    texts.map(lambda text: Literal(text, datatype=XSD.integer)),
    st.just(A),
)


def read(data: bytes, format_: pyoxigraph.QueryResultsFormat) -> list[tuple[Term | None, ...]]:
    """Read results as Oxigraph does."""
    solutions = pyoxigraph.parse_query_results(data, format=format_)
    assert isinstance(solutions, pyoxigraph.QuerySolutions)
    return [tuple(row[variable.value] for variable in solutions.variables) for row in solutions]


@given(st.lists(st.tuples(terms, terms), max_size=5))
def test_machines_read_exactly_what_was_answered(rows: list[tuple[Term | None, ...]]) -> None:
    """JSON and TSV give back each term, whatever its text."""
    answer = Answer(("one", "two"), tuple(rows))
    for name, format_ in (("json", _W3C.JSON), ("tsv", _W3C.TSV)):
        assert read(answer.write(name), format_) == rows


@given(st.lists(st.tuples(terms, terms), max_size=5))
def test_xml_is_exact_or_refused(rows: list[tuple[Term | None, ...]]) -> None:
    """What XML cannot hold is refused with a way out, everything else comes back, carriage returns too."""
    try:
        written = Answer(("one", "two"), tuple(rows)).write("xml")
    except AlatawError as error:
        assert error.code == "AL060"
        assert "json" in error.fix
    else:
        assert read(written, _W3C.XML) == rows


def test_csv_has_the_values_as_they_are() -> None:
    """RFC 4180: a header, quotes doubled, a text that begins with = still a text, unbound empty."""
    header, *rows = csv.reader(io.StringIO(ANSWER.write("csv").decode(), newline=""))
    assert header == ["thing", "said"]
    assert rows == [[A.value, "=1+1"], ["", 'say "no", | then\r\n<b>&'], [A.value, "007"]]


def test_rdflib_reads_our_json() -> None:
    """A second reader of the W3C format finds the same terms."""
    result = rdflib_json.JSONResult(json.loads(ANSWER.write("json")))
    said = [row[rdflib_json.Variable("said")] for row in result.bindings]
    assert [(str(term), term.language) for term in said[:2]] == [("=1+1", "en"), ('say "no", | then\r\n<b>&', None)]
    assert said[2].toPython() == 7


def test_json_lines_are_one_object_a_row() -> None:
    """Texts by column, unbound left out."""
    lines = [json.loads(line) for line in ANSWER.write("jsonl").decode().splitlines()]
    assert lines[0] == {"thing": A.value, "said": "=1+1"}
    assert "thing" not in lines[1]


def test_a_table_keeps_each_row_on_its_line() -> None:
    """Line ends, escapes and direction marks in values cannot move other text."""
    hostile = Answer(("a",), ((Literal("x\n\x1b[31my\u202ez"),), (Literal("w"),)))
    lines = hostile.write("table").decode().splitlines()
    assert lines == ["a", "x [31my z", "w"]


def test_a_table_leaves_out_columns_that_hold_nothing() -> None:
    """An empty column says nothing; with no rows, the header alone stands."""
    assert Answer(("a", "b"), ((A, None),)).write("table").decode().splitlines()[0] == "a"
    assert Answer(("a", "b"), ()).write("table").decode() == "a  b\n"


def test_a_table_aligns_wide_characters() -> None:
    """Han characters are two cells wide."""
    lines = (
        Answer(("a", "b"), ((Literal("阿拉山口"), Literal("x")), (Literal("abcdefgh"), Literal("y"))))
        .write("table")
        .decode()
        .splitlines()
    )
    assert lines[1].endswith("阿拉山口  x")
    assert lines[2].endswith("abcdefgh  y")


def test_markdown_and_html_are_escaped() -> None:
    """A value is text, never markup."""
    told = Answer(("a",), ((Literal("<script>|*x*"),),))
    assert "| &lt;script>\\|\\*x\\* |" in told.write("markdown").decode()
    assert "<script>" not in told._repr_html_()
    assert "&lt;script&gt;" in told._repr_html_()


def test_xml_is_well_formed_with_the_namespace_of_the_w3c() -> None:
    """An ordinary XML reader finds three results."""
    root = ElementTree.fromstring(ANSWER.write("xml"))  # noqa: S314  # our own text
    assert len(root.findall(".//{http://www.w3.org/2005/sparql-results#}result")) == 3


@pytest.mark.parametrize("format_", sorted(FORMATS))
def test_a_form_that_does_not_fit_says_which_does(format_: str) -> None:
    """A graph is not a table, nor a boolean a graph: no form is written wrongly."""
    graph = Answer(triples=(Triple(A, A, A),))
    boolean = Answer(boolean=True)
    for answer in (graph, boolean):
        try:
            assert answer.write(format_)
        except UnknownNameError as error:
            assert error.code == "AL018"
            assert "--format" in error.fix


def test_rows_become_features_where_they_lie() -> None:
    """By their own columns, by a point among them, by where a node of them lies; else a feature without geometry."""
    point = Literal("POINT(82.57028 45.17028)", datatype=GEO.wktLiteral)
    degrees = (Literal("82.5", datatype=XSD.decimal), Literal("45", datatype=XSD.decimal))
    for answer, place in (
        (Answer(("longitude", "latitude"), (degrees,)), [82.5, 45.0]),
        (Answer(("node", "point"), ((A, point),)), [82.57028, 45.17028]),
        (Answer(("node", "none"), ((A, None),), located={A: ("1", "-2")}.get), [1.0, -2.0]),
        (Answer(("node",), ((A,),)), None),
    ):
        (feature,) = json.loads(answer.write("geojson"))["features"]
        assert feature["geometry"] == (place and {"type": "Point", "coordinates": place})
        assert feature["properties"] == answer.dicts()[0]


def test_parquet_is_the_data_frame() -> None:
    """Numbers as numbers, unbound as null: another reader of Parquet gets what `to_polars` gives."""
    polars = pytest.importorskip("polars")
    answer = Answer(
        ("n", "text"), ((Literal("1", datatype=XSD.integer), A), (Literal("2", datatype=XSD.integer), None))
    )
    read = polars.read_parquet(io.BytesIO(answer.write("parquet")))
    assert read.to_dict(as_series=False) == {"n": [1, 2], "text": [A.value, None]}


def test_an_answer_is_as_long_and_as_true_as_its_rows() -> None:
    """Length, truth and columns follow the rows."""
    assert len(ANSWER) == 3
    assert ANSWER
    assert not Answer(("a",), ())
    assert not Answer(boolean=False)
    assert ANSWER.columns["thing"] == (A, None, A)
    assert ANSWER.dicts()[1] == {"said": 'say "no", | then\r\n<b>&'}
