"""The SPARQL 1.1 Protocol, clause by clause."""

from __future__ import annotations

import csv
import io
import json
import xml.etree.ElementTree as ET
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote, urlencode

import pyoxigraph
import pytest
from answers import Ask, asked, media_type, sparql, told, triples

from alataw.application import lane
from alataw.publication import Limits, Publication
from alataw.querytext import without_dataset
from alataw.store import BEST, STATED
from alataw.web import Request
from engines import ENGINES, engine, sample

SELECT = "PREFIX : <https://w3id.org/alataw/def#> SELECT ?s ?c { ?s a :Station ; :country ?c } ORDER BY ?s LIMIT 3"
COUNT = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
CONSTRUCT = "CONSTRUCT { ?s ?p ?o } WHERE { <https://w3id.org/alataw/station/dostyk> ?p ?o BIND(<https://w3id.org/alataw/station/dostyk> AS ?s) }"
FORM = "application/x-www-form-urlencoded"


def number(body: bytes) -> int:
    return int(json.loads(body)["results"]["bindings"][0]["n"]["value"])


def test_the_three_ways_to_send_a_query_are_one(ask: Ask) -> None:
    """By address, by form and as the body, with and without a charset, the answer is the same."""
    replies = [
        ask(sparql(SELECT)),
        ask("sparql", "POST", body=urlencode({"query": SELECT}).encode(), content_type=FORM),
        ask("sparql", "POST", body=urlencode({"query": SELECT}).encode(), content_type=f"{FORM}; charset=UTF-8"),
        ask("sparql", "POST", body=SELECT.encode(), content_type="application/sparql-query"),
        ask("sparql", "POST", body=SELECT.encode(), content_type="Application/SPARQL-Query;charset=utf-8"),
    ]
    assert {reply.status for reply in replies} == {200}
    assert len({reply.body for reply in replies}) == 1
    assert len(json.loads(replies[0].body)["results"]["bindings"]) == 3


@pytest.mark.parametrize(
    ("path", "method", "body", "kind"),
    [
        ("sparql?query=ASK%7B%7D&query=ASK%7B%7D", "GET", "", ""),
        ("sparql?query=ASK%7B%7D", "POST", "query=ASK%7B%7D", FORM),
        ("sparql?query=ASK%7B%7D", "POST", "ASK {}", "application/sparql-query"),
        ("sparql", "POST", "query=ASK%7B%7D&query=ASK%7B%7D", FORM),
        ("sparql", "POST", "", FORM),
        ("sparql", "POST", "other=1", FORM),
        ("sparql?query=%FF%FE", "GET", "", ""),
        ("sparql?" + "&".join(f"a{n}=b" for n in range(200)), "GET", "", ""),
        ("sparql", "POST", "query=%C0%AF", FORM),
    ],
)  # fmt: skip
def test_one_query_is_wanted(path: str, method: str, body: str, kind: str, ask: Ask) -> None:
    """Several, or none by POST, or what is no UTF-8, is 400."""
    headers = {"content_type": kind} if kind else {}
    reply = ask(path, method, body=body.encode(), **headers)
    assert (reply.status, told(reply)["code"]) == (400, "AL133")


def test_a_body_that_is_no_utf_8_is_refused(ask: Ask) -> None:
    """400."""
    assert ask("sparql", "POST", body=b"ASK { \xff }", content_type="application/sparql-query").status == 400


_OTHERS = ["", "text/plain", "application/json", "multipart/form-data; boundary=x", "x" * 500]
_OTHER_CHARSETS = [
    "application/sparql-query; charset=iso-8859-1",
    'application/x-www-form-urlencoded; a=b; Charset="utf-16"',
]


@pytest.mark.parametrize("kind", [*_OTHERS, *_OTHER_CHARSETS])
def test_another_body_type_is_415(kind: str, ask: Ask) -> None:
    """With what could be sent instead."""
    headers = {"content_type": kind} if kind else {}
    reply = ask("sparql", "POST", body=b"ASK {}", **headers)
    assert (reply.status, told(reply)["code"]) == (415, "AL134")
    assert ("UTF-8" if kind in _OTHER_CHARSETS else "application/sparql-query") in told(reply)["fix"]


@pytest.mark.parametrize("charset", ["utf-8", "UTF-8", '"utf-8"'])
def test_a_body_may_say_that_it_is_utf_8(charset: str, ask: Ask) -> None:
    """Which it is anyway (SPARQL 1.1 Protocol, 2.1.3)."""
    kind = f"application/sparql-query; charset={charset}"
    assert ask("sparql", "POST", body=b"ASK {}", content_type=kind).status == 200


@pytest.mark.parametrize(
    ("path", "body", "kind"),
    [
        ("sparql", "INSERT DATA { <a:a> <a:b> <a:c> }", "application/sparql-update"),
        ("sparql", "update=CLEAR%20ALL", FORM),
        ("sparql?update=CLEAR%20ALL", "", FORM),
    ],
)
def test_an_update_is_refused(path: str, body: str, kind: str, ask: Ask) -> None:
    """403, and the data stay as they are."""
    before = number(ask(sparql(COUNT)).body)
    reply = ask(path, "POST", body=body.encode(), content_type=kind)
    assert (reply.status, told(reply)["code"]) == (403, "AL136")
    assert number(ask(sparql(COUNT)).body) == before


@pytest.mark.parametrize("text", ["INSERT DATA { <a:a> <a:b> <a:c> }", "DROP ALL", "LOAD <file:///etc/passwd>", "CLEAR ALL ; ASK {}"])  # fmt: skip
def test_an_update_in_the_place_of_a_query_is_malformed(text: str, ask: Ask) -> None:
    """400: it is no query."""
    assert ask(sparql(text)).status == 400


@pytest.mark.parametrize(
    "text",
    [
        "SELECT * { SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }",
        "SELECT * { service silent <http://127.0.0.1:1/> { ?s ?p ?o } }",
        "PREFIX y: <http://127.0.0.1:1/> SELECT * { SERVICEy:y { ?s ?p ?o } }",
        "SELECT * { ?s ?p ?o FILTER(?a<?b)SERVICE:c { } }",
        "ASK { #\r SERVICE <http://127.0.0.1:1/> {} }",
    ],
)
def test_service_is_refused(text: str, ask: Ask) -> None:
    """403, in every spelling."""
    reply = ask(sparql(text))
    assert (reply.status, told(reply)["code"]) == (403, "AL136")
    assert ask(sparql(text), accept="image/png").status == 403


def test_the_word_is_no_crime(ask: Ask) -> None:
    """SERVICE in names, strings, variables and comments is only a word."""
    text = "PREFIX s: <http://a/service#> ASK { ?service s:service 'SERVICE <x>' } # SERVICE"
    assert ask(sparql(text)).status == 200


# -- datasets ------------------------------------------------------------------------------------------


@pytest.fixture(scope="session", params=ENGINES)
def published(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Publication:
    """The sample in each engine."""
    if request.param == "virtuoso":
        import servers

        if not servers.VIRTUOSO:
            pytest.skip("virtuoso-t is not installed")
    with engine(request.param, tmp_path_factory.mktemp(request.param)) as store:
        yield Publication(sample(store))  # type: ignore[misc]


@pytest.mark.xdist_group("engines")
def test_a_request_names_the_dataset(published: Publication) -> None:
    """default-graph-uri and named-graph-uri, as often as one likes, replace all that the query would be asked of."""

    def count(text: str, **graphs: str) -> int:
        reply = asked(published, sparql(text, **graphs))
        assert reply.status == 200, reply.body
        return number(reply.body)

    named = "SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } }"
    stated, best = count(COUNT), count(COUNT, default_graph_uri=BEST.value)
    assert stated > best > 0
    assert count(COUNT, default_graph_uri=STATED.value) == stated
    assert count(COUNT, named_graph_uri=BEST.value) == 0
    assert count(named, named_graph_uri=BEST.value) == best
    both = asked(
        published, sparql(COUNT) + "".join(f"&default-graph-uri={quote(g.value, safe='')}" for g in (STATED, BEST))
    )
    assert number(both.body) > stated
    from_best = COUNT.replace("{", f"FROM {BEST} {{")
    assert count(from_best) == best
    assert count(COUNT.replace("{", f"FROM {STATED} {{")) == stated
    assert count(from_best, default_graph_uri=STATED.value) == stated
    prefixed = "PREFIX graph: <https://w3id.org/alataw/graph/> SELECT (COUNT(*) AS ?n) FROM NAMED graph:best WHERE { GRAPH ?g { ?s ?p ?o } }"
    assert count(prefixed) == best


@pytest.mark.xdist_group("engines")
def test_every_engine_answers_the_protocol(published: Publication) -> None:
    """Rows, truth and graphs, documents and stored queries, whatever holds the graph."""
    for text, kind in ((SELECT, "text/csv"), ("ASK {}", "application/sparql-results+xml"), (CONSTRUCT, "text/turtle")):
        reply = asked(published, sparql(text), accept=kind)
        assert (reply.status, media_type(reply)) == (200, kind), reply.body
    assert asked(published, "station/alashankou.ttl").status == 200
    assert asked(published, "query/operators-of-station.csv?station=alashankou").body.count(b"\n") > 2
    assert triples(asked(published, "graph/best")) == set(published.graph.store.triples(BEST))
    assert asked(published, "sparql").status == 200


@pytest.mark.parametrize("iri", ["https://example.org/nothing", "file:///etc/passwd", "http://127.0.0.1:1/", "", "x"])
@pytest.mark.parametrize("name", ["default_graph_uri", "named_graph_uri"])
def test_an_unknown_graph_is_400(name: str, iri: str, ask: Ask) -> None:
    """And nothing is fetched: it would be refused otherwise, there being no network."""
    reply = ask(sparql(COUNT, **{name: iri}))
    assert (reply.status, told(reply)["code"]) == (400, "AL138")


@pytest.mark.parametrize("clause", ["FROM", "FROM NAMED", "from\n#x\r\nnamed"])
@pytest.mark.parametrize("iri", ["<file:///etc/passwd>", "<http://127.0.0.1:1/>", "<data:text/turtle,>"])
def test_from_never_fetches(clause: str, iri: str, ask: Ask) -> None:
    """A graph that is not held here is told so, with what is."""
    reply = ask(sparql(f"SELECT * {clause} {iri} WHERE {{ ?s ?p ?o }}"))
    assert (reply.status, told(reply)["code"]) == (400, "AL138")
    assert BEST.value in told(reply)["fix"]


@pytest.mark.parametrize("clause", ["FROM <http://127.0.0.1:1/>", "FROM NAMED <http://127.0.0.1:1/>", f"FROM {BEST}"])
def test_a_request_replaces_what_the_query_is_from(clause: str, ask: Ask) -> None:
    """Whatever graphs the query names, known or not, and nothing is fetched; but a query that is malformed stays so."""
    text = COUNT.replace("{", f"{clause} {{", 1)
    for graph in (STATED, BEST):
        replaced, plain = (ask(sparql(each, default_graph_uri=graph.value)) for each in (text, COUNT))
        assert (replaced.status, number(replaced.body)) == (200, number(plain.body))
    malformed = ask(sparql(COUNT.replace("{", "FROM oops:x {", 1), default_graph_uri=BEST.value))
    assert (malformed.status, told(malformed)["code"]) == (400, "AL017")


def test_the_clauses_of_a_dataset_are_found() -> None:
    """FROM is a clause only where the grammar has it; what stands behind it stays at its place."""
    text = 'PREFIX from: <a:> SELECT ?from FROM from:b FROM\nNAMED <c> { ?from from:from "FROM <d>" } # FROM <e>'
    plain, default, named = without_dataset(text)
    assert (default, named) == (["from:b"], ["<c>"])
    assert len(plain) == len(text)
    assert plain.count("\n") == 1
    assert 'from:from "FROM <d>" } # FROM <e>' in plain


# -- answers -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["application/sparql-results+json", "application/json"])
def test_select_as_json(kind: str, ask: Ask) -> None:
    """Variables in the order of the projection; unbound ones are left out (SPARQL 1.1 Query Results JSON Format)."""
    reply = ask(sparql('SELECT ?b ?a { VALUES (?a ?b) { ("x"@en UNDEF) (<a:a> 1) } }'), accept=kind)
    assert media_type(reply) == kind
    found = json.loads(reply.body)
    assert found["head"]["vars"] == ["b", "a"]
    assert found["results"]["bindings"][0] == {"a": {"type": "literal", "value": "x", "xml:lang": "en"}}


@pytest.mark.parametrize("kind", ["application/sparql-results+xml", "application/xml"])
def test_select_as_xml(kind: str, ask: Ask) -> None:
    """In the namespace of the results format."""
    reply = ask(sparql(SELECT), accept=kind)
    assert media_type(reply) == kind
    root = ET.fromstring(reply.body)  # noqa: S314  # it is ours
    assert root.tag == "{http://www.w3.org/2005/sparql-results#}sparql"
    assert len(root.findall(".//{*}result")) == 3


def test_select_as_csv_and_tsv(ask: Ask) -> None:
    """CSV has CRLF and plain values; TSV has `?` before variables, and terms."""
    reply = ask(sparql(SELECT), accept="text/csv")
    assert reply.header("Content-Type") == "text/csv; charset=utf-8"
    rows = list(csv.reader(io.StringIO(reply.body.decode(), newline="")))
    assert rows[0] == ["s", "c"]
    assert reply.body.count(b"\r\n") == 4
    tsv = ask(sparql(SELECT), accept="text/tab-separated-values").body.decode().splitlines()
    assert tsv[0] == "?s\t?c"
    assert [line.split("\t")[0] for line in tsv[1:]] == [f"<{row[0]}>" for row in rows[1:]]


@pytest.mark.parametrize(
    ("accept", "status"),
    [("application/sparql-results+json", 200), ("application/sparql-results+xml", 200), ("*/*", 200), ("text/csv", 406), ("text/tab-separated-values", 406), ("text/turtle", 406)],
)  # fmt: skip
def test_ask_is_json_or_xml(accept: str, status: int, ask: Ask) -> None:
    """No CSV and no TSV, in which truth has no form."""
    reply = ask(sparql("ASK { ?s ?p ?o }"), accept=accept)
    assert reply.status == status
    if media_type(reply).endswith("json") and status == 200:
        assert json.loads(reply.body) == {"head": {}, "boolean": True}


@pytest.mark.parametrize("kind", ["text/turtle", "application/n-triples", "application/rdf+xml", "application/ld+json", "application/trig", "application/n-quads", "text/plain", "application/json"])  # fmt: skip
@pytest.mark.parametrize("text", [CONSTRUCT, "DESCRIBE <https://w3id.org/alataw/station/dostyk>"])
def test_graphs_in_every_format(kind: str, text: str, ask: Ask) -> None:
    """The same triples in all six."""
    reply = ask(sparql(text), accept=kind)
    assert (reply.status, media_type(reply)) == (200, kind)
    assert triples(reply) == triples(ask(sparql(text), accept="application/n-triples"))
    assert len(triples(reply)) > 5


def test_blank_nodes_and_triple_terms_are_whole(ask: Ask) -> None:
    """A graph that a query makes has its blank nodes; what a format cannot say is refused, not left out."""
    made = ask(sparql("CONSTRUCT { [] <a:p> [ <a:q> 1 ] } WHERE {}"), accept="text/turtle")
    assert len(triples(made)) == 2
    unsayable = ask(sparql("CONSTRUCT { <a:s> <a:1> 1 } WHERE {}"), accept="application/rdf+xml")
    assert (unsayable.status, told(unsayable)["code"]) == (406, "AL060")
    control = ask(sparql(r'SELECT ("\u0001" AS ?x) {}'), accept="application/sparql-results+xml")
    assert (control.status, told(control)["code"]) == (406, "AL060")


@pytest.mark.parametrize("kind", ["text/turtle", "application/n-triples", "application/ld+json", "application/rdf+xml"])
@pytest.mark.parametrize(
    "text",
    ["CONSTRUCT { <a:a> <a:b> <<( <a:a> <a:b> <a:c> )>> } WHERE {}", "CONSTRUCT { <a:a> <a:b> ?x } WHERE { BIND(STRLANGDIR('a', 'en', 'rtl') AS ?x) }"],
)  # fmt: skip
def test_what_rdf_1_1_cannot_say_is_refused(text: str, kind: str, ask: Ask) -> None:
    """Triple terms and base directions are 406, since no reader of the format need know them."""
    reply = ask(sparql(text), accept=kind)
    assert (reply.status, told(reply)["code"]) == (406, "AL060")
    assert ask(sparql("SELECT (<<( <a:a> <a:b> <a:c> )>> AS ?x) {}")).status == 406


def test_the_length_of_a_query_is_a_setting(publication: Publication) -> None:
    """Below what any query may have."""
    small = Publication(publication.graph, limits=Limits(query_characters=20))
    assert asked(small, sparql("ASK { ?s ?p ?o }")).status == 200
    assert asked(small, sparql("ASK { ?s ?p ?o . ?o ?p ?s }")).status == 400


def test_a_query_that_is_too_long_is_not_read(publication: Publication, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its length is looked at first."""
    read: list[str] = []
    monkeypatch.setattr("alataw.querytext.form", lambda text: read.append(text) or "ASK")
    small = Publication(publication.graph, limits=Limits(query_characters=20))
    reply = asked(small, sparql("ASK { ?s ?p ?o . ?o ?p ?s }"))
    assert (reply.status, "more than 20 characters" in told(reply)["detail"], read) == (400, True, [])
    assert (asked(small, sparql("ASK {}")).status, read) == (200, ["ASK {}"])


def test_nothing_acceptable_is_406(ask: Ask) -> None:
    """With the list, for each form of query."""
    for text, kinds in ((SELECT, "text/csv"), ("ASK {}", "application/sparql-results+xml"), (CONSTRUCT, "text/turtle")):
        reply = ask(sparql(text), accept="image/png")
        assert reply.status == 406
        assert kinds in told(reply)["fix"]


@pytest.mark.parametrize(
    ("text", "line", "column"),
    [("SELECT * {\n  ?s ?p\n}", 2, 3), ("SELECT * { ?s rdfs:label ?o }", 1, 15), ("", 1, 1), ("nonsense", 1, 1), ("ASK {", 1, 6)],
)  # fmt: skip
def test_a_malformed_query_is_400_with_its_place(text: str, line: int, column: int, ask: Ask) -> None:
    """Line and column, the line itself, and what to do."""
    reply = ask(sparql(text))
    problem = told(reply)
    assert (reply.status, problem["code"]) == (400, "AL017")
    assert (problem["line"], problem["column"]) == (line, column)
    assert problem["fix"]


def test_errors_are_told_as_the_client_reads_them(ask: Ask) -> None:
    """RFC 9457 unless text is asked for; what cannot be told as the client would like is told all the same."""
    assert media_type(ask(sparql("ASK {"), accept="text/plain")) == "text/plain"
    assert b"error[AL017]" in ask(sparql("ASK {"), accept="text/plain").body
    for accept in ("", "*/*", "application/json", "application/problem+json"):
        assert json.loads(ask(sparql("ASK {"), accept=accept).body)["status"] == 400
    assert media_type(ask(sparql("ASK {"), accept="text/turtle")) == "application/problem+json"


@pytest.mark.parametrize("text", ["A" * 17_000, "SELECT * {" + "{" * 40 + "}" * 40 + "}", "ASK { FILTER(" + " || ".join(["true"] * 500) + ") }", "SELECT * { ?s " + "/".join(["<a:p>"] * 500) + " ?o }"])  # fmt: skip
def test_what_is_too_long_or_deep_is_refused_before_it_is_parsed(text: str, ask: Ask) -> None:
    """400, whose message has the limit."""
    reply = ask("sparql", "POST", body=text.encode(), content_type="application/sparql-query")
    assert (reply.status, told(reply)["code"]) == (400, "AL017")


@pytest.mark.parametrize(
    ("limits", "text"),
    [
        (Limits(rows=10), "SELECT * { ?s ?p ?o }"),
        (Limits(rows=10), "CONSTRUCT WHERE { ?s ?p ?o }"),
        (Limits(answer_bytes=1000), "SELECT * { ?s ?p ?o } LIMIT 100"),
        (Limits(answer_bytes=1000), "SELECT ('x' AS ?x) { ?s ?p ?o } LIMIT 900"),
        (Limits(answer_bytes=50_000), "SELECT ?x { VALUES ?a { 'xxxxxxxxxxxxxxxx' } BIND(CONCAT(?a,?a,?a,?a) AS ?b) BIND(CONCAT(?b,?b,?b,?b) AS ?c) BIND(CONCAT(?c,?c,?c,?c) AS ?d) BIND(CONCAT(?d,?d,?d,?d) AS ?e) BIND(CONCAT(?e,?e,?e,?e) AS ?f) BIND(CONCAT(?f,?f,?f,?f) AS ?x) }"),
    ],
)  # fmt: skip
def test_an_answer_over_a_limit_is_refused_whole(limits: Limits, text: str, publication: Publication) -> None:
    """422, never a part of it under 200; one row less passes."""
    small = Publication(publication.graph, limits=limits)
    reply = asked(small, sparql(text))
    assert (reply.status, told(reply)["code"]) == (422, "AL135")
    assert asked(small, sparql("SELECT * { ?s ?p ?o } LIMIT 2")).status == 200


def test_rows_are_counted_as_they_come(publication: Publication) -> None:
    """A cross product of all with all ends at its first row too many, long before its last."""
    small = Publication(publication.graph, limits=Limits(rows=100))
    assert asked(small, sparql("SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }")).status == 422


# -- HTTP ----------------------------------------------------------------------------------------------


def test_methods_and_options(ask: Ask) -> None:
    """OPTIONS tells the methods and lets pages of any host ask; what is not among them is 405 with Allow."""
    reply = ask("sparql", "OPTIONS")
    assert (reply.status, reply.body) == (204, b"")
    assert reply.header("Allow") == reply.header("Access-Control-Allow-Methods") == "GET, HEAD, POST, OPTIONS"
    for method in ("PUT", "DELETE", "PATCH", "TRACE", "BREW"):
        refused = ask("sparql", method)
        assert (refused.status, refused.header("Allow")) == (405, "GET, HEAD, POST, OPTIONS")
        assert told(refused)["code"] == "AL131"


def test_everything_may_be_read_from_pages_of_any_host(ask: Ask) -> None:
    """CORS is open, for errors too."""
    for path in ("sparql", sparql("ASK {}"), sparql("ASK {"), "station/alashankou", "nowhere", "reconcile"):
        assert ask(path).header("Access-Control-Allow-Origin") == "*"


def test_head_is_get_without_a_body(live: Publication, http: Callable[..., object]) -> None:
    """The same status and headers, on the wire."""
    for path in (sparql(SELECT), sparql("ASK {"), "station/dostyk.ttl", "sparql"):
        get, head = http("GET", path), http("HEAD", path)
        assert (head.status, head.body) == (get.status, b"")  # type: ignore[attr-defined]
        assert head.headers == get.headers  # type: ignore[attr-defined]


def test_a_raw_answer_is_not_kept_unasked(ask: Ask) -> None:
    """RAND and NOW give other answers each time, so a cache asks again; the tag tells whether anything changed."""
    reply = ask(sparql(SELECT))
    assert reply.header("Cache-Control") == "no-cache"
    assert reply.header("ETag") == ask(sparql(SELECT)).header("ETag")
    assert reply.header("ETag") != ask(sparql(SELECT), accept="application/json").header("ETag")
    assert "Accept" in reply.header("Vary")


def test_what_may_cost_anything_has_a_lane_of_its_own() -> None:
    """SPARQL, whole graphs and batches of names wait for each other; descriptions and preflights of the same paths do not."""
    asked = [("sparql", "query=ASK{}"), ("graph", "default"), ("graph/best", ""), ("reconcile", "queries={}")]
    lanes = [lane(Request(path=path, query=query)) for path, query in asked]
    lanes += [lane(Request("POST", path, body=b"x")) for path in ("sparql", "reconcile")]
    assert set(lanes) == {"free"}
    others = [Request(path=path) for path in ("sparql", "graph", "reconcile", "station/alashankou.html")]
    others += [Request(method, "sparql", "query=ASK{}") for method in ("OPTIONS", "PUT")]
    assert {lane(request) for request in others} == {"quick"}


def test_results_are_read_by_others(ask: Ask, tmp_path: Path) -> None:
    """The library of another reads what is written."""
    reply = ask(sparql(SELECT), accept="application/sparql-results+xml")
    rows = pyoxigraph.parse_query_results(reply.body, format=pyoxigraph.QueryResultsFormat.XML)
    assert len(list(rows)) == 3  # type: ignore[arg-type]
