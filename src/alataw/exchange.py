"""The home of one exchange with a remote service: a request, its repetitions, and an answer that is whole.

How bytes come is `transport`; here is who is asked, how often, and what is told of a service that fails. How much
patience it is treated with is its `Manners`. What an answer means is not known here.
"""

from __future__ import annotations

import base64
import email.utils
import http.client
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from email.message import Message
from importlib.metadata import version
from typing import Protocol, TypeVar

from alataw.errors import AlatawError, QueryError, RemoteError, UsageError
from alataw.transport import UnusableError, fetch

MOST_BYTES = 256 * 1024 * 1024
"""The greatest answer that is read."""

MOST_SECONDS = 86_400
"""The longest time that is waited for an answer: a day. Clocks and timers know no time without end."""

_BUSY, _FAILING = frozenset({429, 503}), frozenset({500, 502, 504})

Format = TypeVar("Format")


@dataclass(frozen=True)
class Manners:
    """How a service is treated.

    Args:
        tries: How often something is asked of it.
        wait_s: How long is waited before it is asked again, doubled each time, if it does not say.
        redirects: How many redirects are followed, on the same host.
        patience: In how many times the time of one answer all is over, repetitions included.
        failing: Whether it is asked again after an error of its own and a lost connection too.
    """

    tries: int = 5
    wait_s: float = 0.5
    redirects: int = 0
    patience: float = 1.0
    failing: bool = False


ENGINE = Manners()
"""For an engine: the credentials and the query are meant for its address alone."""

PUBLIC = Manners(tries=4, wait_s=1.0, redirects=5, patience=5.0, failing=True)
"""For a service of the public web, which is often busy and moves its pages."""


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
        timeout_s: The time in which an answer must be whole.
        manners: How the service is treated.

    Raises:
        UsageError: AL035 if an address is none, no time is that long, or the authentication is incomplete.
    """

    def __init__(
        self,
        addresses: tuple[str, ...],
        *,
        auth: str = "",
        credentials: str = "",
        timeout_s: float = 60.0,
        manners: Manners = ENGINE,
    ) -> None:
        for address in filter(None, addresses):
            _hold_address(address)
        _hold_time(timeout_s)
        self.agent = f"alataw/{version('alataw')} (+https://w3id.org/alataw/)"
        self._timeout_s, self._manners = timeout_s, manners
        self._again = _BUSY | (_FAILING if manners.failing else frozenset())
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

    def get(self, address: str, accept: str, fine: tuple[int, ...] = ()) -> Answered:
        """Ask for a page; with a status of `fine`, an answer without bytes comes back.

        Raises:
            RemoteError: As `run`.
        """
        _hold_address(address)
        headers = {"User-Agent": self.agent, "Accept": accept}
        return self._persist(lambda: urllib.request.Request(address, headers=headers), fine)  # noqa: S310  # held above

    def send(self, method: str, address: str, data: bytes = b"", type_: str = "", fine: tuple[int, ...] = ()) -> None:
        """Send bytes (Graph Store Protocol); the answers of `fine` are fine as well.

        Raises:
            RemoteError: As `run`.
        """
        headers = {"User-Agent": self.agent, "Accept": "*/*"} | ({"Content-Type": type_} if type_ else {})
        body = data if method == "POST" else None
        self._persist(lambda: urllib.request.Request(address, body, headers, method=method), fine)  # noqa: S310  # held above

    def _persist(self, make: Callable[[], urllib.request.Request], fine: tuple[int, ...] = ()) -> Answered:
        """Ask, and ask again what may yet answer, after as long as it says or ever longer, until patience ends."""
        end = time.monotonic() + self._timeout_s * self._manners.patience
        for attempt in range(1, self._manners.tries + 1):
            request, late = make(), min(time.monotonic() + self._timeout_s, end)
            wait_s: float | None = None
            try:
                return self._once(request, late)
            except urllib.error.HTTPError as error:
                with error:
                    if error.code in fine:
                        return Answered(request.full_url, error.headers, b"")
                    wait_s = _retry_after(error.headers.get("Retry-After", ""))
                    refused: AlatawError = _refusal(request, error, error.code in self._again)
                again = error.code in self._again
            except (OSError, http.client.HTTPException) as error:
                # Who was silent once for so long is not waited for again.
                over = time.monotonic() >= late
                refused, again = _failure(request, error, self._timeout_s if over else None), not over
                again = again and self._manners.failing
            wait_s = self._manners.wait_s * 2 ** (attempt - 1) if wait_s is None else wait_s
            if not again or attempt == self._manners.tries or time.monotonic() + wait_s > end:
                raise refused from None
            time.sleep(wait_s)
        raise AssertionError  # the last attempt returned or raised

    def _once(self, request: urllib.request.Request, end: float) -> Answered:
        if self._authorization:
            request.add_unredirected_header("Authorization", self._authorization)
        remaining = max(end - time.monotonic(), 0.001)
        try:
            return Answered(*fetch(request, remaining, self._manners.redirects, MOST_BYTES, self._digest))
        except UnusableError as error:
            raise Answered(error.address, Message(), b"").fault(error.why) from None


# -- what comes back -----------------------------------------------------------------------------------


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


def _refusal(request: urllib.request.Request, error: urllib.error.HTTPError, busy: bool) -> AlatawError:
    """What to raise for a status that is no success; a service that is busy says when to come back."""
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
    if error.code == 400 or (error.code == 500 and not busy and "SPARQL" in said):
        return QueryError(f"{address} refuses the query", code="AL017", why=said or told, fix="correct the query")
    waiting = error.headers.get("Retry-After", "")
    again = f"try again after {_line(waiting)}" if busy and waiting else "try again later"
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


def is_address(text: str) -> bool:
    """Whether a request can be sent to a text as it stands: an address of the web (RFC 3986), without a password.

    >>> is_address("http://127.0.0.1:7878/query"), is_address("http://[::1"), is_address("http://a..b/")
    (True, False, False)
    """
    try:
        parts = urllib.parse.urlsplit(text)
        parts.port  # noqa: B018  # it raises where there is no such port
        host = (parts.hostname or "").encode("idna")  # as it is when its address is looked up
    except ValueError:
        return False
    plain = text.isascii() and text.isprintable() and " " not in text
    return plain and parts.scheme in ("http", "https") and bool(host) and "@" not in parts.netloc


def _hold_address(address: str) -> None:
    if not is_address(address):
        raise UsageError(
            "this is not the address of an endpoint",
            code="AL035",
            why="it begins with http:// or https://, names a host, holds no password, and is written in ASCII",
            fix="write it as http://127.0.0.1:7878/query",
        )


def _hold_time(seconds: float) -> None:
    if not 0 < seconds <= MOST_SECONDS:
        raise UsageError(
            f"{seconds:g} s is no time to wait",
            code="AL035",
            why=f"an exchange may take more than none, and at most {MOST_SECONDS:,} s",
            fix="write 60",
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
