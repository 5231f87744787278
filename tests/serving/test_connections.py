"""Whatever bytes come, they are answered by the rules of HTTP, and nothing of them does harm."""

from __future__ import annotations

import json
import os
import re
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import double
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from running import Running, eventually, read_all, running

from alataw.publication import Limits
from alataw.serving.cache import Cache, under_conditions
from alataw.serving.settings import networks
from alataw.web import Reply, Request

pytestmark = pytest.mark.xdist_group("serving")

HOST = b"Host: example.org\r\n"


def get(path: bytes, *headers: bytes) -> bytes:
    return b"GET " + path + b" HTTP/1.1\r\n" + HOST + b"".join(line + b"\r\n" for line in headers) + b"\r\n"


def post(*headers: bytes, body: bytes = b"") -> bytes:
    return b"POST /quiet HTTP/1.1\r\n" + HOST + b"".join(line + b"\r\n" for line in headers) + b"\r\n" + body


# RFC 9112 and RFC 9110 unless another is named: what is sent, and the status that it gets.
MESSAGES = {
    "rubbish": (b"\x16\x03\x01\x02\x00\x01\x00\r\n\r\n", 400),
    "HTTP/0.9": (b"GET /quiet\r\n\r\n", 505),
    "HTTP/2 (505)": (b"GET /quiet HTTP/2.0\r\n" + HOST + b"\r\n", (400, 505)),
    "no host (9112, 3.2)": (b"GET /quiet HTTP/1.1\r\n\r\n", 400),
    "two hosts (9112, 3.2)": (get(b"/quiet", b"Host: other.example"), 400),
    "a space in a host (9112, 3.2)": (b"GET /quiet HTTP/1.1\r\nHost: a b\r\n\r\n", 400),
    "a path in a host (9112, 3.2)": (b"GET /quiet HTTP/1.1\r\nHost: a/b?c\r\n\r\n", 400),
    "a user in a host (9112, 3.2)": (b"GET /quiet HTTP/1.1\r\nHost: a@b\r\n\r\n", 400),
    "a port that is no number (9112, 3.2)": (b"GET /quiet HTTP/1.1\r\nHost: a:b\r\n\r\n", 400),
    "half an address in a host (9112, 3.2)": (b"GET /quiet HTTP/1.1\r\nHost: [::1\r\n\r\n", 400),
    "a space before the colon (9112, 5.1)": (get(b"/quiet", b"Accept : text/html"), 400),
    "a line that goes on (9112, 5.2)": (get(b"/quiet", b"Accept: a", b" b"), (200, 400)),
    "NUL in a header (9110, 5.5)": (get(b"/quiet", b"Accept: a\x00b"), 400),
    "CR in a header (9110, 5.5)": (get(b"/quiet", b"Accept: a\rX-Evil: b"), 400),
    "two lengths": (post(b"Content-Length: 3", b"Content-Length: 4", body=b"abcd"), 400),
    "one length twice": (post(b"Content-Length: 3", b"Content-Length: 3", body=b"abc"), 400),
    "lengths in one line": (post(b"Content-Length: 3, 3", body=b"abc"), 400),
    "a length and chunks": (post(b"Content-Length: 3", b"Transfer-Encoding: chunked", body=b"0\r\n\r\n"), 400),
    "chunks and a length": (post(b"Transfer-Encoding: chunked", b"Content-Length: 3", body=b"0\r\n\r\n"), 400),
    "a negative length": (post(b"Content-Length: -3"), 400),
    "a length with a sign": (post(b"Content-Length: +3", body=b"abc"), 400),
    "a length that is no number": (post(b"Content-Length: 0x3", body=b"abc"), 400),
    "a length past all numbers": (post(b"Content-Length: " + b"9" * 40), (400, 413)),
    "chunks of what is no number": (post(b"Transfer-Encoding: chunked", body=b"zz\r\nabc\r\n0\r\n\r\n"), 400),
    "another coding (9112, 6.1)": (post(b"Transfer-Encoding: gzip, chunked", body=b"0\r\n\r\n"), (400, 501)),
    "a coding twice": (post(b"Transfer-Encoding: chunked", b"Transfer-Encoding: chunked", body=b"0\r\n\r\n"), 400),
    "a coding that is hidden": (post(b"Transfer-Encoding: xchunked", body=b"0\r\n\r\n"), (400, 501)),
    "a body that is announced too long": (post(b"Content-Length: 1048577"), 413),
    "a body that comes too long": (
        post(b"Transfer-Encoding: chunked", body=b"100001\r\n" + b"x" * 0x100001 + b"\r\n0\r\n\r\n"),
        413,
    ),
    "a body in crumbs": (post(b"Transfer-Encoding: chunked", body=b"1\r\nx\r\n" * 400_000), 413),
    "trailers without end": (post(b"Transfer-Encoding: chunked", body=b"0\r\n" + b"A: b\r\n" * 200), (400, 431)),
    "a compressed body": (post(b"Content-Encoding: gzip", b"Content-Length: 3", body=b"abc"), 415),
    "an expectation": (post(b"Expect: the-impossible", b"Content-Length: 3", body=b"abc"), 417),
    "a long address": (get(b"/" + b"a" * 9000), 414),
    "a long query": (get(b"/quiet?" + b"a" * 9000), 414),
    "an address without end": (b"GET /" + b"a" * 100_000, 414),
    "long headers": (get(b"/quiet", b"Accept: " + b"a" * 33_000), 431),
    "a header without end": (b"GET /quiet HTTP/1.1\r\n" + HOST + b"Accept: " + b"a" * 300_000, 431),
    "many headers": (get(b"/quiet", *(b"A%d: b" % number for number in range(101))), 431),
    "a path in the air": (b"GET quiet HTTP/1.1\r\n" + HOST + b"\r\n", 400),
    "a tunnel": (b"CONNECT example.org:443 HTTP/1.1\r\n" + HOST + b"\r\n", 400),
    "an unknown method (9110, 9.1)": (b"FROBNICATE /quiet HTTP/1.1\r\n" + HOST + b"\r\n", 501),
    "a method that is no word": (b"FR{} /quiet HTTP/1.1\r\n" + HOST + b"\r\n", 400),
    "NUL in a path": (get(b"/quiet/%00"), 400),
    "CR and LF in a path": (get(b"/quiet/%0d%0aSet-Cookie:%20a=b"), 400),
    "half an escape": (get(b"/quiet/%4"), 400),
    "no escape": (get(b"/quiet/%zz"), 400),
    "a path that is no UTF-8": (get(b"/quiet/%ff"), 400),
    "a raw path that is no UTF-8": (get(b"/quiet/\xff"), 400),
    "a long form of a slash": (get(b"/quiet/%c0%af"), 400),
    "a surrogate": (get(b"/quiet/%ed%a0%80"), 400),
    "a step upwards": (get(b"/quiet/../../etc/passwd"), 400),
    "a step upwards, escaped": (get(b"/quiet/%2e%2e/%2e%2e/etc/passwd"), 400),
    "a step upwards, escaped whole": (get(b"/quiet/%2e%2e%2f%2e%2e%2fetc%2fpasswd"), 400),
    "a step upwards, backwards": (get(b"/quiet/..%5c..%5cetc%5cpasswd"), 400),
    "a step upwards, at the end": (get(b"/quiet/.."), 400),
    "escaped twice": (get(b"/%252e%252e/etc/passwd"), 404),
    "a fragment": (get(b"/quiet#part"), 400),
    "a fragment behind a host": (get(b"http://example.org#part"), 400),
    "a host with a path that is none": (get(b"http://example.org/quiet/.."), 400),
    "nothing of the kind": (get(b"//etc/passwd"), 404),
}


@pytest.mark.parametrize("name", MESSAGES)
def test_a_message_that_breaks_a_rule_is_refused(server: Running, name: str) -> None:
    """The status says which rule; what is told of it is a problem, repeats nothing, and ends the connection."""
    message, status = MESSAGES[name]
    said = server.say(message)
    assert said.startswith(b"HTTP/1.1 "), said[:200]
    assert int(said[9:12]) in (status if isinstance(status, tuple) else (status,)), said[:200]
    head, _, body = said.partition(b"\r\n\r\n")
    if int(said[9:12]) not in (200, 404):
        assert b"\r\nConnection: close" in head
        assert b"\r\nContent-Type: application/problem+json" in head
        assert json.loads(body)["status"] == int(said[9:12])
    assert b"Set-Cookie" not in head
    assert b"passwd" not in body


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(min_size=1, max_size=300))
def test_random_bytes_never_end_in_an_exception(server: Running, data: bytes) -> None:
    """What comes back is nothing, or a reply; and the next client is served."""
    said = server.say(b"GET /" + data + b" HTTP/1.1\r\n" + HOST + b"Connection: close\r\n\r\n")
    assert not said or re.match(rb"HTTP/1.1 (200|400|404|414|431|413|501|505) ", said)
    assert b" 500 " not in said.partition(b"\r\n")[0]


def test_the_log_knows_no_bug(server: Running) -> None:
    """Nothing that a client sends makes the front stumble."""
    assert server.ask("/quiet").status == 200
    assert "a bug" not in server.log.read_text(encoding="utf-8")


def test_requests_in_one_piece_are_answered_in_order(server: Running) -> None:
    """Pipelining: the quick one does not overtake the slow one."""
    said = server.say(get(b"/fresh/0.3") + get(b"/quiet/second") + get(b"/health", b"Connection: close"))
    statuses = re.findall(rb"HTTP/1.1 (\d+)", said)
    assert statuses == [b"200"] * 3
    assert said.index(b"quiet/second") < said.index(b'"status": "pass"')
    assert said.index(b"no-store") < said.index(b"quiet/second")


LAST = {
    "close, and a reply that waits for a worker": get(b"/quiet/last?%d", b"Connection: close"),
    "close, and a reply that is kept": get(b"/quiet/last", b"Connection: close"),
    "close, and one for HEAD": get(b"/quiet/last?%d", b"Connection: close").replace(b"GET", b"HEAD"),
    "close, after a body": post(b"Connection: close", b"Content-Length: 3", body=b"abc"),
    "an old client": b"GET /quiet/last?%d HTTP/1.0\r\n\r\n",
    "an old client that would stay": b"GET /quiet/last HTTP/1.0\r\nConnection: keep-alive\r\n\r\n",
}
AFTER = {
    "a request": get(b"/health"),
    "many": get(b"/health") * 100,
    "half a request": b"GET /hea",
    "one that expects": post(b"Expect: 100-continue", b"Content-Length: 3"),
    "a long address": get(b"/" + b"a" * 9000),
    "rubbish": b"\x16\x03\x01\r\n\r\n",
}


@pytest.mark.parametrize("after", AFTER)
@pytest.mark.parametrize("last", LAST)
def test_what_follows_the_last_request_is_not_looked_at(server: Running, last: str, after: str) -> None:
    """One reply comes, which says that it is the last (RFC 9112, 9.6), whether the rest is in its piece or the next."""
    server.ask("/quiet/last")
    for number, pause_s in enumerate((None, 0, 0.05)):
        message = LAST[last].replace(b"%d", b"%d" % (abs(hash(last + after)) + number))
        with server.connect() as connection:
            if pause_s is None:
                connection.sendall(message + AFTER[after])
            else:
                connection.sendall(message)
                time.sleep(pause_s)
                connection.sendall(AFTER[after])
            said = read_all(connection)
        assert said.count(b"HTTP/1.1 ") == 1
        assert said.startswith(b"HTTP/1.1 200 OK\r\n")
        assert b"\r\nConnection: close\r\n" in said
    assert "a bug" not in server.log.read_text(encoding="utf-8")


def test_a_last_request_whose_body_is_still_to_come_is_waited_for(server: Running) -> None:
    """It ends the connection when it is answered, not when the one before it is."""
    with server.connect() as connection:
        connection.sendall(get(b"/fresh/0.2") + post(b"Connection: close", b"Content-Length: 3"))
        first = connection.recv(65536)
        assert b"Connection: close" not in first
        connection.sendall(b"abc")
        assert read_all(connection).endswith(b"abc")


PIPELINES = {
    "three": ([get(b"/quiet/1"), get(b"/quiet/2"), get(b"/quiet/3")], [b"quiet/1", b"quiet/2", b"quiet/3"]),
    "one with a body first": (
        [post(b"Content-Length: 3", body=b"abc"), get(b"/quiet/after")],
        [b"POST quiet ", b"GET quiet/after"],
    ),
    "one with a body last": (
        [get(b"/quiet/before"), post(b"Content-Length: 3", body=b"abc")],
        [b"GET quiet/before", b"POST quiet "],
    ),
    "an empty body first": (
        [post(b"Content-Length: 0"), get(b"/quiet/then")],
        [b"POST quiet ", b"GET quiet/then"],
    ),
}


@pytest.mark.parametrize("name", PIPELINES)
def test_requests_in_one_piece_are_all_answered_however_often_they_come(server: Running, name: str) -> None:
    """The same piece again, on this connection or on another, has the same replies."""
    requests, wanted = PIPELINES[name]
    for times in (1, 1, 2):
        with server.connect() as connection:
            connection.settimeout(3)
            for _ in range(times):
                connection.sendall(b"".join(requests))
                said = b""
                while wanted[-1] not in said:
                    said += connection.recv(65536)
                assert re.findall(b"|".join(wanted), said) == wanted
                time.sleep(0.05)  # the next piece is not to come with this one
            connection.sendall(get(b"/health", b"Connection: close"))
            assert read_all(connection).count(b"HTTP/1.1 ") == 1


def test_a_piece_that_ends_in_the_next_request_is_read_on(server: Running) -> None:
    """However little of it has come with the one before, and however often."""
    whole = get(b"/quiet/whole")
    for end in (1, 2, 5, 20, 30):
        for _ in range(3):
            with server.connect() as connection:
                connection.sendall(whole + whole[:end])
                assert connection.recv(65536).startswith(b"HTTP/1.1 200")
                connection.sendall(whole[end:] + get(b"/health", b"Connection: close"))
                assert read_all(connection).count(b"HTTP/1.1 200") == 2


@pytest.mark.parametrize("sent", [60, 500, 5000])
def test_a_client_that_sends_much_before_it_reads_is_told_where_it_has_to_stop(server: Running, sent: int) -> None:
    """As many as may wait are answered, in order; the next is refused and the last, and the rest is not kept."""
    said = server.say(b"".join(get(b"/quiet/much?%d-%d" % (sent, number)) for number in range(sent)))
    *answered, refused = said.split(b"HTTP/1.1 ")[1:]
    numbers = [int(number) for number in re.findall(rb"quiet/much %d-(\d+) " % sent, said)]
    assert numbers == list(range(len(answered)))
    assert 50 <= len(answered) < sent
    assert all(reply.startswith(b"200 ") and b"Connection: close" not in reply for reply in answered)
    assert refused.startswith(b"503 ")
    assert b"\r\nConnection: close\r\n" in refused
    assert re.search(rb"\r\nRetry-After: [1-9]", refused)


def test_head_is_get_without_its_body(server: Running) -> None:
    """The headers are the same, Content-Length too, kept or not."""
    for path in ("/quiet/head", "/quiet/head", "/health", "/nothing"):
        head, whole = server.ask(path, "HEAD"), server.ask(path)
        assert (head.status, head.body) == (whole.status, b"")
        assert {**head.headers, "date": ""} == {**whole.headers, "date": ""}


def test_a_body_is_read_however_it_comes(server: Running) -> None:
    """Whole, in chunks, or after an invitation."""
    whole = server.ask("/quiet/body", "POST", body=b"abc").body
    chunks = b"Transfer-Encoding: chunked"
    in_chunks = server.say(post(b"Connection: close", chunks, body=b"1\r\na\r\n2\r\nbc\r\n0\r\n\r\n"))
    assert whole.endswith(b"abc")
    assert in_chunks.endswith(b"abc")
    with server.connect() as connection:
        connection.sendall(post(b"Connection: close", b"Expect: 100-continue", b"Content-Length: 3"))
        assert connection.recv(100).startswith(b"HTTP/1.1 100 Continue\r\n\r\n")
        connection.sendall(b"abc")
        assert read_all(connection).endswith(b"abc")


@pytest.mark.parametrize("before", [b"/quiet/invited?%d", b"/fresh/0.2", b"/health"])
@pytest.mark.parametrize("last", [(), (b"Connection: close",)], ids=["one of many", "the last"])
def test_a_body_is_invited_when_its_turn_has_come(server: Running, before: bytes, last: tuple[bytes, ...]) -> None:
    """Behind the reply to what came before it, and once (RFC 9110, 10.1.1)."""
    first = get(before.replace(b"%d", b"%d" % len(last)))
    with server.connect() as connection:
        connection.settimeout(5)
        connection.sendall(first + post(b"Expect: 100-continue", b"Content-Length: 3", *last))
        said = b""
        while not said.endswith(b" 100 Continue\r\n\r\n") and (more := connection.recv(65536)):
            said += more
        connection.sendall(b"abc")
        if not last:
            connection.sendall(get(b"/health", b"Connection: close"))
        said += read_all(connection)
    statuses = re.findall(rb"HTTP/1.1 (\d+)", said)
    assert statuses == [b"200", b"100", b"200", b"200"][: 3 if last else 4]
    assert b"POST quiet" in said.partition(b" 100 Continue")[2]


@pytest.mark.parametrize("body", [b"", b"abc"])
def test_a_body_that_is_there_is_not_invited_later(server: Running, body: bytes) -> None:
    """Nor is one that has nothing in it: its reply comes, and nothing behind that."""
    length = b"Content-Length: %d" % len(body)
    said = server.say(
        get(b"/fresh/0.1") + post(b"Expect: 100-continue", length, body=body) + get(b"/health", b"Connection: close")
    )
    assert re.findall(rb"HTTP/1.1 (\d+)", said) == [b"200"] * 3


def test_a_body_has_its_time_from_when_its_turn_has_come(server: Running) -> None:
    """Behind a reply that took longer than a body may, it may still come; if it does not, its client is told so."""
    request = get(b"/fresh/1.2") + post(b"Expect: 100-continue", b"Content-Length: 3", b"Connection: close")
    for body, status in ((b"abc", b"200"), (b"a", b"408")):
        with server.connect() as connection:
            connection.sendall(request)
            connection.settimeout(5)
            assert connection.recv(65536).startswith(b"HTTP/1.1 200")
            time.sleep(0.3)
            connection.sendall(body)
            assert re.findall(rb"HTTP/1.1 (\d+)", read_all(connection))[-1] == status


def test_the_host_header_and_an_override_change_nothing(server: Running) -> None:
    """What a client calls the host is in no reply, and the method is what it is."""
    evil = server.ask("/quiet/host", headers={"Host": "evil.example", "X-HTTP-Method-Override": "DELETE"})
    assert evil.status == 200
    assert b"GET quiet/host" in evil.body
    assert b"evil" not in evil.body + repr(evil.headers).encode()
    assert server.say(b"GET http://evil.example/quiet/host HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n").count(
        b"GET quiet/host"
    )


@pytest.mark.parametrize("target", [b"/?health=1", b"http://example.org?health=1", b"HTTP://example.org/?health=1"])
def test_an_address_without_a_path_is_that_of_the_root(server: Running, target: bytes) -> None:
    """Whatever stands behind the host (RFC 9110, 4.2.3): it is the first page, which this application does not have."""
    said = server.say(b"GET " + target + b" HTTP/1.1\r\n" + HOST + b"Connection: close\r\n\r\n")
    assert said.startswith(b"HTTP/1.1 404")


def test_operation_is_only_read(server: Running) -> None:
    """What the front answers itself is for GET and HEAD; another method is the application's to refuse."""
    assert server.ask("/health").status == server.ask("/metrics", "HEAD").status == 200
    assert server.ask("/health", "POST", body=b"").status == server.ask("/metrics", "DELETE").status == 404


def test_a_range_is_answered_whole(server: Running) -> None:
    """However many parts are asked for, one whole reply comes."""
    bomb = "bytes=" + ",".join(f"{number}-" for number in range(2000))
    asked = server.ask("/quiet/range", headers={"Range": bomb})
    assert asked.status == 200
    assert asked.body == server.ask("/quiet/range").body


def test_options_of_everything(server: Running) -> None:
    """`OPTIONS *` tells what can be done somewhere."""
    assert b"Allow: GET, HEAD, POST, OPTIONS" in server.say(
        b"OPTIONS * HTTP/1.1\r\n" + HOST + b"Connection: close\r\n\r\n"
    )


def test_an_old_client_is_answered_and_left(server: Running) -> None:
    """HTTP/1.0 needs no host, and its connection ends."""
    said = server.say(b"GET /quiet HTTP/1.0\r\n\r\n")
    assert said.startswith(b"HTTP/1.1 200")
    assert b"Connection: close" in said


def test_an_old_client_is_not_invited(server: Running) -> None:
    """What HTTP/1.0 expects is not heard (RFC 9110, 10.1.1)."""
    said = server.say(b"POST /quiet HTTP/1.0\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\nabc")
    assert said.startswith(b"HTTP/1.1 200")
    assert said.endswith(b"abc")


@pytest.mark.parametrize("host", [b"", b"example.org", b"a_b.example:80", b"[::1]:8000", b"127.0.0.1:", b"%e9.example"])
def test_a_host_is_one_in_every_form(server: Running, host: bytes) -> None:
    """A name, or an address, with a port or without; it may be empty."""
    said = server.say(b"GET /quiet HTTP/1.1\r\nConnection: close\r\nHost: " + host + b"\r\n\r\n")
    assert said.startswith(b"HTTP/1.1 200")


def test_a_body_that_is_not_looked_at_is_forgotten(server: Running) -> None:
    """However many come with requests that need none, they add up to nothing."""
    request = get(b"/health", b"Content-Length: 1000000") + bytes(1_000_000)
    with server.connect() as connection:
        for _ in range(300):
            connection.sendall(request)
            assert connection.recv(65536).startswith(b"HTTP/1.1 200")


# -- what is wrong ----------------------------------------------------------------------------------

# What is accepted -> as what a problem is told.
ACCEPTED = {
    "text/html": "text/html; charset=utf-8",
    "text/html,application/xhtml+xml,*/*;q=0.8": "text/html; charset=utf-8",
    "text/plain": "text/plain; charset=utf-8",
    "application/problem+json": "application/problem+json",
    "text/turtle, */*;q=0.1": "application/problem+json",
    "image/png": "application/problem+json",
    "": "application/problem+json",
    "text/html, " + "a/b, " * 4000: "application/problem+json",  # too long to be looked at
}
FAULTS = {
    "a worker that died": (b"GET /crash HTTP/1.1", b"", 500),
    "a bug": (b"GET /fail HTTP/1.1", b"", 500),
    "what is not for all": (b"GET /metrics HTTP/1.1", b"X-Forwarded-For: 192.0.2.1\r\n", 403),
    "a condition": (b"GET /quiet HTTP/1.1", b'If-Match: "other"\r\n', 412),
    "a body too long": (b"POST /quiet HTTP/1.1", b"Content-Length: 99999999\r\n", 413),
    "a body that never comes": (b"POST /quiet HTTP/1.1", b"Content-Length: 10\r\n", 408),
}


@pytest.mark.parametrize(
    ("name", "accept"),
    [*((name, "text/html") for name in FAULTS), *(("what is not for all", accept) for accept in ACCEPTED)],
    ids=lambda text: text[:30],
)
def test_a_problem_is_told_as_the_client_reads_it(server: Running, name: str, accept: str) -> None:
    """Whoever finds it; a page of it can run nothing."""
    line, header, status = FAULTS[name]
    said = server.say(
        line + b"\r\n" + HOST + b"Connection: close\r\nAccept: " + accept.encode() + b"\r\n" + header + b"\r\n"
    )
    head, _, body = said.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 %d " % status), head
    assert b"\r\nContent-Type: " + ACCEPTED[accept].encode() + b"\r\n" in head
    assert b"\r\nVary: Accept\r\n" in head
    assert b"\r\nContent-Length: %d\r\n" % len(body) in head
    assert (b"Content-Security-Policy: default-src 'none'" in head) == body.startswith(b"<!doctype html>")
    assert re.search(rb"\r\nAccess-Control-Expose-Headers: .*Retry-After", head)
    assert str(status).encode() in body


@pytest.mark.parametrize(
    ("path", "status"), [(b"x" * 9000, 414), (b"nothing", 404), (b"graph/fail", 500)], ids=["head", "front", "worker"]
)
def test_a_problem_looks_as_the_pages_do(strict: Running, path: bytes, status: int) -> None:
    """A page of it has the stylesheet of the site, and leads to its first page, below the address of the publication."""
    asked = get(b"/" + path, b"X-Forwarded-For: 192.0.2.13", b"Accept: text/html", b"Connection: close")
    head, _, body = strict.say(asked).partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 %d " % status)
    assert b"style-src 'self'" in head
    assert b'<link rel="stylesheet" href="/graph/static/style.css">' in body
    assert b'<a class="home" href="/graph/">' in body


def test_a_problem_is_told_by_its_head_too(strict: Running) -> None:
    """HEAD has no body, even where it is refused before it is looked at."""
    headers = [b"X-Forwarded-For: 192.0.2.9", b"Accept: text/html", b"Connection: close"]
    request = get(b"/graph/quiet", *headers).replace(b"GET", b"HEAD")
    said = next(said for _ in range(100) if (said := strict.say(request)).startswith(b"HTTP/1.1 429"))
    assert b"\r\nContent-Type: text/html; charset=utf-8\r\n" in said
    assert said.endswith(b"\r\n\r\n")
    assert b"<!doctype" not in said


def test_an_upgrade_is_not_taken(server: Running) -> None:
    """HTTP/1.1 goes on."""
    said = server.say(get(b"/quiet", b"Connection: Upgrade", b"Upgrade: h2c") + b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")
    assert said.startswith(b"HTTP/1.1 200")
    assert said.count(b"HTTP/1.1") == 1


# -- what is kept -----------------------------------------------------------------------------------


def test_a_reply_is_kept_by_what_it_varies_on(server: Running) -> None:
    """The second request reaches no worker; another Accept does; a POST and what forbids it are never kept."""
    hits = server.metric("alataw_requests_total", lane="cache", status="200")
    html = server.ask("/quiet/kept", headers={"Accept": "text/html", "User-Agent": "a"})
    assert server.ask("/quiet/kept", headers={"Accept": "text/html", "User-Agent": "b"}).body == html.body
    assert server.metric("alataw_requests_total", lane="cache", status="200") == hits + 1
    assert server.ask("/quiet/kept", headers={"Accept": "text/turtle"}).body != html.body
    server.ask("/quiet/kept", "POST", headers={"Accept": "text/html"})
    assert server.metric("alataw_requests_total", lane="cache", status="200") == hits + 1
    assert server.ask("/fresh").status == server.ask("/fresh").status == 200
    assert server.metric("alataw_requests_total", lane="cache", status="200") == hits + 1


# Conditions -> status (RFC 9110, 13.1 and 13.2.2); TAG is the tag of the reply.
CONDITIONS = [
    ({"if-none-match": "TAG"}, 304),
    ({"if-none-match": "W/TAG"}, 304),
    ({"if-none-match": '"other", TAG'}, 304),
    ({"if-none-match": "*"}, 304),
    ({"if-none-match": '"other"'}, 200),
    ({"if-none-match": "rubbish"}, 200),
    ({"if-none-match": '"other"', "if-modified-since": "Sun, 01 Nov 2026 00:00:00 GMT"}, 200),
    ({"if-modified-since": "Sun, 01 Nov 2026 00:00:00 GMT"}, 304),
    ({"if-modified-since": "Sat, 31 Oct 2026 00:00:00 GMT"}, 200),
    ({"if-modified-since": "Sun Nov  1 00:00:00 2026"}, 304),  # asctime
    ({"if-modified-since": "Sat Oct 31 23:59:59 2026"}, 200),
    ({"if-modified-since": "Sunday, 01-Nov-26 00:00:00 GMT"}, 304),  # RFC 850
    ({"if-modified-since": "Sun, 01 Nov 2026 00:00:00 +0200"}, 200),  # which is the day before, and no date of HTTP
    ({"if-modified-since": "yesterday"}, 200),
    ({"if-modified-since": "Sun, 01 Nov 999999 00:00:00 GMT"}, 200),
    ({"if-match": "TAG"}, 200),
    ({"if-match": '"other", TAG'}, 200),
    ({"if-match": "*"}, 200),
    ({"if-match": '"other"'}, 412),
    ({"if-match": "W/TAG"}, 412),
    ({"if-match": "rubbish"}, 412),
    ({"if-match": '"other"', "if-none-match": "TAG"}, 412),
    ({"if-match": "TAG", "if-none-match": "TAG"}, 304),
    ({"if-unmodified-since": "Sun, 01 Nov 2026 00:00:00 GMT"}, 200),
    ({"if-unmodified-since": "Sat, 31 Oct 2026 00:00:00 GMT"}, 412),
    ({"if-unmodified-since": "Sun Nov  1 00:00:00 2026"}, 200),  # asctime
    ({"if-unmodified-since": "Sat Oct 31 23:59:59 2026"}, 412),
    ({"if-unmodified-since": "yesterday"}, 200),
    ({"if-match": "TAG", "if-unmodified-since": "Sat, 31 Oct 2026 00:00:00 GMT"}, 200),
    ({"if-unmodified-since": "Sun, 01 Nov 2026 00:00:00 GMT", "if-none-match": "TAG"}, 304),
]


@pytest.mark.parametrize(("conditions", "status"), CONDITIONS)
@pytest.mark.parametrize("kept", [True, False])
def test_a_client_that_has_it_is_told_so(
    server: Running, conditions: dict[str, str], status: int, kept: bool, request: pytest.FixtureRequest
) -> None:
    """304 keeps ETag, Vary and Cache-Control, and has neither body nor Content-Type; 412 is a problem."""
    path = f"/quiet/{abs(hash(request.node.name))}"
    release = json.loads(server.ask("/health").body)["release"]
    tag = f'"{double.tag_of(f"GET {path[1:]}  {release} ")}"'
    if kept:
        assert server.ask(path).headers["etag"] == tag
    asked = server.ask(path, headers={name: value.replace("TAG", tag) for name, value in conditions.items()})
    assert asked.status == status
    if status == 412:
        assert asked.headers["content-type"] == "application/problem+json"
        return
    assert asked.headers["vary"] == "Accept"
    assert asked.headers["cache-control"] == "max-age=60"
    assert "etag" in asked.headers
    assert ("content-type" in asked.headers) == (status == 200)
    assert bool(asked.body) == (status == 200)


def test_a_head_is_answered_from_what_is_kept_too(server: Running) -> None:
    """A condition holds for HEAD as for GET."""
    tag = server.ask("/quiet/tagged").headers["etag"]
    assert server.ask("/quiet/tagged", "HEAD", headers={"If-None-Match": tag}).status == 304


@pytest.mark.parametrize("conditions", [each for each, status in CONDITIONS if status != 200])
def test_a_query_by_post_is_answered_whatever_its_conditions(server: Running, conditions: dict[str, str]) -> None:
    """A condition is about what GET has; the answer to what is sent is no state of it."""
    headers = {name: value.replace("TAG", '"a"') for name, value in conditions.items()}
    asked = server.ask("/quiet/asked", "POST", headers, b"abc")
    assert (asked.status, asked.body[-3:]) == (200, b"abc")
    tag = server.ask("/quiet/asked", "POST").headers["etag"]
    assert server.ask("/quiet/asked", "POST", {"If-None-Match": tag}).status == 200


def test_what_is_kept_is_bounded() -> None:
    """The reply that was not asked for longest goes first, and one that is too large is not kept at all."""
    cache = Cache(100_000)
    for number in range(100):
        cache.put((str(number),), Reply(200, bytes(4000)))
        assert cache.get(("0",)) is not None
        assert cache.used_bytes <= 100_000
    assert cache.get(("1",)) is None
    cache.put(("large",), Reply(200, bytes(50_000)))
    assert cache.get(("large",)) is None
    cache.clear()
    assert cache.used_bytes == 0


@pytest.mark.parametrize("conditions", [{"if-none-match": '"a"'}, {"if-match": '"b"'}])
def test_only_a_good_reply_has_conditions(conditions: dict[str, str]) -> None:
    """A condition of a request that fails changes nothing."""
    missing = Reply(404, b"", (("ETag", '"a"'),))
    assert under_conditions(Request(headers=conditions), missing) is missing


# -- time and number --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "status"),
    [
        (b"", b""),
        (b"GET /quiet HTTP/1.1\r\nHost: ", b"HTTP/1.1 408"),
        (b"POST /quiet HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nabc", b"HTTP/1.1 408"),
    ],
)
def test_a_client_that_goes_silent_is_left(server: Running, data: bytes, status: bytes) -> None:
    """Before a request, in its head, in its body: the time of each is bounded."""
    with server.connect() as connection:
        connection.sendall(data)
        connection.settimeout(6)
        assert read_all(connection)[:12] == status


@pytest.mark.parametrize(
    "begin", [b"GET /quiet HTTP/1.1\r\nX: ", b"POST /quiet HTTP/1.1\r\nHost: a\r\nContent-Length: 9999\r\n\r\n"]
)
def test_a_client_that_drips_is_left(server: Running, begin: bytes) -> None:
    """A byte now and then does not lengthen the time."""
    with server.connect() as connection:
        connection.sendall(begin)
        began = time.monotonic()
        try:
            while time.monotonic() - began < 8:
                connection.sendall(b"a")
                time.sleep(0.1)
        except OSError:
            pass
        assert time.monotonic() - began < 8


def test_half_open_connections_keep_nobody_waiting(server: Running) -> None:
    """Two hundred of them stand while others are served, and are gone when their time is over."""
    before = server.metric("alataw_connections")
    waiting = []
    for number in range(200):
        connection = server.connect()
        connection.sendall(b"GET /quiet HTTP/1.1\r\n"[: number % 20])
        waiting.append(connection)
    for _ in range(50):
        assert server.ask("/fresh").status == 200
    assert eventually(lambda: server.metric("alataw_connections") <= before + 5)
    for connection in waiting:
        connection.close()


def test_a_slow_reader_is_left_and_costs_no_more_than_its_reply(server: Running) -> None:
    """Who asks for much and reads little is cut off, before the end and not as if it were the end."""
    with socket.socket() as connection:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        connection.connect(("127.0.0.1", server.port))
        connection.sendall(get(b"/large"))
        first = connection.recv(1000)
        assert b"Content-Length: 8388608" in first
        time.sleep(4)
        assert server.ask("/quiet").status == 200
        assert len(first) + len(read_all(connection)) < 8388608


@pytest.fixture(scope="module")
def strict(small: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A server with few places, a slow pace, one that it trusts, and an address with a path."""
    source = {"repository": small, "address": "https://example.org/graph/", "limits": Limits(2.0)}
    folder = tmp_path_factory.mktemp("strict")
    rest = {
        "connections": 5,
        "rate": 1.0,
        "burst": 20,
        "trusted": networks(["127.0.0.1"]),
        "access_log": f"{folder}/access",
    }
    with running(folder, source=source, **rest) as started:
        yield started


def test_a_client_that_asks_too_often_has_to_wait(strict: Running) -> None:
    """429 says for how long, and whom a trusted proxy asks for is told apart."""
    mine, theirs = ({"X-Forwarded-For": f"6.6.6.6, {address}"} for address in ("192.0.2.1", "192.0.2.2"))
    statuses = [strict.ask("/graph/quiet", headers=mine).status for _ in range(30)]
    assert statuses.count(429) >= 5
    refused = strict.ask("/graph/quiet", headers=mine)
    assert refused.status == 429
    assert int(refused.headers["retry-after"]) >= 1
    assert strict.ask("/graph/quiet", headers=theirs).status == 200


def test_what_breaks_a_rule_counts_too(strict: Running) -> None:
    """Whoever sends nothing that can be taken has to wait as others have, and whom a proxy asks for is told apart."""
    mine, theirs = (b"X-Forwarded-For: 192.0.2.%d" % number for number in (10, 11))
    faults = (b"Accept: a\x01b", b"Content-Length: 9999999", b"Host: other.example")
    said = [strict.say(get(b"/graph/quiet", mine, fault)) for fault in faults * 14]
    assert {reply[9:12] for reply in said[:3]} == {b"400", b"413"}
    refused = [reply for reply in said if reply.startswith(b"HTTP/1.1 429 ")]
    assert len(refused) >= 5
    assert all(re.search(rb"\r\nRetry-After: [1-9]", reply) for reply in refused)
    assert strict.say(get(b"/graph/quiet", theirs, b"Connection: close")).startswith(b"HTTP/1.1 200")


def test_what_is_published_stands_below_its_address(strict: Running) -> None:
    """The path of the address is asked for, as a proxy passes it on; nothing else is there but for operation."""
    other = {"X-Forwarded-For": "192.0.2.3"}
    assert b"GET quiet " in strict.ask("/graph/quiet", headers=other).body
    assert strict.ask("/quiet", headers=other).status == strict.ask("/graphs", headers=other).status == 404
    for name in ("health", "metrics"):
        at_root, below = strict.ask(f"/{name}", headers=other), strict.ask(f"/graph/{name}", headers=other)
        assert at_root[::2] == below[::2]
        assert at_root.status == (200 if name == "health" else 403)


@pytest.mark.parametrize("query", ["", "?a=%20b&c"])
@pytest.mark.parametrize("host", ["example.org", "evil.example"])
def test_an_address_without_its_slash_leads_to_it(strict: Running, query: str, host: str) -> None:
    """As people type it; where to is said by the setting, whatever a client calls the host."""
    asked = strict.ask(f"/graph{query}", headers={"X-Forwarded-For": "192.0.2.12", "Host": host})
    assert (asked.status, asked.headers["location"]) == (301, f"https://example.org/graph/{query}")
    assert strict.ask(f"/graph/{query}", headers={"X-Forwarded-For": "192.0.2.12"}).status == 404  # of the double


def test_figures_are_for_this_machine(strict: Running) -> None:
    """Whoever comes through a proxy does not see them."""
    assert strict.ask("/metrics", headers={"X-Forwarded-For": "192.0.2.4"}).status == 403


def test_more_clients_than_places_are_turned_away(strict: Running) -> None:
    """They are told so, and when to come again."""
    waiting = [strict.connect() for _ in range(5)]
    try:
        said = strict.say(b"")
        assert said.startswith(b"HTTP/1.1 503")
        assert re.search(rb"\r\nRetry-After: [1-9]", said)
    finally:
        for connection in waiting:
            connection.close()


def test_a_line_is_written_for_each_request(strict: Running) -> None:
    """Who, what, how it went and how long it took; what people ask for stays theirs."""
    strict.ask("/graph/quiet/logged?secret=1", headers={"X-Forwarded-For": "192.0.2.5"})
    access = strict.log.with_name("access")
    assert eventually(lambda: "quiet/logged" in access.read_text(encoding="utf-8"))
    lines = [json.loads(line) for line in access.read_text(encoding="utf-8").splitlines()]
    line = next(line for line in lines if line["path"] == "/graph/quiet/logged")
    assert (line["client"], line["method"], line["status"], line["lane"]) == ("192.0.2.5", "GET", 200, "quick")
    assert {"time", "bytes", "ms"} <= set(line)
    assert "secret" not in access.read_text(encoding="utf-8")


def test_lines_that_the_log_is_too_slow_for_are_counted(small: Path, tmp_path: Path) -> None:
    """With a log that nobody reads the server goes on, and tells how many lines were lost."""
    access = tmp_path / "access"
    os.mkfifo(access)
    reader = os.open(access, os.O_RDONLY | os.O_NONBLOCK)
    try:
        with running(tmp_path, source={"repository": small}, access_log=str(access)) as server:
            assert server.metric("alataw_log_lines_lost_total") == 0
            for _ in range(25):
                assert (
                    server.say(get(b"/health") * 999 + get(b"/health", b"Connection: close")).count(b"200 OK") == 1000
                )
            assert 1000 < server.metric("alataw_log_lines_lost_total") < 25_000
    finally:
        os.close(reader)
