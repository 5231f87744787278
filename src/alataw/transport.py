"""The home of one request on the wire: its answer comes whole and in time, or not at all.

Nothing compressed is taken (none is asked for), the size is bounded, redirects lead to no other host, and one deadline
holds for connecting, waiting and reading: a server that sends a byte now and then cannot stretch it.
"""

from __future__ import annotations

import contextlib
import http.client
import socket
import threading
import urllib.parse
import urllib.request
from collections.abc import Callable
from email.message import Message
from typing import Any, NamedTuple


class UnusableError(Exception):
    """An answer that came, and is none that can be used: from where, and why."""

    def __init__(self, address: str, why: str) -> None:
        super().__init__(why)
        self.address, self.why = address, why


class Whole(NamedTuple):
    """A whole answer: from where, its headers, its bytes."""

    address: str
    headers: Message
    data: bytes


def fetch(
    request: urllib.request.Request,
    seconds: float,
    redirects: int,
    most_bytes: int,
    digest: urllib.request.HTTPPasswordMgrWithDefaultRealm,
) -> Whole:
    """Send a request once, and read its answer.

    Args:
        request: What is sent.
        seconds: The time in which the answer is whole.
        redirects: How many redirects are followed, on the same host.
        most_bytes: The greatest answer that is read.
        digest: Who we are, where that is asked for by digest.

    Raises:
        UnusableError: If the answer is compressed or too great.
        TimeoutError, OSError, http.client.HTTPException: If none came whole.
        urllib.error.HTTPError: For a status that is no success.
    """
    with _Watch(seconds) as watch:
        opener = urllib.request.build_opener(_Http(watch), _Https(watch), _redirects(redirects), _Digest(digest))
        with opener.open(request, timeout=seconds) as response:
            address = response.url.partition("?")[0]
            data = _whole(address, response, most_bytes)
            if watch.shut:  # what was read ended there, and may look like a whole answer
                raise TimeoutError
            return Whole(address, response.headers, data)


class _Watch:
    """Shuts the connection when the time is over: a time-out of a socket only bounds the wait for its next byte."""

    def __init__(self, seconds: float) -> None:
        self._sockets: list[socket.socket] = []
        self.shut = False
        self._timer = threading.Timer(seconds, self._shut)
        self._timer.daemon = True

    def __enter__(self) -> _Watch:
        self._timer.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._timer.cancel()

    def over(self, connection: type[http.client.HTTPConnection]) -> Callable[..., http.client.HTTPConnection]:
        """Connections of a class, watched."""
        watch = self

        class Watched(connection):  # type: ignore[valid-type,misc]
            def connect(self) -> None:
                super().connect()
                watch._sockets.append(self.sock)

        return Watched

    def _shut(self) -> None:
        self.shut = True
        for each in self._sockets:
            with contextlib.suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)


class _Http(urllib.request.HTTPHandler):
    def __init__(self, watch: _Watch) -> None:
        super().__init__()
        self._watch = watch

    def http_open(self, req: urllib.request.Request) -> http.client.HTTPResponse:
        return self.do_open(self._watch.over(http.client.HTTPConnection), req)


class _Https(urllib.request.HTTPSHandler):
    def __init__(self, watch: _Watch) -> None:
        super().__init__()
        self._watch = watch

    def https_open(self, req: urllib.request.Request) -> http.client.HTTPResponse:
        return self.do_open(self._watch.over(http.client.HTTPSConnection), req)


class _Digest(urllib.request.HTTPDigestAuthHandler):
    """Says who we are where that is asked for by digest; a challenge that cannot be read is a refusal like others."""

    def http_error_401(self, req: urllib.request.Request, fp: Any, code: int, msg: str, headers: Any) -> Any:
        """The answer to a second request (RFC 7616, 3.4); None if there is to be none."""
        try:
            return super().http_error_401(req, fp, code, msg, headers)
        except (ValueError, LookupError):
            return None


def _redirects(most: int) -> urllib.request.HTTPRedirectHandler:
    """Follows to the same host, over the same protocol or a safer one: what was meant for one goes to no other."""

    class Redirects(urllib.request.HTTPRedirectHandler):
        max_redirections = most
        max_repeats = most

        def http_error_302(self, req: urllib.request.Request, fp: Any, code: int, msg: str, headers: Any) -> Any:
            """The answer from the new address; None if it is not to be followed, or is none."""
            try:
                return super().http_error_302(req, fp, code, msg, headers)
            except ValueError:
                return None

        http_error_301 = http_error_303 = http_error_307 = http_error_308 = http_error_302

        def redirect_request(
            self, req: urllib.request.Request, fp: Any, code: int, msg: str, headers: Any, newurl: str
        ) -> urllib.request.Request | None:
            """The request to the new address (RFC 9110, 15.4); None if it is not to be followed."""
            here, there = urllib.parse.urlsplit(req.full_url), urllib.parse.urlsplit(newurl)
            places = ((here.scheme, here.port), ("https", None))
            if not most or here.hostname != there.hostname or (there.scheme, there.port) not in places:
                return None
            data = req.data if code in (307, 308) else None
            kept = {name: value for name, value in req.headers.items() if data or name != "Content-type"}
            return urllib.request.Request(newurl, data, kept, req.origin_req_host, unverifiable=True)  # noqa: S310

    return Redirects()


def _whole(address: str, response: http.client.HTTPResponse, most_bytes: int) -> bytes:
    """Read an answer to its end."""
    if response.headers.get("Content-Encoding", "identity").lower() != "identity":
        raise UnusableError(address, "it is compressed, which was not asked for")
    said, read, parts = response.length, 0, []
    while part := response.read(1 << 16):
        parts.append(part)
        read += len(part)
        if read > most_bytes:
            raise UnusableError(address, f"it is greater than {most_bytes >> 20} MiB")
    if said is not None and read < said:
        raise http.client.IncompleteRead(b"", said - read)
    return b"".join(parts)
