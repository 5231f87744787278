"""A server that misbehaves: one bad manner a path."""

from __future__ import annotations

import json
import time
from http.server import BaseHTTPRequestHandler

GOOD = json.dumps(
    {
        "head": {"vars": ["item"]},
        "results": {"bindings": [{"item": {"type": "uri", "value": "http://www.wikidata.org/entity/Q1"}}]},
    }
).encode()
JSON = "application/sparql-results+json"

SEEN: list[tuple[str, str]] = []
"""Of each request, the path and the user agent."""


class Misbehaving(BaseHTTPRequestHandler):
    """One bad manner a path."""

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.do_GET()

    def do_GET(self) -> None:
        manner = self.path.partition("?")[0].strip("/")
        SEEN.append((manner, self.headers.get("User-Agent", "")))
        count = sum(1 for path, _ in SEEN if path == manner)
        headers: dict[str, str] = {}
        status, kind, body = 200, JSON, GOOD
        if manner == "html":
            kind, body = "text/html", b"<html>please set a user agent</html>"
        elif manner == "cut":
            body = GOOD[: len(GOOD) // 2]
        elif manner == "cut-by-length":
            headers["Content-Length"] = str(len(GOOD) + 100)
        elif manner in ("429-then-good", "429-date", "429-rubbish") and count == 1:
            status, kind, body = 429, "text/plain", b"slow down"
            headers["Retry-After"] = {"429-then-good": "0", "429-date": "Thu, 01 Jan 2015 00:00:00 GMT"}.get(
                manner, "soon"
            )
        elif manner == "429-for-an-hour":
            status, kind, body, headers["Retry-After"] = 429, "text/plain", b"slow down", "3600"
        elif manner == "500":
            status, kind, body = 500, "text/plain", b"no"
        elif manner == "403":
            status, kind, body = 403, "text/html", b"no"
        elif manner == "to-another-host":
            status, headers["Location"], body = 302, "http://localhost:1/", b""
        elif manner == "to-a-file":
            status, headers["Location"], body = 302, "file:///etc/passwd", b""
        elif manner == "to-itself":
            status, headers["Location"], body = 302, "/to-itself", b""
        elif manner == "to-good":
            status, headers["Location"], body = 307, "/good", b""
        elif manner == "compressed":
            headers["Content-Encoding"] = "gzip"
        elif manner == "no-rows":
            body = b'{"head": {}, "results": {"bindings": [{"item": "Q1"}]}}'
        elif manner == "liar":
            lies = [
                "https://www.wikidata.org/entity/Q1",
                "http://www.wikidata.org/entity/P31",
                "http://evil.example/Q1",
                "Q1",
            ]
            rows = [{"item": {"type": "uri", "value": lie}} for lie in lies]
            body = json.dumps({"head": {"vars": ["item"]}, "results": {"bindings": rows}}).encode()
        elif manner == "large":
            body = b"[" + b"0," * 2_000_000 + b"0]"
        self.send_response(status)
        self.send_header("Content-Type", kind)
        for name, value in ({"Content-Length": str(len(body))} | headers).items():
            self.send_header(name, value)
        self.end_headers()
        try:
            if manner == "drip":
                for byte in GOOD:
                    self.wfile.write(bytes([byte]))
                    self.wfile.flush()
                    time.sleep(0.1)
            else:
                self.wfile.write(body)
        except OSError:
            pass

    def log_message(self, *_: object) -> None:
        """Say nothing."""
