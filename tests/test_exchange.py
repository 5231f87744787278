"""A server that misbehaves in every way is told as such, in time, and nothing of its answer is used."""

from __future__ import annotations

import gzip
import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from alataw import exchange
from alataw.errors import AlatawError, QueryError, RemoteError, UsageError
from alataw.remote import Endpoint, RemoteStore
from alataw.store import Solutions
from alataw.terms import Literal

SELECT = 'SELECT ?a WHERE { VALUES ?a { "x" } } ORDER BY ?a'
ROWS = json.dumps(
    {"head": {"vars": ["a"]}, "results": {"bindings": [{"a": {"type": "literal", "value": "x"}}]}}
).encode()
JSON = "application/sparql-results+json"

Act = Callable[[BaseHTTPRequestHandler], None]


class Misbehaving:
    """A server that does to each request what the next act says; the last act goes on."""

    def __init__(self) -> None:
        self.acts: list[Act] = []
        self.seen: list[dict[str, str]] = []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                self.rfile.read(int(self.headers.get("Content-Length", 0)))
                outer.seen.append({"path": self.path, **{name.lower(): value for name, value in self.headers.items()}})
                act = outer.acts.pop(0) if len(outer.acts) > 1 else outer.acts[0]
                try:
                    act(self)
                except OSError:  # the client has gone, as it should
                    self.close_connection = True

            do_GET = do_DELETE = do_POST  # noqa: N815  # their names for it

            def log_message(self, *_: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.address = f"http://127.0.0.1:{self.server.server_port}/sparql"

    def store(self, *acts: Act, timeout_s: float = 10, **more: str) -> RemoteStore:
        self.acts, self.seen = list(acts), []
        return RemoteStore(Endpoint(self.address, **more), timeout_s=timeout_s)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def remote() -> Iterator[Misbehaving]:
    """The server, on loopback."""
    made = Misbehaving()
    yield made
    made.server.shutdown()
    made.server.server_close()


def says(status: int = 200, body: bytes = ROWS, type_: str = JSON, **headers: str) -> Act:
    def act(request: BaseHTTPRequestHandler) -> None:
        request.send_response(status)
        if type_:
            request.send_header("Content-Type", type_)
        for name, value in headers.items():
            request.send_header(name.replace("_", "-"), value)
        request.send_header("Content-Length", str(len(body)))
        request.end_headers()
        request.wfile.write(body)

    return act


def drips(head: bool) -> Act:
    """Sends a byte now and then, in the middle of the headers or of the body."""

    def act(request: BaseHTTPRequestHandler) -> None:
        whole = b"HTTP/1.0 200 OK\r\nContent-Type: " + JSON.encode() + b"\r\n"
        if not head:
            request.wfile.write(whole + b"\r\n")
            whole = b" " * 600
        for byte in whole + b"X: " + b"x" * 600:
            request.wfile.write(bytes([byte]))
            request.wfile.flush()
            time.sleep(0.05)

    return act


def cut(request: BaseHTTPRequestHandler) -> None:
    """Promises more than it sends."""
    request.send_response(200)
    request.send_header("Content-Type", JSON)
    request.send_header("Content-Length", str(len(ROWS) + 100))
    request.end_headers()
    request.wfile.write(ROWS)


def hangs_up(request: BaseHTTPRequestHandler) -> None:
    request.connection.shutdown(socket.SHUT_RDWR)


def no_http(request: BaseHTTPRequestHandler) -> None:
    request.wfile.write(b"SSH-2.0-something\r\n")


def endless(request: BaseHTTPRequestHandler) -> None:
    request.send_response(200)
    request.send_header("Content-Type", JSON)
    request.end_headers()
    while True:
        request.wfile.write(b" " * 65536)


BOMB = gzip.compress(b" " * 50_000_000)

FAULTS: dict[str, tuple[Act, str, str]] = {
    "a page for people": (says(body=b"<html>", type_="text/html"), "AL031", "text/html"),
    "no media type": (says(type_=""), "AL031", "no media type"),
    "another media type": (says(type_="text/csv"), "AL031", "text/csv"),
    "JSON cut off": (says(body=ROWS[:-20]), "AL031", "cannot be read"),
    "JSON, then a message": (says(body=ROWS[:-2] + b"The operation was cancelled"), "AL031", "cannot be read"),
    "no JSON": (says(body=b"\x00\xff"), "AL031", "cannot be read"),
    "an empty answer": (says(body=b""), "AL031", "cannot be read"),
    "a list": (says(body=b"[]"), "AL031", "cannot be read"),
    "yes for rows": (says(body=b'{"head":{},"boolean":true}'), "AL031", "yes or no"),
    "other columns": (says(body=ROWS.replace(b'"a"', b'"b"')), "AL031", "columns b"),
    "a broken IRI": (says(body=ROWS.replace(b"literal", b"uri")), "AL031", "cannot be read"),
    "shorter than it says": (cut, "AL081", "cut off"),
    "a bomb": (says(body=BOMB, Content_Encoding="gzip"), "AL031", "compressed"),
    "a redirect to another host": (says(302, Location="http://192.0.2.1/"), "AL032", "192.0.2.1"),
    "a redirect to a file": (says(307, Location="file:///etc/passwd"), "AL032", "file:"),
    "a redirect to itself": (says(301, Location="/sparql"), "AL032", "/sparql"),
    "a redirect to nowhere": (says(303), "AL032", "nowhere"),
    "a redirect to no address": (says(302, Location="http://[::1"), "AL032", r"http://\[::1"),
    "a redirect to no port": (says(302, Location="http://127.0.0.1:99999/"), "AL032", "99999"),
    "a challenge of another kind": (says(401, WWW_Authenticate='Bearer realm="x"'), "AL035", "401"),
    "a challenge that says nothing": (says(401, WWW_Authenticate="Digest"), "AL035", "401"),
    "no access": (says(401, WWW_Authenticate="Basic"), "AL035", "401"),
    "forbidden": (says(403), "AL035", "403"),
    "not there": (says(404), "AL081", "404"),
    "a bug of the server": (says(500, b"stack trace", "text/plain"), "AL081", "stack trace"),
    "a refusal with control characters": (says(400, b"bad\x1b[2J\r\nquery", "text/plain"), "AL017", r"bad \[2J query"),
    "hangs up": (hangs_up, "AL081", ""),
    "no HTTP": (no_http, "AL081", ""),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_told_and_nothing_is_used(fault: str, remote: Misbehaving) -> None:
    """Each has its code and its reason on one line, and is asked once."""
    act, code, why = FAULTS[fault]
    with pytest.raises(AlatawError) as raised:
        remote.store(act).query(SELECT)
    assert raised.value.code == code
    import re

    assert re.search(why, raised.value.why)
    assert raised.value.why.isprintable()
    assert len(remote.seen) == 1


@pytest.mark.parametrize("head", [True, False])
def test_a_drip_ends_with_the_deadline(head: bool, remote: Misbehaving) -> None:
    """A byte now and then, in the head or the body, does not stretch the time."""
    begin = time.monotonic()
    with pytest.raises(RemoteError, match="cannot be asked") as raised:
        remote.store(drips(head), timeout_s=1).query(SELECT)
    assert time.monotonic() - begin < 15  # the drip would go on for half a minute
    assert "within 1 s" in raised.value.why


def test_an_endless_answer_ends(remote: Misbehaving, monkeypatch: pytest.MonkeyPatch) -> None:
    """An answer is read to a limit and no further."""
    monkeypatch.setattr(exchange, "MOST_BYTES", 5 << 20)
    with pytest.raises(RemoteError, match="something else") as raised:
        remote.store(endless).query(SELECT)
    assert "5 MiB" in raised.value.why


@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize("after", ["1", "0", "rubbish", "-5", "", "date", "9" * 400])
def test_a_busy_server_is_asked_again(status: int, after: str, remote: Misbehaving) -> None:
    """It says when, in seconds or as a date; if it says nothing sensible, we wait as we see fit."""
    after = formatdate(time.time() + 1, usegmt=True) if after == "date" else after
    begin = time.monotonic()
    found = remote.store(says(status, b"", "text/plain", Retry_After=after), says()).query(SELECT)
    assert isinstance(found, Solutions)
    assert found.rows == ((Literal("x"),),)
    assert len(remote.seen) == 2
    assert time.monotonic() - begin >= (0.9 if after == "1" else 0)


def test_a_server_that_stays_busy_is_left_alone(remote: Misbehaving) -> None:
    """After a few tries, or if it asks for more time than there is, the message says when to come back."""
    with pytest.raises(RemoteError, match="failed") as raised:
        remote.store(says(503, b"", "text/plain", Retry_After="0")).query(SELECT)
    assert len(remote.seen) == exchange.ENGINE.tries
    with pytest.raises(RemoteError) as raised:
        remote.store(says(429, b"", "text/plain", Retry_After="3600")).query(SELECT)
    assert len(remote.seen) == 1
    assert "after 3600" in raised.value.fix


def test_nobody_there_is_told() -> None:
    """A closed port, and a name that does not resolve."""
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{closed.getsockname()[1]}/"
        with pytest.raises(RemoteError) as raised:
            RemoteStore(Endpoint(address), timeout_s=5).query(SELECT)
    assert raised.value.code == "AL081"
    assert raised.value.exit_code == 4


def test_we_say_who_we_are(remote: Misbehaving) -> None:
    """The User-Agent names us, nothing compressed is asked for, and each query says which graphs it asks."""
    remote.store(says()).query(SELECT)
    (seen,) = remote.seen
    assert seen["user-agent"].startswith("alataw/")
    assert seen["accept"] == JSON
    assert seen["accept-encoding"] == "identity"


@pytest.mark.parametrize(
    ("auth", "credentials", "sent"),
    [("basic", "me:secret", "Basic bWU6c2VjcmV0"), ("bearer", "a-token", "Bearer a-token"), ("", "", None)],
)
def test_credentials_are_sent_and_never_shown(
    auth: str, credentials: str, sent: str | None, remote: Misbehaving
) -> None:
    """They are in the request, and in no message."""
    store = remote.store(says(), auth=auth, credentials=credentials)
    store.query(SELECT)
    assert remote.seen[0].get("authorization") == sent
    with pytest.raises(AlatawError) as raised:
        remote.store(says(403), auth=auth, credentials=credentials).query(SELECT)
    for secret in filter(None, (credentials, credentials.partition(":")[2], sent)):
        assert secret not in f"{raised.value}{store.endpoint!r}"


@pytest.mark.parametrize(
    "endpoint",
    [
        Endpoint("ftp://127.0.0.1/"), Endpoint("file:///etc/passwd"), Endpoint("127.0.0.1"), Endpoint("http://me:secret@127.0.0.1/"),
        Endpoint("http://[::1"), Endpoint("http://[zz]/"), Endpoint("http://127.0.0.1/ü"), Endpoint(f"http://{'a' * 70}.org/"),
        Endpoint("http://a..b/"), Endpoint("http://127.0.0.1:²/"), Endpoint("http://127.0.0.1:99999/"), Endpoint("http://127.0.0.1/\x01"),
        Endpoint("http://127.0.0.1/ x"), Endpoint("http://127.0.0.1/", update="javascript:x"), Endpoint("http:///"),
        Endpoint("http://127.0.0.1/", auth="basic"), Endpoint("http://127.0.0.1/", auth="magic", credentials="a:b"),
        Endpoint("http://127.0.0.1/", auth="bearer", credentials="a\r\nX-Injected: 1"),
    ],
)  # fmt: skip
def test_an_address_that_is_none_is_refused(endpoint: Endpoint) -> None:
    """Before anything is sent."""
    with pytest.raises(UsageError) as raised:
        RemoteStore(endpoint)
    assert raised.value.code == "AL035"


@pytest.mark.parametrize("seconds", [0, -1, 1e12, float("inf"), float("nan")])
def test_a_time_that_no_clock_knows_is_refused(seconds: float) -> None:
    """Before anything is sent, so that no timer fails over it."""
    with pytest.raises(UsageError, match="no time to wait") as raised:
        RemoteStore(Endpoint("http://127.0.0.1/"), timeout_s=seconds)
    assert raised.value.code == "AL035"


def test_a_row_limit_that_is_told_is_believed(remote: Misbehaving) -> None:
    """Rows without an order that the endpoint says it cut are refused, not taken for all."""
    cut_ = says(X_SPARQL_MaxRows="1")
    with pytest.raises(RemoteError) as raised:
        remote.store(cut_).query('SELECT ?a WHERE { VALUES ?a { "x" } }')
    assert raised.value.code == "AL033"


def test_a_query_is_judged_before_it_is_sent(remote: Misbehaving) -> None:
    """What is no query, or calls another service, never leaves."""
    for text in ("SELEKT", "ASK { SERVICE <http://127.0.0.1/> {} }", "DROP ALL"):
        with pytest.raises(QueryError):
            remote.store(says()).query(text)
    assert not remote.seen
