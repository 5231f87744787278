"""The home of the clauses on documents: entities, discovery, stored queries, reconciliation, and what is safe."""

from __future__ import annotations

import json
import re
import socket
from contextlib import suppress
from urllib.parse import quote, urlencode, urljoin, urlsplit

from alataw.livecheck.site import RDF, Got, InapplicableError, Site, hold, missing, values
from alataw.terms import Namespace, text_of

VOID = Namespace("http://rdfs.org/ns/void#")
DCAT = Namespace("http://www.w3.org/ns/dcat#")
SH = Namespace("http://www.w3.org/ns/shacl#")
SUFFIXES = ("ttl", "nt", "rdf", "jsonld", "trig")
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
RDFLIB = (
    "application/rdf+xml, text/n3, text/turtle, application/n-triples, application/ld+json, application/n-quads, "
    "application/trix, application/trig"
)
FORM = "application/x-www-form-urlencoded"


def _document(site: Site, suffix: str) -> Got:
    got = site.get(f"{site.example}.{suffix}")
    hold(got.status == 200, f"{site.example}.{suffix} is {got}")
    return got


_OUTSIDE = (
    "../../../../etc/passwd",
    "%2e%2e/%2e%2e/%2e%2e/etc/passwd",
    "..%2f..%2f..%2fetc%2fpasswd",
    "%252e%252e/etc/passwd",
    "static/..%5c..%5cetc/passwd",
)


# -- entities ------------------------------------------------------------------------------------------


def redirects(site: Site) -> None:
    """The IRI of a thing leads to a document by 303, as the client accepts."""
    site.only_served()
    for accept, suffix in (("text/turtle", "ttl"), (BROWSER, "html"), (RDFLIB, ""), ("application/ld+json", "jsonld")):
        got = site.get(site.example, Accept=accept)
        hold(got.status == 303, f"{accept} is {got}")
        location = got.headers.get("location", "")
        there = urlsplit(urljoin(site.address, location))
        hold(there.netloc == urlsplit(site.address).netloc, f"it leads to {location}, elsewhere")
        hold(there.path.endswith(f".{suffix}") or not suffix, f"{accept} leads to {location}")
        hold(suffix or not there.path.endswith(".html"), f"rdflib is led to {location}")
        hold("accept" in values(got.headers, "vary"), "Vary does not name Accept")
    got = site.get(site.example, Accept="image/png")
    hold(got.status == 406, f"image/png is {got}")


def formats(site: Site) -> None:
    """A document has its suffixes, and says the same in each."""
    plain = _document(site, "nt").triples()
    for suffix in SUFFIXES:
        got = _document(site, suffix)
        hold(got.media_type == RDF[suffix][0], f".{suffix} is {got.media_type}")
        hold(got.triples() == plain, f".{suffix} has other triples than .nt")
    hold(_document(site, "csv").media_type == "text/csv", ".csv is no CSV")
    hold(_document(site, "geojson").json().get("type") == "FeatureCollection", ".geojson is no FeatureCollection")


def encodings(site: Site) -> None:
    """Text says that it is UTF-8."""
    for suffix in ("ttl", "csv", "html"):
        kind = _document(site, suffix).headers.get("content-type", "").lower().replace(" ", "")
        hold("charset=utf-8" in kind, f".{suffix} is {kind}")


def location(site: Site) -> None:
    """Content-Location names the document."""
    site.only_served()
    for suffix in ("ttl", "html"):
        found = _document(site, suffix).headers.get("content-location", "")
        hold(found.endswith(f".{suffix}"), f"Content-Location of .{suffix} is {found or 'not there'}")


def tags(site: Site) -> None:
    """Each representation has its own ETag, the same each time."""
    found = {suffix: _document(site, suffix).headers.get("etag", "") for suffix in (*SUFFIXES, "html")}
    hold(all(found.values()), f"no ETag: {', '.join(name for name, tag in found.items() if not tag)}")
    hold(len(set(found.values())) == len(found), "two representations have one ETag")
    again = site.ask("GET", f"{site.example}.ttl")
    hold(again.headers.get("etag") == found["ttl"], "the ETag changes from request to request")


def unchanged(site: Site) -> None:
    """304 for what has not changed, with ETag, and Vary if there is one; another representation is sent."""
    for suffix in ("ttl", "html"):
        first = _document(site, suffix)
        got = site.ask("GET", f"{site.example}.{suffix}", If_None_Match=first.headers.get("etag", '""'))
        hold(got.status == 304 and not got.body, f".{suffix} with its ETag is {got}")
        for name in ("etag", "vary"):
            hold(name not in first.headers or name in got.headers, f"304 of .{suffix} loses {name}")
    other = site.ask("GET", f"{site.example}.nt", If_None_Match=_document(site, "ttl").headers.get("etag", '""'))
    hold(other.status == 200, f".nt with the ETag of .ttl is {other}")


def freshness(site: Site) -> None:
    """Documents say how long they may be kept."""
    hold("cache-control" in _document(site, "ttl").headers, "no Cache-Control")


def modified(site: Site) -> None:
    """Last-Modified, where the day of the release is known."""
    if "last-modified" not in _document(site, "ttl").headers:
        raise InapplicableError("the catalog names no day of the release, and no clock is asked")


def signposts(site: Site) -> None:
    """Links lead to the other forms, the thing, the licence, the collection (FAIR Signposting, level 1)."""
    for suffix in ("html", "ttl"):
        links = _document(site, suffix).links
        lacking = missing(("alternate", "describedby", "license", "canonical", "cite-as", "collection"), links)
        hold(not lacking, f".{suffix} has no link {lacking}")
        hold(all(kind for _, kind in links["alternate"]), "an alternate has no type")
    hold("type" in _document(site, "html").links, ".html has no link type")
    for target, kind in _document(site, "html").links["alternate"][:3]:
        got = site.followed(target)
        hold((got.status, got.media_type) == (200, kind), f"{target} is {got}, not {kind}")


def link_sets(site: Site) -> None:
    """A link set has the links of the whole (FAIR Signposting, level 2)."""
    site.only_publishers()
    targets = site.get("", Accept=BROWSER).links.get("linkset", [])
    hold(targets, "the landing page has no link linkset")
    got = site.followed(targets[0][0])
    hold(got.media_type == "application/linkset+json", f"{targets[0][0]} is {got}")
    hold(got.json()["linkset"][0].get("anchor"), "a link context has no anchor")


def not_there(site: Site) -> None:
    """What is not there is 404."""
    for path in ("no/such-thing", f"{site.example}-no-such-thing", f"{site.example}-no-such-thing.ttl"):
        hold(site.get(path).status == 404, f"{path} is {site.get(path)}")


def withdrawn(site: Site) -> None:
    """What was withdrawn is 410, what was renamed 301."""
    if site.is_static:
        raise InapplicableError("a static host has one status for what it does not have")
    text = (
        "PREFIX dcterms: <http://purl.org/dc/terms/> SELECT ?thing ?to "
        "{ { ?thing <http://www.w3.org/2002/07/owl#deprecated> true } UNION { ?thing dcterms:isReplacedBy ?to } "
        "FILTER NOT EXISTS { ?thing a ?class } } LIMIT 3"
    )
    rows = site.sparql(text, "application/sparql-results+json").json()["results"]["bindings"]
    if not rows:
        raise InapplicableError("nothing was withdrawn yet")
    for row in rows:
        path = "/".join(row["thing"]["value"].rsplit("/", 2)[1:])
        hold(site.get(path).status == (301 if "to" in row else 410), f"{path} is {site.get(path)}")


# -- pages ---------------------------------------------------------------------------------------------


def described_in_page(site: Site) -> None:
    """HTML carries schema.org JSON-LD that can be read."""
    for path in (f"{site.example}.html", ""):
        page = site.get(path, Accept=BROWSER).text
        blocks = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL)
        hold(blocks, f"{path or 'the landing page'} has no JSON-LD")
        data = json.loads(blocks[0])
        hold("schema.org" in json.dumps(data.get("@context")), "the JSON-LD is not of schema.org")
        hold(path or data.get("@type") == "Dataset", "the landing page is of no Dataset")


def languages(site: Site) -> None:
    """Pages say their language, and that they vary by the reader's."""
    got = _document(site, "html")
    hold(re.search(r"<html[^>]* lang=", got.text), "the page does not say its language")
    hold(site.is_static or "accept-language" in values(got.headers, "vary"), "Vary does not name Accept-Language")


def policy(site: Site) -> None:
    """A Content-Security-Policy without inline script; no script, and no handler, in the page."""
    got = _document(site, "html")
    said = got.headers.get("content-security-policy", "")
    if not said and site.is_static:
        raise InapplicableError("a static host sets no headers")
    hold("default-src" in said, "no Content-Security-Policy")
    hold("unsafe-inline" not in said.partition("script-src")[2].partition(";")[0], "inline script is allowed")
    hold("unsafe-eval" not in said.replace("wasm-unsafe-eval", ""), "eval is allowed")
    scripts = re.findall(r"<script(?![^>]*(?:src=|application/ld\+json))", got.text)
    hold(not scripts and not re.search(r"<[^>]+\son[a-z]+\s*=", got.text), "there is inline script")


# -- discovery -----------------------------------------------------------------------------------------


def void(site: Site) -> None:
    """VoID counts the dataset, and each linkset of it."""
    site.only_publishers()
    said = site.followed(".well-known/void", Accept="text/turtle").triples()
    hold(any(t.predicate == VOID.triples for t in said), "no void:triples")
    hold(any(t.predicate == VOID.objectsTarget for t in said), "no linkset")
    endpoints = [text_of(t.object) for t in said if t.predicate == VOID.sparqlEndpoint]
    for endpoint in endpoints:
        hold(endpoint.startswith("http"), f"void:sparqlEndpoint is {endpoint}")


def catalog(site: Site) -> None:
    """The catalog is DCAT, and its downloads are there."""
    site.only_publishers()
    said = site.followed("catalog", Accept="text/turtle").triples()
    hold(any(t.object == DCAT.Catalog for t in said), "no dcat:Catalog")
    addresses = sorted(text_of(t.object) for t in said if t.predicate == DCAT.downloadURL)
    hold(addresses, "no dcat:downloadURL")
    sizes = {t.subject: int(text_of(t.object)) for t in said if t.predicate == DCAT.byteSize}
    nodes = {text_of(t.object): t.subject for t in said if t.predicate == DCAT.downloadURL}
    for address in addresses:
        got = site.get(urlsplit(address).path.rsplit("/", 1)[1])
        hold(got.status == 200, f"{address} is {got}")
        hold(sizes.get(nodes[address], len(got.body)) == len(got.body), f"{address} has another size than is said")


def sitemap(site: Site) -> None:
    """The sitemap leads to pages, and robots.txt to the sitemap."""
    site.only_publishers()
    got = site.get("sitemap.xml")
    hold(got.status == 200, str(got))
    addresses = re.findall(r"<loc>(.*?)</loc>", got.text)
    hold(addresses, "it is empty")
    hold("sitemap.xml" in site.get("robots.txt").text, "robots.txt does not name it")


def openapi(site: Site) -> None:
    """The stored queries are described by OpenAPI 3.1, at this address."""
    path, _ = site.stored_query
    document = site.get("openapi.json").json()
    hold(document.get("openapi", "").startswith("3.1"), f"{path} is described by OpenAPI {document.get('openapi')}")


def examples(site: Site) -> None:
    """The stored queries are sh:SPARQLExecutable."""
    site.only_publishers()
    said = site.followed(".well-known/sparql-examples", Accept="text/turtle").triples()
    hold(any(t.object == SH.SPARQLExecutable for t in said), "none is")


# -- stored queries ------------------------------------------------------------------------------------


def questions(site: Site) -> None:
    """A stored query is answered by suffix and by negotiation, and its text can be had."""
    site.only_served()
    path, needed = site.stored_query
    for suffix, kind in (("csv", "text/csv"), ("json", "application/sparql-results+json")):
        by_suffix = site.get(f"{path}.{suffix}?{urlencode(needed)}")
        hold((by_suffix.status, by_suffix.media_type) == (200, kind), f".{suffix} is {by_suffix}")
        by_header = site.get(f"{path}?{urlencode(needed)}", Accept=kind)
        hold(by_header.body == by_suffix.body, f"{kind} by header differs from .{suffix}")
        hold("accept" in values(by_header.headers, "vary"), "Vary does not name Accept")
    got = site.get(f"{path}?{urlencode(needed)}", Accept="application/sparql-query")
    hold((got.status, got.media_type) == (200, "application/sparql-query"), f"its text is {got}")


def wrong_questions(site: Site) -> None:
    """A parameter that is missing or unknown is 400, and is named; an unknown query is 404."""
    site.only_served()
    path, needed = site.stored_query
    for query, name in (("", next(iter(needed))), (f"{urlencode(needed)}&no-such-parameter=1", "no-such-parameter")):
        got = site.get(f"{path}?{query}")
        hold(got.status == 400 and name in got.text, f"without or with {name} it is {got}")
    got = site.get("query/no-such-query")
    hold(got.status == 404, f"an unknown query is {got}")


def pages_of_rows(site: Site) -> None:
    """Answers are asked for by pages, which lead to one another."""
    site.only_served()
    path, needed = site.stored_query
    got = site.get(f"{path}.csv?{urlencode({**needed, 'limit': '1'})}")
    hold(got.status == 200 and got.body.count(b"\r\n") <= 2, f"limit=1 is {got}")
    hold("first" in got.links, "no link first")


# -- reconciliation ------------------------------------------------------------------------------------


def reconciliation(site: Site) -> None:
    """Manifest, batch by form, suggestion, and CORS, by the Reconciliation Service API 0.2."""
    got = site.get("reconcile")
    if got.status == 404:
        raise InapplicableError("there is no reconciliation service")
    manifest = got.json()
    hold("0.2" in manifest.get("versions", []), "the manifest does not say 0.2")
    hold(got.headers.get("access-control-allow-origin") == "*", "no CORS")
    hold({"name", "identifierSpace", "schemaSpace"} <= set(manifest), "the manifest lacks what the schema requires")
    body = urlencode({"queries": json.dumps({"q0": {"query": "a", "limit": 1}})}).encode()
    batch = site.ask("POST", "reconcile", body, Content_Type=FORM)
    hold(batch.status == 200 and "result" in batch.json().get("q0", {}), f"a batch is {batch}")
    suggest = manifest.get("suggest", {}).get("entity")
    if suggest:
        there = site.followed(f"{suggest['service_url']}{suggest['service_path']}?prefix=a")
        hold("result" in there.json(), f"a suggestion is {there}")


# -- what is safe --------------------------------------------------------------------------------------


def hosts(site: Site) -> None:
    """The header Host never reaches a link."""
    for path in ("", f"{site.endpoint}" if not site.is_static else "", "robots.txt"):
        got = site.ask("GET", path, Accept="text/turtle, */*;q=0.1", X_Forwarded_Host="evil.example")
        hold(b"evil.example" not in got.body and "evil.example" not in str(got.headers), "X-Forwarded-Host comes back")


def traversal(site: Site) -> None:
    """No path leads outside, in any encoding."""
    for path in _OUTSIDE:
        got = site.get(path)
        hold(b"root:" not in got.body and got.status in (400, 403, 404), f"{path} is {got}")


def injection(site: Site) -> None:
    """A line end in a path makes no header."""
    for path in ("x%0d%0aX-Injected:%20yes", f"{quote(site.example)}%0d%0aX-Injected:%20yes.ttl"):
        got = site.get(path)
        hold("x-injected" not in got.headers and got.status in (400, 404), f"{path} is {got}")


def smuggling(site: Site) -> None:
    """Two lengths of one body are 400."""
    parts = urlsplit(site.address)
    if parts.scheme != "http":
        raise InapplicableError("only looked at without TLS")
    sent = b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\nContent-Length: 5\r\nConnection: close\r\n\r\nabcde"
    with socket.create_connection((parts.hostname or "", parts.port or 80), 10) as connection:
        connection.sendall(sent)
        connection.settimeout(10)
        data = b""
        with suppress(OSError):
            data = connection.recv(100)
    hold(data == b"" or data.split(b" ")[1:2] == [b"400"], f"it is {data[:30]!r}")
