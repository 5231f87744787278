"""The home of the front: what becomes of a request, from its head to its reply.

What is kept is answered at once; all else goes to a worker, unless its client asks too often.
"""

from __future__ import annotations

import asyncio
import importlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

from alataw.serving.cache import Cache, keepable, key, unless_unchanged
from alataw.serving.connection import CHUNK, Connection
from alataw.serving.log import Log
from alataw.serving.messages import sound
from alataw.serving.metrics import MEDIA_TYPE, Metrics
from alataw.serving.pool import DiedError, FullError, LateError, Pool
from alataw.serving.problems import problem
from alataw.serving.rates import Rates, client_of
from alataw.serving.settings import Settings
from alataw.web import Reply, Request

MOST_HELD = 256 * 2**20
"""How many bytes of replies may wait for clients that read slowly."""

LOCAL = ("127.0.0.1", "::1")


class Front:
    """The one process that clients speak to.

    Args:
        settings: How it is carried.
        pool: Who answers.
        log: Where it is told.
    """

    def __init__(self, settings: Settings, pool: Pool, log: Log) -> None:
        self.loop = asyncio.get_running_loop()
        self.log, self._pool, self._settings = log, pool, settings
        self.most_body = settings.source.limits.body_bytes
        self.connections: set[Connection] = set()
        self.stopping = False
        self.cache = Cache(settings.cache_mib * 2**20)
        self.metrics = Metrics(pool, self.cache)
        self.metrics.connections.set_function(lambda: len(self.connections))
        self._rates = Rates(settings.rate, settings.burst)
        self._lane_of = importlib.import_module(settings.source.application).lane
        self._base = urlsplit(settings.source.address).path
        self._held = 0

    # -- connections ---------------------------------------------------------------------------

    def connected(self, connection: Connection) -> None:
        """Take a client, or turn it away where there are too many."""
        self.connections.add(connection)
        if len(self.connections) > self._settings.connections:
            connection.turn_away()

    def sweep(self) -> None:
        """End what has taken too long; called twice a second, which is cheaper than an alarm for each request."""
        now = self.loop.time()
        for connection in [each for each in self.connections if each.deadline < now]:
            connection.expire()

    @contextmanager
    def held(self, reply: Reply) -> Iterator[None]:
        """Count a reply while it goes to its client."""
        self._held += len(reply.body)
        try:
            yield
        finally:
            self._held -= len(reply.body)

    # -- replies -------------------------------------------------------------------------------

    def at_once(self, request: Request, connection: Connection) -> Reply | None:
        """The reply to what needs no worker; None for all else."""
        began = self.loop.time()
        client = self._client(request, connection)
        wait = self._rates.wait_s(client, began)
        if wait:
            return self._told(problem(429, retry_s=wait), "front", request, client, began)
        if request.path == "/health":
            return self._told(self._health(), "front", request, client, began)
        if request.path == "/metrics":
            return self._told(self._metrics(request, connection), "front", request, client, began)
        if request.method in ("GET", "HEAD"):
            kept = self.cache.get(key(request))
            if kept is not None:
                return self._told(unless_unchanged(request, kept), "cache", request, client, began)
        return None

    async def answer(self, request: Request, connection: Connection) -> Reply:
        """The reply to a request."""
        reply = self.at_once(request, connection)
        if reply is not None:
            return reply
        began = self.loop.time()
        client = self._client(request, connection)
        if not request.path.startswith(self._base) and request.path != "*":
            return self._told(problem(404), "front", request, client, began)
        lane, reply = await self._work(request)
        if len(reply.body) > CHUNK and self._held + len(reply.body) > MOST_HELD:
            reply = problem(503, retry_s=5)
        return self._told(unless_unchanged(request, reply), lane, request, client, began)

    async def _work(self, request: Request) -> tuple[str, Reply]:
        """Have a worker answer, and keep what it says."""
        asked = Request(
            "GET" if request.method == "HEAD" else request.method,
            request.path.removeprefix(self._base),
            request.query,
            {name: value for name, value in request.headers.items() if name not in _OURS},
            request.body,
        )
        name = self._lane_of(asked)
        try:
            reply, release = await self._pool.lanes[name].ask(asked)
        except FullError:
            return name, problem(503, retry_s=2)
        except LateError:
            return name, problem(504)
        except DiedError:
            return name, problem(500)
        if not sound(reply):
            self.log.event("a reply has a header that cannot be sent", path=request.path)
            return name, problem(500, "The reply has a header that cannot be sent.")
        if asked.method == "GET" and keepable(reply) and release == self._pool.release:
            self.cache.put(key(request), reply)
        return name, reply

    def refuse(self, status: int, connection: Connection) -> Reply:
        """The reply to what is no request."""
        client = client_of(connection.peer, "", ())
        return self._told(problem(status), "front", Request("", ""), client, self.loop.time())

    def _health(self) -> Reply:
        well = bool(self._pool.release) and not self.stopping
        said = {"status": "pass" if well else "fail", "release": self._pool.release}
        headers = (("Content-Type", "application/health+json"), ("Cache-Control", "no-store"))
        return Reply(200 if well else 503, json.dumps(said).encode() + b"\n", headers)

    def _metrics(self, request: Request, connection: Connection) -> Reply:
        forwarded = {"x-forwarded-for", "forwarded", "via", "x-real-ip"} & set(request.headers)
        if not self._settings.open_metrics and (connection.peer not in LOCAL or forwarded):
            return problem(403)
        return Reply(200, self.metrics.text(), (("Content-Type", MEDIA_TYPE), ("Cache-Control", "no-store")))

    def _client(self, request: Request, connection: Connection) -> str:
        forwarded = request.headers.get("x-forwarded-for", "") if self._settings.trusted else ""
        return client_of(connection.peer, forwarded, self._settings.trusted)

    def _told(self, reply: Reply, lane: str, request: Request, client: str, began: float) -> Reply:
        """Count a reply and write it down."""
        seconds = self.loop.time() - began
        self.metrics.count(lane, reply.status, seconds)
        self.log.request(
            client=client,
            method=request.method,
            path=request.path,
            status=reply.status,
            bytes=len(reply.body),
            ms=round(seconds * 1000, 2),
            lane=lane,
        )
        return reply


_OURS = frozenset(("if-none-match", "if-modified-since", "range", "authorization", "cookie"))
"""Headers that are no business of the application, since they change no reply of it."""
