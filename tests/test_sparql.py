"""The gate before the engine: what is refused, where, and that nothing leaves this host."""

from __future__ import annotations

import socket
import threading
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alataw import sparql
from alataw.errors import QueryError
from alataw.store import EmbeddedStore

SPELLINGS = (
    "SERVICE <{0}> {{ ?s ?p ?o }}",
    "service <{0}> {{ ?s ?p ?o }}",
    "SeRvIcE SILENT <{0}> {{ ?s ?p ?o }}",
    "SERVICE<{0}>{{?s ?p ?o}}",
    "SERVICESILENT<{0}>{{?s ?p ?o}}",
    "SERVICE x:y {{ ?s ?p ?o }}",
    "SERVICEx:y {{ ?s ?p ?o }}",
    "VALUES ?url {{ <{0}> }} SERVICE ?url {{ ?s ?p ?o }}",
    "# a comment\nSERVICE # another\n <{0}> {{ ?s ?p ?o }}",
    "?a ?b true . ?a ?b trueSERVICE <{0}> {{ ?s ?p ?o }}",
    "FILTER(?a<?b) SERVICE <{0}> {{ ?s ?p ?o }}",
    "FILTER(?a<?b)SERVICE:c {{ ?s ?p ?o }} FILTER(1>0)",
    "FILTER EXISTS {{ SERVICE <{0}> {{ ?s ?p ?o }} }}",
    "{{ SELECT * {{ SERVICE <{0}> {{ ?s ?p ?o }} }} }}",
)


@pytest.fixture
def listener() -> tuple[str, list[bytes]]:
    """A socket on this host that notes every request; its address, and what came."""
    came: list[bytes] = []
    server = socket.create_server(("127.0.0.1", 0))

    def listen() -> None:
        while True:
            try:
                connection, _ = server.accept()
            except OSError:
                return
            with connection:
                came.append(connection.recv(1000))

    threading.Thread(target=listen, daemon=True).start()
    yield f"http://127.0.0.1:{server.getsockname()[1]}/sparql", came
    server.close()


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_service_in_any_spelling_calls_nobody(spelling: str, listener: tuple[str, list[bytes]]) -> None:
    """Every spelling that an engine could read as SERVICE is refused, and a listener hears nothing."""
    address, came = listener
    body = spelling.format(address)
    query = f"PREFIX x: <{address}#> PREFIX : <{address}#> SELECT * WHERE {{ {body} }}"
    with pytest.raises(QueryError) as refused:
        EmbeddedStore().query(query)
    assert refused.value.code == "AL017"
    time.sleep(0.02)
    assert came == []


@pytest.mark.parametrize(
    "text",
    [
        "SELECT ?service WHERE { ?service ?p 'SERVICE <http://example.org/>' }",
        "PREFIX : <http://example.org/> ASK { ?s :service ?o } # SERVICE",
        "ASK { <http://example.org/SERVICE> ?p 'x'@en-service }",
    ],
)
def test_the_word_service_elsewhere_is_let_through(text: str) -> None:
    """In strings, comments, IRIs, variables and local names it is only a word."""
    EmbeddedStore().query(text)


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("ASK " + "{" * 33 + "}" * 33, "nested"),
        ("ASK { FILTER(" + "(" * 5000 + "1" + ")" * 5000 + ") }", "nested"),
        ("ASK { FILTER(" + "!" * 5000 + "true) }", "operators"),
        ("ASK { ?s " + "/".join([":p"] * 500) + " ?o }", "operators"),
        ("ASK { ?s ?p '" + "x" * 20_000 + "' }", "characters"),
    ],
)
def test_what_would_overrun_the_engine_is_refused(text: str, what: str) -> None:
    """Depth, operators and length have limits, so that no query can end the process."""
    with pytest.raises(QueryError, match=what):
        EmbeddedStore().query("PREFIX : <http://example.org/> " + text)


@pytest.mark.parametrize(
    ("text", "last"),
    [
        ('ASK { "' + '\\"' * 4000, '"' + '\\"' * 4000),
        ('ASK {\n ?s ?p "x } \n SERVICE', "SERVICE"),
        ('ASK { """x"\n"" SERVICE', '"""x"\n"" SERVICE'),
        ("ASK { \'\'\'\n" + "\\\'\'\'\n" * 3000, "\'\'\'\n" + "\\\'\'\'\n" * 3000),
    ],
)  # fmt: skip
def test_a_string_that_is_not_closed_is_one_token(text: str, last: str) -> None:
    """As far as a string of its kind could reach, so that nothing is read twice; and the query is refused there."""
    assert list(sparql.tokens(text))[-1].text == last
    with pytest.raises(QueryError, match="a string is not closed"):
        EmbeddedStore().query(text)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("true.SERVICE<a>", ["true", "SERVICE", "<a>"]),
        ("a.b-c.1d.e f", ["a", "b", "-", "c", "1", "d", "e", "f"]),
        ("a.b.:c a.b:c ?a.b:c", ["a", "b", ":c", "a.b:c", "?a", "b:c"]),
        ("a." * 4000 + "b", [*["a"] * 4000, "b"]),
    ],
)
def test_words_with_dots_between_are_parted(text: str, told: list[str]) -> None:
    """Unless a colon behind makes all of them a prefix."""
    assert [token.text for token in sparql.tokens(text)] == told


@pytest.mark.parametrize(
    "text",
    ["INSERT DATA { <a:a> <a:b> <a:c> }", "DELETE WHERE { ?s ?p ?o }", "CLEAR ALL", "LOAD <http://example.org/>"],
)
def test_updates_are_refused(text: str) -> None:
    """A question does not change the graph, and the message says so."""
    with pytest.raises(QueryError) as refused:
        EmbeddedStore().query(text)
    assert "would change the graph" in refused.value.why


def test_a_fault_is_shown_where_it_is() -> None:
    """Line, column and the source line are those of the reader's text, not of what the engine got."""
    with pytest.raises(QueryError) as refused:
        EmbeddedStore().query("SELECT ?s WHERE {\n  ?s <http://example.org/p> oops:x }", file="q.rq")
    error = refused.value
    assert (error.location.file, error.location.line, error.location.column) == ("q.rq", 2, 29)
    assert error.source_line == "  ?s <http://example.org/p> oops:x }"
    assert "oops" in error.why


@given(
    st.lists(
        st.sampled_from(
            [
                "ASK",
                "{",
                "}",
                "?s",
                "<http://e.org/a>",
                "'x # y'",
                '"""a"b"""',
                "# c\n",
                ":p",
                "1",
                "UNION",
                "||",
                " ",
                "\n",
            ]
        )
    )
)
def test_the_gate_keeps_the_tokens(parts: list[str]) -> None:
    """What the engine gets has the same tokens as what was written, but for escapes in IRIs."""
    text = " ".join(parts)
    try:
        admitted = sparql.admit(text)
    except QueryError:
        return
    before, after = ([(t.kind, t.text if t.kind != "iri" else "") for t in sparql.tokens(s)] for s in (text, admitted))
    assert before == after


@pytest.mark.parametrize(
    ("text", "limit", "offset", "finished"),
    [
        ("SELECT * {} LIMIT 10", 3, None, "SELECT * {}\nLIMIT 3"),
        ("SELECT * {} LIMIT 10", 30, None, "SELECT * {}\nLIMIT 10"),
        ("SELECT * {} ORDER BY ?a", None, 5, "SELECT * {} ORDER BY ?a\nOFFSET 5"),
        ("SELECT * {{ SELECT * {} LIMIT 9 }}", 1, None, "SELECT * {{ SELECT * {} LIMIT 9 }}\nLIMIT 1"),
        ("SELECT * {} VALUES ?a { 1 }", 1, None, "SELECT * {}\nLIMIT 1\nVALUES ?a { 1 }"),
        ("SELECT * {} # LIMIT 3", 1, None, "SELECT * {} # LIMIT 3\nLIMIT 1"),
    ],
)
def test_a_window_narrows_what_is_there(text: str, limit: int | None, offset: int | None, finished: str) -> None:
    """A limit never exceeds the query's own, and stands where SPARQL wants it."""
    assert sparql.window(text, limit, offset) == finished
    EmbeddedStore().query(finished)
