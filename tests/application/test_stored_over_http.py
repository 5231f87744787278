"""Stored queries over HTTP: values in the address, answers in every format, errors that help."""

from __future__ import annotations

import csv
import io
import json

import pytest
from answers import Ask, links, media_type, told, triples

import alataw
from alataw import snippets
from alataw.application.negotiation import MEDIA_TYPES
from alataw.queries.evidence import COLUMNS

TENURES = "query/operators-of-station?station=alashankou"


@pytest.mark.parametrize("suffix", ["json", "csv", "tsv", "xml", "jsonl", "md"])
def test_a_suffix_is_a_format(suffix: str, ask: Ask, graph: alataw.Graph) -> None:
    """And so is the header; both give what the same query gives here."""
    reply = ask(f"query/operators-of-station.{suffix}?station=alashankou")
    assert (reply.status, media_type(reply)) == (200, MEDIA_TYPES[suffix])
    negotiated = ask(TENURES, accept=MEDIA_TYPES[suffix])
    assert negotiated.body == reply.body
    assert negotiated.header("Content-Location") == f"/rail/query/operators-of-station.{suffix}?station=alashankou"
    assert negotiated.header("Vary") == "Accept, Accept-Language"
    answer = graph.query("operators-of-station", station="alashankou")
    assert reply.body == answer.write({"md": "markdown"}.get(suffix, suffix))


@pytest.mark.parametrize("suffix", ["ttl", "nt", "rdf", "jsonld", "trig", "nq"])
def test_a_graph_in_every_format(suffix: str, ask: Ask, graph: alataw.Graph) -> None:
    """A query that makes a graph is answered as one."""
    reply = ask(f"query/describe-entity.{suffix}?entity=station/dostyk")
    assert triples(reply) == set(graph.query("describe-entity", entity="station/dostyk").triples or ())


def test_every_query_answers_its_example(ask: Ask, graph: alataw.Graph) -> None:
    """With the values of its header, as the service promises it."""
    for query in graph.queries:
        values = "&".join(f"{p.name}={p.example}" for p in query.parameters if p.required).replace(" ", "%20")
        assert ask(f"query/{query.name}?{values}").status == 200, query.name


def test_the_finished_text_is_had(ask: Ask, graph: alataw.Graph) -> None:
    """By its suffix and by its media type, ready to be sent to the endpoint beside."""
    text = ask("query/operators-of-station.rq?station=station/dostyk&on=2003")
    assert media_type(text) == "application/sparql-query"
    assert ask("query/operators-of-station?station=station/dostyk&on=2003", accept="application/sparql-query").body == text.body  # fmt: skip
    assert b"<https://w3id.org/alataw/station/dostyk>" in text.body
    again = ask("sparql", "POST", body=text.body, content_type="application/sparql-query", accept="text/csv")
    assert again.body == ask("query/operators-of-station.csv?station=station/dostyk&on=2003").body


@pytest.mark.parametrize("language", snippets.LANGUAGES)
def test_snippets_are_had(language: str, ask: Ask) -> None:
    """In every language, asking the endpoint of this publication."""
    reply = ask(f"query/operators-of-station.{language}?station=alashankou")
    assert (reply.status, media_type(reply)) == (200, "text/plain")
    assert b"https://example.org/rail/sparql" in reply.body


@pytest.mark.parametrize(
    ("address", "status", "code", "names"),
    [
        ("query/operators-of-station", 400, "AL013", "station"),
        ("query/operators-of-station?station=", 400, "AL013", "station"),
        ("query/operators-of-station?station=alashankou&line=x", 400, "AL014", "line"),
        ("query/operators-of-station?station=alashankou&on=yesterday", 400, "AL015", "on"),
        ("query/operators-of-station?station=alashankou&limit=many", 400, "AL015", "limit"),
        ("query/operators-of-station?station=alashankou&limit=-1", 400, "AL015", "limit"),
        ("query/operators-of-station?station=alashankou&limit=1&limit=2", 400, "AL015", "limit"),
        ("query/operators-of-station?station=alashankou&offset=99999999999", 400, "AL015", "offset"),
        ("query/operators-of-station?station=alashankou&explain=perhaps", 400, "AL015", "explain"),
        ("query/operators-of-station?station=alashanku", 404, "AL011", "station"),
        ("query/describe-entity?entity=alashankou", 400, "AL012", "entity"),
        ("query/operators-of-statio?station=alashankou", 404, "AL010", "operators-of-statio"),
        ("query/operators-of-station?station=%FF", 400, "AL133", ""),
        ("query/operators-of-station.pdf?station=alashankou", 404, "AL010", ""),
        ("query/operators-of-station.ttl?station=alashankou", 404, "AL130", "ttl"),
    ],
)  # fmt: skip
def test_a_wrong_value_is_told_with_its_name(address: str, status: int, code: str, names: str, ask: Ask) -> None:
    """Missing, unknown or ill-typed is 400; what is named and is not there is 404."""
    reply = ask(address)
    problem = told(reply)
    assert (reply.status, problem["code"]) == (status, code)
    assert names in json.dumps(problem)


def test_candidates_are_named(ask: Ask) -> None:
    """For a slip in a value, an ambiguous value, a slip in the name of a query."""
    assert "station/alashankou" in told(ask("query/operators-of-station?station=alashanku"))["candidates"]
    assert "place/alashankou" in told(ask("query/describe-entity?entity=alashankou"))["candidates"]
    assert any("operators-of-station" in c for c in told(ask("query/operators-of-statio"))["candidates"])


def test_several_values_are_several_rows(ask: Ask, graph: alataw.Graph) -> None:
    """A parameter may be given as often as one likes."""
    both = ask("query/operators-of-station.csv?station=station/alashankou&station=station/dostyk")
    answer = graph.query("operators-of-station", station=["station/alashankou", "station/dostyk"])
    assert both.body == answer.write("csv")


def test_pages_of_rows(ask: Ask) -> None:
    """Links to the first, the one before and the one behind; together they are the whole."""
    whole = list(csv.reader(io.StringIO(ask("query/names-of-entity.csv?entity=station/alashankou").body.decode(), newline="")))[1:]  # fmt: skip
    seen = []
    address = "query/names-of-entity.csv?entity=station/alashankou&limit=2"
    while address:
        reply = ask(address)
        seen += list(csv.reader(io.StringIO(reply.body.decode(), newline="")))[1:]
        found = links(reply)
        assert "first" in found
        address = found["next"][0][0].removeprefix("https://example.org/rail/") if "next" in found else ""
    assert seen == whole
    assert "prev" in found
    assert not ask("query/names-of-entity.csv?entity=station/alashankou").header("Link")
    assert "next" not in links(ask("query/names-of-entity.csv?entity=station/alashankou&limit=2147483647"))


def test_rows_say_what_they_rest_on(ask: Ask) -> None:
    """explain=1 adds the claims, their sources, and a citation; of a graph too."""
    reply = ask("query/operators-of-station.csv?station=alashankou&explain=1")
    header = next(csv.reader(io.StringIO(reply.body.decode(), newline="")))
    assert tuple(header[-3:]) == COLUMNS
    assert ask("query/describe-entity.csv?entity=station/dostyk&explain=1&limit=3").status == 200


def test_answers_may_be_kept(ask: Ask) -> None:
    """For a while, by every cache, under a tag that is the same each time."""
    first, second = ask(TENURES, accept="text/csv"), ask(TENURES, accept="text/csv")
    assert first.header("Cache-Control") == "public, max-age=300"
    assert first.header("ETag") == second.header("ETag") != ask(TENURES).header("ETag")


def test_texts_that_a_spreadsheet_would_run_are_exact(ask: Ask) -> None:
    """The policy of answers: values are what they are; the type says CSV, and no browser guesses another."""
    reply = ask("query/find-by-name.csv?name=%3D1%2B1")
    assert reply.status == 200
    assert reply.header("X-Content-Type-Options") == "nosniff"
    assert reply.header("Content-Disposition") == 'inline; filename="find-by-name.csv"'


def test_all_are_listed(ask: Ask, graph: alataw.Graph) -> None:
    """In RDF, one by one."""
    assert len({t.subject for t in triples(ask("query", accept="text/turtle")) if "SPARQLExecutable" in str(t.object)}) >= len(graph.queries)  # fmt: skip
