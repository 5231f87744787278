"""The check of a running site names the clause that fails, and knows what does not apply."""

from __future__ import annotations

import json
import subprocess
import threading
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import unquote_plus

import pytest
import xmlschema

import alataw
from alataw import livecheck
from alataw.errors import RemoteError, UnknownNameError, UsageError
from alataw.publication import Publication
from alataw.web import Reply, Request
from carrier import carried
from servers import free_port

ROOT = Path(__file__).resolve().parents[1]


class Spoilt:
    """A publication on loopback whose replies are spoilt in one way at a time."""

    def __init__(self) -> None:
        self.spoil: Callable[[Request, Reply], Reply] = lambda _, reply: reply
        self.publication: Publication

    def __call__(self, request: Request, reply: Reply) -> Reply:
        return self.spoil(request, reply)


@pytest.fixture(scope="module")
def site(graph: alataw.Graph) -> Iterator[Spoilt]:
    spoilt = Spoilt()
    with carried(graph, spoil=spoilt) as publication:
        spoilt.publication = publication
        yield spoilt


def without(name: str) -> Callable[[Request, Reply], Reply]:
    """Every reply, without a header."""
    return lambda _, reply: replace(reply, headers=tuple(h for h in reply.headers if h[0].lower() != name.lower()))


def status(of: int, becomes: int) -> Callable[[Request, Reply], Reply]:
    """Every reply of a status, with another."""
    return lambda _, reply: replace(reply, status=becomes) if reply.status == of else reply


def text(old: str, new: str) -> Callable[[Request, Reply], Reply]:
    """Every reply, with another text in it."""
    return lambda _, reply: replace(reply, body=reply.body.replace(old.encode(), new.encode()))


def header(old: str, new: str) -> Callable[[Request, Reply], Reply]:
    """Every reply, with another text in its headers."""
    return lambda _, reply: replace(reply, headers=tuple((name, value.replace(old, new)) for name, value in reply.headers))  # fmt: skip


def fetching(request: Request, reply: Reply) -> Reply:
    """A server that fetches what a query names."""
    asked = unquote_plus(request.query)
    for address in (part.partition(">")[0] for part in asked.split("<")[1:]):
        if address.startswith("http://127.0.0.1:"):
            with suppress(OSError):
                urllib.request.urlopen(address, timeout=2).close()  # noqa: S310  # on loopback
    return reply


FAULTS: list[tuple[str, Callable[[Request, Reply], Reply]]] = [
    ("sparql-get", text("true", "false")),
    ("sparql-form", lambda request, reply: replace(reply, status=405) if request.method == "POST" else reply),
    ("sparql-body", lambda request, reply: replace(reply, status=415) if "sparql-query" in request.headers.get("content-type", "") else reply),
    ("sparql-one-query", status(400, 200)),
    ("sparql-other-bodies", status(415, 200)),
    ("sparql-dataset", status(400, 404)),
    ("sparql-from", fetching),
    ("sparql-service", fetching),
    ("sparql-service", status(403, 400)),
    ("sparql-update", status(403, 200)),
    ("sparql-select", text("\r\n", "\n")),
    ("sparql-ask", status(406, 200)),
    ("sparql-construct", header("application/trig", "text/plain")),
    ("sparql-accept", header("application/sparql-results+xml", "application/xml")),
    ("sparql-unacceptable", status(406, 200)),
    ("sparql-malformed", text("column", "place")),
    ("sparql-problems", header("application/problem+json", "application/json")),
    ("sparql-options", without("Allow")),
    ("sparql-cors", without("Access-Control-Allow-Origin")),
    ("sparql-bounds", status(400, 500)),
    ("description", text("sd:endpoint", "sd:point")),
    ("description-true", text("sd:SPARQL11Query", "sd:SPARQL10Query")),
    ("description-counts", text("void:triples 3", "void:triples 4")),
    ("graph-read", header("application/n-triples", "text/plain")),
    ("graph-unknown", status(404, 200)),
    ("graph-write", status(405, 204)),
    ("entity-303", status(303, 302)),
    ("entity-303", without("Vary")),
    ("entity-formats", lambda _, reply: replace(reply, body=reply.body.replace(b"OperatorTenure", b"Tenure")) if "turtle" in reply.header("Content-Type") else reply),
    ("entity-charset", header("; charset=utf-8", "")),
    ("entity-location", without("Content-Location")),
    ("entity-etag", lambda _, reply: replace(reply, headers=tuple((n, '"1"' if n == "ETag" else v) for n, v in reply.headers))),
    ("entity-304", without("ETag")),
    ("entity-cache", without("Cache-Control")),
    ("entity-links", header("cite-as", "cites")),
    ("entity-linkset", header("linkset", "links")),
    ("entity-404", status(404, 200)),
    ("page-json-ld", text("application/ld+json", "application/json")),
    ("page-language", text("<html lang", "<html data")),
    ("page-policy", without("Content-Security-Policy")),
    ("page-policy", text("</body>", "<script>alert(1)</script></body>")),
    ("page-policy", text("<main", "<main onclick='alert(1)'")),
    ("void", text("void:objectsTarget", "void:target")),
    ("catalog", text('dcat:byteSize "', 'dcat:byteSize "9')),
    ("sitemap", text("sitemap.xml", "map.xml")),
    ("openapi", text('"3.1.0"', '"3.0.0"')),
    ("sparql-examples", text("SPARQLExecutable", "Executable")),
    ("query-answers", header("application/sparql-query", "text/plain")),
    ("query-errors", status(400, 500)),
    ("query-pages", header("first", "begin")),
    ("reconcile", text('"0.2"', '"0.1"')),
    ("safe-host", lambda request, reply: replace(reply, body=reply.body + request.headers.get("x-forwarded-host", "").encode())),
    ("safe-paths", lambda request, reply: replace(reply, status=200, body=b"root:x:0:0") if "passwd" in request.path else reply),
    ("safe-headers", lambda request, reply: replace(reply, headers=(*reply.headers, ("X-Injected", "yes"))) if "\n" in request.path else reply),
]  # fmt: skip


@pytest.mark.parametrize(("clause", "spoil"), FAULTS, ids=[f"{name}-{n}" for n, (name, _) in enumerate(FAULTS)])
def test_a_clause_that_does_not_hold_is_named(
    clause: str, spoil: Callable[[Request, Reply], Reply], site: Spoilt
) -> None:
    """With what was found instead; and it holds once the fault is gone."""
    site.spoil = spoil
    (found,) = livecheck.check(site.publication.address, only=[clause], heavy=True)
    assert (found.clause.name, found.verdict) == (clause, "fail")
    assert found.why
    site.spoil = lambda _, reply: reply
    (sound,) = livecheck.check(site.publication.address, only=[clause], heavy=True)
    assert sound.verdict == "pass", sound.why


def test_every_clause_can_fail() -> None:
    """But for those that would take an attack, another carrier, or data that is not there."""
    tried = {name for name, _ in FAULTS}
    others = {"sparql-time", "sparql-overload", "sparql-head", "entity-modified", "entity-410", "safe-lengths"}
    assert {clause.name for clause in livecheck.CLAUSES} == tried | others


@pytest.fixture(scope="module")
def static(tmp_path_factory: pytest.TempPathFactory, graph: alataw.Graph) -> Iterator[str]:
    """A static host, with a few documents of ours."""
    from alataw.application import answer

    folder = tmp_path_factory.mktemp("static")
    publication = Publication(graph)
    for path in ("station/alashankou.ttl", "station/alashankou.nt", "catalog.ttl", "robots.txt", "sitemap.xml"):
        (folder / path).parent.mkdir(exist_ok=True)
        (folder / path).write_bytes(answer(publication, Request(path=path)).body)

    class Quiet(SimpleHTTPRequestHandler):
        def guess_type(self, path: object) -> str:
            return {".ttl": "text/turtle", ".nt": "application/n-triples"}.get(Path(str(path)).suffix, "text/plain")

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def test_a_static_host_is_looked_at(static: str) -> None:
    """What needs a server does not apply, and says so; what is there is held to its clause."""
    outcomes = {each.clause.name: each for each in livecheck.check(static)}
    for name in ("sparql-get", "description", "graph-read", "entity-303", "entity-location", "query-answers", "reconcile", "entity-410"):  # fmt: skip
        assert outcomes[name].verdict == "n/a", name
        assert outcomes[name].why
    assert outcomes["sitemap"].verdict == "pass"
    assert outcomes["safe-paths"].verdict == "pass"
    assert outcomes["entity-formats"].verdict == "fail"


def test_it_is_told_in_four_formats(site: Spoilt) -> None:
    """The same outcomes each time: for people, for programs, for documents, for a gate."""
    site.spoil = without("Access-Control-Allow-Origin")
    outcomes = livecheck.check(site.publication.address, only=["sparql-get", "sparql-cors", "sparql-overload"])
    site.spoil = lambda _, reply: reply
    told = {name: livecheck.writer(name)(outcomes) for name in livecheck.FORMATS}
    assert "fail  sparql-cors" in told["text"]
    assert "does not conform: 1 pass, 1 fail, 1 do not apply" in told["text"]
    assert [each["verdict"] for each in json.loads(told["json"])] == ["pass", "fail", "n/a"]
    assert "| sparql-get | A query by GET | yes |" in told["markdown"]
    assert "1 of 2" in told["markdown"]
    xmlschema.XMLSchema(str(ROOT / "tests" / "schemas" / "junit-10.xsd")).validate(told["junit"])
    with pytest.raises(UnknownNameError):
        livecheck.writer("pdf")


def test_what_cannot_be_looked_at_is_told(run: Callable[..., subprocess.CompletedProcess[str]]) -> None:
    """No address, no site, no such clause; the exit code says which."""
    nobody = f"http://127.0.0.1:{free_port()}/"
    with pytest.raises(RemoteError):
        livecheck.check(nobody)
    for address in ("nothing", "file:///etc/passwd", "http://", "http://a/?b", "http://[::1"):
        with pytest.raises(UsageError):
            livecheck.check(address)
    with pytest.raises(UnknownNameError, match="no clause"):
        livecheck.check(nobody, only=["sparql-gett"])
    assert run("check-live", nobody).returncode == 4
    assert run("check-live", "nothing").returncode == 2


def test_nothing_that_is_sent_changes_a_site(tmp_path: Path) -> None:
    """A server that obeys every update holds what it held."""
    import servers

    with servers.oxigraph(tmp_path) as server:
        data = b"<http://a/s> <http://a/p> <http://a/o> ."
        request = urllib.request.Request(f"{server.graph_store}?default", data, {"Content-Type": "text/turtle"})  # noqa: S310  # on loopback
        urllib.request.urlopen(request, timeout=10).close()  # noqa: S310
        before = urllib.request.urlopen(f"{server.graph_store}?default", timeout=10).read()  # noqa: S310
        outcomes = livecheck.check(server.query.removesuffix("query"))
        after = urllib.request.urlopen(f"{server.graph_store}?default", timeout=10).read()  # noqa: S310
    assert before == after
    verdicts = {each.clause.name: each.verdict for each in outcomes}
    assert verdicts["sparql-get"] == "pass"
    assert verdicts["sparql-update"] == "fail"
