"""The gate before the engine: what is refused, where, and that nothing leaves this host."""

from __future__ import annotations

import socket
import threading
import time
from contextlib import suppress

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from alataw import querytext, sparql
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


@pytest.mark.parametrize("plane", [0, 1, 2, 14, 16])
def test_no_character_of_a_name_hides_what_follows(plane: int) -> None:
    """Whatever stands in a local name before an escaped quote or number sign, SERVICE behind it is seen."""
    for code in range(plane << 16, (plane << 16) + (0x100 if plane else 0x10000)):
        for mark in "'#" if code > 0x7F else "":
            text = f"SELECT * {{ ?s a:b{chr(code)}\\{mark} ?o SERVICE <http://x/> {{}} #'\n}}"
            with pytest.raises(QueryError):
                sparql.admit(text)


_MARKS = "<>'\"#\\(){}^|&=!?$@:;,.~%*+-/1 \n\u00b7\u0300\u200c\u3001"
_WHOLE = ("<<", ">>", "^^", "\\'", "\\#", "'''", '"""', "<http://x/#>", "<x'>", "a:b", "_:b", "?a", "@en", "true")
_PIECES = st.lists(st.sampled_from([*_MARKS, *_WHOLE]), max_size=6)


@given(_PIECES, _PIECES, _PIECES)
@example(["\u00b7", "\\'"], [], [])
@example([], ["<", "<http://x/#>"], [])
@example([], ["<", "<x'>"], [])
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_nothing_around_it_lets_a_service_call(
    listener: tuple[str, list[bytes]], name: list[str], expression: list[str], comment: list[str]
) -> None:
    """What the gate lets pass, the engine runs without a call: whatever it took for a name, a string or a comment."""
    address, came = listener
    query = (
        f"PREFIX a: <http://x/> SELECT * {{ OPTIONAL {{ ?a a:b{''.join(name)} ?c }} "
        f"FILTER(COALESCE(?a{''.join(expression)},true)) SERVICE <{address}> {{ ?s ?p ?o }} #'{''.join(comment)}\n}}"
    )
    with suppress(QueryError):
        EmbeddedStore().query(query)
    assert came == []


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("ASK { FILTER(COALESCE(1<<http://x/#>,true)) SERVICE <http://x/> {} }", "SERVICE"),
        ("ASK { FILTER(COALESCE(1<<x'>,true)) SERVICE <http://x/> {} #'\n}", "SERVICE"),
        ("ASK { FILTER(COALESCE(1<<http://x/#>,true)) " + "{" * 40 + "}" * 40 + "\n}", "nested"),
        (">>" * 40 + " ASK " + "{" * 40, "nested"),
        ("ASK { \\u0053ERVICE <http://x/> {} }", "can stand nowhere"),
        ("ASK { ?s ?p `x` }", "can stand nowhere"),
    ],
)
def test_what_could_be_read_in_two_ways_is_refused(text: str, told: str) -> None:
    """A comparison with an IRI is no quoted triple, and what is no token of SPARQL is none of ours."""
    with pytest.raises(QueryError, match=told):
        EmbeddedStore().query(text)


@pytest.mark.parametrize(
    "text",
    [
        "ASK { << <urn:a> <urn:b> <urn:c> >> <urn:p> 1 }",
        "ASK { <<( <urn:a> <urn:b> <urn:c> )>> <urn:p> 1 }",
        "ASK {<<<urn:a><urn:b><urn:c>>> <urn:p> 1 }",
        "PREFIX : <http://x/> ASK {<<:a :b :c>> :p 1 }",
        "ASK { ?s ?p ?o {| <urn:a> <urn:b> |} }",
        "PREFIX x: <urn:> ASK { ?a\u0300 x:a\u00b7b x:\u00c4\u00d6-\u00b7, 1.5e3 ; ^x:b?/x:c* 'x'@en-GB }",
        "ASK { FILTER(1<<http://x/#>) }",
    ],
)
def test_what_can_be_read_in_one_way_is_let_through(text: str) -> None:
    """Quoted triples, names in any script, paths and comparisons."""
    EmbeddedStore().query(text)


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
    assert querytext.window(text, limit, offset) == finished
    EmbeddedStore().query(finished)
