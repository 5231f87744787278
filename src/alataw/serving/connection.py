"""The home of HTTP/1.1 on one connection: bytes in, requests out; replies in, bytes out (RFC 9112).

What reads is llhttp, the parser of Node.js (by way of httptools). Everything that a client may do without end has a
limit here: the length of an address, of headers and of a body, how long they take to come, and how long a reply takes
to go.
"""

from __future__ import annotations

import asyncio
import contextlib
import re
from collections import deque
from typing import TYPE_CHECKING, cast

import httptools

from alataw.serving.cache import READING
from alataw.serving.messages import RefusedError, check_headers, head_of, path_of
from alataw.serving.rates import client_of
from alataw.web import Reply, Request

if TYPE_CHECKING:
    from alataw.serving.front import Front

MOST_URL = 8 * 2**10
MOST_HEAD = 32 * 2**10
MOST_HEADERS = 100
"""How long an address and a head may be, in bytes, and how many headers it may have."""

MOST_PIPELINED = 50
"""How many requests of a client may wait for their turn; the next is refused, and is the last."""

HEAD_S, BODY_S, IDLE_S, LINGER_S, LEAVING_S = 10.0, 20.0, 30.0, 2.0, 2.0
"""How long a head and a body may take to come, a client may be silent between requests, an error waits to be read, and
a reply is waited for by a client that says no more."""

AWAY_S = 5
"""When a client that found too many others, or has asked for too much at once, may come again."""

HEARD = ("accept", "x-forwarded-for")
"""The headers of a request that is refused that are heard: how it is told, and who asks."""

CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"

CHUNK = 64 * 2**10
"""How much of a reply is written at once."""

CHUNK_S = 10.0
"""How long a client may take to read as much."""

FOREVER = float("inf")

# token SP (RFC 9110, 5.6.2): how a request begins, whatever its method.
_METHOD = re.compile(rb"[\w!#$%&'*+.^`|~-]+ ")


class Connection(asyncio.Protocol):
    """One client.

    Args:
        front: Who answers.
    """

    def __init__(self, front: Front) -> None:
        self._front, self._loop = front, front.loop
        self._parser = httptools.HttpRequestParser(self)
        self._transport: asyncio.Transport = None  # type: ignore[assignment]  # until it is made
        self._requests: deque[Request | RefusedError] = deque()
        self._task: asyncio.Task[None] | None = None
        self._room: asyncio.Event = asyncio.Event()
        self._room.set()
        self._keep = True
        self._deaf = False
        self._held = self._raw = 0
        self._in_head = self._coming = self._expects = False
        self._method = ""
        self._fields: list[tuple[bytes, bytes]] = []
        self.peer = self.client = ""
        self.deadline = FOREVER

    # -- what asyncio says ---------------------------------------------------------------------

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """A client is there."""
        self._transport = cast("asyncio.Transport", transport)  # uvloop's are not of its class
        self._transport.set_write_buffer_limits(high=CHUNK)
        peer = self._transport.get_extra_info("peername")
        self.peer = peer[0] if isinstance(peer, tuple) else ""
        self.client = client_of(self.peer, "", ())
        self.deadline = self._loop.time() + HEAD_S
        self._front.connected(self)

    def connection_lost(self, error: Exception | None) -> None:
        """The client has left; what it waited for is given up."""
        self._front.connections.discard(self)
        self._hold(-self._held)
        self._room.set()
        if self._task:
            self._task.cancel()

    def pause_writing(self) -> None:
        """The client reads more slowly than is written."""
        self._room.clear()

    def resume_writing(self) -> None:
        """The client has read."""
        self._room.set()

    def eof_received(self) -> bool:
        """The client says no more: either it has left, or it waits for its reply, which must come soon."""
        if self._task is None:
            return False
        self._keep = False
        self.deadline = min(self.deadline, self._loop.time() + LEAVING_S)
        return True

    def data_received(self, data: bytes) -> None:
        """Read on."""
        if self._deaf:
            return
        begun = self._coming or self._task is not None
        if not begun and data in self._front.known:
            self._take(self._front.admit(self._front.known[data], self))
            return
        self._whole: list[Request] = []
        try:
            self._hold(len(data))
            self._raw += len(data)
            self._parser.feed_data(data)
            if self._raw > MOST_HEAD + (0 if self._in_head else 2 * self._front.most_body):
                raise RefusedError(431 if self._in_head else 413)
        except (RefusedError, httptools.HttpParserError, httptools.HttpParserUpgrade) as error:
            if self._deaf:  # what is not read follows the last request, whatever that would upgrade to
                return
            cause = error if isinstance(error, RefusedError) else error.__context__
            self._refuse(cause if isinstance(cause, RefusedError) else RefusedError(self._fault(error, data)))
            return
        # What is known by its bytes is one request, the whole of it, and nothing else.
        if not begun and not self._coming and self._keep and len(self._whole) == 1:
            request = self._whole[0]
            if request.method in READING and not request.body:
                self._front.learn(data, request)

    def _fault(self, error: Exception, data: bytes) -> int:
        """The status of what llhttp does not take: a method that it does not know, or a broken rule."""
        unknown = isinstance(error, httptools.HttpParserInvalidMethodError) and not self._whole
        return 501 if unknown and _METHOD.match(data) else 400

    # -- what llhttp says ----------------------------------------------------------------------

    def on_message_begin(self) -> None:
        """The first bytes of a request have come."""
        if self._deaf:
            raise RefusedError(400)  # which nobody hears: it only ends the reading
        self._in_head = self._coming = True
        self._url = b""
        self._method, self._fields = "", []
        self._body = bytearray()
        self._await()

    def on_url(self, part: bytes) -> None:
        """A part of the address."""
        self._url += part
        if len(self._url) > MOST_HEAD:  # what is only too long is told when it is known how
            raise RefusedError(414)

    def on_header(self, name: bytes, value: bytes) -> None:
        """A header."""
        self._fields.append((name, value or b""))
        if len(self._fields) > MOST_HEADERS:
            raise RefusedError(431)

    def on_headers_complete(self) -> None:
        """The head is there: what is wrong with it is known before any body is read."""
        self._in_head = False
        version, self._method = self._parser.get_http_version(), self._parser.get_method().decode("ascii")
        if len(self._url) > MOST_URL:
            raise RefusedError(414)
        if sum(len(name) + len(value) + 4 for name, value in self._fields) > MOST_HEAD:
            raise RefusedError(431)
        self._headers = check_headers(self._fields, version, self._front.most_body)
        self._last = version != "1.1" or not self._parser.should_keep_alive() or self._parser.should_upgrade()
        self._path, self._query = path_of(self._url, self._method)
        announced = "content-length" in self._headers or "transfer-encoding" in self._headers
        self._expects = announced and "expect" in self._headers and version == "1.1"  # RFC 9110, 10.1.1
        self._await()

    def on_body(self, part: bytes) -> None:
        """A part of the body."""
        if len(self._body) + len(part) > self._front.most_body:
            raise RefusedError(413)
        self._body += part

    def on_message_complete(self) -> None:
        """A request is there, whole."""
        self._coming = self._expects = False
        self._hold(len(self._body) - self._raw)
        self._raw = 0
        request = Request(self._method, self._path, self._query, self._headers, bytes(self._body))
        self._whole.append(request)
        if self._last:
            self._keep = False
        self._take(self._front.admit(request, self))
        if self._last:
            self._deaf = True  # RFC 9112, 9.6

    # -- answering -----------------------------------------------------------------------------

    def _refuse(self, error: RefusedError) -> None:
        """Say what is wrong, in the way that the request asks for as far as it has come; that counts as a request."""
        said: dict[str, list[str]] = {name: [] for name in HEARD}
        for name, value in self._fields:
            said.get(name.decode("latin-1").lower(), []).append(value.decode("latin-1"))
        error.request = Request(self._method, headers={name: ", ".join(values) for name, values in said.items()})
        admitted = self._front.admit(error.request, self)
        self._take(admitted if isinstance(admitted, RefusedError) else error)

    def _take(self, request: Request | RefusedError) -> None:
        """Answer at once if that is possible, else in turn."""
        self.deadline = FOREVER
        if isinstance(request, Request) and len(self._requests) >= MOST_PIPELINED:
            request = RefusedError(503, AWAY_S, request)
        if isinstance(request, RefusedError):
            self._keep, self._deaf = False, True  # what follows is not looked at
        if self._task is None and self._room.is_set() and isinstance(request, Request):
            reply = self._front.at_once(request, self)
            if reply is not None and len(reply.body) <= CHUNK:
                head = head_of(reply, keep=self._keep, length=len(reply.body))
                self._transport.write(head if request.method == "HEAD" else head + reply.body)
                self._hold(-len(request.body))
                self._after()
                return
        self._requests.append(request)
        if self._task is None:
            self._task = self._loop.create_task(self._answer())

    async def _answer(self) -> None:
        """Answer what has come, in order."""
        try:
            while self._requests:
                request = self._requests.popleft()
                if isinstance(request, Request):
                    reply = await self._front.answer(request, self)
                    await self._write(reply, bodiless=request.method == "HEAD")
                    self._hold(-len(request.body))
                else:
                    reply = self._front.refuse(request, self)
                    await self._write(reply, bodiless=request.request.method == "HEAD")
        except asyncio.CancelledError:
            return
        except Exception as error:  # a fault of ours is no reason to leave a client without a word
            self._front.log.event("a bug", error=repr(error))
            self._transport.abort()
        finally:
            self._task = None
        self._after()

    async def _write(self, reply: Reply, *, bodiless: bool = False) -> None:
        body = memoryview(b"" if bodiless else reply.body)
        try:
            self._hold(len(body))
        except RefusedError as error:
            self._keep, reply = False, self._front.refuse(error, self)
            body = memoryview(reply.body)
            self._hold(len(body))
        self._transport.write(head_of(reply, keep=self._keep or bool(self._requests), length=len(reply.body)))
        for begin in range(0, len(body), CHUNK):
            self.deadline = self._loop.time() + CHUNK_S
            await self._room.wait()
            self._transport.write(body[begin : begin + CHUNK])
        await self._room.wait()
        self._hold(-len(body))
        self.deadline = FOREVER

    def _after(self) -> None:
        """Wait for the next request, or end."""
        if self._front.stopping:
            self._keep = False
        if self._keep:
            self._await()
            return
        # A client that is still sending would lose the reply if the connection were closed now.
        self._deaf = True
        self.deadline = self._loop.time() + LINGER_S
        with contextlib.suppress(OSError, RuntimeError):
            self._transport.write_eof()

    def _await(self) -> None:
        """Give what is to come next its time, and invite a body whose client waits for that, if it is its turn."""
        if self._task is not None:
            return
        self.deadline = self._loop.time() + (IDLE_S if not self._coming else HEAD_S if self._in_head else BODY_S)
        if self._expects:
            self._expects = False
            self._transport.write(CONTINUE)

    def _hold(self, size: int) -> None:
        """Count what is kept for this client."""
        self._front.hold(size)
        self._held += size

    # -- time ----------------------------------------------------------------------------------

    def expire(self) -> None:
        """What the client does has taken too long."""
        if self._coming and self._task is None and not self._deaf:
            self._refuse(RefusedError(408))
        else:
            self._transport.abort()

    def turn_away(self) -> None:
        """Say that there are too many clients already."""
        self._take(RefusedError(503, AWAY_S))

    def abort(self) -> None:
        """End at once."""
        self._transport.abort()

    def finish(self) -> None:
        """End when what was asked is answered."""
        self._keep = False
        if self._task is None and not self._coming:
            self._transport.close()
