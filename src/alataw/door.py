"""The home of requests to other hosts: one small door, with the rules that keep a bad answer from doing harm.

An answer has a deadline as a whole, so that one that drips ends too; a limit in bytes; the media type that was asked
for. A redirect is followed on the same host alone. 429 and 5xx are asked again after a while, as long as the server
says. What an answer means is not known here.
"""

from __future__ import annotations

import email.utils
import http.client
import socket
import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from importlib.metadata import version
from typing import NamedTuple
from urllib.parse import urljoin, urlsplit

from alataw.errors import RemoteError

USER_AGENT = f"alataw/{version('alataw')} (https://w3id.org/alataw/; a knowledge graph of railway border crossings)"

_AGAIN = {429, 500, 502, 503, 504}
_MOVED = {301, 302, 303, 307, 308}


class Response(NamedTuple):
    """An answer: the address that gave it in the end, the status, the media type, the bytes."""

    address: str
    status: int
    media_type: str
    body: bytes


@dataclass(frozen=True)
class Door:
    """How to ask.

    Args:
        deadline_s: How long one answer may take, from the first byte sent to the last received.
        most_bytes: How long an answer may be.
        attempts: How often to ask before giving up.
        wait_s: How long to wait before asking again, doubled each time, if the server does not say.
        most_wait_s: The longest wait; a server that wants a longer one is given up.
        redirects: How many redirects are followed, on the same host.
    """

    deadline_s: float = 60.0
    most_bytes: int = 64 << 20
    attempts: int = 4
    wait_s: float = 1.0
    most_wait_s: float = 60.0
    redirects: int = 5
    headers: Mapping[str, str] = field(default_factory=lambda: {"User-Agent": USER_AGENT})

    def fetch(
        self,
        address: str,
        *,
        accept: tuple[str, ...],
        data: bytes | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Response:
        """Ask, again if need be.

        Args:
            address: Where, http or https.
            accept: The media types that are understood.
            data: The body of a POST; None for GET.
            headers: More headers.

        Returns:
            The answer with status 200, 404 or 410; nothing else is an answer.

        Raises:
            RemoteError: AL113 if the service fails or answers something else; the reason says what.
        """
        told = {**self.headers, "Accept": ", ".join(accept), **(headers or {})}
        for attempt in range(self.attempts):
            try:
                response, retry_after = self._follow(address, told, data)
            except TimeoutError as error:
                # Who was silent once for so long is not waited for again.
                raise _failed(address, str(error)) from error
            except (OSError, http.client.HTTPException) as error:
                reason, pause = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__, None
            else:
                if response.status not in _AGAIN:
                    return self._checked(response, accept)
                reason, pause = f"it answered {response.status}", _seconds(retry_after)
            pause = self.wait_s * 2**attempt if pause is None else pause
            if attempt + 1 == self.attempts or pause > self.most_wait_s:
                raise _failed(address, reason, f"it asks to wait {pause:.0f} s" if pause > self.most_wait_s else "")
            time.sleep(pause)
        raise AssertionError("the last attempt returns or raises")

    def _checked(self, response: Response, accept: tuple[str, ...]) -> Response:
        if response.status in (404, 410):
            return response
        if response.status != 200:
            raise _failed(response.address, f"it answered {response.status}")
        if response.media_type not in accept:
            raise _failed(response.address, f"it answered {response.media_type or 'no media type'}, not {accept[0]}")
        return response

    def _follow(self, address: str, headers: Mapping[str, str], data: bytes | None) -> tuple[Response, str]:
        origin = urlsplit(address)
        for _ in range(self.redirects + 1):
            response, location, retry_after = self._once(address, headers, data)
            if response.status not in _MOVED:
                return response, retry_after
            to = urljoin(address, location)
            there = urlsplit(to)
            # To the same host, over the same protocol or a safer one; never to another, to a file, to loopback.
            same = there.hostname == origin.hostname and (there.scheme, there.port) in (
                (origin.scheme, origin.port),
                ("https", None),
            )
            if not same:
                raise _failed(address, f"it redirects to {to}, which is another host")
            address, data = to, data if response.status in (307, 308) else None
        raise _failed(address, f"it redirects more than {self.redirects} times")

    def _once(self, address: str, headers: Mapping[str, str], data: bytes | None) -> tuple[Response, str, str]:
        """One request, and its answer with the headers Location and Retry-After."""
        parts = urlsplit(address)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise _failed(address, "it is no http address")
        secure = parts.scheme == "https"
        kind = http.client.HTTPSConnection if secure else http.client.HTTPConnection
        connection = kind(parts.hostname, parts.port, timeout=self.deadline_s)
        late = threading.Event()

        held: list[socket.socket] = []

        def end() -> None:
            late.set()
            for each in held:
                with suppress(OSError):
                    each.shutdown(socket.SHUT_RDWR)

        # A time-out of the socket is for each byte; only this ends an answer that drips.
        timer = threading.Timer(self.deadline_s, end)
        timer.daemon = True
        answer: http.client.HTTPResponse | None = None
        try:
            connection.connect()
            # The connection lets go of its socket before the answer is read.
            held.append(connection.sock)
            timer.start()
            path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
            connection.request("GET" if data is None else "POST", path, body=data, headers=dict(headers))
            answer = connection.getresponse()
            body = answer.read(self.most_bytes + 1)
            if late.is_set():
                raise TimeoutError(f"no whole answer within {self.deadline_s:g} s")
            if len(body) > self.most_bytes:
                raise _failed(address, f"the answer is over {self.most_bytes:,} bytes")
            if answer.length:
                raise http.client.IncompleteRead(body, answer.length)
            if answer.getheader("Content-Encoding", "identity") != "identity":
                raise _failed(address, "the answer is compressed, which was not asked for")
            media_type = answer.getheader("Content-Type", "").partition(";")[0].strip().lower()
            response = Response(address, answer.status, media_type, body)
            return response, answer.getheader("Location", ""), answer.getheader("Retry-After", "")
        except (OSError, http.client.HTTPException) as error:
            if late.is_set():
                raise TimeoutError(f"no whole answer within {self.deadline_s:g} s") from error
            raise
        finally:
            timer.cancel()
            connection.close()
            if answer is not None:
                answer.close()


def _seconds(retry_after: str) -> float | None:
    """How long a server wants to be left alone (RFC 9110, 10.2.3): seconds or a date; None for rubbish."""
    if retry_after.strip().isdigit():
        return float(retry_after)
    try:
        then = email.utils.parsedate_to_datetime(retry_after)
    except (TypeError, ValueError):
        return None
    return max(0.0, then.timestamp() - time.time())


def _failed(address: str, why: str, fix: str = "") -> RemoteError:
    return RemoteError(
        f"{address} did not give what was asked for",
        code="AL113",
        why=why,
        fix=fix or "try again later; what is known already is kept, and the run goes on from there",
    )
