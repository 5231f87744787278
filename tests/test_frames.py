"""Answers as data frames, and in a notebook."""

from __future__ import annotations

import sys
from typing import Any

import pytest

import alataw
from alataw.errors import MissingExtraError, ParameterError, UnknownNameError, UsageError
from alataw.solutions import Answer
from alataw.terms import XSD, Literal, NamedNode


def number(text: str, kind: str) -> Literal:
    return Literal(text, datatype=XSD[kind])


ANSWER = Answer(
    ("place", "year", "tonnes", "growth", "open", "none", "big", "mixed"),
    (
        (NamedNode("http://a"), number("1991", "gYear"), number("160000", "integer"), number("12.8", "decimal"), number("true", "boolean"), None, number("9" * 30, "integer"), number("1", "integer")),
        (None, number("[..2001]", "string"), None, number("3", "integer"), number("false", "boolean"), None, number("1", "integer"), Literal("x")),
    ),
)  # fmt: skip


@pytest.mark.parametrize("library", ["pandas", "polars"])
def test_columns_have_the_types_of_their_terms(library: str) -> None:
    """Numbers are numbers, truth values are truth values, dates stay as precise as they are, and nothing stays nothing."""
    frame: Any = getattr(ANSWER, f"to_{library}")()
    columns = {name: list(frame[name]) for name in ANSWER.variables}
    missing = {name: [value is None or value != value for value in values] for name, values in columns.items()}
    assert columns["place"][0] == "http://a"
    assert columns["year"] == ["1991", "[..2001]"]
    assert columns["tonnes"][0] == 160000
    assert columns["growth"] == [12.8, 3.0]
    assert columns["open"] == [True, False]
    assert columns["big"] == ["9" * 30, "1"]
    assert columns["mixed"] == ["1", "x"]
    assert [name for name, of in missing.items() if of[0]] == ["none"]
    assert [name for name, of in missing.items() if of[1]] == ["place", "tonnes", "none"]
    assert frame.shape == (2, 8)


@pytest.mark.parametrize("library", ["pandas", "polars"])
def test_an_empty_answer_has_its_columns(library: str) -> None:
    """So that code which reads them goes on."""
    frame: Any = getattr(Answer(("a", "b")), f"to_{library}")()
    assert list(frame.columns) == ["a", "b"]
    assert frame.shape[0] == 0


def test_a_graph_is_no_frame(graph: alataw.Graph) -> None:
    """It says in what format to take it."""
    with pytest.raises(UnknownNameError, match="graph"):
        graph.query("describe-entity", entity="station/dostyk").to_pandas()


def test_a_library_that_is_missing_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """With the extra that brings it."""
    monkeypatch.setitem(sys.modules, "polars", None)
    with pytest.raises(MissingExtraError) as missing:
        ANSWER.to_polars()
    assert missing.value.code == "AL080"
    assert "frames" in missing.value.fix


@pytest.fixture(scope="module")
def shell() -> Any:
    """A shell of IPython with the magic."""
    from IPython.core.interactiveshell import InteractiveShell

    made = InteractiveShell()
    made.run_line_magic("load_ext", "alataw")
    return made


def test_a_line_asks_a_stored_query(shell: Any) -> None:
    """As the command does, and shows a table."""
    answer = shell.run_line_magic("alataw", "operators-of-station alashankou --on 2003")
    assert len(answer) == 1
    assert "<table>" in answer._repr_html_()


def test_a_line_takes_the_options_of_the_command(shell: Any) -> None:
    """A window, wherever in the line and in either form, and what each row rests on."""
    whole = shell.run_line_magic("alataw", "operators-of-station alashankou")
    for line in (
        "operators-of-station alashankou --limit 2 --offset=1",
        "--offset 1 operators-of-station --limit=2 alashankou",
    ):
        assert shell.run_line_magic("alataw", line).rows == whole.rows[1:3]
    explained = shell.run_line_magic("alataw", "operators-of-station --explain alashankou --limit 1")
    assert explained.variables == (*whole.variables, "claims", "sources", "citations")
    with pytest.raises(ParameterError, match="limit"):
        shell.run_line_magic("alataw", "operators-of-station alashankou --limit -1")


def test_a_cell_asks_sparql(shell: Any) -> None:
    """And may keep the answer under a name."""
    text = "SELECT ?s { ?s a <https://w3id.org/alataw/def#Station> } ORDER BY ?s"
    answer = shell.run_cell_magic("alataw", "", text)
    assert len(answer) >= 3
    assert shell.run_cell_magic("alataw", "kept", text) is None
    assert shell.user_ns["kept"] == answer


@pytest.mark.parametrize(
    "line", ["", "operators-of-station 'alashankou", "operators-of-station alashankou --limit two", "--limit"]
)
def test_a_line_that_asks_nothing_is_told(shell: Any, line: str) -> None:
    """With one that works."""
    with pytest.raises(UsageError) as refused:
        shell.run_line_magic("alataw", line)
    assert refused.value.code == "AL039"
    with pytest.raises(UsageError):
        shell.run_cell_magic("alataw", "two words", "ASK {}")
