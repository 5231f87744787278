"""A server of entity data in Wikidata's form: items that are there, merged and gone, and one bad manner an item."""

from __future__ import annotations

import json
import time
from http.server import BaseHTTPRequestHandler

ASKED: list[str] = []
"""Each path that was asked for."""


def item(id: str) -> bytes:
    """An item as the interface tells it."""
    label = {"en": {"language": "en", "value": f"Item {id}"}}
    said = {"type": "item", "id": id, "lastrevid": 1, "labels": label, "claims": {}, "sitelinks": {}}
    return json.dumps({"entities": {id: said}}).encode()


class EntityData(BaseHTTPRequestHandler):
    """Answers for `Special:EntityData/Q….json`, by the number of the item."""

    def do_GET(self) -> None:
        ASKED.append(self.path)
        id = self.path.rpartition("/")[2].removesuffix(".json")
        count = ASKED.count(self.path)
        status, kind, body, headers = 200, "application/json; charset=utf-8", item(id), dict[str, str]()
        if id == "Q11":  # merged: the answer tells of the other item
            body = item("Q1")
        elif id == "Q12":  # merged: a redirect leads to the other item
            status, body, headers["Location"] = 303, b"", self.path.replace("Q12", "Q1")
        elif id == "Q13":  # deleted
            status, kind, body = 404, "text/html", b"<html>No entity with ID Q13 was found.</html>"
        elif id == "Q14":
            status, kind, body = 410, "text/html", b"<html>gone</html>"
        elif id == "Q20":
            kind, body = "text/html", b"<html>Our servers are currently under maintenance</html>"
        elif id == "Q21" and count == 1:
            status, kind, body, headers["Retry-After"] = 429, "text/plain", b"slow down", "1"
        elif id == "Q22":
            status, kind, body, headers["Retry-After"] = 429, "text/plain", b"slow down", "3600"
        elif id == "Q23":
            body = body[: len(body) // 2]
        elif id == "Q24":
            headers["Content-Length"] = str(len(body) + 100)
        elif id == "Q26":
            status, body, headers["Location"] = 302, b"", "http://localhost:1/Q26.json"
        elif id == "Q27" and count == 1:
            status, kind, body = 503, "text/plain", b"backend"
        elif id == "Q28":
            body = b'{"entities": ["Q1"]}'
        elif id == "Q29":
            body = b'"Q1"'
        elif id == "Q30":
            body = json.dumps({"entities": {"P31": {}, "http://evil.example/Q1": {}}}).encode()
        self.send_response(status)
        self.send_header("Content-Type", kind)
        for name, value in ({"Content-Length": str(len(body))} | headers).items():
            self.send_header(name, value)
        self.end_headers()
        try:
            for byte in body if id == "Q25" else ():  # drips
                self.wfile.write(bytes([byte]))
                self.wfile.flush()
                time.sleep(0.1)
            self.wfile.write(b"" if id == "Q25" else body)
        except OSError:
            pass

    def log_message(self, *_: object) -> None:
        """Say nothing."""
