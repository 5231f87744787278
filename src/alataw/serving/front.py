"""The home of the front: what becomes of a request, from its head to its reply.

What is kept is answered at once; all else goes to a worker, unless its client asks too often.
"""

from __future__ import annotations

import asyncio
import importlib
import json
from functools import partial
from time import perf_counter
from urllib.parse import urlsplit

from alataw.application.replies import CORS, FRESH
from alataw.serving.cache import KEYED, READING, Cache, Key, keepable, key, under_conditions
from alataw.serving.connection import Connection
from alataw.serving.lanes import FullError, Pool
from alataw.serving.log import Log
from alataw.serving.messages import RefusedError, sound
from alataw.serving.metrics import MEDIA_TYPE, Metrics
from alataw.serving.problems import problem
from alataw.serving.processes import DiedError, LateError
from alataw.serving.rates import Rates, client_of
from alataw.serving.settings import Settings
from alataw.serving.sharing import Shared
from alataw.web import Reply, Request

MOST_HELD = 256 * 2**20
"""How many bytes may be kept for clients that send or read slowly."""

LATE_S = 30
"""How long a document that took too much time is not tried again: nobody is to keep the others waiting with it."""

MOST_KNOWN, LONGEST_KNOWN = 4096, 2048
"""How many requests are known by their bytes, and how many bytes such a request may have."""

METHODS = "GET, HEAD, POST, OPTIONS"
"""What can be done somewhere."""

OPERATION = ("health", "metrics")
"""What is for whoever runs it: at the root of the host, and below the address of the publication."""

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
        self.metrics = Metrics(pool, self.cache, log)
        self.metrics.connections.set_function(lambda: len(self.connections))
        self._rates = Rates(settings.rate, settings.burst)
        self._lane_of = importlib.import_module(settings.source.application).lane
        self._address = settings.source.address
        self._base = urlsplit(self._address).path
        self._problem = partial(problem, home=self._base)
        self._operation = {at + name: name for at in ("/", self._base) for name in OPERATION}
        self._shared: Shared[Reply] = Shared()
        self.known: dict[bytes, Request] = {}
        self._late: dict[Key, float] = {}
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
        self._late = {request: until for request, until in self._late.items() if until > now}
        for connection in [each for each in self.connections if each.deadline < now]:
            connection.expire()

    def learn(self, data: bytes, request: Request) -> None:
        """Know a request by its bytes, so that it is read once."""
        if len(data) <= LONGEST_KNOWN:
            if len(self.known) >= MOST_KNOWN:
                self.known.clear()
            self.known[data] = request

    def hold(self, size: int) -> None:
        """Count what is kept for a client while it sends or reads.

        Raises:
            RefusedError: 503 if that is too much of all.
        """
        if size > 0 and self._held + size > MOST_HELD:
            raise RefusedError(503, retry_s=5)
        self._held += size

    # -- replies -------------------------------------------------------------------------------

    def at_once(self, request: Request, connection: Connection) -> Reply | None:
        """The reply to what needs no worker; None for all else."""
        began = perf_counter()
        client = self._client(request, connection)
        if request.method not in READING:
            return None
        operation = self._operation.get(request.path)
        if operation == "health":
            return self._told(self._health(), "front", request, client, began)
        if operation == "metrics":
            return self._told(self._metrics(request, connection), "front", request, client, began)
        kept = self.cache.get(key(request))
        if kept is not None:
            return self._told(under_conditions(request, kept, self._base), "cache", request, client, began)
        if self._late and self._late.get(key(request), 0) > self.loop.time():
            return self._told(self._problem(504, request, retry_s=LATE_S), "front", request, client, began)
        return None

    async def answer(self, request: Request, connection: Connection) -> Reply:
        """The reply to a request."""
        reply = self.at_once(request, connection)
        if reply is not None:
            return reply
        began = perf_counter()
        client = self._client(request, connection)
        if request.path == "*":
            return self._told(Reply(204, headers=(("Allow", METHODS),)), "front", request, client, began)
        if not request.path.startswith(self._base):
            return self._told(self._elsewhere(request), "front", request, client, began)
        asked = self._asked(request)
        lane = self._lane_of(asked)
        # What is asked freely may be answered by chance (RAND, UUID, NOW): each has an answer of its own.
        if lane == "quick" and request.method in READING:
            reply = await self._shared.do(key(request), lambda: self._work(request, asked, lane))
        else:
            reply = await self._work(request, asked, lane)
        return self._told(under_conditions(request, reply, self._base), lane, request, client, began)

    def admit(self, request: Request, connection: Connection) -> Request | RefusedError:
        """Take a request, unless its client asks too often."""
        if not self._settings.rate:
            return request
        wait = self._rates.wait_s(self._client(request, connection), self.loop.time())
        return RefusedError(429, wait, request) if wait else request

    def _asked(self, request: Request) -> Request:
        """What a worker is asked: below the base, and of a GET nothing that its reply may not depend on."""
        path, headers = request.path.removeprefix(self._base), request.headers
        if request.method in READING:  # the reply to which may be given to others
            return Request("GET", path, request.query, {name: headers[name] for name in KEYED if name in headers})
        return Request(request.method, path, request.query, headers, request.body)

    async def _work(self, request: Request, asked: Request, lane: str) -> Reply:
        """Have a worker of a lane answer, and keep what it says."""
        try:
            reply, release = await self._pool.lanes[lane].ask(asked)
        except FullError:
            return self._problem(503, request, retry_s=2)
        except LateError:
            if lane == "quick" and request.method in READING:
                self._late[key(request)] = self.loop.time() + LATE_S
            return self._problem(504, request)
        except DiedError:
            return self._problem(500, request)
        if reply.status in (204, 304):
            reply = Reply(reply.status, b"", reply.headers)
        if not sound(reply):
            self.log.event("a reply has a header that cannot be sent", path=request.path)
            return self._problem(500, request, "The reply has a header that cannot be sent.")
        if asked.method == "GET" and keepable(reply) and release == self._pool.release:
            self.cache.put(key(request), reply)
        return reply

    def refuse(self, error: RefusedError, connection: Connection) -> Reply:
        """The reply to what is not taken."""
        reply = self._problem(error.status, error.request, retry_s=error.retry_s)
        client = self._client(error.request, connection)
        return self._told(reply, "front", error.request, client, perf_counter())

    def _elsewhere(self, request: Request) -> Reply:
        """What stands beside the publication: nothing but its own address without the slash, which leads to it."""
        if request.path + "/" != self._base:
            return self._problem(404, request)
        to = self._address + ("?" + request.query if request.query else "")
        return Reply(301, b"", (("Location", to), ("Cache-Control", FRESH), *CORS))

    def _health(self) -> Reply:
        well = bool(self._pool.release) and not self.stopping
        said = {"status": "pass" if well else "fail", "release": self._pool.release}
        headers = (("Content-Type", "application/health+json"), ("Cache-Control", "no-store"))
        return Reply(200 if well else 503, json.dumps(said).encode() + b"\n", headers)

    def _metrics(self, request: Request, connection: Connection) -> Reply:
        forwarded = {"x-forwarded-for", "forwarded", "via", "x-real-ip"} & set(request.headers)
        if not self._settings.open_metrics and (connection.peer not in LOCAL or forwarded):
            return self._problem(403, request)
        return Reply(200, self.metrics.text(), (("Content-Type", MEDIA_TYPE), ("Cache-Control", "no-store")))

    def _client(self, request: Request, connection: Connection) -> str:
        if not self._settings.trusted:
            return connection.client
        return client_of(connection.peer, request.headers.get("x-forwarded-for", ""), self._settings.trusted)

    def _told(self, reply: Reply, lane: str, request: Request, client: str, began: float) -> Reply:
        """Count a reply and write it down."""
        seconds = perf_counter() - began
        self.metrics.count(lane, reply.status, seconds)
        if self._settings.access_log:
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
