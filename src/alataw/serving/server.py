"""The home of the server's life: it listens, starts, reloads, and stops without leaving anybody unanswered."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import socket
from collections.abc import Callable

import uvloop

from alataw.errors import AlatawError
from alataw.listening import BACKLOG
from alataw.serving.connection import Connection
from alataw.serving.control import Control
from alataw.serving.front import Front
from alataw.serving.lanes import Pool
from alataw.serving.log import Log
from alataw.serving.settings import Settings

SWEEP_S = 0.5


def serve(settings: Settings, listening: socket.socket, ready: Callable[[str], None] = lambda _: None) -> None:
    """Serve until SIGTERM or SIGINT; SIGHUP reloads.

    Args:
        settings: What, and how.
        listening: The socket that clients connect to.
        ready: Told the release when it is served.

    Raises:
        UsageError: AL121 if the graph cannot be read.
    """
    _limit_softly()
    uvloop.run(_Server(settings, listening, ready).run())


class _Server:
    def __init__(self, settings: Settings, listening: socket.socket, ready: Callable[[str], None]) -> None:
        self._settings, self._listening, self._ready = settings, listening, ready

    async def run(self) -> None:
        loop = asyncio.get_running_loop()
        self._log = Log(self._settings.access_log)
        self._pool = Pool(self._settings, self._log.event)
        self._stop = asyncio.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self._stop.set)
        stopping = loop.create_task(self._stop.wait())
        loading = loop.create_task(self._pool.load())
        try:
            await asyncio.wait((stopping, loading), return_when=asyncio.FIRST_COMPLETED)
            if not loading.done():
                loading.cancel()
                return
            loading.result()
            await self._serve(loop)
        finally:
            self._pool.stop()
            self._log.close()
            with contextlib.suppress(asyncio.CancelledError, AlatawError):
                await loading

    async def _serve(self, loop: asyncio.AbstractEventLoop) -> None:
        front = self._front = Front(self._settings, self._pool, self._log)
        reloads: set[asyncio.Task[str]] = set()
        loop.add_signal_handler(signal.SIGHUP, lambda: reloads.add(loop.create_task(self._reload())))
        server = await loop.create_server(lambda: Connection(front), sock=self._listening, backlog=BACKLOG)
        control = Control(self._settings.control, self._reload) if self._settings.control else None
        if control:
            await control.start()
        self._ready(self._pool.release)
        while not self._stop.is_set():
            front.sweep()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._stop.wait(), SWEEP_S)
        server.close()
        if control:
            control.stop()
        front.stopping = True
        deadline = loop.time() + self._settings.grace_s
        for connection in tuple(front.connections):
            connection.finish()
        while front.connections and loop.time() < deadline:
            front.sweep()
            await asyncio.sleep(0.05)
        for connection in tuple(front.connections):
            connection.abort()

    async def _reload(self) -> str:
        """Read the data anew, and say how that went."""
        self._log.reopen()
        try:
            await self._pool.load(lambda: self._front.cache.clear())
        except AlatawError as error:
            self._front.metrics.reloads.labels("refused").inc()
            self._log.event("the new data was refused; what was published before still is", why=str(error))
            raise
        self._front.metrics.reloads.labels("done").inc()
        self._log.event("reloaded", release=self._pool.release)
        return self._pool.release


def _limit_softly() -> None:
    """Let this process have as many files open as the system allows."""
    import resource

    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
