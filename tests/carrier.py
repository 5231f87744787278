"""A carrier for tests: the application on loopback, one thread a request, with what the rim does for HEAD and 304."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import unquote

import alataw
from alataw.application import answer
from alataw.publication import Limits, Publication
from alataw.web import Reply, Request

Spoil = Callable[[Request, Reply], Reply]


@contextmanager
def carried(
    graph: alataw.Graph, limits: Limits | None = None, spoil: Spoil = lambda _, reply: reply
) -> Iterator[Publication]:
    """Publish a graph on loopback; `spoil` is given each request and its reply, and makes of it what is sent."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    publication = Publication(graph, f"http://127.0.0.1:{server.server_port}/", limits or Limits())
    server.publication, server.spoil = publication, spoil  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield publication
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    _lock = threading.Lock()

    def _carry(self) -> None:
        path, _, query = self.path.partition("?")
        headers: dict[str, str] = {}
        for name, value in self.headers.items():
            headers[name.lower()] = f"{headers[name.lower()]}, {value}" if name.lower() in headers else value
        body = self.rfile.read(int(headers.get("content-length", 0)))
        request = Request(self.command, unquote(path).removeprefix("/"), query, headers, body)
        with self._lock:  # the rim has processes, each of which answers one request at a time
            reply = answer(self.server.publication, request)  # type: ignore[attr-defined]
        reply = self.server.spoil(request, reply)  # type: ignore[attr-defined]
        tag = reply.header("ETag")
        unchanged = reply.status == 200 and tag and tag in headers.get("if-none-match", "")
        kept = ("etag", "vary", "cache-control", "content-location", "link", "access-control-allow-origin")
        self.send_response(304 if unchanged else reply.status)
        for name, value in reply.headers:
            if not unchanged or name.lower() in kept:
                self.send_header(name, value)
        if not unchanged:
            self.send_header("Content-Length", str(len(reply.body)))
        self.end_headers()
        if self.command != "HEAD" and not unchanged:
            self.wfile.write(reply.body)

    def __getattr__(self, name: str) -> Callable[[], None]:
        if name.startswith("do_"):  # whatever the method
            return self._carry
        raise AttributeError(name)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""
