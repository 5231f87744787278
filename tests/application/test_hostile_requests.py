"""Hostile paths, headers, values and labels are harmless wherever they come out again."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from urllib.parse import quote

import pytest
from answers import Ask, asked, triples
from hypothesis import given, settings
from hypothesis import strategies as st

import alataw
import parts
from alataw.application.replies import file_name
from alataw.exports import schema_org
from alataw.publication import Publication
from alataw.terms import SKOS, Literal, NamedNode, text_of
from alataw.web import Reply
from hostile import TEXTS

PATHS = ("", "sparql", "query/find-by-name", "graph", "reconcile", "catalog", "station/alashankou", "nowhere")
LABEL = "</script><script>alert(1)</script>\"'><img src=x onerror=alert(1)>\\u202e=cmd|'/C calc'!A0"


def harmless(reply: Reply) -> None:
    """No header can be parted, and no problem is told as markup."""
    assert reply.status < 500
    for name, value in reply.headers:
        assert value.isascii(), (name, value)
        assert value.isprintable(), (name, value)
    if reply.status >= 400:
        told = reply.header("Content-Type")
        assert told.startswith(("application/problem+json", "text/plain")) or reply.header("Content-Security-Policy")
        assert not told.startswith("application/problem+json") or b"<" not in reply.body


@pytest.mark.parametrize("path", ["../../etc/passwd", "..%2f..%2fetc/passwd", "....//etc/passwd", "station/../catalog", "static/../../pyproject.toml", "static/%2e%2e/x", "/etc/passwd", "//example.org/", "\\..\\x", "station/\x00", "station/\r\nSet-Cookie: a=b", "\ud800", "station/" + "a" * 100_000, "file:///etc/passwd", "query/../../etc/passwd", "claims.ttl.gz/../x", "%", "station/alashankou.ttl\n"])  # fmt: skip
def test_no_path_leads_outside(path: str, ask: Ask) -> None:
    """404, and nothing of it in a header."""
    reply = ask(path)
    assert reply.status == 404
    harmless(reply)


@pytest.mark.parametrize("accept", ["*/*", "application/problem+json", "application/json"])
def test_no_problem_echoes_markup(accept: str, ask: Ask) -> None:
    """What was asked for reads back as what it was, and is no element to whoever takes it for HTML."""
    for path in ("<script>alert(1)</script>", "station/<b>", "query/find-by-name.json?<i>=x", "graph/<x>", "graph?graph=<x>"):  # fmt: skip
        reply = ask(path, accept=accept)
        assert reply.status in (400, 404)
        assert b"<" not in reply.body
        assert "<" in "".join(map(str, json.loads(reply.body).values())), path


@given(st.text(max_size=60))
@settings(max_examples=300, deadline=None)
def test_any_path_is_answered(ask: Ask, path: str) -> None:
    """Found or not found."""
    for begin in ("", "station/", "query/", "graph/", "problem/"):
        harmless(ask(begin + path.replace("?", "")))


@given(st.sampled_from(PATHS), st.text(max_size=80), st.text(max_size=60))
@settings(max_examples=200, deadline=None)
def test_any_query_and_header_is_answered(ask: Ask, path: str, query: str, header: str) -> None:
    """Never as an error of the server."""
    harmless(ask(f"{path}?{query}", accept=header, accept_language=header, content_type=header, host=header))


@pytest.mark.parametrize("method", ["GET", "POST", "HEAD", "OPTIONS", "PUT", "", "get", "CONNECT", "G\r\nET"])
def test_any_method_is_answered(method: str, ask: Ask) -> None:
    """Those that are not for the path are refused; a method in a header or a parameter is not heard."""
    for path in PATHS:
        harmless(ask(path, method))
    assert ask("graph?default&_method=DELETE", x_http_method_override="DELETE").status == 200


def test_hostile_values_are_harmless_in_every_format(ask: Ask) -> None:
    """They come back as what they are, or are refused."""
    for text in TEXTS:
        value = quote(text.encode("utf-8", "surrogatepass"), safe="")
        for suffix in ("json", "csv", "rq"):
            harmless(ask(f"query/find-by-name.{suffix}?name={value}"))
        harmless(ask(f"query/operators-of-station?station={value}"))
        harmless(ask(f"sparql?query={value}"))


@pytest.fixture(scope="module")
def poisoned(tmp_path_factory: pytest.TempPathFactory) -> Publication:
    """A part of this repository with a station whose label would be a script, a formula, and a reversal of text."""
    folder = parts.copy_part(tmp_path_factory.mktemp("poisoned"))
    file = folder / "data" / "station" / "dostyk.ttl"
    label = Literal(LABEL.encode().decode("unicode_escape"), language="en")
    text = file.read_text(encoding="utf-8").replace(
        'skos:prefLabel "Dostyk railway station"@en', f"skos:prefLabel {label}"
    )
    assert str(label) in text
    file.write_text(text, encoding="utf-8")
    return Publication(alataw.open(folder))


@pytest.mark.parametrize("suffix", ["ttl", "nt", "rdf", "jsonld", "trig"])
def test_a_hostile_label_is_exact_in_rdf(suffix: str, poisoned: Publication) -> None:
    """It is data there, and stays what it is."""
    reply = asked(poisoned, f"station/dostyk.{suffix}")
    harmless(reply)
    labels = {text_of(t.object) for t in triples(reply) if t.predicate == SKOS.prefLabel}
    assert LABEL.encode().decode("unicode_escape") in labels


def test_a_hostile_label_is_exact_in_csv(poisoned: Publication) -> None:
    """One cell, quoted where it must be; values are not changed, as the policy of answers is."""
    reply = asked(poisoned, "query/names-of-entity.csv?entity=station/dostyk")
    harmless(reply)
    document = asked(poisoned, "station/dostyk.csv")
    rows = list(csv.DictReader(io.StringIO(document.body.decode(), newline="")))
    assert LABEL.encode().decode("unicode_escape") in {row["value"] for row in rows}


def test_a_hostile_label_cannot_end_a_script(poisoned: Publication) -> None:
    """In JSON-LD inside of a page it is text, which reads back as what it was."""
    iri = NamedNode("https://w3id.org/alataw/station/dostyk")
    described = triples(asked(poisoned, "station/dostyk.nt"))
    data = schema_org.thing(poisoned.graph.words.over(described), iri, "http://127.0.0.1/", "http://127.0.0.1/")
    block = schema_org.block(data)
    inside = block.removeprefix('<script type="application/ld+json">').removesuffix("</script>")
    assert not set("<>&") & set(inside)
    assert json.loads(inside) == data
    assert data["@type"] == ["Place", "TrainStation"]
    assert LABEL.encode().decode("unicode_escape") in {name["@value"] for name in data["name"]}


@given(st.text(max_size=200))
def test_any_text_is_harmless_in_a_script_element(text: str) -> None:
    """Nothing of it can end the element or begin a comment in it."""
    block = schema_org.block({"name": text})
    assert block.count("<") == 2
    assert "<!--" not in block
    assert json.loads(block.partition(">")[2].rpartition("<")[0])["name"] == text


@given(st.text(max_size=300))
def test_any_text_makes_a_safe_file_name(text: str) -> None:
    """Letters, digits and hyphens; never empty, never hidden, never long."""
    name = file_name(text)
    assert set(name) <= set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-")
    assert 0 < len(name) <= 100
    assert not name.startswith("-")


def test_the_host_never_reaches_a_link(ask: Ask) -> None:
    """Addresses are those of the publication."""
    for path in ("station/alashankou", "station/alashankou.ttl", "catalog.ttl", "sparql", "openapi.json", "reconcile", "sitemap.xml", "linkset", "nowhere"):  # fmt: skip
        reply = ask(path, host="evil.example", x_forwarded_host="evil.example", forwarded="host=evil.example")
        assert b"evil.example" not in reply.body
        assert not any("evil.example" in value for _, value in reply.headers)


def test_nothing_redirects_elsewhere(ask: Ask) -> None:
    """A Location is a path of this publication, which no doubled slash makes a host of."""
    for path in ("station/alashankou", "/station/alashankou", "//evil.example/station/alashankou", "def/Station", "\\\\evil.example"):  # fmt: skip
        location = ask(path).header("Location")
        assert not location or location.startswith("/rail/")


def test_the_corpus_is_there() -> None:
    """There is something to be harmless."""
    assert len(TEXTS) > 200
    assert Path(__file__).exists()
