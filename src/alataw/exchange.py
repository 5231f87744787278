"""The home of one exchange with a remote service: a request, its repetitions, and an answer that is whole.

Redirects are not followed, nothing compressed is taken (none is asked for), the size is bounded, and one deadline
holds for connecting, waiting, reading and trying again: a server that sends a byte now and then cannot stretch it.
"""

from __future__ import annotations

import base64
import contextlib
import email.utils
import http.client
import socket
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from email.message import Message
from importlib.metadata import version
from typing import Any, Protocol, TypeVar

from alataw.errors import AlatawError, QueryError, RemoteError, UsageError

MOST_BYTES = 256 * 1024 * 1024
"""The greatest answer that is read."""

TRIES = 5
"""How often something is asked of a service that is busy."""

BUSY = (429, 503)

Format = TypeVar("Format")


class Client(Protocol):
    """What writes a request: SPARQLWrapper."""

    def _createRequest(self) -> urllib.request.Request: ...  # noqa: N802  # its name for it


@dataclass(frozen=True)
class Answered:
    """A whole answer: from where, its headers, its bytes."""

    address: str
    headers: Message
    data: bytes

    def media_type_of(self, formats: Mapping[str, Format]) -> Format:
        """The format of the answer.

        Raises:
            RemoteError: AL031 if it is none of these.
        """
        told = self.headers.get("Content-Type", "").partition(";")[0].strip().lower()
        if told not in formats:
            raise self.fault(f"it sent {told or 'no media type'}, not {' or '.join(formats)}")
        return formats[told]

    def fault(self, why: str) -> RemoteError:
        """What to raise when the answer is not what was asked for."""
        return RemoteError(
            f"{self.address} answered something else",
            code="AL031",
            why=_line(why),
            fix="see with `curl` what it says; nothing of the answer was used",
        )


class Exchange:
    """Talks to the addresses of one service, and to no other.

    Args:
        addresses: The addresses; empty ones do not count.
        auth: `basic`, `digest`, `bearer`, or empty.
        credentials: `user:password`, or the token.
        timeout_s: The time in which an exchange is over, its repetitions included.

    Raises:
        UsageError: AL035 if an address is none, or the authentication is incomplete.
    """

    def __init__(self, addresses: tuple[str, ...], *, auth: str, credentials: str, timeout_s: float) -> None:
        for address in filter(None, addresses):
            _hold_address(address)
        self.agent = f"alataw/{version('alataw')} (+https://w3id.org/alataw/)"
        self._timeout_s = timeout_s
        self._authorization = _authorization(auth, credentials)
        self._digest = urllib.request.HTTPPasswordMgrWithDefaultRealm()
        if auth == "digest":
            user, _, password = credentials.partition(":")
            for address in filter(None, addresses):
                self._digest.add_password(None, address, user, password)

    def run(self, client: Client) -> Answered:
        """Send what SPARQLWrapper writes.

        Raises:
            RemoteError: AL031, AL032, AL035 or AL081; QueryError: AL017 if the service refuses the text.
        """
        request = client._createRequest()
        return self._persist(lambda: request)

    def send(self, method: str, address: str, data: bytes = b"", type_: str = "", fine: tuple[int, ...] = ()) -> None:
        """Send bytes (Graph Store Protocol); the answers of `fine` are fine as well.

        Raises:
            RemoteError: As `run`.
        """
        headers = {"User-Agent": self.agent, "Accept": "*/*"} | ({"Content-Type": type_} if type_ else {})
        body = data if method == "POST" else None
        self._persist(lambda: urllib.request.Request(address, body, headers, method=method), fine)  # noqa: S310  # held above

    def _persist(self, make: Callable[[], urllib.request.Request], fine: tuple[int, ...] = ()) -> Answered:
        """Ask, and ask a busy service again, after as long as it says or ever longer, until the deadline."""
        end = time.monotonic() + self._timeout_s
        for attempt in range(1, TRIES + 1):
            request = make()
            try:
                return self._once(request, end)
            except urllib.error.HTTPError as error:
                with error:
                    if error.code in fine:
                        return Answered(request.full_url, error.headers, b"")
                    wait_s = _retry_after(error.headers.get("Retry-After", ""))
                    refused = _refusal(request, error)
                if error.code not in BUSY or attempt == TRIES:
                    raise refused from None
                wait_s = 0.25 * 2**attempt if wait_s is None else wait_s
                if time.monotonic() + wait_s > end:
                    raise refused from None
                time.sleep(wait_s)
            except (OSError, http.client.HTTPException) as error:
                raise _failure(request, error, self._timeout_s if time.monotonic() >= end else None) from None
        raise AssertionError  # the last attempt returned or raised

    def _once(self, request: urllib.request.Request, end: float) -> Answered:
        if self._authorization:
            request.add_unredirected_header("Authorization", self._authorization)
        remaining = max(end - time.monotonic(), 0.001)
        with _Watch(remaining) as watch:
            opener = urllib.request.build_opener(
                _Http(watch), _Https(watch), _NoRedirect(), urllib.request.HTTPDigestAuthHandler(self._digest)
            )
            with opener.open(request, timeout=remaining) as response:
                data = _whole(request, response)
                if watch.shut:  # what was read ended there, and may look like a whole answer
                    raise TimeoutError
                return Answered(request.full_url.partition("?")[0], response.headers, data)


# -- the deadline --------------------------------------------------------------------------------------


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


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """Follows nothing: what was meant for one host, credentials and all, goes to no other."""

    def redirect_request(self, *_: Any) -> None:
        return None


# -- what comes back -----------------------------------------------------------------------------------


def _whole(request: urllib.request.Request, response: http.client.HTTPResponse) -> bytes:
    """Read an answer to its end.

    Raises:
        RemoteError: AL031 if it is compressed, endless, or shorter than it says.
    """
    answered = Answered(request.full_url.partition("?")[0], response.headers, b"")
    if response.headers.get("Content-Encoding", "identity").lower() != "identity":
        raise answered.fault("it is compressed, which was not asked for")
    said, read, parts = response.length, 0, []
    while part := response.read(1 << 16):
        parts.append(part)
        read += len(part)
        if read > MOST_BYTES:
            raise answered.fault(f"it is greater than {MOST_BYTES >> 20} MiB")
    if said is not None and read < said:
        raise http.client.IncompleteRead(b"", said - read)
    return b"".join(parts)


def _retry_after(text: str) -> float | None:
    """The seconds that a service asks for (RFC 9110, 10.2.3): a number or a date; None for anything else.

    >>> _retry_after("2"), _retry_after("soon"), _retry_after("Thu, 01 Jan 1970 00:00:00 GMT")
    (2.0, None, 0.0)
    """
    if text.isascii() and text.isdigit() and len(text) < 10:
        return float(text)
    try:
        return max(email.utils.parsedate_to_datetime(text).timestamp() - time.time(), 0.0)
    except (TypeError, ValueError, OverflowError):
        return None


def _refusal(request: urllib.request.Request, error: urllib.error.HTTPError) -> AlatawError:
    """What to raise for a status that is no success."""
    address = request.full_url.partition("?")[0]
    told = f"it answered {error.code} {error.reason}"
    if 300 <= error.code < 400:
        return RemoteError(
            f"{address} points elsewhere",
            code="AL032",
            why=_line(f"{told}, to {error.headers.get('Location', 'nowhere')}"),
            fix="if that is where you mean to ask, name that address",
        )
    if error.code in (401, 403):
        return RemoteError(
            f"{address} refuses access",
            code="AL035",
            why=told,
            fix="say who you are with --auth, and set ALATAW_CREDENTIALS",
        )
    said = _line(_beginning(error))
    if error.code == 400 or (error.code == 500 and "SPARQL" in said):
        return QueryError(f"{address} refuses the query", code="AL017", why=said or told, fix="correct the query")
    waiting = error.headers.get("Retry-After", "")
    again = f"try again after {_line(waiting)}" if error.code in BUSY and waiting else "try again later"
    return RemoteError(
        f"{address} failed", code="AL081", why=f"{told}: {said}" if said else told, fix=f"{again}; nothing was changed"
    )


def _beginning(error: urllib.error.HTTPError) -> str:
    try:
        return error.read(2000).decode("utf-8", "replace")
    except (OSError, http.client.HTTPException):
        return ""


def _failure(request: urllib.request.Request, error: Exception, late_s: float | None) -> RemoteError:
    """What to raise when no whole answer came."""
    address = request.full_url.partition("?")[0]
    reason = error.reason if isinstance(error, urllib.error.URLError) else error
    why = f"no whole answer came within {late_s:g} s" if late_s is not None else str(reason) or type(reason).__name__
    if isinstance(error, http.client.IncompleteRead):
        why = why if late_s is not None else "the answer was cut off"
    return RemoteError(
        f"{address} cannot be asked",
        code="AL081",
        why=_line(why),
        fix="see whether it runs and the address is right; for more time, --timeout",
    )


def _line(text: str) -> str:
    """A text from elsewhere as one short line that cannot move the cursor."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())[:300]


# -- what is given -------------------------------------------------------------------------------------


def _hold_address(address: str) -> None:
    parts = urllib.parse.urlsplit(address)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.username or set(address) & set(" \r\n\t"):
        raise UsageError(
            "this is not the address of an endpoint",
            code="AL035",
            why="it begins with http:// or https://, names a host, and holds no password",
            fix="write it as http://127.0.0.1:7878/query",
        )


def _authorization(auth: str, credentials: str) -> str:
    if auth not in ("", "basic", "digest", "bearer"):
        raise UsageError(f"there is no authentication {auth}", code="AL035", fix="take basic, digest or bearer")
    if auth and (not credentials.isprintable() or not credentials or (auth != "bearer" and ":" not in credentials)):
        raise UsageError(
            f"{auth} needs credentials",
            code="AL035",
            why="they are read from the environment, so that no list of processes shows them",
            fix="set ALATAW_CREDENTIALS to user:password, or to a token for bearer",
        )
    if auth == "basic":
        return f"Basic {base64.b64encode(credentials.encode()).decode()}"
    return f"Bearer {credentials}" if auth == "bearer" else ""
