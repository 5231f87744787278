"""Values that would break, change or outlast a query, were they ever text of it."""

from __future__ import annotations

import datetime
import decimal
import itertools
from typing import Any

from alataw.terms import XSD, BlankNode, Literal, NamedNode, Triple

_INJECTIONS = (
    '" } UNION { ?s ?p ?o', "' } UNION { ?s ?p ?o', ", "} UNION { ?s ?p ?o }", "> } UNION { ?s ?p ?o . <x", '"@en } #', '"^^<x> } #', "x } #",
    "x\") (\"y", "UNDEF) (UNDEF", "UNDEF", "} LIMIT 1 #", "} OFFSET 5 #", "} } SELECT * { ?s ?p ?o", "x' OR '1'='1", 'x" || true || "', "*/ } /*",
    '"} BIND(1 AS ?on) {"', "FILTER(true)", "SERVICE <http://127.0.0.1/> {}", '" } SERVICE <http://127.0.0.1/> { } #', "GRAPH ?g { ?s ?p ?o }",
    "INSERT DATA { <a> <b> <c> }", '" } ; DROP ALL ; #', "DROP GRAPH <graph/best>", "CLEAR ALL", "LOAD <file:///etc/passwd>", "BASE <http://evil/>",
    "PREFIX : <http://evil/>", '"@en-us--rtl', "?on", "$on", "?station", "_:b0", "[]", "()", "<< ?s ?p ?o >>", "<<( <a> <b> <c> )>>", "a", "true ) (", "-- x",
    "station/alashankou> } #", "<station/alashankou", "<station/alashankou>> }", "station/alashankou> <station/dostyk", "../../etc/passwd", "station/../../x",
    "COALESCE(1/0, 2)", "{{7*7}}", "${7*7}", "#{7*7}", "%(x)s", "%s%n", "{0}", "{name}", "\\1", "$1", "&lt;script&gt;", "<script>alert(1)</script>", "'; --", "`id`",
    "$(id)", "| id", "=cmd|' /C calc'!A0", "@SUM(1)", "+1+1", "x\\", 'x\\"', "x\\\\", "\\", '"', "'", '"""', "'''", '""', "''", "{", "}", "{}", "<", ">", "<>", "#", "*", "/", "|", "^", "!", ";", ",", ".", ":", "::",
)  # fmt: skip
_ESCAPES = (
    "x\\u0022", "\\u0022 } #", "\\U00000022", "\\u007D", "\\u003E", "\\u000A", "\\uD800", "\\u", "\\uZZZZ", "\\U110000", "\\n", "\\t", "\\b", "\\x41", "%22", "%3E%20%7D", "%00",
    "%0A", "%c0%ae", "%2e%2e%2f", "%u0022", "&quot;", "&#34;", "\\N{QUOTATION MARK}", "＂", "′ } #", "‹ › }", "ʼ",
)  # fmt: skip
_CONTROLS = tuple(f"a{chr(code)}b" for code in (*range(0x20), 0x7F, 0x85, 0x9F, 0xAD, 0x200B, 0x200D, 0x2028, 0x2029, 0x202A, 0x202E, 0x2066, 0x2069, 0xFEFF, 0xFFFE, 0xFFFF, 0x10FFFF))  # fmt: skip
_UNICODE = (
    "x\ud800y", "\udc00", "é", "e\u0301", "ﬁ", "Å", "ß", "ẞ", "İ", "ı", "ǆ", "🚂", "👩‍👩‍👧", "阿拉山口", "Алашанькоу", "א ב", "مرحبا", "a\u0300" * 200, "\u0300", "\U0001d400", "\ue000", "½", "²", "٣", "१२",
)  # fmt: skip
_IRIS = (
    "http://example.org/a b", "http://example.org/<", "http://example.org/\\u003E", "http://example.org/{x}", "http://[::1", "http://example.org:99999/", "http://", "://", "javascript:alert(1)",
    "file:///etc/passwd", "data:text/html,x", "urn:x", "mailto:a@b", "<http://example.org/>", "<x>", "<>", "<javascript:x>", "https://w3id.org/alataw/station/alashankou%20", "HTTPS://W3ID.ORG/alataw/",
    "https://w3id.org/alataw/../x", "http://www.wikidata.org/entity/Q1> } #", "Q0", "Q-1", "Q1; DROP", "Q" + "9" * 400, "rdf:type", "def#Station", "nope:x", "rank:normal } #", "http://user:pass@host/",
)  # fmt: skip
_NUMBERS = (
    "1e3", "0x10", "1_000", "1,000", "--1", "+-1", "1.", ".5", "1/0", "NaN", "INF", "-0", "+0", "00", "9" * 18, "9" * 19, "9" * 5000, "-" + "9" * 18, "1e400", "0.1e-400", "1" + "0" * 300, "٣", "1 2", "1;2", "0.0000000000000000001",
)  # fmt: skip
_DATES = (
    "2003-02-30", "2003-13", "0000", "-0044", "10000", "99999999999", "2003-9-1", "2003/09/12", "2003-09-12T00:00:00Z", '2003-09-12"^^xsd:date', "[..]", "[2001..", "[2005..2001]", "2005/2001", "2003~~", "2003?%", "[..2001] } #", "now", "today", "2003-W01", "2003-366", "190X", "Y1E5", "../2001", "",
)  # fmt: skip
_LENGTHS = (
    " ",
    "\t",
    "x" * 1000,
    "x" * 1001,
    "x" * 100_000,
    "(" * 5000,
    "{" * 5000,
    '"' * 5000,
    "\\" * 999,
    "🚂" * 500,
    " ".join("abc" * 200),
)

TEXTS: tuple[str, ...] = tuple(
    dict.fromkeys(itertools.chain(_INJECTIONS, _ESCAPES, _CONTROLS, _UNICODE, _IRIS, _NUMBERS, _DATES, _LENGTHS))
)
"""Hostile texts, each once."""

OTHERS: tuple[Any, ...] = (
    b"x", bytearray(b"x"), object(), {"a": "b"}, [["x"]], [object()], 1j, float("nan"), float("inf"), 10**30, -1, True, decimal.Decimal("NaN"), decimal.Decimal("1E+400"),
    datetime.datetime(2003, 9, 12, 1, 2, 3), datetime.date(1, 1, 1), BlankNode("b"), NamedNode("http://example.org/> } #".replace("> } #", "")), NamedNode("javascript:alert(1)"),
    Literal("x", language="en"), Literal('" } #', datatype=XSD.integer), Literal("9" * 5000, datatype=XSD.decimal), Triple(NamedNode("http://a"), NamedNode("http://b"), Literal("c")), Ellipsis, type,
)  # fmt: skip
"""Values of kinds that no parameter takes, or of kinds that are not the parameter's."""
