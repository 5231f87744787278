"""The home of a site that is looked at: how it is asked, and where on it things are.

Redirects are not followed, since they are looked at themselves; nothing that could change a site is sent.
"""

from __future__ import annotations

import http.client
import json
import socket
import ssl
import threading
from collections.abc import Iterable, Mapping
from contextlib import suppress
from functools import cached_property
from typing import Any, NamedTuple
from urllib.parse import quote, urljoin, urlsplit

import pyoxigraph

from alataw.errors import RemoteError, UsageError
from alataw.exchange import is_address
from alataw.terms import Triple

MOST_BYTES = 64 * 2**20
"""How much of one reply is read."""

RDF = {
    "ttl": ("text/turtle", pyoxigraph.RdfFormat.TURTLE),
    "nt": ("application/n-triples", pyoxigraph.RdfFormat.N_TRIPLES),
    "rdf": ("application/rdf+xml", pyoxigraph.RdfFormat.RDF_XML),
    "jsonld": ("application/ld+json", pyoxigraph.RdfFormat.JSON_LD),
    "trig": ("application/trig", pyoxigraph.RdfFormat.TRIG),
    "nq": ("application/n-quads", pyoxigraph.RdfFormat.N_QUADS),
}
"""Suffix of a document to its media type, and what reads it."""


class FailsError(Exception):
    """A clause does not hold; the message says what was found instead."""


class InapplicableError(Exception):
    """A clause has nothing to hold here; the message says why."""


def hold(condition: object, found: str) -> None:
    """Fail, with what was found, unless a condition holds."""
    if not condition:
        raise FailsError(found)


class Got(NamedTuple):
    """A reply: its status, its headers by their names in small letters, its body."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def media_type(self) -> str:
        """The media type, without parameters."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()

    @property
    def text(self) -> str:
        """The body as text."""
        return self.body.decode("utf-8", "replace")

    def json(self) -> Any:
        """The body as JSON."""
        try:
            return json.loads(self.body)
        except ValueError as error:
            raise FailsError(f"the body is no JSON: {error}") from None

    def triples(self) -> set[Triple]:
        """The body as RDF, read by its media type."""
        readers = dict(RDF.values())
        hold(self.media_type in readers, f"{self.status} {self.media_type or 'without a media type'}, which is no RDF")
        try:
            quads = pyoxigraph.parse(self.body, format=readers[self.media_type], base_iri="http://example.org/")
            return {quad.triple for quad in quads}
        except (SyntaxError, ValueError) as error:
            raise FailsError(f"the {self.media_type} cannot be read: {error}") from None

    @property
    def links(self) -> dict[str, list[tuple[str, str]]]:
        """The links of the header: relation to targets and media types."""
        found: dict[str, list[tuple[str, str]]] = {}
        for part in self.headers.get("link", "").split(", <"):
            target, _, attributes = part.partition(">")
            told = dict(each.strip().partition("=")[::2] for each in attributes.split(";") if "=" in each)
            for relation in told.get("rel", "").strip('"').split():
                found.setdefault(relation, []).append((target.lstrip("<"), told.get("type", "").strip('"')))
        return found

    def __str__(self) -> str:
        return f"{self.status} {self.media_type}".strip()


class Site:
    """A site on the web.

    Args:
        address: Where it is.
        timeout_s: How long one reply may take.

    Raises:
        UsageError: AL133 if that is no address of the web.
    """

    def __init__(self, address: str, *, timeout_s: float = 30.0) -> None:
        if not is_address(address) or urlsplit(address).query or urlsplit(address).fragment:
            raise UsageError(f"{address} is no address of a site", code="AL133", fix="write http://host:port/")
        self.address = address if address.endswith("/") else f"{address}/"
        self._timeout_s = timeout_s
        self._kept: dict[tuple[str, str, tuple[tuple[str, str], ...]], Got] = {}

    # -- asking --------------------------------------------------------------------------------

    def get(self, path: str = "", **headers: str) -> Got:
        """Ask for a path, or an address on this site; the same is asked once."""
        key = ("GET", path, tuple(sorted(headers.items())))
        if key not in self._kept:
            self._kept[key] = self.ask("GET", path, None, **headers)
        return self._kept[key]

    def ask(self, method: str, path: str = "", body: bytes | None = None, **headers: str) -> Got:
        """Send a request.

        Raises:
            RemoteError: AL113 if there is no reply.
        """
        whole = path if path.startswith(("http://", "https://")) else self.address + path
        address = quote(whole, safe="/%?&=:#+,;@!$'()*~.-_[]")
        parts = urlsplit(address)
        secure = parts.scheme == "https"
        kind = http.client.HTTPSConnection if secure else http.client.HTTPConnection
        connection = kind(parts.hostname or "", parts.port, timeout=self._timeout_s)
        told = {"User-Agent": "alataw check-live", "Accept": "*/*"}
        told |= {name.replace("_", "-"): value for name, value in headers.items()}
        try:
            connection.request(method, (parts.path or "/") + (f"?{parts.query}" if parts.query else ""), body, told)
            reply = connection.getresponse()
            data = reply.read(MOST_BYTES)
            found: dict[str, str] = {}
            for name, value in reply.getheaders():
                found[name.lower()] = f"{found[name.lower()]}, {value}" if name.lower() in found else value
            return Got(reply.status, found, data)
        except (OSError, http.client.HTTPException, ssl.SSLError) as error:
            raise RemoteError(
                f"{address} did not answer", code="AL113", why=str(error) or type(error).__name__, fix="is it running?"
            ) from error
        finally:
            connection.close()

    def sparql(self, text: str, accept: str = "*/*", **parameters: str) -> Got:
        """Ask a query by GET."""
        told = "".join(f"&{name.replace('_', '-')}={quote(value, safe='')}" for name, value in parameters.items())
        return self.get(f"{self.endpoint}?query={quote(text, safe='')}{told}", Accept=accept)

    # -- where things are ----------------------------------------------------------------------

    @cached_property
    def endpoint(self) -> str:
        """The path of the SPARQL endpoint: the first of those where servers have it that answers.

        Raises:
            InapplicableError: If there is none.
        """
        kind = "application/sparql-results+json"
        for path in ("sparql", "query", ""):
            got = self.get(f"{path}?query=ASK%20%7B%7D", Accept=kind)
            if got.status == 200 and (got.media_type == kind or b'"boolean"' in got.body):
                return path
        raise InapplicableError("there is no SPARQL endpoint")

    @cached_property
    def graph_store(self) -> str:
        """The path of the graph store.

        Raises:
            InapplicableError: If there is none.
        """
        for path in ("graph", "store", "rdf-graph-store", "data"):
            if self.get(f"{path}?default", Accept="text/turtle").media_type == "text/turtle":
                return path
        raise InapplicableError("there is no graph store")

    @cached_property
    def is_static(self) -> bool:
        """Whether it only gives files: then each address has one answer, and nothing is negotiated."""
        try:
            return self.endpoint is None
        except InapplicableError:
            return True

    def only_served(self) -> None:
        """Say that a clause is for servers, if this is none.

        Raises:
            InapplicableError: If it only gives files.
        """
        if self.is_static:
            raise InapplicableError("a static host has one answer to each address")

    def only_publishers(self) -> None:
        """Say that a clause is for those who publish data, if there is but an endpoint here.

        Raises:
            InapplicableError: If there is nothing but an endpoint.
        """
        told = (".well-known/void", "catalog", "catalog.ttl", "sitemap.xml", "robots.txt")
        if not self.is_static and all(self.get(path).status >= 400 for path in told):
            raise InapplicableError("there is nothing but an endpoint")

    @cached_property
    def example(self) -> str:
        """The path of an entity that the description of the dataset names.

        Raises:
            InapplicableError: If there is none.
        """
        for path in (".well-known/void", "catalog.ttl"):
            got = self.followed(path, Accept="text/turtle")
            if got.status == 200 and got.media_type == "text/turtle":
                named = [t for t in got.triples() if str(t.predicate) == "<http://rdfs.org/ns/void#exampleResource>"]
                spaces = [t for t in got.triples() if str(t.predicate) == "<http://rdfs.org/ns/void#uriSpace>"]
                for triple in named:
                    for space in spaces:
                        iri, begin = getattr(triple.object, "value", ""), getattr(space.object, "value", "")
                        if begin and iri.startswith(begin):
                            return str(iri.removeprefix(begin))
        raise InapplicableError("no entity is named by void:exampleResource")

    @cached_property
    def stored_query(self) -> tuple[str, dict[str, str]]:
        """The path of a stored query with a parameter that is required, and example values.

        Raises:
            InapplicableError: If there is none.
        """
        got = self.get("openapi.json")
        for path, item in got.json().get("paths", {}).items() if got.status == 200 else ():
            parameters = item.get("get", {}).get("parameters", [])
            needed = {p["name"]: str(p.get("example", "")) for p in parameters if p.get("required")}
            if needed:
                return path.lstrip("/"), needed
        raise InapplicableError("no stored query is described by openapi.json")

    def followed(self, path: str, **headers: str) -> Got:
        """Ask for a path, and follow where it leads on this site."""
        got = self.get(path, **headers)
        for _ in range(5):
            location = got.headers.get("location", "")
            if got.status not in (301, 302, 303, 307, 308) or not location:
                break
            target = urljoin(urljoin(self.address, path), location)
            if urlsplit(target).netloc != urlsplit(self.address).netloc:
                break
            got = self.get(target, **headers)
        return got


class Listener:
    """A socket on loopback that tells whether anybody called, as a site does that fetches what strangers name."""

    def __init__(self) -> None:
        self._socket = socket.create_server(("127.0.0.1", 0))
        self._called = threading.Event()
        threading.Thread(target=self._listen, daemon=True).start()

    @property
    def address(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self._socket.getsockname()[1]}/called"

    @property
    def called(self) -> bool:
        """Whether anybody called."""
        return self._called.is_set()

    def _listen(self) -> None:
        with suppress(OSError):
            while True:
                connection, _ = self._socket.accept()
                self._called.set()
                with suppress(OSError):
                    connection.sendall(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
                connection.close()

    def close(self) -> None:
        """Listen no more."""
        self._socket.close()


def values(headers: Mapping[str, str], name: str) -> set[str]:
    """The values of a list header, in small letters."""
    return {value.strip().lower() for value in headers.get(name, "").split(",") if value.strip()}


def missing(wanted: Iterable[str], found: Iterable[str]) -> str:
    """What of something wanted was not found."""
    return ", ".join(sorted(set(wanted) - set(found)))
